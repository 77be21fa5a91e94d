"""What becomes of a request when nobody is to be told from it any more (匿名化).

What is counted stays: codes, times, unit, estate and building, marks, how many people and updates
there were. Who it was, where they live and all that anybody wrote goes. In place of a person stands
``anon_<request id>`` (the requester) or ``anon_<request id>_<n>``: made of nothing of the person's,
so two requests of one person have nothing in common.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.requests.domain.follow_up import FollowUp
from services.requests.domain.request import ENDED, Decided, ServiceRequest, told
from shared.errors import WrongState
from shared.events.requests_privacy import RequestAnonymised

Names = dict[str, str | None]

_PEOPLE = ("requester_id", "person_id")
"""Fields of a request's events that name somebody who asked for it or supported it."""


class AnonymityReason(StrEnum):
    """Why a request became anonymous."""

    RETENTION = "retention"
    """It was kept as long as the community's rule says."""
    ASKED_FOR = "asked_for"
    """Its requester asks for it (PIPL art. 47)."""
    ENTERED_BY_MISTAKE = "entered_by_mistake"
    ORDERED = "ordered"
    """A court or an office ordered it."""


def must_be_over(request: ServiceRequest) -> None:
    """Passes for a request that is over; ``WrongState`` while somebody has to do with it."""
    if request.state not in ENDED:
        raise WrongState("request.not_over", state=f"request.{request.state.value}")


def name_of(request_id: str) -> str:
    """What the requester of an anonymous request is called."""
    return f"anon_{request_id}"


def names_of(request: ServiceRequest, told_of: Iterable[Mapping[str, Any]]) -> Names:
    """By what people and homes are replaced wherever they stand; ``told_of``: the facts of its
    story, which may name some that a correction has taken out of the request."""
    facts = list(told_of)
    told_people = [each.get(field) for each in facts for field in _PEOPLE]
    people = dict.fromkeys(
        person for person in (request.entered_by, *request.supporters, *told_people) if person
    )
    people.pop(request.requester_id, None)
    first = name_of(request.id)
    names: Names = {request.requester_id: first}
    names |= {person: f"{first}_{n}" for n, person in enumerate(people, start=1)}
    homes = [request.dwelling_id, *(each.get("dwelling_id") for each in facts)]
    return names | dict.fromkeys(home for home in homes if home)


def anonymise(
    request: ServiceRequest,
    *,
    names: Mapping[str, str | None],
    chosen: Collection[str],
    reason: AnonymityReason,
    rules_version: int | None,
    at: datetime,
) -> Decided:
    """The request without its people; ``chosen``: questions answered from a closed list, whose
    answers stay. ``WrongState`` while it is not over."""
    must_be_over(request)
    anonymous = replace(
        _without_words(request, names),
        requester_id=str(names[request.requester_id]),
        handler_id=_renamed(request.handler_id, names),
        entered_by=None,
        contact=None,
        tracking=None,
        external_ref=None,
        dwelling_id=None,
        position=None,
        attributes={code: said for code, said in request.attributes.items() if code in chosen},
        photos=(),
        supporters=tuple(str(names[person]) for person in request.supporters),
        anonymised_at=at,
    )
    event = told(RequestAnonymised, request, reason=reason.value, rules_version=rules_version)
    return anonymous, [event]


def _without_words(request: ServiceRequest, names: Mapping[str, str | None]) -> ServiceRequest:
    """Without what anybody wrote; that something was written, when and by whom of staff, stays."""

    def wordless(said: FollowUp) -> FollowUp:
        return replace(said, text=None, by=str(_renamed(said.by, names)))

    return replace(
        request,
        description="",
        address_note=None,
        resolution=None,
        refusal=request.refusal and replace(request.refusal, note=None),
        hold=request.hold and replace(request.hold, note=None),
        referral=request.referral and replace(request.referral, note=None),
        updates=tuple(
            replace(each, text="", by=str(_renamed(each.by, names))) for each in request.updates
        ),
        follow_up=request.follow_up and wordless(request.follow_up),
        follow_ups=tuple(wordless(each) for each in request.follow_ups),
        corrections=tuple(
            replace(each, note=None, by=str(_renamed(each.by, names)))
            for each in request.corrections
        ),
    )


def _renamed(person: str | None, names: Mapping[str, str | None]) -> str | None:
    return person if person is None else names.get(person, person)
