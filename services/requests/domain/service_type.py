"""What can be asked for (诉求类别): service types as data, each with its deadline and handler."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.requests.domain.attribute import Attribute
from shared.errors import Invalid


class SlaClass(StrEnum):
    """How soon a request is to be handled, counted from its acceptance."""

    EMERGENCY = "2h"
    UTILITY = "24h"
    ORDINARY = "7d"
    COMPLEX = "15d"


SLA_SPANS: Mapping[SlaClass, timedelta] = {
    # Beijing Daily 2021-12-28 on the draft of the 12345 standard: danger to life or property 2 h;
    # water, power, gas, heat 24 h; ordinary 7 days; complex 15 days. The clauses of the final
    # standard, DB11/T 2021-2022, could not be read: treat these as defaults (domain.md, section 3).
    SlaClass.EMERGENCY: timedelta(hours=2),
    SlaClass.UTILITY: timedelta(hours=24),
    SlaClass.ORDINARY: timedelta(days=7),
    SlaClass.COMPLEX: timedelta(days=15),
}


class Group(StrEnum):
    """What belongs together, as residents think of it; their names are texts."""

    CARE = "care"
    LIVING = "living"
    """Shopping and meals."""
    REPAIR = "repair"
    LIFT = "lift"
    UTILITY = "utility"
    """Water, power, gas and heat."""
    PARKING = "parking"
    SECURITY = "security"
    SANITATION = "sanitation"
    """Sanitation and green."""
    NEIGHBOUR = "neighbour"
    """Noise and disputes."""
    SUGGESTION = "suggestion"
    ELSEWHERE = "elsewhere"
    """What others than the community do: referred to them."""


class HandlerRule(StrEnum):
    """Who decides where a request of this type goes; all but the dispatcher's go there at once."""

    CARE = "care"
    """To pairing, to the household's own helper first."""
    PROPERTY = "property"
    """To the estate's property company, or to its volunteer team where there is none."""
    MEDIATION = "mediation"
    COUNCIL = "council"
    REFER = "refer"
    """Out of the house, to the number that the type names."""
    DISPATCHER = "dispatcher"
    """A dispatcher of the community accepts it and chooses the unit."""


class Visibility(StrEnum):
    """Who may read a request, beside the requester."""

    PUBLIC = "public"
    """Whoever may read the community's requests; the public too, if the type is in Open311."""
    STAFF = "staff"
    """Whoever may read the community's requests."""
    CONFIDENTIAL = "confidential"
    """Only those who handle requests."""


class Kind(StrEnum):
    """How Open311 answers a submission; ours has its number at once."""

    REALTIME = "realtime"


@dataclass(frozen=True, slots=True)
class ServiceType:
    """One type of service as it is at ``version``; ``visibility`` if the requester chooses none.

    Without ``id`` and ``community`` it is the seed's (version 1), which every community has until
    it changes it. ``active``: may be asked for. ``open311``: the world may ask for it and read of
    it. ``post``: the code of the post (岗位) whose duty it is. ``refer_number``: whom to call,
    where the handler is ``refer``.
    """

    code: str
    name_zh: str
    name_en: str
    group: Group
    sla_class: SlaClass
    handler: HandlerRule
    visibility: Visibility
    version: int = 1
    id: str = ""
    community: str = ""
    description_zh: str = ""
    description_en: str = ""
    keywords: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    post: str | None = None
    refer_number: str | None = None
    active: bool = True
    open311: bool = False
    kind: Kind = Kind.REALTIME


ServiceTypes = Mapping[str, ServiceType]
"""All of one community by their codes, active or not."""


def about(kind: ServiceType, words: str) -> bool:
    """Whether one who looks for these words may mean this type: all stand in its texts."""
    texts = [kind.name_zh, kind.name_en, kind.description_zh, kind.description_en, *kind.keywords]
    told = " ".join(texts).casefold()
    return all(word in told for word in words.casefold().split())


_NARROWNESS = tuple(Visibility)
WIDEST: Mapping[HandlerRule, Visibility] = {
    # That a household needs care tells of its condition, so it is not for everybody to see; what is
    # said in a mediation is confidential (domain.md, section 1).
    HandlerRule.CARE: Visibility.STAFF,
    HandlerRule.MEDIATION: Visibility.CONFIDENTIAL,
}
"""How far requests may be seen at most; those of other handlers by everybody."""


def narrower(chosen: Visibility, than: Visibility) -> bool:
    """Whether no more people see it so, or the same."""
    return _NARROWNESS.index(chosen) >= _NARROWNESS.index(than)


def visible(handler: HandlerRule, chosen: Visibility) -> bool:
    """Whether requests for this handler may be seen so far."""
    return narrower(chosen, WIDEST.get(handler, Visibility.PUBLIC))


def visibility_of(kind: ServiceType, chosen: Visibility | None) -> Visibility:
    """What a requester chose, else the type's own; ``Invalid`` if it is wider than there may be."""
    if chosen is None:
        return kind.visibility
    if not visible(kind.handler, chosen):
        raise Invalid("visibility.too_wide", pointer="/visibility")
    return chosen


def offered(kinds: ServiceTypes, code: str) -> ServiceType:
    """The type of this code, if one may ask for it; ``Invalid`` if there is none or not now."""
    found = kinds.get(code)
    if found is None:
        raise Invalid("service_type.unknown", pointer="/service_code")
    if not found.active:
        raise Invalid("service_type.inactive", pointer="/service_code")
    return found
