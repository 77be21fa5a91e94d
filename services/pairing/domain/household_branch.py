"""To which branch a household is given, so that somebody answers for it whoever helps it."""

from dataclasses import replace

from services.pairing.domain.household import TRANSITIONS, Household, HouseholdAction, Outcome
from shared.events.pairing_register import HouseholdAssigned
from shared.transitions import step


def assign(household: Household, *, branch_id: str | None) -> Outcome | None:
    """Give it to this branch, or (None) to none; None if it is so already.

    ``WrongState`` for one that has left.
    """
    step(TRANSITIONS, household.state, HouseholdAction.CHANGE, noun="household")
    if household.branch_id == branch_id:
        return None
    given = replace(household, branch_id=branch_id)
    return given, [HouseholdAssigned(household_id=household.id, branch_id=branch_id)]
