"""The people of a proposal answer for themselves: each helper and household agrees or declines.

Once all have agreed it is consented to. Who declines is let go, and the rest stay proposed to each
other if there is somebody left on both sides.
"""

from collections.abc import Sequence

from services.pairing.domain.pairing import (
    Answer,
    EndReason,
    Outcome,
    Pairing,
    PairingAction,
    PairingState,
    consent,
    moved,
)
from services.pairing.domain.pairing_release import release, release_helper
from shared.events import Event
from shared.events.pairing_pairing import PairingHelperAgreed, PairingHouseholdAgreed


def helper_agrees(pairing: Pairing, *, answer: Answer) -> Outcome:
    """This helper agrees; said twice, it is once. ``Invalid`` if they are not of the pairing."""
    pairing.check_helper(answer.id)
    before = pairing.helper_answers
    agreed = moved(pairing, PairingAction.AGREE, helper_answers=_with(before, answer))
    event = PairingHelperAgreed(pairing_id=pairing.id, helper_id=answer.id)
    return consented_if_all(agreed, [event])


def household_agrees(pairing: Pairing, *, answer: Answer) -> Outcome:
    """This household agrees; said twice, it is once. ``Invalid`` if it is not of the pairing."""
    pairing.check_household(answer.id)
    before = pairing.household_answers
    agreed = moved(pairing, PairingAction.AGREE, household_answers=_with(before, answer))
    event = PairingHouseholdAgreed(pairing_id=pairing.id, household_id=answer.id)
    return consented_if_all(agreed, [event])


def helper_declines(pairing: Pairing, *, helper_id: str) -> Outcome:
    """This helper does not want it, before it has begun."""
    moved(pairing, PairingAction.DECLINE)
    released, events = release_helper(pairing, helper_id=helper_id, reason=EndReason.DECLINED)
    return consented_if_all(released, events)


def household_declines(pairing: Pairing, *, household_id: str) -> Outcome:
    """This household does not want it, before it has begun."""
    moved(pairing, PairingAction.DECLINE)
    released, events = release(pairing, household_id=household_id, reason=EndReason.DECLINED)
    return consented_if_all(released, events)


def consented_if_all(pairing: Pairing, events: Sequence[Event]) -> Outcome:
    """What has happened, and the consent if nobody's answer is missing any more."""
    answered = {each.id for each in (*pairing.helper_answers, *pairing.household_answers)}
    asked = {*pairing.helper_ids, *pairing.household_ids}
    if pairing.state is not PairingState.PROPOSED or not asked <= answered:
        return pairing, list(events)
    agreed, told = consent(pairing)
    return agreed, [*events, *told]


def _with(answers: tuple[Answer, ...], answer: Answer) -> tuple[Answer, ...]:
    return (*(each for each in answers if each.id != answer.id), answer)
