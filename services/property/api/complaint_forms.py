"""The forms of complaints: whoever reads one, the company sees who complained in none."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.property.api.forms import Reason, Text
from services.property.domain.complaint import (
    Complaint,
    ComplaintState,
    ComplaintSubject,
    Grievance,
)
from services.property.domain.photo import PHOTOS_MAX
from shared.web import Body, View
from shared.web.forms import Ref


class ComplaintBody(Body):
    """What somebody complains of: the company of an estate, and maybe work that it did there."""

    estate_id: Ref
    subject: ComplaintSubject
    text: Text
    work_order_id: Ref | None = None
    photo_ids: Annotated[tuple[Ref, ...], Field(max_length=PHOTOS_MAX)] = ()

    def grievance(self) -> Grievance:
        """In the words of the domain."""
        return Grievance(self.subject, self.text, self.work_order_id, self.photo_ids)


class ComplaintAnswerBody(Body):
    """What the company has to say to it."""

    answer: Text


class ComplaintDecisionBody(Body):
    """Why the committee decides so."""

    reason: Reason


class ComplaintLineView(View):
    """A complaint in a list, without what was said."""

    id: str
    community: str
    version: int
    state: ComplaintState
    estate_id: str
    contractor_id: str
    subject: ComplaintSubject
    work_order_id: str | None
    filed_at: datetime
    answer_due_at: datetime
    answered_at: datetime | None
    decided_at: datetime | None

    @classmethod
    def of(cls, complaint: Complaint) -> "ComplaintLineView":
        """As the caller sees it."""
        return cls(**{name: getattr(complaint, name) for name in cls.model_fields})


class ComplaintView(ComplaintLineView):
    """A complaint and what was said to it."""

    text: str
    photo_ids: list[str]
    answer: str | None
    decision: str | None

    @classmethod
    def of(cls, complaint: Complaint) -> "ComplaintView":
        """As the caller sees it."""
        told = {name: getattr(complaint, name) for name in cls.model_fields}
        return cls(**{**told, "photo_ids": list(complaint.photo_ids)})
