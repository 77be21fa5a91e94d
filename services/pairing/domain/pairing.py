"""A pairing (结对): members who help and households that are helped, in one of three modes.

Modes (mission.md, A6): one helps one, several help one, one helps several. Nothing is active
without every household's consent in force; the household, another document, is passed in as a fact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.pairing.domain.household import Household, consents
from services.pairing.domain.plan import Plan
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.pairing import (
    PairingActivated,
    PairingConsented,
    PairingDeclined,
    PairingEnded,
)
from shared.transitions import step

SIDES_MAX = 50
"""Helpers of one pairing at most, and households: as many as one member may lead."""


class PairingMode(StrEnum):
    """How many stand on each side: helpers first, households second."""

    ONE_ONE = "one_one"
    MANY_ONE = "many_one"
    ONE_MANY = "one_many"


class PairingState(StrEnum):
    """Where a pairing stands (domain.md, 2)."""

    PROPOSED = "proposed"
    CONSENTED = "consented"
    DECLINED = "declined"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class PairingAction(StrEnum):
    """What may be done to a pairing."""

    AGREE = "agree"
    """One helper or household; the last of them makes it consented."""
    CONSENT = "consent"
    DECLINE = "decline"
    ACTIVATE = "activate"
    PLAN = "plan"
    PAUSE = "pause"
    RESUME = "resume"
    REST = "rest"
    """One of several households rests by itself, and returns."""
    RELEASE = "release"
    END = "end"


class EndReason(StrEnum):
    """Why a pairing ended (domain.md, 2), or why one was let go from it."""

    MOVED = "moved"
    DIED = "died"
    HELPER_LEFT = "helper_left"
    ON_REQUEST = "on_request"
    REPLACED = "replaced"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"
    DECLINED = "declined"
    CONFLICT = "conflict"


# Beyond domain.md: who has consented may still decline until it begins, one of several helpers or
# households may be released while the pairing goes on for the others, and a pause may be given
# another end.
_S, _A = PairingState, PairingAction

TRANSITIONS: Mapping[PairingState, Mapping[PairingAction, PairingState]] = {
    _S.PROPOSED: {
        _A.AGREE: _S.PROPOSED,
        _A.CONSENT: _S.CONSENTED,
        _A.DECLINE: _S.DECLINED,
        _A.PLAN: _S.PROPOSED,
        _A.RELEASE: _S.PROPOSED,
    },
    _S.CONSENTED: {
        _A.ACTIVATE: _S.ACTIVE,
        _A.DECLINE: _S.DECLINED,
        _A.PLAN: _S.CONSENTED,
        _A.RELEASE: _S.CONSENTED,
    },
    _S.DECLINED: {},
    _S.ACTIVE: {
        _A.PLAN: _S.ACTIVE,
        _A.PAUSE: _S.PAUSED,
        _A.REST: _S.ACTIVE,
        _A.RELEASE: _S.ACTIVE,
        _A.END: _S.ENDED,
    },
    _S.PAUSED: {
        _A.PLAN: _S.PAUSED,
        _A.PAUSE: _S.PAUSED,
        _A.RESUME: _S.ACTIVE,
        _A.REST: _S.PAUSED,
        _A.RELEASE: _S.PAUSED,
        _A.END: _S.ENDED,
    },
    _S.ENDED: {},
}

LIVE = tuple(state for state, actions in TRANSITIONS.items() if actions)
"""The states from which something can still happen; such a pairing counts as carried."""


@dataclass(frozen=True, slots=True)
class Answer:
    """That a helper or a household agreed; ``by``: who said so, they themselves or an officer."""

    id: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rest:
    """A household that rests by itself while the pairing goes on; without ``until``, openly.

    ``since`` is not known of those that were noted before it was.
    """

    household_id: str
    until: datetime | None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pairing:
    """Who helps whom; ids of members and of households, each side in the order it was given.

    ``back_at`` is the next moment at which a pause or a rest is over; None if none will be.
    ``paused_at``: since when it rests, if that was noted. ``withheld``: its pause is over, and it
    waits for a consent to go on.
    """

    id: str
    community: str
    version: int
    state: PairingState
    mode: PairingMode
    helper_ids: tuple[str, ...]
    household_ids: tuple[str, ...]
    end_reason: EndReason | None = None
    helper_answers: tuple[Answer, ...] = ()
    household_answers: tuple[Answer, ...] = ()
    plan: Plan = ()
    paused_until: datetime | None = None
    resting: tuple[Rest, ...] = ()
    back_at: datetime | None = None
    active_since: datetime | None = None
    paused_at: datetime | None = None
    withheld: bool = False

    def check_helper(self, helper_id: str) -> None:
        """``Invalid`` if this member does not help in it."""
        if helper_id not in self.helper_ids:
            raise Invalid("pairing.other_helper", helper_id=helper_id)

    def check_household(self, household_id: str) -> None:
        """``Invalid`` if this household is not helped in it."""
        if household_id not in self.household_ids:
            raise Invalid("pairing.other_household", household_id=household_id)


Outcome = tuple[Pairing, list[Event]]


def consent(pairing: Pairing) -> Outcome:
    """Both sides agreed."""
    return moved(pairing, PairingAction.CONSENT), [PairingConsented(pairing_id=pairing.id)]


def decline(
    pairing: Pairing, *, helper_id: str | None = None, household_id: str | None = None
) -> Outcome:
    """One side does not want it, this one if it is known; only before it has begun."""
    event = PairingDeclined(pairing_id=pairing.id, helper_id=helper_id, household_id=household_id)
    return moved(pairing, PairingAction.DECLINE), [event]


def activate(pairing: Pairing, *, households: Sequence[Household], at: datetime) -> Outcome:
    """Begin. ``households``: all of the pairing's. ``Conflict`` if one has no consent in force."""
    begun = moved(pairing, PairingAction.ACTIVATE, active_since=at)
    check_consent(households, at)
    return begun, [PairingActivated(pairing_id=pairing.id)]


def end(pairing: Pairing, *, reason: EndReason) -> Outcome:
    """End it for good."""
    ended = moved(
        pairing,
        PairingAction.END,
        end_reason=reason,
        paused_until=None,
        paused_at=None,
        withheld=False,
        resting=(),
        back_at=None,
    )
    return ended, [PairingEnded(pairing_id=pairing.id, reason=reason.value)]


def is_live(pairing: Pairing) -> bool:
    """Whether something can still happen to it."""
    return pairing.state in LIVE


def moved(pairing: Pairing, action: PairingAction, **changes: Any) -> Pairing:
    """The pairing in the state that the action leads to, or ``WrongState``."""
    state = step(TRANSITIONS, pairing.state, action, noun="pairing")
    return replace(pairing, state=state, **changes)


def check_consent(households: Sequence[Household], at: datetime) -> None:
    """``Conflict`` unless each of these households' consents is in force."""
    for household in households:
        if not consents(household, at=at):
            raise Conflict("pairing.no_consent", household_id=household.id)
