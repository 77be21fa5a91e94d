"""What is shown of a round, and of what a phone brought."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from services.property.api.patrol_forms import PatrolFindingView, RecordView
from services.property.api.route_forms import CheckpointView
from services.property.domain.patrol import CallOffReason, Patrol, PatrolState
from services.property.domain.patrol_record import passed
from services.property.domain.patrol_walk import Item
from services.property.service.patrol import Kept
from shared.bulk import Outcome
from shared.texts import Lang
from shared.web import View
from shared.web.bulk import FaultView, faults_of


class PatrolLineView(View):
    """A round, in a list: how many of its checkpoints were passed, and how much was found."""

    id: str
    community: str
    version: int
    state: PatrolState
    patrol_plan_id: str
    route_id: str
    estate_id: str
    contractor_id: str | None
    team_id: str | None
    opens_at: datetime
    closes_at: datetime
    begun_at: datetime | None
    finished_at: datetime | None
    late: bool
    in_order: bool | None
    cancel_reason: CallOffReason | None
    cancelled_by: str | None
    checkpoint_count: int
    passed_count: int
    finding_count: int

    @classmethod
    def of_line(cls, patrol: Patrol) -> "PatrolLineView":
        """As the caller sees it."""
        return cls(**_line(patrol))


class PatrolView(PatrolLineView):
    """A round with all that was recorded, and its checkpoints: as they were when it began, or, of
    one to come, as they are by now."""

    checkpoints: list[CheckpointView]
    records: list[RecordView]
    findings: list[PatrolFindingView]

    @classmethod
    def of(cls, patrol: Patrol) -> "PatrolView":
        """As the caller sees it."""
        return cls(
            **_line(patrol),
            checkpoints=[CheckpointView.of_checkpoint(each) for each in patrol.checkpoints],
            records=[RecordView.of(each) for each in patrol.records],
            findings=[PatrolFindingView.of(each) for each in patrol.findings],
        )


class ItemOutcome(StrEnum):
    """What became of a thing that was brought."""

    KEPT = "kept"
    KNOWN = "known"
    """It was there before, under this id."""
    REFUSED = "refused"


class BroughtView(View):
    """What became of one thing; ``errors`` say what is wrong with it, if anything is."""

    id: str
    outcome: ItemOutcome
    errors: list[FaultView]

    @classmethod
    def of(cls, item: Item, lang: Lang) -> "BroughtView":
        """As the caller sees it."""
        kept = ItemOutcome.KNOWN if item.known else ItemOutcome.KEPT
        faults = faults_of(Outcome(0, item.id, fault=item.fault), lang)
        outcome = ItemOutcome.REFUSED if item.fault else kept
        return cls(id=item.id, outcome=outcome, errors=list(faults))


class PatrolRecordsView(View):
    """What became of each thing, in the order in which they were sent, and the round after that."""

    records: list[BroughtView]
    findings: list[BroughtView]
    patrol: PatrolView

    @classmethod
    def of(cls, kept: Kept, lang: Lang) -> "PatrolRecordsView":
        """As the caller sees it."""
        return cls(
            records=[BroughtView.of(each, lang) for each in kept.records],
            findings=[BroughtView.of(each, lang) for each in kept.findings],
            patrol=PatrolView.of(kept.patrol),
        )


def _line(patrol: Patrol) -> dict[str, Any]:
    return {
        "id": patrol.id,
        "community": patrol.community,
        "version": patrol.version,
        "state": patrol.state,
        "patrol_plan_id": patrol.plan_id,
        "route_id": patrol.route_id,
        "estate_id": patrol.estate_id,
        "contractor_id": patrol.contractor_id,
        "team_id": patrol.team_id,
        "opens_at": patrol.opens_at,
        "closes_at": patrol.closes_at,
        "begun_at": patrol.begun_at,
        "finished_at": patrol.finished_at,
        "late": patrol.late,
        "in_order": patrol.in_order,
        "cancel_reason": patrol.cancel_reason,
        "cancelled_by": patrol.cancelled_by,
        "checkpoint_count": len(patrol.checkpoints),
        "passed_count": len(passed(patrol.records)),
        "finding_count": len(patrol.findings),
    }
