"""What supervision keeps, in MongoDB: what a complaint says is sealed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from services.property.domain.complaint import Complaint
from services.property.domain.inspection import Inspection
from services.property.service.scorecard_parts import Counted
from services.property.service.supervision import SupervisionStores
from services.property.store.scorecard import (
    SOURCE,
    LinkRecords,
    objections,
    ratings,
    score_rules,
    scorecards,
)
from services.property.store.scorecard_tally import (
    COMPLAINT_FIGURES,
    INSPECTION_FIGURES,
    Collections,
    Counting,
    CountingWork,
    ScorecardTallies,
)
from shared.mongo import Database, Documents, Index
from shared.mongo.sealed import Sealed
from shared.mongo.sealed_fields import SealedFields
from shared.sealing import Sealer

Lookup = Callable[[str], Awaitable[dict[str, Any] | None]]
_STATE = Index((("community", 1), ("state", 1), ("_id", -1)), name="state")


@dataclass(frozen=True, slots=True)
class SealedComplaint(Complaint):
    """A complaint as it is written: what it says, its answer and its decision are sealed in it."""


Complaints = Sealed[Complaint, SealedComplaint]
_TEXT: TypeAdapter[Any] = TypeAdapter(str | None)
_SEALED = {"text": _TEXT, "answer": _TEXT, "decision": _TEXT}


def inspections(database: Database) -> Documents[Inspection]:
    """The collection of inspections."""
    indexes = [INSPECTION_FIGURES, _STATE]
    return database.documents("inspections", Inspection, source=SOURCE, indexes=indexes)


def complaints(database: Database, sealer: Sealer) -> Complaints:
    """The collection of complaints; found by who filed them, too."""
    filed = Index((("filed_by", 1), ("_id", -1)), name="filed_by")
    documents = database.documents(
        "complaints", SealedComplaint, source=SOURCE, indexes=[COMPLAINT_FIGURES, _STATE, filed]
    )
    seals = SealedFields(sealer, Complaint, SealedComplaint, _SEALED)
    return Complaints(documents, seal=seals.seal, opened=seals.opened)


@dataclass(frozen=True, slots=True)
class SupervisionAnswers:
    """Finds kept answers again, by noun."""

    inspections: Lookup
    complaints: Lookup
    ratings: Lookup
    score_rules: Lookup
    objections: Lookup


class SupervisionRecords:
    """The collections."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._inspections = inspections(database)
        self._complaints = complaints(database, sealer)
        self._ratings = ratings(database)
        self._rules = score_rules(database)
        self._objections = objections(database)
        self._cards = scorecards(database)
        self._links = LinkRecords(database)
        self.answered = SupervisionAnswers(
            self._inspections.answered,
            self._complaints.answered,
            self._ratings.answered,
            self._rules.answered,
            self._objections.answered,
        )

    def stores(self, work_orders: Any, incidents: Any, patrols: Any) -> SupervisionStores:
        """All that supervision is decided from."""
        counted = Counted(
            work_orders,
            incidents,
            patrols,
            self._inspections,
            self._complaints,
            self._ratings,
        )
        work: CountingWork = work_orders
        others: tuple[Counting, Counting] = (incidents, patrols)
        collections = Collections(work, *others, self._inspections, self._complaints, self._ratings)
        return SupervisionStores(
            counted=counted,
            tallies=ScorecardTallies(collections),
            rules=self._rules,
            objections=self._objections,
            scorecards=self._cards,
            links=self._links,
        )
