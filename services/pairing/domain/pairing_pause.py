"""A pairing rests while its household is away (hospital, travel), and goes on by itself after.

Of several households one may rest by itself: the others are visited as before.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.pairing.domain.household import Household, consents
from services.pairing.domain.pairing import (
    Outcome,
    Pairing,
    PairingAction,
    PairingState,
    Rest,
    check_consent,
    moved,
)
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.pairing import PairingPaused, PairingResumed
from shared.events.pairing_pairing import (
    PairingHouseholdRested,
    PairingHouseholdReturned,
    PairingResumptionWithheld,
)

PAUSE_DAYS_MAX = 366
"""Who is away for longer is asked again whether they want to be visited."""


def pause(pairing: Pairing, *, until: datetime | None = None, at: datetime) -> Outcome:
    """Rest until then, or until somebody resumes it; said again, with another end.

    Errors: ``Invalid`` for an end that is over or beyond ``PAUSE_DAYS_MAX``.
    """
    since = pairing.paused_at if pairing.state is PairingState.PAUSED else at
    paused = moved(
        pairing, PairingAction.PAUSE, paused_until=until, paused_at=since, withheld=False
    )
    _check_until(until, at)
    return _timed(paused), [PairingPaused(pairing_id=pairing.id)]


def resume(pairing: Pairing, *, households: Sequence[Household], at: datetime) -> Outcome:
    """Go on after a pause; consent is asked for again as in ``activate``."""
    resumed = moved(
        pairing, PairingAction.RESUME, paused_until=None, paused_at=None, withheld=False
    )
    check_consent(households, at)
    return _timed(resumed), [PairingResumed(pairing_id=pairing.id)]


def rest(
    pairing: Pairing, *, household_id: str, until: datetime | None = None, at: datetime
) -> Outcome:
    """One of several households rests, the others do not.

    Errors: ``Invalid`` as ``pause``, and for a household that is not of this pairing.
    """
    rested = moved(
        pairing,
        PairingAction.REST,
        resting=(*_without(pairing, household_id), _rest(pairing, household_id, until, at)),
    )
    pairing.check_household(household_id)
    _check_until(until, at)
    event = PairingHouseholdRested(pairing_id=pairing.id, household_id=household_id)
    return _timed(rested), [event]


def come_back(pairing: Pairing, *, household: Household, at: datetime) -> Outcome:
    """A household that rested by itself is visited again.

    Errors: ``Conflict`` if it does not rest by itself, or without its consent in force.
    """
    back = _returned(pairing, household.id)
    if pairing.resting == back[0].resting:
        raise Conflict("pairing.not_resting", household_id=household.id)
    check_consent([household], at)
    return back


def go_on(pairing: Pairing, *, households: Sequence[Household], at: datetime) -> Outcome | None:
    """All that follows from the pauses and rests that are over by now; None if none is.

    A pairing whose consent is not in force stays paused, which is told once: somebody has to ask,
    and with the consent it goes on (``go_on_agreed``).
    A household without consent is visited no more than before, so its rest simply ends.
    """
    after, events = pairing, list[Event]()
    for resting in pairing.resting:
        if resting.until is not None and resting.until <= at:
            after, told = _returned(after, resting.household_id)
            events += told
    if after.paused_until is not None and after.paused_until <= at:
        after, told = _over(after, households, at)
        events += told
    return (after, events) if events else None


def go_on_agreed(
    pairing: Pairing, *, households: Sequence[Household], at: datetime
) -> Outcome | None:
    """Go on if nothing but a consent was lacking when its pause was over; None if it still is."""
    agreed = all(consents(household, at=at) for household in households)
    if not (pairing.withheld and agreed):
        return None
    return resume(pairing, households=households, at=at)


def resting_since(pairing: Pairing, household_id: str) -> datetime | None:
    """Since when this household is not to be visited (``rests``), if that was noted."""
    if pairing.state is PairingState.PAUSED:
        return pairing.paused_at
    resting = [each for each in pairing.resting if each.household_id == household_id]
    return resting[0].since if resting else None


def rests(pairing: Pairing, household_id: str) -> bool:
    """Whether this household is not to be visited: by a pause, or because it rests by itself."""
    if pairing.state is PairingState.PAUSED:
        return True
    return any(each.household_id == household_id for each in pairing.resting)


def next_back(pairing: Pairing) -> datetime | None:
    """The next moment at which a pause or a rest is over; None if none will be."""
    ends = [each.until for each in pairing.resting] + [pairing.paused_until]
    return min((end for end in ends if end is not None), default=None)


def _over(pairing: Pairing, households: Sequence[Household], at: datetime) -> Outcome:
    if all(consents(household, at=at) for household in households):
        return resume(pairing, households=households, at=at)
    waiting = replace(pairing, paused_until=None, withheld=True)
    return _timed(waiting), [PairingResumptionWithheld(pairing_id=pairing.id)]


def _returned(pairing: Pairing, household_id: str) -> Outcome:
    back = moved(pairing, PairingAction.REST, resting=_without(pairing, household_id))
    event = PairingHouseholdReturned(pairing_id=pairing.id, household_id=household_id)
    return _timed(back), [event]


def _rest(pairing: Pairing, household_id: str, until: datetime | None, at: datetime) -> Rest:
    """A rest from now on, or with another end than before."""
    before = [each for each in pairing.resting if each.household_id == household_id]
    return Rest(household_id, until, before[0].since if before else at)


def _without(pairing: Pairing, household_id: str) -> tuple[Rest, ...]:
    return tuple(each for each in pairing.resting if each.household_id != household_id)


def _timed(pairing: Pairing) -> Pairing:
    return replace(pairing, back_at=next_back(pairing))


def _check_until(until: datetime | None, at: datetime) -> None:
    if until is not None and not at < until <= at + timedelta(days=PAUSE_DAYS_MAX):
        raise Invalid("pairing.pause_until", pointer="/until", most=PAUSE_DAYS_MAX)
