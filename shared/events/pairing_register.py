"""What pairing tells of its register: people, and what becomes of care households.

Ids only. Why a household left (it moved, somebody died), and until when it consents, stands in the
register alone: who hears of it looks there, with a scope and a purpose.
"""

from typing import ClassVar

from shared.events.base import Event
from shared.events.pairing import HouseholdConsentWithdrawn


class PersonRegistered(Event):
    """A resident is on the register."""

    type: ClassVar[str] = "pairing.person.registered.v1"

    person_id: str


class PersonChanged(Event):
    """What is known of a resident was corrected, or has changed."""

    type: ClassVar[str] = "pairing.person.changed.v1"

    person_id: str


class PersonLeft(Event):
    """A resident lives here no more."""

    type: ClassVar[str] = "pairing.person.left.v1"

    person_id: str


class PersonReturned(Event):
    """A resident who had left lives here again."""

    type: ClassVar[str] = "pairing.person.returned.v1"

    person_id: str


class PersonErased(Event):
    """What was known of a resident is gone for good (personal information law, art. 47).

    Whoever keeps this id beside anything else may let go of it now. ``reason``: asked_for,
    entered_by_mistake or ordered.
    """

    type: ClassVar[str] = "pairing.person.erased.v1"

    person_id: str
    reason: str | None = None


class HouseholdAssigned(Event):
    """A care household was given to a branch, or (null) to none: that one answers for it."""

    type: ClassVar[str] = "pairing.household.assigned.v1"

    household_id: str
    branch_id: str | None


class HouseholdChanged(Event):
    """What is known of a care household has changed: its people, needs, risk or times."""

    type: ClassVar[str] = "pairing.household.changed.v1"

    household_id: str


class HouseholdConsentExpiring(Event):
    """A household's consent runs out soon: somebody is to ask whether it goes on."""

    type: ClassVar[str] = "pairing.household.consent_expiring.v1"

    household_id: str


class HouseholdConsentExpired(Event):
    """A household's consent ran out: what rests on it stops at once, as if it were withdrawn."""

    type: ClassVar[str] = "pairing.household.consent_expired.v1"

    household_id: str


class HouseholdLeft(Event):
    """A household is on the register no more: all that is done for it stops at once."""

    type: ClassVar[str] = "pairing.household.left.v1"

    household_id: str


class HouseholdAnonymised(Event):
    """Nothing in pairing says any more whose household this was; what is counted stays.

    ``reason``: asked_for, entered_by_mistake or ordered.
    """

    type: ClassVar[str] = "pairing.household.anonymised.v1"

    household_id: str
    reason: str | None = None


HouseholdStopped = HouseholdConsentWithdrawn | HouseholdConsentExpired | HouseholdLeft
"""Whatever ends a household's consent: what rests on it stops, the same way for each of them."""
