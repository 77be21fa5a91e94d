"""What pairing tells: care households, members, pairings, care tasks and the record of who helped.

Ids and facts only: a household's categories, risk, needs and the details of its consent are
sensitive personal information (personal information law, art. 28) and stand in no event.
"""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.events.base import Event


class HouseholdRegistered(Event):
    """A care household is on the register."""

    type: ClassVar[str] = "pairing.household.registered.v1"

    household_id: str
    dwelling_id: str


class HouseholdConsented(Event):
    """A household agreed to be cared for; ``scope`` is a code: care, visits or help."""

    type: ClassVar[str] = "pairing.household.consented.v1"

    household_id: str
    scope: str


class HouseholdConsentWithdrawn(Event):
    """A household took its consent back: what rests on it stops at once."""

    type: ClassVar[str] = "pairing.household.consent_withdrawn.v1"

    household_id: str


class MemberRegistered(Event):
    """A member of a branch is ready to help."""

    type: ClassVar[str] = "pairing.member.registered.v1"

    member_id: str
    branch_id: str
    person_id: str


class PairingProposed(Event):
    """Helpers and households are proposed to each other; ``mode``: one_one, many_one, one_many."""

    type: ClassVar[str] = "pairing.pairing.proposed.v1"

    pairing_id: str
    mode: str
    helper_ids: tuple[str, ...]
    household_ids: tuple[str, ...]


class PairingConsented(Event):
    """Both sides agreed to the proposal."""

    type: ClassVar[str] = "pairing.pairing.consented.v1"

    pairing_id: str


class PairingDeclined(Event):
    """One side declined, before the pairing had begun; which, if it was one of them."""

    type: ClassVar[str] = "pairing.pairing.declined.v1"

    pairing_id: str
    helper_id: str | None = None
    household_id: str | None = None


class PairingActivated(Event):
    """The pairing has begun."""

    type: ClassVar[str] = "pairing.pairing.activated.v1"

    pairing_id: str


class PairingPaused(Event):
    """The pairing rests for a while (hospital, travel)."""

    type: ClassVar[str] = "pairing.pairing.paused.v1"

    pairing_id: str


class PairingResumed(Event):
    """The pairing goes on after a pause."""

    type: ClassVar[str] = "pairing.pairing.resumed.v1"

    pairing_id: str


class PairingHouseholdReleased(Event):
    """One of several households left the pairing; the others stay, in the mode that now fits.

    ``reason`` is a code, as that of an end.
    """

    type: ClassVar[str] = "pairing.pairing.household_released.v1"

    pairing_id: str
    household_id: str
    mode: str
    reason: str | None = None


class PairingEnded(Event):
    """The pairing is over; ``reason`` is a code."""

    type: ClassVar[str] = "pairing.pairing.ended.v1"

    pairing_id: str
    reason: str


class CareTaskOffered(Event):
    """A helper was asked to do what a care request asks for, and has until ``answer_by`` to answer;
    once more for every further helper. ``rung``: own (a helper of the household), post (a holder of
    the post that answers for such requests), matched (who is best placed to do it)."""

    type: ClassVar[str] = "pairing.care_task.offered.v1"

    care_task_id: str
    request_id: str
    household_id: str
    helper_id: str
    rung: str = "own"
    answer_by: AwareDatetime | None = None


class CareTaskAccepted(Event):
    """The helper said yes."""

    type: ClassVar[str] = "pairing.care_task.accepted.v1"

    care_task_id: str
    request_id: str
    helper_id: str


class CareTaskDeclined(Event):
    """The helper said no; the offer goes on, or the task is unplaced."""

    type: ClassVar[str] = "pairing.care_task.declined.v1"

    care_task_id: str
    request_id: str
    helper_id: str


class CareTaskUnplaced(Event):
    """Nobody does it; ``reason``: no_household, no_consent, no_helper, declined, no_answer.

    Those to be told of it beside the dispatcher: who holds the post that answers for such requests,
    and the branches of those who hold it or were asked.
    """

    type: ClassVar[str] = "pairing.care_task.unplaced.v1"

    care_task_id: str
    request_id: str
    reason: str
    holder_ids: tuple[str, ...] = ()
    branch_ids: tuple[str, ...] = ()


class CareTaskCompleted(Event):
    """The helper reported it done; ``service`` is the request's service code."""

    type: ClassVar[str] = "pairing.care_task.completed.v1"

    care_task_id: str
    request_id: str
    helper_id: str
    household_id: str
    service: str


class CareTaskCancelled(Event):
    """The request was withdrawn or given to another unit: nothing is to be done any more."""

    type: ClassVar[str] = "pairing.care_task.cancelled.v1"

    care_task_id: str
    request_id: str


class ContributionDrafted(Event):
    """A record of what a member did was drafted from work reported done."""

    type: ClassVar[str] = "pairing.contribution.drafted.v1"

    contribution_id: str
    member_id: str
    branch_id: str
    kind: str


class ContributionSubmitted(Event):
    """The member put the record before the branch."""

    type: ClassVar[str] = "pairing.contribution.submitted.v1"

    contribution_id: str
    member_id: str
    branch_id: str


class ContributionConfirmed(Event):
    """The branch confirmed the record; the points count from now, by the rule of this version."""

    type: ClassVar[str] = "pairing.contribution.confirmed.v1"

    contribution_id: str
    member_id: str
    branch_id: str
    points: int
    rule_version: int


class ContributionReturned(Event):
    """The branch gave the record back for correction; ``reason`` is a code."""

    type: ClassVar[str] = "pairing.contribution.returned.v1"

    contribution_id: str
    member_id: str
    reason: str
