"""What pairing tells of pairings beyond their states: who agreed, who was let go, who rests, plans.

Ids only, as in ``pairing``; that a plan was changed is told, never what is in it.
"""

from typing import ClassVar

from shared.events.base import Event


class PairingHelperAgreed(Event):
    """One of the helpers agreed to the proposal."""

    type: ClassVar[str] = "pairing.pairing.helper_agreed.v1"

    pairing_id: str
    helper_id: str


class PairingHouseholdAgreed(Event):
    """One of the households agreed to the proposal."""

    type: ClassVar[str] = "pairing.pairing.household_agreed.v1"

    pairing_id: str
    household_id: str


class PairingHelperReleased(Event):
    """One of several helpers left the pairing; the others stay, in the mode that now fits.

    ``reason`` is a code, as that of an end.
    """

    type: ClassVar[str] = "pairing.pairing.helper_released.v1"

    pairing_id: str
    helper_id: str
    mode: str
    reason: str


class PairingPlanned(Event):
    """The plan of its visits was changed: it holds from the next visit on."""

    type: ClassVar[str] = "pairing.pairing.planned.v1"

    pairing_id: str


class PairingHouseholdRested(Event):
    """One of several households rests for a while (hospital, travel), or for another while."""

    type: ClassVar[str] = "pairing.pairing.household_rested.v1"

    pairing_id: str
    household_id: str


class PairingHouseholdReturned(Event):
    """A household that rested by itself is visited again."""

    type: ClassVar[str] = "pairing.pairing.household_returned.v1"

    pairing_id: str
    household_id: str


class PairingResumptionWithheld(Event):
    """Its pause is over, and it still rests: a household's consent is not in force."""

    type: ClassVar[str] = "pairing.pairing.resumption_withheld.v1"

    pairing_id: str
