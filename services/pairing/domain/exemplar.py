"""An exemplar (先进示范): a member named as an example to follow, by figures that everybody sees.

Figures of confirmed records put them there: how many, how long, how many points, and which place
among the members of their branch that makes. What somebody paid or gave in money is not shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.pairing.domain.member import Member
from services.pairing.domain.tally import Row
from shared.days import day_of
from shared.errors import Conflict, Invalid, NotAllowed
from shared.events import Event
from shared.events.pairing_encouragement import (
    ExemplarEvent,
    ExemplarNamed,
    ExemplarRecounted,
    ExemplarWithdrawn,
)
from shared.transitions import step


class ExemplarState(StrEnum):
    """Whether the member is named."""

    NAMED = "named"
    WITHDRAWN = "withdrawn"


class ExemplarAction(StrEnum):
    """What may happen to it."""

    RECOUNT = "recount"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[ExemplarState, Mapping[ExemplarAction, ExemplarState]] = {
    ExemplarState.NAMED: {
        ExemplarAction.RECOUNT: ExemplarState.NAMED,
        ExemplarAction.WITHDRAW: ExemplarState.WITHDRAWN,
    },
    ExemplarState.WITHDRAWN: {},
}


@dataclass(frozen=True, slots=True)
class Merit:
    """Confirmed records of a member in a period; ``place`` of so many members who have any."""

    member_id: str
    records: int
    minutes: int
    points: int
    place: int
    members: int


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A member, the days from ``first_on`` to ``last_on``, and the figures of them.

    ``recounted_at``: when the figures were last other than at first, as a record was revoked.
    """

    id: str
    community: str
    version: int
    state: ExemplarState
    member_id: str
    person_id: str
    branch_id: str
    first_on: date
    last_on: date
    merit: Merit
    named_by: str
    named_at: datetime
    recounted_at: datetime | None = None


Outcome = tuple[Exemplar, list[Event]]


def ranked(rows: Sequence[Row]) -> list[Merit]:
    """The members in order: most points first, then minutes; equals share a place.

    ``rows``: the figures by member.
    """
    order = sorted(rows, key=lambda row: (-row.figures.points, -row.figures.minutes, row.key))
    found: list[Merit] = []
    for number, row in enumerate(order, start=1):
        figures, before = row.figures, found[-1] if found else None
        same = before is not None and (before.points, before.minutes) == (
            figures.points,
            figures.minutes,
        )
        place = before.place if before is not None and same else number
        found.append(
            Merit(row.key[0], figures.records, figures.minutes, figures.points, place, len(order))
        )
    return found


def name(
    *,
    id: str,  # noqa: A002  the field's own name
    member: Member,
    days: tuple[date, date],
    ranking: Sequence[Merit],
    by: str,
    at: datetime,
) -> Outcome:
    """Name a member for the days from the first to the last; ``ranking``: of their branch.

    Errors: ``Invalid`` while these days are not over; ``NotAllowed`` for oneself; ``Conflict`` if
    nothing of them is confirmed.
    """
    if days[1] >= day_of(at):
        raise Invalid("exemplar.days_not_over", pointer="/last_on")
    if by == member.person_id:
        raise NotAllowed("exemplar.own", member_id=member.id)
    merit = _merit_of(member.id, ranking)
    if merit is None:
        raise Conflict("exemplar.nothing_confirmed", member_id=member.id)
    exemplar = Exemplar(
        id=id,
        community=member.community,
        version=0,
        state=ExemplarState.NAMED,
        member_id=member.id,
        person_id=member.person_id,
        branch_id=member.branch_id,
        first_on=days[0],
        last_on=days[1],
        merit=merit,
        named_by=by,
        named_at=at,
    )
    return exemplar, [_told(ExemplarNamed, exemplar)]


def recount(exemplar: Exemplar, *, ranking: Sequence[Merit], at: datetime) -> Outcome | None:
    """Show the figures as they are now; None if they are the same."""
    state = step(TRANSITIONS, exemplar.state, ExemplarAction.RECOUNT, noun="exemplar")
    merit = _merit_of(exemplar.member_id, ranking)
    if merit is None:
        last = len(ranking) + 1
        merit = Merit(exemplar.member_id, records=0, minutes=0, points=0, place=last, members=last)
    if merit == exemplar.merit:
        return None
    counted = replace(exemplar, state=state, merit=merit, recounted_at=at)
    return counted, [_told(ExemplarRecounted, exemplar)]


def withdraw(exemplar: Exemplar) -> Outcome:
    """Name the member no more, for these days."""
    state = step(TRANSITIONS, exemplar.state, ExemplarAction.WITHDRAW, noun="exemplar")
    return replace(exemplar, state=state), [_told(ExemplarWithdrawn, exemplar)]


def covers(exemplar: Exemplar, day: date) -> bool:
    """Whether what was done on this day is among its figures."""
    return exemplar.first_on <= day <= exemplar.last_on


def _merit_of(member_id: str, ranking: Sequence[Merit]) -> Merit | None:
    return next((merit for merit in ranking if merit.member_id == member_id), None)


def _told(event: type[ExemplarEvent], exemplar: Exemplar) -> Event:
    return event(
        exemplar_id=exemplar.id,
        member_id=exemplar.member_id,
        person_id=exemplar.person_id,
        branch_id=exemplar.branch_id,
    )
