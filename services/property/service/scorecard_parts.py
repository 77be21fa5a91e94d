"""What scorecards are counted from: the records of the other nouns, kept chains, added-up sums."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol

from services.property.domain.complaint import Complaint, ComplaintState
from services.property.domain.counting import (
    of_complaint,
    of_incident,
    of_inspection,
    of_patrol,
    of_rating,
    of_work_order,
)
from services.property.domain.incident import Incident, IncidentState
from services.property.domain.inspection import Inspection, InspectionState
from services.property.domain.patrol import Patrol, PatrolState
from services.property.domain.rating import Rating
from services.property.domain.score_rules import Measure, RuleSet
from services.property.domain.scorecard import Figure, Input, InputKind
from services.property.domain.seal import Link
from services.property.domain.work_order import WorkOrder
from services.property.domain.work_states import WorkOrderState
from shared.days import Period
from shared.store import A, Order, Page, Store

BATCH = 500
INSTANT = timedelta(milliseconds=1)
"""The shortest time that is kept."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose records, and of which time."""

    community: str
    contractor_id: str
    span: Period

    def where(self, field_: str) -> dict[str, Any]:
        """The filter over a field that holds the moment by which a record belongs somewhere."""
        return {
            "contractor_id": self.contractor_id,
            field_: {"$gte": self.span.since, "$lt": self.span.until},
        }


@dataclass(frozen=True, slots=True)
class Source(Generic[A]):
    """One kind of records: ``moment`` is the field that says to which month one belongs;
    ``states`` are those in which it counts, none if it has none."""

    kind: InputKind
    store: Store[A]
    moment: str
    states: tuple[str, ...]
    told: Callable[[A], Input]

    async def page(self, scope: Scope, *, cursor: str | None, limit: int) -> Page[A]:
        """The records of a scope, in the order of their moments."""
        where = scope.where(self.moment)
        if self.states:
            where["state"] = {"$in": list(self.states)}
        return await self.store.page(
            where,
            communities=[scope.community],
            order=Order(((self.moment, 1),), ids=1),
            cursor=cursor,
            limit=limit,
        )

    async def batches(self, scope: Scope) -> AsyncIterator[list[A]]:
        """All of them, batch by batch; one that moves meanwhile may come twice."""
        cursor: str | None = None
        while True:
            page = await self.page(scope, cursor=cursor, limit=BATCH)
            if page.items:
                yield page.items
            if page.next_cursor is None:
                return
            cursor = page.next_cursor

    async def those(self, scope: Scope, ids: Sequence[str]) -> list[A]:
        """Those of the scope's contractor by id, whatever their time, if they still count."""
        where: dict[str, Any] = {
            "_id": {"$in": list(ids)},
            "community": scope.community,
            "contractor_id": scope.contractor_id,
        }
        if self.states:
            where["state"] = {"$in": list(self.states)}
        return await self.store.find(where, limit=len(ids)) if ids else []


def _but(states: Any, *gone: Any) -> tuple[str, ...]:
    return tuple(each.value for each in states if each not in gone)


WORK_STATES = _but(WorkOrderState, WorkOrderState.CANCELLED)
INCIDENT_STATES = _but(IncidentState, IncidentState.DISMISSED)
PATROL_STATES = (PatrolState.DONE.value, PatrolState.MISSED.value)
INSPECTION_STATES = (InspectionState.COMPLETED.value,)
COMPLAINT_STATES = (ComplaintState.UPHELD.value, ComplaintState.DISMISSED.value)


@dataclass(frozen=True, slots=True)
class Counted:
    """The stores of all that counts."""

    work_orders: Store[WorkOrder]
    incidents: Store[Incident]
    patrols: Store[Patrol]
    inspections: Store[Inspection]
    complaints: Store[Complaint]
    ratings: Store[Rating]
    work: Source[WorkOrder] = field(init=False)
    others: tuple[Source[Any], ...] = field(init=False)

    def __post_init__(self) -> None:
        kind, put = InputKind, object.__setattr__
        work = Source(kind.WORK_ORDER, self.work_orders, "due_at", WORK_STATES, of_work_order)
        put(self, "work", work)
        put(
            self,
            "others",
            (
                Source(kind.INCIDENT, self.incidents, "reported_at", INCIDENT_STATES, of_incident),
                Source(kind.PATROL, self.patrols, "closes_at", PATROL_STATES, of_patrol),
                Source(
                    kind.INSPECTION,
                    self.inspections,
                    "completed_at",
                    INSPECTION_STATES,
                    of_inspection,
                ),
                Source(
                    kind.COMPLAINT, self.complaints, "decided_at", COMPLAINT_STATES, of_complaint
                ),
                Source(kind.RATING, self.ratings, "given_at", (), of_rating),
            ),
        )

    def source(self, kind: InputKind) -> Source[Any]:
        """The one of this kind."""
        return next(each for each in (self.work, *self.others) if each.kind is kind)


class Tallies(Protocol):
    """Adds up in the store."""

    async def figures(self, scope: Scope, rules: RuleSet) -> dict[Measure, Figure]:
        """All measures over the records of a scope, by ``scorecard.counted``; ``Unavailable``."""

    async def paused(self, scope: Scope) -> list[WorkOrder]:
        """The orders of a scope that were paused and are not completed; ``Unavailable``."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A link and its marks: by which measures it is found, and whether it is met in them."""

    link: Link
    marks: tuple[str, ...]


class Links(Protocol):
    """Where sealed chains are kept. Each: ``Unavailable``."""

    async def keep(self, scorecard_id: str, inputs_id: str, links: Sequence[Kept]) -> None:
        """Keep a part of a chain."""

    async def page(
        self, inputs_id: str, *, mark: str | None = None, after: int = -1, limit: int
    ) -> list[Link]:
        """The links after a place, in order; those that bear a mark, if one is told."""

    async def find(self, inputs_id: str, record_id: str, *, mark: str) -> Link | None:
        """The link of a record, if it bears this mark; None if none does."""

    async def forget(self, scorecard_id: str, inputs_id: str, *, others: bool) -> None:
        """Forget a chain that was not sealed; or all ``others`` of this scorecard."""


def marks_of(brought: Mapping[Measure, Figure]) -> tuple[str, ...]:
    """The marks of what brings this: ``on_time`` and, met or not, ``on_time+`` or ``on_time-``."""
    found: list[str] = []
    for measure, figure in brought.items():
        found += [measure.value, mark_of(measure, met=is_met(measure, figure))]
    return tuple(found)


def mark_of(measure: Measure, *, met: bool | None) -> str:
    """The mark to look for: of all that counts in the measure, if it is not said which."""
    return measure.value if met is None else f"{measure.value}{'+' if met else '-'}"


def is_met(measure: Measure, figure: Figure) -> bool:
    """Whether a record is as it should be in a measure, or counts in full."""
    if measure in (Measure.REWORK, Measure.COMPLAINTS):
        return figure.numerator == 0
    return figure.numerator == figure.denominator


def counted_until(span: Period, now: datetime) -> Period:
    """The part of a month that has passed, this moment included; all of it once it has ended."""
    return Period(span.since, min(span.until, max(now + INSTANT, span.since)))
