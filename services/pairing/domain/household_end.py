"""How a household's record ends: it leaves the register, and may lose whose it was.

What is counted stays: categories, risk, the number of people, when it consented and to what, when
it left and why. Who they were, where they lived and all that was written goes. In place of a person
stands ``anon_<household id>_<n>``, made of nothing of theirs, in place of the dwelling
``anon_<household id>``.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.pairing.domain.erasure import ErasureReason
from services.pairing.domain.household import (
    TRANSITIONS,
    Consent,
    Household,
    HouseholdAction,
    HouseholdState,
    LeftReason,
    Outcome,
)
from services.pairing.domain.pairing import EndReason
from shared.errors import WrongState
from shared.events.pairing_register import HouseholdAnonymised, HouseholdLeft
from shared.transitions import step

Names = Mapping[str, str]


def leave(household: Household, *, reason: LeftReason, at: datetime) -> Outcome:
    """Take it off the register: all that is done for it hears of it and stops, for good."""
    state = step(TRANSITIONS, household.state, HouseholdAction.LEAVE, noun="household")
    gone = replace(household, state=state, left_reason=reason, left_at=at, alarm_at=None)
    return gone, [HouseholdLeft(household_id=household.id)]


def end_reason(household: Household) -> EndReason:
    """Why pairings end with a household that consents no more."""
    if household.state is HouseholdState.WITHDRAWN:
        return EndReason.CONSENT_WITHDRAWN
    if household.state is not HouseholdState.LEFT:
        return EndReason.CONSENT_EXPIRED
    if household.left_reason in (LeftReason.MOVED, LeftReason.DIED):
        return EndReason(household.left_reason.value)
    return EndReason.ON_REQUEST


def ended_at(household: Household) -> datetime | None:
    """When its last consent came to an end, by being taken back, running out or leaving."""
    given = household.consent
    ends = [household.left_at]
    if given is not None:
        ends += [given.withdrawn_at, given.until]
    return min((end for end in ends if end is not None), default=None)


def must_have_left(household: Household) -> None:
    """Passes for a household that has left; ``WrongState`` while somebody has to do with it."""
    if household.state is not HouseholdState.LEFT:
        raise WrongState("household.not_left", state=f"household.{household.state.value}")


def names_of(household: Household) -> dict[str, str]:
    """By what people and the home are replaced wherever they stand."""
    consents = (*household.former_consents, *((household.consent,) if household.consent else ()))
    people = dict.fromkeys((*household.person_ids, *(given.by for given in consents)))
    first = f"anon_{household.id}"
    names = {person: f"{first}_{n}" for n, person in enumerate(people, start=1)}
    return {**names, household.dwelling_id: first}


def anonymise(
    household: Household, *, names: Names, reason: ErasureReason, at: datetime
) -> Outcome:
    """The household without its people; ``WrongState`` unless it has left."""
    must_have_left(household)
    anonymous = replace(
        renamed(household, names),
        dwelling_id=names[household.dwelling_id],
        needs=(),
        languages=(),
        suitable_times=(),
        emergency_contact=None,
        external_ref=None,
        anonymised_at=at,
        raised_at=None,
    )
    return anonymous, [HouseholdAnonymised(household_id=household.id, reason=reason.value)]


def renamed(household: Household, names: Names) -> Household:
    """The household with these people called otherwise, in its consents too."""

    def by_name(given: Consent) -> Consent:
        return replace(given, by=names.get(given.by, given.by))

    return replace(
        household,
        person_ids=tuple(names.get(each, each) for each in household.person_ids),
        consent=household.consent and by_name(household.consent),
        former_consents=tuple(by_name(each) for each in household.former_consents),
    )
