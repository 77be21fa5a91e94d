"""A matching (匹配): asked for, worked out, put before the branch, and decided piece by piece.

What it proposes stands in items of their own (``matching_item``), as there may be many; here is
where it stands. What was decided is kept here first (``decisions``) and carried out after that, so
that a service which dies in between goes on where it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from services.pairing.domain.pairing import PairingMode
from shared.errors import Invalid, TooMany
from shared.events import Event
from shared.events.pairing_matching import (
    MatchingAnswered,
    MatchingBegun,
    MatchingDecided,
    MatchingFailed,
    MatchingProposed,
    MatchingPutOff,
    MatchingRequested,
    MatchingSettled,
    MatchingSuperseded,
    MatchingWithdrawn,
)
from shared.transitions import step

NUMBERS_MAX = 500
"""Items named in one decision; all of them need no names."""
DECISIONS_MAX = 20
"""Decisions that wait to be carried out, which takes a moment."""
ATTEMPTS_MAX = 5
CLAIM = timedelta(minutes=20)
"""A run that has not ended by then was lost with its replica; runs are given up before."""
RETRY = timedelta(minutes=1)


class MatchingState(StrEnum):
    """Where a matching stands."""

    REQUESTED = "requested"
    COMPUTING = "computing"
    PROPOSED = "proposed"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    FAILED = "failed"


class MatchingAction(StrEnum):
    """What may happen to it."""

    BEGIN = "begin"
    PUT_OFF = "put_off"
    GIVE_UP = "give_up"
    PROPOSE = "propose"
    DECIDE = "decide"
    CARRY_OUT = "carry_out"
    SETTLE = "settle"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"


class MatchingCause(StrEnum):
    """Why it was asked for."""

    ASKED = "asked"
    """Somebody wanted one."""
    HELPERS_CHANGED = "helpers_changed"
    """A helper left, came, moved, fell ill or is back."""
    HOUSEHOLDS_CHANGED = "households_changed"
    PAIRINGS_CHANGED = "pairings_changed"
    """One ended, or was declined."""
    DECLINED = "declined"
    """Something of the one before was declined, or could not be done."""


_S, _A = MatchingState, MatchingAction
TRANSITIONS: Mapping[MatchingState, Mapping[MatchingAction, MatchingState]] = {
    _S.REQUESTED: {_A.BEGIN: _S.COMPUTING, _A.WITHDRAW: _S.WITHDRAWN},
    _S.COMPUTING: {
        _A.BEGIN: _S.COMPUTING,
        _A.PUT_OFF: _S.REQUESTED,
        _A.GIVE_UP: _S.FAILED,
        _A.PROPOSE: _S.PROPOSED,
        # Not withdrawn: the one before would be replaced by something that nobody can accept.
        _A.SUPERSEDE: _S.SUPERSEDED,
    },
    _S.PROPOSED: {
        _A.DECIDE: _S.PROPOSED,
        _A.CARRY_OUT: _S.PROPOSED,
        _A.SETTLE: _S.SETTLED,
        _A.SUPERSEDE: _S.SUPERSEDED,
        _A.WITHDRAW: _S.WITHDRAWN,
    },
    # What was accepted before it was over is carried out all the same.
    _S.WITHDRAWN: {_A.CARRY_OUT: _S.WITHDRAWN},
    _S.SUPERSEDED: {_A.CARRY_OUT: _S.SUPERSEDED},
    _S.SETTLED: {},
    _S.FAILED: {},
}
AHEAD = (_S.REQUESTED, _S.COMPUTING)
"""While one of these, it is still to say what it proposes."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Accepted or declined: items by number, or (None) all that are open.

    ``branch_id``: only those of this branch's members; None for all. ``number``: 1, 2, ...
    """

    number: int
    accepted: bool
    by: str
    branch_id: str | None = None
    items: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of the run; ``proven`` as in ``matching_plan.Plan``."""

    pairs: int
    releases: int
    stand_ins: int
    unmatched: int
    kept: int
    proven: bool
    rules_version: int
    seconds: float
    solver_seconds: float


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items are in which state."""

    open: int = 0
    accepted: int = 0
    declined: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Matching:
    """``modes``: in which pairings may be proposed. ``alarm_at``: when it is to be worked out, or
    has been lost on the way. ``rest``: decisions to be carried out, due since ``carry_at``;
    ``decided`` counts all there were."""

    id: str
    community: str
    version: int
    state: MatchingState
    cause: MatchingCause
    modes: tuple[PairingMode, ...]
    asked_by: str | None
    asked_at: datetime
    alarm_at: datetime | None
    attempts: int = 0
    figures: Figures | None = None
    tally: Tally = Tally()
    decided: int = 0
    rest: tuple[Decision, ...] = ()
    carry_at: datetime | None = None
    worked_out_at: datetime | None = None
    superseded_by: str | None = None


Outcome = tuple[Matching, list[Event]]


def request(matching: Matching) -> Outcome:
    """Ask for one. ``Invalid`` without a mode, or with one named twice."""
    if not matching.modes or len(set(matching.modes)) != len(matching.modes):
        raise Invalid("matching.modes", pointer="/modes")
    event = MatchingRequested(matching_id=matching.id, cause=matching.cause.value)
    return matching, [event]


def begin(matching: Matching, *, at: datetime) -> Outcome:
    """Somebody works it out, and has until ``CLAIM`` for it; nobody else does meanwhile."""
    begun = _moved(matching, _A.BEGIN, attempts=matching.attempts + 1, alarm_at=at + CLAIM)
    return begun, [MatchingBegun(matching_id=matching.id)]


def put_off(matching: Matching, *, at: datetime) -> Outcome:
    """It could not be worked out: again later, or after some attempts not any more."""
    if matching.attempts >= ATTEMPTS_MAX:
        failed = _moved(matching, _A.GIVE_UP, alarm_at=None)
        return failed, [MatchingFailed(matching_id=matching.id)]
    put = _moved(matching, _A.PUT_OFF, alarm_at=at + RETRY * matching.attempts)
    return put, [MatchingPutOff(matching_id=matching.id)]


def propose(matching: Matching, *, figures: Figures, at: datetime) -> Outcome:
    """It is worked out. What has nothing to decide is settled at once."""
    to_decide = figures.pairs + figures.releases + figures.stand_ins
    proposed = _moved(
        matching,
        _A.PROPOSE,
        figures=figures,
        tally=Tally(open=to_decide),
        worked_out_at=at,
        alarm_at=None,
    )
    event = MatchingProposed(
        matching_id=matching.id,
        cause=matching.cause.value,
        pairs=figures.pairs,
        unmatched=figures.unmatched,
    )
    settled, more = _settled(proposed)
    return settled, [event, *more]


def supersede(matching: Matching, *, by_id: str) -> Outcome:
    """Another one is in its place; what was accepted of it is carried out still."""
    over = _moved(matching, _A.SUPERSEDE, superseded_by=by_id, alarm_at=None)
    return over, [MatchingSuperseded(matching_id=matching.id, by_matching_id=by_id)]


def withdraw(matching: Matching) -> Outcome:
    """Take it back: nothing more of it can be accepted."""
    withdrawn = _moved(matching, _A.WITHDRAW, alarm_at=None)
    return withdrawn, [MatchingWithdrawn(matching_id=matching.id)]


def decide(
    matching: Matching,
    *,
    accepted: bool,
    by: str,
    branch_id: str | None,
    items: tuple[int, ...] | None,
    at: datetime,
) -> Outcome:
    """Accept or decline some of it, or all; it is carried out at once, after this.

    Errors: ``Invalid`` for no item, one named twice or over 500; ``TooMany`` while many decisions
    are still being carried out.
    """
    if items is not None and (not 1 <= len(items) <= NUMBERS_MAX or len(set(items)) != len(items)):
        raise Invalid("matching.items", pointer="/items", most=NUMBERS_MAX)
    number = matching.decided + 1
    decision = Decision(number, accepted, by, branch_id, items)
    decided = _moved(
        matching, _A.DECIDE, decided=number, rest=(*matching.rest, decision), carry_at=at
    )
    if len(decided.rest) > DECISIONS_MAX:
        raise TooMany("matching.busy", retry_after_seconds=5)
    event = MatchingAnswered(
        matching_id=matching.id, accepted=accepted, items=None if items is None else len(items)
    )
    return decided, [event]


def carried_out(matching: Matching, *, tally: Tally) -> Outcome:
    """All that was decided is done; with nothing left to decide it is settled."""
    done = _moved(matching, _A.CARRY_OUT, rest=(), tally=tally, carry_at=None)
    event = MatchingDecided(
        matching_id=matching.id,
        accepted=tally.accepted,
        declined=tally.declined,
        failed=tally.failed,
        open=tally.open,
    )
    settled, more = _settled(done)
    return settled, [event, *more]


def _settled(matching: Matching) -> Outcome:
    if matching.tally.open or matching.state is not _S.PROPOSED:
        return matching, []
    return _moved(matching, _A.SETTLE), [MatchingSettled(matching_id=matching.id)]


def _moved(matching: Matching, action: MatchingAction, **changes: Any) -> Matching:
    state = step(TRANSITIONS, matching.state, action, noun="matching")
    return replace(matching, state=state, **changes)
