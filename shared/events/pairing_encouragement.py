"""What pairing tells of pledges, thanks and exemplars (自我加压、组织鼓励、先进示范); ids only.

``person_id`` is whom it is about, as the identity provider knows them: who sends messages knows to
whom; what is said in words stands in pairing alone.
"""

from typing import ClassVar

from shared.events.base import Event


class PledgeEvent(Event):
    """What happened to a pledge."""

    pledge_id: str
    member_id: str
    person_id: str
    branch_id: str


class PledgeMade(PledgeEvent):
    """A member set themselves a goal."""

    type: ClassVar[str] = "pairing.pledge.made.v1"


class PledgeReminded(PledgeEvent):
    """The member is reminded of it: two thirds of its time are over, or the branch wishes it."""

    type: ClassVar[str] = "pairing.pledge.reminded.v1"


class PledgeKept(PledgeEvent):
    """Confirmed records reach the goal."""

    type: ClassVar[str] = "pairing.pledge.kept.v1"


class PledgeReopened(PledgeEvent):
    """A record was revoked: the goal is not reached any more."""

    type: ClassVar[str] = "pairing.pledge.reopened.v1"


class PledgeMissed(PledgeEvent):
    """Its time is over, and that in which the branch confirms what was done."""

    type: ClassVar[str] = "pairing.pledge.missed.v1"


class PledgeWithdrawn(PledgeEvent):
    """The member gave it up."""

    type: ClassVar[str] = "pairing.pledge.withdrawn.v1"


class ThanksGiven(Event):
    """The branch, or the community's staff, thanks a member."""

    type: ClassVar[str] = "pairing.thanks.given.v1"

    thanks_id: str
    member_id: str
    person_id: str
    branch_id: str


class ExemplarEvent(Event):
    """What happened to an exemplar."""

    exemplar_id: str
    member_id: str
    person_id: str
    branch_id: str


class ExemplarNamed(ExemplarEvent):
    """A member is named as an example to follow, by the figures of a period."""

    type: ClassVar[str] = "pairing.exemplar.named.v1"


class ExemplarRecounted(ExemplarEvent):
    """A record that counted was revoked: the figures shown are other ones now."""

    type: ClassVar[str] = "pairing.exemplar.recounted.v1"


class ExemplarWithdrawn(ExemplarEvent):
    """The member is named no more."""

    type: ClassVar[str] = "pairing.exemplar.withdrawn.v1"
