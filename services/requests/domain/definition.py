"""What a community says a service type to be: how one is added, and changed by a new version.

A change never touches requests: what they were promised is kept with them.
"""

import re
from dataclasses import replace
from functools import partial
from typing import TypeVar

from services.requests.domain.attribute import LISTS, Attribute, named_once
from services.requests.domain.service_type import HandlerRule, ServiceType, Visibility, visible
from shared.errors import Invalid
from shared.events import Event
from shared.events.requests_service_types import (
    ServiceTypeAdded,
    ServiceTypeAdopted,
    ServiceTypeChanged,
    ServiceTypeEvent,
)

E = TypeVar("E", bound=ServiceTypeEvent)

ATTRIBUTES_MAX, VALUES_MAX, KEYWORDS_MAX = 20, 50, 20
_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_named_once = partial(named_once, code="service_type.twice")
_HIDDEN_HANDLERS = frozenset({HandlerRule.CARE, HandlerRule.MEDIATION})

Defined = tuple[ServiceType, list[Event]]


def add(wanted: ServiceType) -> Defined:
    """A type of the community's own, version 1; ``Invalid`` if it is not sound."""
    _check(wanted)
    return replace(wanted, version=0), [_told(ServiceTypeAdded, wanted, version=1)]


def change(known: ServiceType, wanted: ServiceType) -> Defined | None:
    """Version n+1; None if nothing is different. ``Invalid`` if it is not sound.

    A type of the seed becomes the community's own by its first change: two events, so that the
    changed one is version 2 and the seed's stays version 1.
    """
    wanted = replace(wanted, version=known.version, id=wanted.id, community=wanted.community)
    if replace(known, id=wanted.id, community=wanted.community) == wanted:
        return None
    _check(wanted)
    changed = _told(ServiceTypeChanged, wanted, version=known.version + 1)
    if known.community:
        return wanted, [changed]
    seed = replace(known, id=wanted.id)
    adopted = _told(ServiceTypeAdopted, seed, version=known.version)
    return replace(wanted, version=0), [adopted, changed]


def _told(event: type[E], kind: ServiceType, *, version: int) -> E:
    return event(
        service_type_id=kind.id,
        service_code=kind.code,
        type_version=version,
        group=kind.group.value,
        sla_class=kind.sla_class.value,
        handler=kind.handler.value,
        visibility=kind.visibility.value,
        active=kind.active,
        open311=kind.open311,
    )


def _check(kind: ServiceType) -> None:
    if not _CODE.fullmatch(kind.code):
        raise Invalid("service_type.code", pointer="/service_code")
    if not visible(kind.handler, kind.visibility):
        raise Invalid("visibility.too_wide", pointer="/visibility")
    hidden = kind.handler in _HIDDEN_HANDLERS or kind.visibility is not Visibility.PUBLIC
    if kind.open311 and hidden:
        raise Invalid("service_type.not_for_open311", pointer="/open311")
    if (kind.handler is HandlerRule.REFER) != (kind.refer_number is not None):
        raise Invalid("service_type.refer_number", pointer="/refer_number")
    if len(kind.keywords) > KEYWORDS_MAX:
        raise Invalid("service_type.too_many", pointer="/keywords", limit=KEYWORDS_MAX)
    if len(kind.attributes) > ATTRIBUTES_MAX:
        raise Invalid("service_type.too_many", pointer="/attributes", limit=ATTRIBUTES_MAX)
    _named_once([each.code for each in kind.attributes], "/attributes", "code")
    for number, attribute in enumerate(kind.attributes):
        _check_attribute(attribute, f"/attributes/{number}")


def _check_attribute(attribute: Attribute, place: str) -> None:
    if attribute.required and not attribute.variable:
        raise Invalid("attribute.text_required", pointer=f"{place}/required")
    if bool(attribute.values) != (attribute.datatype in LISTS):
        raise Invalid("attribute.values", pointer=f"{place}/values")
    if len(attribute.values) > VALUES_MAX:
        raise Invalid("service_type.too_many", pointer=f"{place}/values", limit=VALUES_MAX)
    _named_once([value.key for value in attribute.values], f"{place}/values", "key")
