"""Figures of a month that runs, as MongoDB adds them up from indexes: no document is read."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from services.property.domain.score_rules import Measure, RuleSet
from services.property.domain.scorecard import MEASURES_OF, Figure, InputKind
from services.property.domain.work_order import WorkOrder
from services.property.service.scorecard_parts import (
    COMPLAINT_STATES,
    INCIDENT_STATES,
    INSPECTION_STATES,
    PATROL_STATES,
    WORK_STATES,
    Scope,
)
from shared.mongo import Index
from shared.store import Store

Stages = list[Mapping[str, Any]]
PAUSED_MAX = 5_000
_WHOSE = (("contractor_id", 1), ("community", 1))


def _figures(moment: str, *measured: str) -> Index:
    """Bears all that is counted of a collection, so the cost is that of the month's records; in
    the order in which records are shown and sealed."""
    keys = (*_WHOSE, (moment, 1), ("_id", 1), *((name, 1) for name in measured))
    return Index(keys, partial={"contractor_id": {"$gt": ""}}, name="figures")


WORK_FIGURES = _figures(
    "due_at",
    "state",
    "first_completed_at",
    "completed_at",
    "on_time",
    "times_sent_back",
    "satisfaction",
)
PAUSED_WORK = Index(
    (*_WHOSE, ("due_at", 1)),
    partial={"pauses.0": {"$exists": True}},
    name="paused_figures",
)
INCIDENT_FIGURES = _figures("reported_at", "state", "severity")
PATROL_FIGURES = _figures("closes_at", "state")
INSPECTION_FIGURES = _figures("completed_at", "state", "points", "points_max")
COMPLAINT_FIGURES = _figures("decided_at", "state")
RATING_FIGURES = _figures("given_at", "score")


class Counting(Protocol):
    """A collection that adds up: ``Documents`` and ``Sealed`` do."""

    async def aggregate(self, stages: Stages) -> list[dict[str, Any]]:
        """See ``Documents.aggregate``."""


class CountingWork(Store[WorkOrder], Counting, Protocol):
    """The collection of work orders, which can be read, too."""


@dataclass(frozen=True, slots=True)
class Collections:
    """All that is added up."""

    work_orders: CountingWork
    incidents: Counting
    patrols: Counting
    inspections: Counting
    complaints: Counting
    ratings: Counting


class ScorecardTallies:
    """Keeps what ``Tallies`` promises."""

    def __init__(self, collections: Collections) -> None:
        self._collections = collections

    async def figures(self, scope: Scope, rules: RuleSet) -> dict[Measure, Figure]:
        """See ``Tallies.figures``."""
        asked = pipelines(scope, rules)
        names = {InputKind(kind): f"{kind}s" for kind in InputKind}
        counting: list[Counting] = [getattr(self._collections, names[kind]) for kind in asked]
        rows = await asyncio.gather(
            *(each.aggregate(stages) for each, stages in zip(counting, asked.values(), strict=True))
        )
        found = dict.fromkeys(Measure, Figure())
        for kind, row in zip(asked, rows, strict=True):
            for measure in MEASURES_OF[kind] if row else ():
                name = measure.value
                found[measure] = Figure(int(row[0][f"{name}_n"]), int(row[0][f"{name}_d"]))
        return found

    async def paused(self, scope: Scope) -> list[WorkOrder]:
        """See ``Tallies.paused``."""
        where = {
            **scope.where("due_at"),
            "community": scope.community,
            "pauses.0": {"$exists": True},
            "state": {"$in": list(WORK_STATES)},
            "first_completed_at": None,
        }
        return await self._collections.work_orders.find(where, limit=PAUSED_MAX)


def pipelines(scope: Scope, rules: RuleSet) -> dict[InputKind, Stages]:
    """The stages that add up each kind of records."""
    kind = InputKind
    incidents = {
        f"incidents_{severity}": (_one({"$eq": ["$severity", severity]}), 1)
        for severity in (1, 2, 3, 4)
    }
    return {
        kind.WORK_ORDER: _added(scope, "due_at", WORK_STATES, _work(rules)),
        kind.INCIDENT: _added(scope, "reported_at", INCIDENT_STATES, incidents),
        kind.PATROL: _added(
            scope, "closes_at", PATROL_STATES, {"patrols": (_one(_is_state("done")), 1)}
        ),
        kind.INSPECTION: _added(
            scope,
            "completed_at",
            INSPECTION_STATES,
            {"inspections": ("$points", "$points_max")},
        ),
        kind.COMPLAINT: _added(
            scope,
            "decided_at",
            COMPLAINT_STATES,
            {"complaints": (_one(_is_state("upheld")), 1)},
        ),
        kind.RATING: _added(scope, "given_at", (), {"ratings": ("$score", 5)}),
    }


def _added(
    scope: Scope, moment: str, states: tuple[str, ...], sums: Mapping[str, tuple[Any, Any]]
) -> Stages:
    where: dict[str, Any] = {**scope.where(moment), "community": scope.community}
    if states:
        where["state"] = {"$in": list(states)}
    group: dict[str, Any] = {"_id": None}
    for name, (numerator, denominator) in sums.items():
        group[f"{name}_n"] = {"$sum": numerator}
        group[f"{name}_d"] = {"$sum": denominator}
    return [{"$match": where}, {"$group": group}]


def _work(rules: RuleSet) -> dict[str, tuple[Any, Any]]:
    """``scorecard.counted`` of a work order in the words of the store."""
    done_at = {"$ifNull": ["$first_completed_at", "$completed_at", None]}
    done = {"$gt": [done_at, None]}
    in_time = {"$and": [done, {"$lte": [done_at, "$due_at"]}]}
    on_time = {"$ifNull": ["$on_time", in_time]}
    accepted, rework = _is_state("accepted_work"), {"$gt": ["$times_sent_back", 0]}
    first = {"$and": [accepted, {"$not": [rework]}]}
    rated = {"$gt": ["$satisfaction", None]}
    satisfied = {"$gte": ["$satisfaction", rules.satisfied_from]}
    return {
        "on_time": (_one(on_time), 1),
        "first_time_fix": (_one(first), _one({"$or": [accepted, rework]})),
        "rework": ("$times_sent_back", _one({"$or": [done, rework]})),
        "acceptance": (_one(accepted), _one({"$ne": ["$state", "completed"]})),
        "satisfaction": (_one({"$and": [rated, satisfied]}), _one(rated)),
    }


def _is_state(state: str) -> dict[str, Any]:
    return {"$eq": ["$state", state]}


def _one(condition: Any) -> dict[str, Any]:
    return {"$cond": [condition, 1, 0]}
