"""What comes to a request from others: updates, people with the same trouble, its duplicates."""

from dataclasses import replace
from datetime import datetime

from services.requests.domain.progress import UPDATES_MAX, Update
from services.requests.domain.request import Action, Decided, ServiceRequest, moved, told
from shared.errors import Conflict, Invalid
from shared.events.requests import (
    RequestAbsorbed,
    RequestMerged,
    RequestSupported,
    RequestUpdated,
)

SUPPORTERS_MAX, MERGED_MAX = 500, 100


def add_update(request: ServiceRequest, *, update: Update) -> Decided:
    """Write something down on it; ``Conflict`` when there are too many already."""
    if len(request.updates) >= UPDATES_MAX:
        raise Conflict("request.updates_full", limit=UPDATES_MAX)
    updated = moved(request, Action.UPDATE, updates=(*request.updates, update))
    event = told(
        RequestUpdated,
        request,
        update_id=update.id,
        audience=update.audience.value,
        by=update.by,
    )
    return updated, [event]


def support(request: ServiceRequest, *, person_id: str) -> Decided:
    """Somebody has the same trouble (附议): counted once.

    ``Conflict`` for its own requester, for who is counted already, and beyond the limit.
    """
    if person_id == request.requester_id or person_id in request.supporters:
        raise Conflict("request.supported_already")
    if len(request.supporters) >= SUPPORTERS_MAX:
        raise Conflict("request.supporters_full", limit=SUPPORTERS_MAX)
    supported = moved(request, Action.SUPPORT, supporters=(*request.supporters, person_id))
    count = len(supported.supporters)
    return supported, [told(RequestSupported, request, person_id=person_id, count=count)]


def merge(request: ServiceRequest, *, into: ServiceRequest, at: datetime) -> Decided:
    """It is the same as another (并单), which goes on for both.

    ``Invalid`` for itself and for another community's; ``Conflict`` if that one is over, was merged
    away itself, or has taken in too many.
    """
    if into.id == request.id or into.community != request.community:
        raise Invalid("request.merge_into", pointer="/duplicate_of")
    _may_absorb(into)
    merged = moved(request, Action.MERGE, duplicate_of=into.id, closed_at=at)
    return merged, [told(RequestMerged, request, duplicate_of=into.id)]


def absorb(request: ServiceRequest, *, duplicate: ServiceRequest) -> Decided:
    """Take a merged one in: who asked for it or supported it supports this one from now on."""
    _may_absorb(request)
    people = dict.fromkeys(
        [*request.supporters, duplicate.requester_id, *duplicate.supporters],
    )
    people.pop(request.requester_id, None)
    whole = replace(
        request,
        supporters=tuple(people)[:SUPPORTERS_MAX],
        merged=(*request.merged, duplicate.id),
    )
    absorbed = moved(whole, Action.ABSORB)
    return absorbed, [told(RequestAbsorbed, request, duplicate_id=duplicate.id)]


def _may_absorb(request: ServiceRequest) -> None:
    moved(request, Action.ABSORB)
    if len(request.merged) >= MERGED_MAX:
        raise Conflict("request.merged_full", limit=MERGED_MAX)
