"""What is sent about care tasks, and what is shown of them to whom."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.pairing.domain.care_asking import UnplacedReason
from services.pairing.domain.care_offer import Offer, OfferReason, OfferState, Rung
from services.pairing.domain.care_task import MINUTES_MAX, CareTask, CareTaskState, offer_to
from services.pairing.service.onlooker import Onlooker
from shared.web import Body, View
from shared.web.forms import Note


class CompletionBody(Body):
    """What was done and how long it took; nothing in the note leaves the service."""

    note: Note | None = None
    minutes: Annotated[int, Field(strict=True, ge=1, le=MINUTES_MAX)]


class RefusalBody(Body):
    """Why not; nobody has to say."""

    reason: OfferReason | None = None


class OfferView(View):
    """Whom it was put to, on which rung, until when, and what they said."""

    helper_id: str
    rung: Rung
    state: OfferState
    at: datetime
    answer_by: datetime
    answered_at: datetime | None
    reason: OfferReason | None

    @classmethod
    def of(cls, offer: Offer) -> "OfferView":
        """The view of an offer."""
        return cls.model_validate(offer, from_attributes=True)


class CareTaskView(View):
    """A care task, its note shown to nobody but who reads it by itself.

    ``helper_id`` does it, or is asked to: of several who are asked at once the first, and to each
    of them it is their own. ``answer_by``: until when the first offer that stands may be answered,
    to who is asked their own.
    """

    id: str
    community: str
    version: int
    state: CareTaskState
    request_id: str
    service_code: str
    dwelling_id: str | None
    due_at: datetime | None
    household_id: str | None
    helper_id: str | None
    unplaced_reason: UnplacedReason | None
    minutes: int | None
    started_at: datetime | None
    completed_at: datetime | None
    rung: Rung | None
    answer_by: datetime | None

    @classmethod
    def of(cls, task: CareTask) -> "CareTaskView":
        """The view for who has just acted: of others who are asked it says nothing."""
        return cls._of(task, None)

    @classmethod
    def to(cls, task: CareTask, onlooker: Onlooker) -> "CareTaskView":
        """The view for this onlooker."""
        return cls._of(task, standing(task, onlooker))

    @classmethod
    def _of(cls, task: CareTask, offer: Offer | None) -> "CareTaskView":
        origin = task.origin
        return cls(
            id=task.id,
            community=task.community,
            version=task.version,
            state=task.state,
            request_id=task.request_id,
            service_code=origin.service_code,
            dwelling_id=origin.dwelling_id,
            due_at=origin.due_at,
            household_id=task.household_id,
            helper_id=task.helper_id or (None if offer is None else offer.helper_id),
            unplaced_reason=task.unplaced_reason,
            minutes=task.minutes,
            started_at=task.started_at,
            completed_at=task.completed_at,
            rung=None if offer is None else offer.rung,
            answer_by=None if offer is None else offer.answer_by,
        )


class CareTaskWithNoteView(CareTaskView):
    """A care task with what its helper noted, and all who were asked: to who is asked, themselves
    alone."""

    note: str | None
    offers: list[OfferView]

    @classmethod
    def to(cls, task: CareTask, onlooker: Onlooker) -> "CareTaskWithNoteView":
        """The view of a task, note included."""
        shown = [each for each in task.offers if onlooker.person_id in (None, each.person_id)]
        return cls(
            note=task.note,
            offers=[OfferView.of(each) for each in shown],
            **CareTaskView.to(task, onlooker).model_dump(),
        )


def standing(task: CareTask, onlooker: Onlooker) -> Offer | None:
    """The offer that this onlooker is to see first: their own, or the first that stands."""
    if onlooker.person_id is not None:
        own = offer_to(task, onlooker.person_id)
        return own if own and own.state is OfferState.OPEN else None
    return next((each for each in task.offers if each.state is OfferState.OPEN), None)
