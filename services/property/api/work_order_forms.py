"""Work orders as they are sent and shown."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from services.property.api.forms import Reason, Text
from services.property.domain.photo import PHOTOS_MAX
from services.property.domain.work_order import (
    Acceptor,
    Mode,
    Part,
    PauseReason,
    SourceKind,
    WorkOrder,
)
from services.property.domain.work_scope import WorkScope
from services.property.domain.work_states import WorkOrderState
from services.property.domain.work_steps import SATISFACTION_MAX, Completion
from shared.web import Body, View
from shared.web.forms import Moment, Ref

PARTS_MAX, QUANTITY_MAX, FEN_MAX = 50, 10_000, 100_000_000
Fen = Annotated[int, Field(strict=True, ge=0, le=FEN_MAX)]
"""Money, in fen (分): at most a million yuan."""
PhotoIds = Annotated[tuple[Ref, ...], Field(max_length=PHOTOS_MAX)]


class AssignmentBody(Body):
    """Who is to do it."""

    assignee_id: Ref


class OfferBody(Body):
    """Until when it can be taken."""

    until: Moment


class TakingBody(Body):
    """Who takes it: the caller, if nobody is named."""

    worker_id: Ref | None = None


class StartBody(Body):
    """What it looks like before the work: ids of photos."""

    photo_ids: PhotoIds = ()


class PauseBody(Body):
    """What the work waits for."""

    reason: PauseReason


class PartBody(Body):
    """So many of a thing that were used, and what all of them cost, in fen."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    quantity: Annotated[int, Field(strict=True, ge=1, le=QUANTITY_MAX)]
    cost_fen: Fen = 0


class CompletionBody(Body):
    """What was done, with what, for how much, and what it looks like now."""

    note: Text
    parts: Annotated[tuple[PartBody, ...], Field(max_length=PARTS_MAX)] = ()
    labour_fen: Fen = 0
    photo_ids: PhotoIds = ()

    def done(self) -> Completion:
        """In the words of the domain."""
        parts = [Part(part.name, part.quantity, part.cost_fen) for part in self.parts]
        return Completion(self.note, parts, self.labour_fen, self.photo_ids)


class AcceptanceBody(Body):
    """How satisfied they are who accept it, from 1 to 5 (best)."""

    satisfaction: Annotated[int, Field(strict=True, ge=1, le=SATISFACTION_MAX)] | None = None


class CancellationBody(Body):
    """Why; ``again`` if it is still to be done, so that another order follows."""

    reason: Reason
    again: bool = False


class WorkSourceView(View):
    """The one thing that caused the work."""

    kind: SourceKind
    id: str


class PauseView(View):
    """The work waited from a moment to another, or does still."""

    since: datetime
    until: datetime | None
    reason: PauseReason


class PartView(View):
    """So many of a thing that were used."""

    name: str
    quantity: int
    cost_fen: int


class WorkOrderView(View):
    """A work order as its callers see it."""

    id: str
    community: str
    version: int
    state: WorkOrderState
    source: WorkSourceView
    incident_id: str | None
    request_id: str | None
    estate_id: str
    contractor_id: str | None
    handler_team_id: str | None
    scope: WorkScope
    severity: int
    mode: Mode
    created_at: datetime | None
    due_at: datetime
    due_by: datetime
    offered_until: datetime | None
    turn_missed_at: datetime | None
    assignee_id: str | None
    refusal_reason: str | None
    pauses: list[PauseView]
    completion_note: str | None
    completed_at: datetime | None
    first_completed_at: datetime | None
    on_time: bool | None
    parts: list[PartView]
    labour_fen: int
    cost_fen: int
    photos_before: list[str]
    photos_after: list[str]
    accepted_by: str | None
    accepted_as: Acceptor | None
    accepted_at: datetime | None
    satisfaction: int | None
    times_sent_back: int
    return_reason: str | None
    cancellation_reason: str | None
    overdue_told_at: datetime | None

    @classmethod
    def of(cls, order: WorkOrder) -> "WorkOrderView":
        """As the caller sees it."""
        shown = {name: getattr(order, name) for name in cls.model_fields}
        source = order.source
        shown["source"] = WorkSourceView(kind=source.kind, id=source.id)
        shown["pauses"] = [
            PauseView(since=each.since, until=each.until, reason=each.reason)
            for each in order.pauses
        ]
        shown["parts"] = [
            PartView(name=each.name, quantity=each.quantity, cost_fen=each.cost_fen)
            for each in order.parts
        ]
        return cls(**shown)
