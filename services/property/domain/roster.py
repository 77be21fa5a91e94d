"""Rosters (排班): how the work of an estate is dealt out, and whose turn it is (轮派).

A company names its workers and their shifts; where a volunteer team does the work, whoever is in
the team and not away is on duty.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.property.domain.work_order import Mode
from services.property.domain.work_scope import WorkScope
from shared.errors import Invalid
from shared.events import Event
from shared.events.property_work import RosterChanged, RosterTurnTaken

WORKERS_MAX = 200
SHIFTS_MAX = 21
"""Three of each day."""
OFFER_MINUTES_MAX = 7 * 24 * 60
OFFER_MINUTES = 24 * 60
"""So long an offer stands where nobody has said otherwise."""
DAYS = 7
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Shift:
    """From ``start`` to before ``end`` (HH:MM) on a weekday, 1 (Monday) to 7, by local clocks; one
    that ends no later than it starts goes on into the next day."""

    weekday: int
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody of a company, and when they are on duty: at any time if no shift is named."""

    person_id: str
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True)
class Dealing:
    """How work is dealt out: to whom, and for how many minutes it is offered at most."""

    mode: Mode
    offer_minutes: int = OFFER_MINUTES
    workers: tuple[Worker, ...] = ()
    team_id: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """How one sort of work on an estate is dealt out, by its company or to a volunteer team.

    Without a ``scope`` it is for whatever no other roster of the estate is for. ``turns`` has the
    people who have had a turn, whoever had it longest ago first.
    """

    id: str
    community: str
    version: int
    estate_id: str
    scope: WorkScope | None
    contractor_id: str | None
    dealing: Dealing
    turns: tuple[str, ...] = ()

    @property
    def team_id(self) -> str | None:
        """The volunteers who do the work, if it is no company."""
        return self.dealing.team_id


Outcome = tuple[Roster, list[Event]]


def keep(before: Roster | None, wanted: Roster) -> Outcome | None:
    """Deal work out like this from now on; None if it is dealt out so already.

    Whose turn is next is remembered for those who stay. Errors: ``Invalid`` for a company's roster
    that names a team or the reverse, turns that are nobody's, somebody twice, more than
    ``WORKERS_MAX`` people or ``SHIFTS_MAX`` shifts, a shift that is none, or minutes out of range.
    """
    dealing = wanted.dealing
    _check(wanted)
    if before is not None and (before.dealing, before.contractor_id) == (
        dealing,
        wanted.contractor_id,
    ):
        return None
    same_owner = before is not None and _owner(before) == _owner(wanted)
    turns = before.turns if before is not None and same_owner else ()
    version = 0 if before is None else before.version
    after = replace(wanted, version=version, turns=turns)
    return after, [RosterChanged(roster_id=wanted.id, estate_id=wanted.estate_id)]


def on_duty(roster: Roster, *, local: datetime) -> list[str]:
    """The company's workers whose shift it is at this moment of the local clocks."""
    return [
        worker.person_id
        for worker in roster.dealing.workers
        if not worker.shifts or any(_covers(shift, local) for shift in worker.shifts)
    ]


def take_turn(roster: Roster, *, among: Sequence[str], work_order_id: str) -> Outcome | None:
    """The turn goes to whoever of these has waited longest for one; None if there is nobody."""
    waited = [who for who in roster.turns if who in among]
    fresh = [who for who in among if who not in roster.turns]
    if not among:
        return None
    who = (fresh or waited)[0]
    turns = (*(each for each in roster.turns if each != who), who)[-2 * WORKERS_MAX :]
    event = RosterTurnTaken(roster_id=roster.id, work_order_id=work_order_id, worker_id=who)
    return replace(roster, turns=turns), [event]


def _owner(roster: Roster) -> tuple[str | None, str | None]:
    return roster.contractor_id, roster.dealing.team_id


def _check(roster: Roster) -> None:
    dealing = roster.dealing
    if (roster.contractor_id is None) == (dealing.team_id is None):
        raise Invalid("roster.company_or_team", pointer="/team_id")
    if dealing.team_id is not None and dealing.workers:
        raise Invalid("roster.team_has_members", pointer="/workers")
    if dealing.mode is Mode.ROTATE and dealing.team_id is None and not dealing.workers:
        raise Invalid("roster.nobody", pointer="/workers")
    if not 1 <= dealing.offer_minutes <= OFFER_MINUTES_MAX:
        raise Invalid("roster.offer_minutes", pointer="/offer_minutes", most=OFFER_MINUTES_MAX)
    if len(dealing.workers) > WORKERS_MAX:
        raise Invalid("roster.too_many", pointer="/workers", most=WORKERS_MAX)
    known: set[str] = set()
    for n, worker in enumerate(dealing.workers):
        if worker.person_id in known:
            raise Invalid("roster.twice", pointer=f"/workers/{n}/person_id")
        known.add(worker.person_id)
        _check_shifts(worker.shifts, f"/workers/{n}/shifts")


def _check_shifts(shifts: tuple[Shift, ...], pointer: str) -> None:
    if len(shifts) > SHIFTS_MAX:
        raise Invalid("roster.too_many_shifts", pointer=pointer, most=SHIFTS_MAX)
    for n, shift in enumerate(shifts):
        if not 1 <= shift.weekday <= DAYS:
            raise Invalid("roster.weekday", pointer=f"{pointer}/{n}/weekday")
        for field, clock in (("start", shift.start), ("end", shift.end)):
            if not _CLOCK.fullmatch(clock):
                raise Invalid("roster.clock", pointer=f"{pointer}/{n}/{field}")


def _covers(shift: Shift, local: datetime) -> bool:
    clock = f"{local:%H:%M}"
    if shift.start < shift.end:
        return local.isoweekday() == shift.weekday and shift.start <= clock < shift.end
    if local.isoweekday() == shift.weekday:
        return clock >= shift.start
    return (local - timedelta(days=1)).isoweekday() == shift.weekday and clock < shift.end
