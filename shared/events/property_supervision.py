"""What the property service tells of supervision: inspections, complaints, ratings, scorecards.

Who complained and who rated is in none of them, nor what anybody wrote.
"""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.events.base import Event


class InspectionStarted(Event):
    """A round of inspection began on an estate that this contractor looks after."""

    type: ClassVar[str] = "property.inspection.started.v1"

    inspection_id: str
    estate_id: str
    contractor_id: str


class InspectionScored(Event):
    """One of its criteria was judged, or judged anew."""

    type: ClassVar[str] = "property.inspection.scored.v1"

    inspection_id: str
    estate_id: str
    contractor_id: str
    criterion: str


class InspectionSigned(Event):
    """One of the inspectors signed what is in it; ``signatures`` are there by now."""

    type: ClassVar[str] = "property.inspection.signed.v1"

    inspection_id: str
    estate_id: str
    contractor_id: str
    signatures: int


class InspectionUnsigned(Event):
    """Something in it is to be put right before it counts: whoever signed has to sign again."""

    type: ClassVar[str] = "property.inspection.unsigned.v1"

    inspection_id: str
    estate_id: str
    contractor_id: str


class InspectionItem(BaseModel):
    """One thing to be put right, by the criterion that it was found under.

    ``scope``: which part of the contract it is; ``severity`` from 1, danger to life, to 4, least.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    criterion: str
    scope: str
    severity: int


class InspectionCompleted(Event):
    """As many as the rules ask for have signed: it counts from now on and changes no more.

    ``actions`` have to be taken by the contractor. ``items``: those, and the criteria that failed;
    each of them is work.
    """

    type: ClassVar[str] = "property.inspection.completed.v1"

    inspection_id: str
    estate_id: str
    contractor_id: str
    points: int
    points_max: int
    actions: int
    items: tuple[InspectionItem, ...] = ()


class InspectionCancelled(Event):
    """The round was broken off: it counts for nothing."""

    type: ClassVar[str] = "property.inspection.cancelled.v1"

    inspection_id: str
    estate_id: str
    contractor_id: str


class _ComplaintEvent(Event):
    """What every event of a complaint bears."""

    complaint_id: str
    estate_id: str
    contractor_id: str


class ComplaintFiled(_ComplaintEvent):
    """Somebody complains about the contractor of an estate."""

    type: ClassVar[str] = "property.complaint.filed.v1"


class ComplaintAnswered(_ComplaintEvent):
    """The contractor said what it has to say to it."""

    type: ClassVar[str] = "property.complaint.answered.v1"


class ComplaintUpheld(_ComplaintEvent):
    """The committee holds it to be justified: it counts."""

    type: ClassVar[str] = "property.complaint.upheld.v1"


class ComplaintDismissed(_ComplaintEvent):
    """The committee does not hold it to be justified."""

    type: ClassVar[str] = "property.complaint.dismissed.v1"


class ComplaintWithdrawn(_ComplaintEvent):
    """Whoever complained does so no more."""

    type: ClassVar[str] = "property.complaint.withdrawn.v1"


class RatingGiven(Event):
    """Somebody of committee or volunteers rated a contractor's month, or rated it anew."""

    type: ClassVar[str] = "property.rating.given.v1"

    rating_id: str
    contractor_id: str
    month: str
    score: int


class ScoreRulesPublished(Event):
    """Rules of the scorecard were published; they are in force from this month on."""

    type: ClassVar[str] = "property.score_rules.published.v1"

    score_rules_id: str
    number: int
    in_force_from: str


class ScorecardOpened(Event):
    """There is something of this contractor to count in this month."""

    type: ClassVar[str] = "property.scorecard.opened.v1"

    scorecard_id: str
    contractor_id: str
    month: str


class ScorecardSealed(Event):
    """A scorecard was sealed: who keeps ``seal`` can tell for good whether it is still the same.

    ``previous_seal`` is that of the ``position`` before it in the contractor's chain, empty for
    the first. An ``edition`` above 1 stands beside the one that it corrects. ``points`` are
    hundredths of a point of 100; None if there was nothing to count.
    """

    type: ClassVar[str] = "property.scorecard.sealed.v1"

    scorecard_id: str
    contractor_id: str
    month: str
    edition: int
    position: int
    seal: str
    previous_seal: str
    inputs: int
    points: int | None
    corrects_id: str | None = None


class _ObjectionEvent(Event):
    """What every event of an objection bears."""

    objection_id: str
    scorecard_id: str
    contractor_id: str


class ObjectionRaised(_ObjectionEvent):
    """The contractor objects to a sealed figure."""

    type: ClassVar[str] = "property.objection.raised.v1"


class ObjectionUpheld(_ObjectionEvent):
    """The committee agrees: a corrected edition follows."""

    type: ClassVar[str] = "property.objection.upheld.v1"


class ObjectionDismissed(_ObjectionEvent):
    """The committee does not agree, and said why."""

    type: ClassVar[str] = "property.objection.dismissed.v1"


class ObjectionWithdrawn(_ObjectionEvent):
    """The contractor objects no more."""

    type: ClassVar[str] = "property.objection.withdrawn.v1"
