"""What the clock does to a household's consent: it reminds of its end, and ends it.

``tick`` is right whenever it is called, and as often: what was missed is told at the next call, and
nothing twice.
"""

from dataclasses import replace
from datetime import datetime

from services.pairing.domain.household import (
    TRANSITIONS,
    Household,
    HouseholdAction,
    Outcome,
)
from shared.events.pairing_register import HouseholdConsentExpired, HouseholdConsentExpiring
from shared.transitions import step


def tick(household: Household, *, at: datetime) -> Outcome | None:
    """The household after what is due by now; None if nothing is.

    Who comes late to both is told of the end alone.
    """
    if household.alarm_at is None or household.alarm_at > at:
        return None
    until = _end_of(household)
    return remind(household, at=at) if until is None or until > at else expire(household)


def remind(household: Household, *, at: datetime) -> Outcome:
    """Somebody is to ask whether the consent goes on; the next alarm is its end."""
    state = step(TRANSITIONS, household.state, HouseholdAction.REMIND, noun="household")
    until = _end_of(household)
    reminded = replace(household, state=state, reminded_at=at, alarm_at=until)
    return reminded, [HouseholdConsentExpiring(household_id=household.id)]


def expire(household: Household) -> Outcome:
    """The consent is over; it is kept, as the proof of what was allowed until then."""
    state = step(TRANSITIONS, household.state, HouseholdAction.EXPIRE, noun="household")
    expired = replace(household, state=state, alarm_at=None)
    return expired, [HouseholdConsentExpired(household_id=household.id)]


def _end_of(household: Household) -> datetime | None:
    return None if household.consent is None else household.consent.until
