"""Letting one go from a pairing: the last of a side takes the pairing with it, others stay."""

from collections.abc import Iterable
from dataclasses import replace

from services.pairing.domain.pairing import (
    TRANSITIONS,
    EndReason,
    Outcome,
    Pairing,
    PairingAction,
    PairingMode,
    decline,
    end,
    is_live,
    moved,
)
from services.pairing.domain.pairing_pause import next_back
from shared.events import Event
from shared.events.pairing import PairingHouseholdReleased
from shared.events.pairing_pairing import PairingHelperReleased


def release(pairing: Pairing, *, household_id: str, reason: EndReason) -> Outcome:
    """Let one household go, with what is planned for it alone.

    Errors: ``Invalid`` if the household is not of this pairing.
    """
    left = moved(pairing, PairingAction.RELEASE)
    pairing.check_household(household_id)
    rest = tuple(each for each in pairing.household_ids if each != household_id)
    if not rest:
        return _over(pairing, reason, household_id=household_id)
    mode = PairingMode.ONE_ONE if len(rest) == 1 else pairing.mode
    left = replace(
        left,
        mode=mode,
        household_ids=rest,
        household_answers=tuple(each for each in left.household_answers if each.id in rest),
        plan=tuple(each for each in left.plan if each.household_id in (None, *rest)),
        resting=tuple(each for each in left.resting if each.household_id in rest),
    )
    event = PairingHouseholdReleased(
        pairing_id=pairing.id, household_id=household_id, mode=mode.value, reason=reason.value
    )
    return replace(left, back_at=next_back(left)), [event]


def release_helper(pairing: Pairing, *, helper_id: str, reason: EndReason) -> Outcome:
    """Let one helper go.

    Errors: ``Invalid`` if the helper is not of this pairing.
    """
    left = moved(pairing, PairingAction.RELEASE)
    pairing.check_helper(helper_id)
    rest = tuple(each for each in pairing.helper_ids if each != helper_id)
    if not rest:
        return _over(pairing, reason, helper_id=helper_id)
    mode = PairingMode.ONE_ONE if len(rest) == 1 else pairing.mode
    left = replace(
        left,
        mode=mode,
        helper_ids=rest,
        helper_answers=tuple(each for each in left.helper_answers if each.id in rest),
    )
    event = PairingHelperReleased(
        pairing_id=pairing.id, helper_id=helper_id, mode=mode.value, reason=reason.value
    )
    return left, [event]


def part(pairing: Pairing, pairs: Iterable[tuple[str, str]], *, reason: EndReason) -> Outcome:
    """Part these helpers from these households, each pair's one from the other.

    Where others help as well the helper goes, else the household. No events if nobody had to.
    """
    events: list[Event] = []
    for helper_id, household_id in pairs:
        together = helper_id in pairing.helper_ids and household_id in pairing.household_ids
        if not (together and is_live(pairing)):
            continue
        if len(pairing.helper_ids) > 1:
            pairing, told = release_helper(pairing, helper_id=helper_id, reason=reason)
        else:
            pairing, told = release(pairing, household_id=household_id, reason=reason)
        events += told
    return pairing, events


def _over(
    pairing: Pairing,
    reason: EndReason,
    *,
    helper_id: str | None = None,
    household_id: str | None = None,
) -> Outcome:
    if PairingAction.END in TRANSITIONS[pairing.state]:
        return end(pairing, reason=reason)
    return decline(pairing, helper_id=helper_id, household_id=household_id)
