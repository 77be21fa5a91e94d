"""The forms of inspections."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from services.property.api.forms import Reason, Severity
from services.property.api.scorecard_forms import CriterionView, Whole
from services.property.domain.inspection import (
    INSPECTORS_MAX,
    PHOTOS_MAX,
    SEVERITY,
    ActionItem,
    Inspection,
    InspectionState,
    Verdict,
)
from services.property.domain.work_scope import WorkScope
from shared.web import Body, View
from shared.web.forms import Day, Ref

CriterionKey = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class InspectionBody(Body):
    """Where a round begins, and who inspects."""

    estate_id: Ref
    inspector_ids: Annotated[list[Ref], Field(min_length=1, max_length=INSPECTORS_MAX)]


class ActionBody(Body):
    """What is to be done about it, until which day, and as which work; as that of the criterion if
    no scope is named."""

    text: Reason
    due_on: Day
    scope: WorkScope | None = None
    severity: Severity = SEVERITY

    def item(self) -> ActionItem:
        """In the words of the domain."""
        return ActionItem(self.text, self.due_on, self.scope, self.severity)


class VerdictBody(Body):
    """How a criterion was found; few points need a photo."""

    criterion: CriterionKey
    points: Whole
    note: Reason | None = None
    photo_ids: Annotated[tuple[Ref, ...], Field(max_length=PHOTOS_MAX)] = ()
    action: ActionBody | None = None

    def verdict(self) -> Verdict:
        """In the words of the domain."""
        action = self.action
        return Verdict(
            criterion=self.criterion,
            points=self.points,
            note=self.note,
            photo_ids=self.photo_ids,
            action=None if action is None else action.item(),
        )


class ActionView(View):
    """What the company has to do about it."""

    text: str
    due_on: Day
    scope: WorkScope | None
    severity: int

    @classmethod
    def of(cls, action: ActionItem) -> "ActionView":
        """As the caller sees it."""
        return cls(
            text=action.text, due_on=action.due_on, scope=action.scope, severity=action.severity
        )


class VerdictView(View):
    """How a criterion was found."""

    criterion: str
    points: int
    note: str | None
    photo_ids: list[str]
    action: ActionView | None

    @classmethod
    def of(cls, verdict: Verdict) -> "VerdictView":
        """As the caller sees it."""
        action = verdict.action
        return cls(
            criterion=verdict.criterion,
            points=verdict.points,
            note=verdict.note,
            photo_ids=list(verdict.photo_ids),
            action=None if action is None else ActionView.of(action),
        )


class SignatureView(View):
    """Who signed, and the digest of what was signed (SHA-256)."""

    by: str
    at: datetime
    digest: str


class InspectionView(View):
    """An inspection as its callers see it."""

    id: str
    community: str
    version: int
    state: InspectionState
    estate_id: str
    contractor_id: str
    rules_number: int
    criteria: list[CriterionView]
    signatures_min: int
    evidence_below_percent: int
    inspector_ids: list[str]
    started_at: datetime
    verdicts: list[VerdictView]
    signatures: list[SignatureView]
    completed_at: datetime | None
    points: int
    points_max: int
    cancellation_reason: str | None

    @classmethod
    def of(cls, inspection: Inspection) -> "InspectionView":
        """As the caller sees it."""
        told = {name: getattr(inspection, name) for name in cls.model_fields}
        lists = {
            "criteria": [
                CriterionView(key=each.key, points_max=each.points_max)
                for each in inspection.criteria
            ],
            "inspector_ids": list(inspection.inspector_ids),
            "verdicts": [VerdictView.of(each) for each in inspection.verdicts],
            "signatures": [
                SignatureView(by=each.by, at=each.at, digest=each.digest)
                for each in inspection.signatures
            ],
        }
        return cls(**{**told, **lists})
