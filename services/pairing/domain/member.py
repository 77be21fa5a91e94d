"""A member of a branch (党员), or a volunteer who helps with it: what they can do, and how much.

Why somebody is away is not asked: it may be an illness, and nothing here depends on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum

from services.pairing.domain.availability import HOUR_MINUTES, TimeSlot, check_slots
from services.pairing.domain.codes import check_languages, check_skills
from services.pairing.domain.load import Load
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.pairing import MemberRegistered
from shared.events.pairing_members import (
    MemberAbsenceDropped,
    MemberAbsencePlanned,
    MemberAway,
    MemberChanged,
    MemberLeft,
    MemberReturned,
)
from shared.transitions import step

HOUSEHOLDS_MAX_DEFAULT = 3
HOUSEHOLDS_MAX_LIMIT = 50
"""Ours: a member who leads more households than this leads none of them well."""
HOURS_DEFAULT, HOURS_LIMIT = 8, 200
"""Ours: two hours a week unless told otherwise; and more than full work is no free time."""
LEADS_MAX = 20


class MemberKind(StrEnum):
    """Whether somebody is of the party or helps without."""

    MEMBER = "member"
    VOLUNTEER = "volunteer"


class MemberState(StrEnum):
    """Whether somebody can be asked; who has left stays in the record of what was done."""

    ACTIVE = "active"
    AWAY = "away"
    LEFT = "left"


class MemberAction(StrEnum):
    """What may happen to a member."""

    CHANGE = "change"
    PLAN_ABSENCE = "plan_absence"
    DROP_ABSENCE = "drop_absence"
    GO_AWAY = "go_away"
    RETURN = "return"
    LEAVE = "leave"
    REJOIN = "rejoin"


TRANSITIONS: Mapping[MemberState, Mapping[MemberAction, MemberState]] = {
    MemberState.ACTIVE: {
        MemberAction.CHANGE: MemberState.ACTIVE,
        MemberAction.PLAN_ABSENCE: MemberState.ACTIVE,
        MemberAction.DROP_ABSENCE: MemberState.ACTIVE,
        MemberAction.GO_AWAY: MemberState.AWAY,
        MemberAction.LEAVE: MemberState.LEFT,
    },
    MemberState.AWAY: {
        MemberAction.CHANGE: MemberState.AWAY,
        MemberAction.GO_AWAY: MemberState.AWAY,
        MemberAction.RETURN: MemberState.ACTIVE,
        MemberAction.LEAVE: MemberState.LEFT,
    },
    MemberState.LEFT: {MemberAction.REJOIN: MemberState.ACTIVE},
}


@dataclass(frozen=True, slots=True)
class Profile:
    """What is told of a member, and may be told anew.

    ``leads``: entrances and buildings that the branch gave them to lead (带门, 带楼).
    ``joined_on``: nothing that was done before is on their record; None where it is not known.
    """

    branch_id: str
    name: str | None = None
    kind: MemberKind = MemberKind.MEMBER
    households_max: int = HOUSEHOLDS_MAX_DEFAULT
    hours_a_month: int = HOURS_DEFAULT
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    dwelling_id: str | None = None
    availability: tuple[TimeSlot, ...] = ()
    leads: tuple[str, ...] = ()
    joined_on: date | None = None


PROFILE_FIELDS = tuple(field.name for field in fields(Profile))


@dataclass(frozen=True, slots=True)
class Absence:
    """From when until when (None: until it is told) somebody will be away."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a branch, ready to help at most ``households_max`` households at a time, for
    ``hours_a_month``; who is away comes back at ``away_until``, or when it is told.

    ``planned``: an absence to come. ``alarm_at``: when the clock changes something next.
    """

    id: str
    community: str
    version: int
    person_id: str
    branch_id: str
    name: str | None
    households_max: int
    kind: MemberKind = MemberKind.MEMBER
    state: MemberState = MemberState.ACTIVE
    away_until: datetime | None = None
    hours_a_month: int = HOURS_DEFAULT
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    dwelling_id: str | None = None
    availability: tuple[TimeSlot, ...] = ()
    leads: tuple[str, ...] = ()
    joined_on: date | None = None
    planned: Absence | None = None
    alarm_at: datetime | None = None


Outcome = tuple[Member, list[Event]]


def register(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    person_id: str,
    profile: Profile,
) -> Outcome:
    """Put a member on the register.

    Errors: ``Invalid`` if a capacity is out of bounds, or a list is not as it has to be.
    """
    told = _checked(profile)
    member = Member(
        id=id,
        community=community,
        version=0,
        person_id=person_id,
        **{name: getattr(told, name) for name in PROFILE_FIELDS},
    )
    event = MemberRegistered(member_id=id, branch_id=member.branch_id, person_id=person_id)
    return member, [event]


def profile_of(member: Member) -> Profile:
    """What is told of the member."""
    return Profile(**{name: getattr(member, name) for name in PROFILE_FIELDS})


def change(member: Member, *, profile: Profile, carried: Load) -> Outcome:
    """Tell the profile anew; no event if nothing is different.

    Errors: as for ``register``; ``Conflict`` for a capacity that is lowered below what is
    ``carried``.
    """
    moved = _move(member, MemberAction.CHANGE)
    before, after = profile_of(member), _checked(profile)
    changed = [name for name in PROFILE_FIELDS if getattr(before, name) != getattr(after, name)]
    if not changed:
        return member, []
    _check_carried(before, after, carried)
    event = MemberChanged(member_id=member.id, branch_id=after.branch_id, fields=tuple(changed))
    return replace(moved, **{name: getattr(after, name) for name in changed}), [event]


def go_away(
    member: Member, *, since: datetime | None = None, until: datetime | None, at: datetime
) -> Outcome:
    """Be away until a moment, or until told (None), from now or from a moment to come (``since``).

    An end told anew, or a plan, takes the place of the former. Errors: ``Invalid`` if the end is
    not to come, or not after the beginning.
    """
    begins = at if since is None else max(since, at)
    if until is not None and until <= begins:
        raise Invalid("member.away_in_past", pointer="/until")
    if begins == at:
        return _gone(member, until)
    moved = _move(member, MemberAction.PLAN_ABSENCE)
    event = MemberAbsencePlanned(member_id=member.id, branch_id=member.branch_id)
    return _timed(replace(moved, planned=Absence(begins, until))), [event]


def come_back(member: Member) -> Outcome:
    """Be there again; who is there still does not go away as was planned.

    ``WrongState`` if neither is so.
    """
    if member.planned is not None and member.state is MemberState.ACTIVE:
        stays = replace(_move(member, MemberAction.DROP_ABSENCE), planned=None)
        event = MemberAbsenceDropped(member_id=member.id, branch_id=member.branch_id)
        return _timed(stays), [event]
    moved = replace(_move(member, MemberAction.RETURN), away_until=None)
    return _timed(moved), [MemberReturned(member_id=member.id, branch_id=member.branch_id)]


def follow_clock(member: Member, *, at: datetime) -> Outcome | None:
    """Go away as planned, and be there again at the end of an absence; None if neither is due.

    Where nobody looked for long, both are told at once.
    """
    now, told = member, list[Event]()
    while now.alarm_at is not None and now.alarm_at <= at:
        due = None if now.planned is None else now.planned.until
        now, events = come_back(now) if now.state is MemberState.AWAY else _gone(now, due)
        told += events
    return (now, told) if told else None


def leave(member: Member) -> Outcome:
    """Leave for good: what they lead is free again; what they did stays theirs."""
    moved = _move(member, MemberAction.LEAVE)
    event = MemberLeft(member_id=member.id, branch_id=member.branch_id)
    gone = replace(moved, away_until=None, leads=(), planned=None)
    return _timed(gone), [event]


def rejoin(member: Member) -> Outcome:
    """Come back after having left."""
    moved = _move(member, MemberAction.REJOIN)
    return moved, [MemberReturned(member_id=member.id, branch_id=member.branch_id)]


def check_there(member: Member, *, pointer: str) -> None:
    """Passes unless the member has left: who is away may be given something for later."""
    if member.state is MemberState.LEFT:
        raise Conflict("member.has_left", pointer=pointer, member_id=member.id)


def _move(member: Member, action: MemberAction) -> Member:
    return replace(member, state=step(TRANSITIONS, member.state, action, noun="member"))


def _gone(member: Member, until: datetime | None) -> Outcome:
    """Away from now; a plan that was to begin by now is used up, or was for the same."""
    moved = replace(_move(member, MemberAction.GO_AWAY), away_until=until, planned=None)
    return _timed(moved), [MemberAway(member_id=member.id, branch_id=member.branch_id)]


def _timed(member: Member) -> Member:
    """With the alarm that its absences ask for."""
    begins = None if member.planned is None else member.planned.since
    away = member.state is MemberState.AWAY
    return replace(member, alarm_at=member.away_until if away else begins)


def _checked(profile: Profile) -> Profile:
    """The profile with its lists in order."""
    if not 1 <= profile.households_max <= HOUSEHOLDS_MAX_LIMIT:
        raise Invalid(
            "member.capacity_bounds", pointer="/households_max", least=1, most=HOUSEHOLDS_MAX_LIMIT
        )
    if not 1 <= profile.hours_a_month <= HOURS_LIMIT:
        raise Invalid("member.hours_bounds", pointer="/hours_a_month", least=1, most=HOURS_LIMIT)
    if len(profile.leads) > LEADS_MAX:
        raise Invalid("member.leads_too_many", pointer="/leads", most=LEADS_MAX)
    return replace(
        profile,
        skills=check_skills(profile.skills),
        languages=check_languages(profile.languages),
        availability=check_slots(profile.availability, field="availability"),
        leads=tuple(sorted(set(profile.leads))),
    )


def _check_carried(before: Profile, after: Profile, carried: Load) -> None:
    """A capacity may be told again as it is, whatever is carried: only a lower one is refused."""
    if carried.households > after.households_max < before.households_max:
        raise Conflict(
            "member.capacity_carried",
            pointer="/households_max",
            carried=carried.households,
            wanted=after.households_max,
        )
    # How much it is stays untold: with few households it would say how much at risk they are.
    if carried.minutes > after.hours_a_month * HOUR_MINUTES and (
        after.hours_a_month < before.hours_a_month
    ):
        raise Conflict("member.hours_carried", pointer="/hours_a_month", wanted=after.hours_a_month)
