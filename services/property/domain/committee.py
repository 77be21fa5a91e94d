"""Management committees (物业管理委员会): who sits on the committee of an estate, and for how long.

Where the owners have no committee of their own the street office may form one (北京市物业管理条例,
in force 2020-05-01). It accepts work, inspects, and has volunteer teams (志愿服务队) that help it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypedDict

from shared.errors import Invalid
from shared.events import Event
from shared.events.property_estate import CommitteeChanged, CommitteeDissolved, CommitteeFormed
from shared.transitions import step

SEATS_MAX = 50
"""With those whose term is over, who stay on record."""
TEAMS_MAX = 20


class SeatKind(StrEnum):
    """What somebody is on the committee."""

    CHAIR = "chair"
    DEPUTY = "deputy"
    MEMBER = "member"


class CommitteeState(StrEnum):
    """Whether there is such a committee still."""

    FORMED = "formed"
    DISSOLVED = "dissolved"


class CommitteeAction(StrEnum):
    """What may be done to a committee."""

    CHANGE = "change"
    DISSOLVE = "dissolve"


TRANSITIONS: Mapping[CommitteeState, Mapping[CommitteeAction, CommitteeState]] = {
    CommitteeState.FORMED: {
        CommitteeAction.CHANGE: CommitteeState.FORMED,
        CommitteeAction.DISSOLVE: CommitteeState.DISSOLVED,
    },
    CommitteeState.DISSOLVED: {},
}


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's seat, from a day on, to a day (included) or until another is named."""

    person_id: str
    seat: SeatKind
    since: date
    until: date | None = None

    def held(self, on: date) -> bool:
        """Whether it is theirs on this day."""
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Committee:
    """The committee of one estate. ``seat_of``: the estate, while there is such a committee, so
    that an estate has one at a time."""

    id: str
    community: str
    version: int
    state: CommitteeState
    estate_id: str
    members: tuple[Seat, ...]
    team_ids: tuple[str, ...] = ()
    dissolution_reason: str | None = None
    seat_of: str | None = None

    def sitting(self, on: date) -> frozenset[str]:
        """Ids of the people who sit on it on this day."""
        return frozenset(each.person_id for each in self.members if each.held(on))


Outcome = tuple[Committee, list[Event]]


def form(committee: Committee) -> Outcome:
    """An estate has a committee. Errors: ``Invalid`` for seats or teams that cannot be."""
    new = replace(_checked(committee), seat_of=committee.estate_id)
    return new, [CommitteeFormed(**_facts(new))]


def change(
    committee: Committee, *, members: tuple[Seat, ...], team_ids: tuple[str, ...]
) -> Outcome:
    """All of it anew; no event if nothing is different. Errors: ``Invalid``; ``WrongState``."""
    state = step(TRANSITIONS, committee.state, CommitteeAction.CHANGE, noun="committee")
    after = _checked(replace(committee, state=state, members=members, team_ids=team_ids))
    return after, [] if after == committee else [CommitteeChanged(**_facts(after))]


def dissolve(committee: Committee, *, reason: str) -> Outcome:
    """It is no more; who sat on it stays on record. Errors: ``WrongState``."""
    state = step(TRANSITIONS, committee.state, CommitteeAction.DISSOLVE, noun="committee")
    after = replace(committee, state=state, dissolution_reason=reason, seat_of=None)
    return after, [CommitteeDissolved(**_facts(after))]


def _checked(committee: Committee) -> Committee:
    """The same; ``Invalid`` unless somebody may sit on it as said, one chair at a time."""
    seats = committee.members
    if not 1 <= len(seats) <= SEATS_MAX:
        raise Invalid("committee.seats", pointer="/members", most=SEATS_MAX)
    for number, seat in enumerate(seats):
        pointer = f"/members/{number}"
        if seat.until is not None and seat.until < seat.since:
            raise Invalid("committee.ends_first", pointer=f"{pointer}/until")
        for other in seats[:number]:
            if _together(seat, other) and seat.person_id == other.person_id:
                raise Invalid("committee.seated_twice", pointer=f"{pointer}/person_id")
            if _together(seat, other) and seat.seat is other.seat is SeatKind.CHAIR:
                raise Invalid("committee.two_chairs", pointer=f"{pointer}/seat")
    teams = committee.team_ids
    if len(teams) > TEAMS_MAX or len(set(teams)) != len(teams):
        raise Invalid("committee.teams", pointer="/team_ids", most=TEAMS_MAX)
    return committee


def _together(one: Seat, other: Seat) -> bool:
    """Whether there is a day on which both are held."""
    return (one.until is None or other.since <= one.until) and (
        other.until is None or one.since <= other.until
    )


class _Facts(TypedDict):
    committee_id: str
    estate_id: str
    team_ids: tuple[str, ...]


def _facts(committee: Committee) -> _Facts:
    """What every event of a committee carries."""
    return _Facts(
        committee_id=committee.id, estate_id=committee.estate_id, team_ids=committee.team_ids
    )
