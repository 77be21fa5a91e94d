"""Figures as MongoDB adds them up: equal to the slow ones, and from an index alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.property.domain.month import span_of
from services.property.domain.score_rules import DEFAULT_RULES
from services.property.domain.scorecard import InputKind
from services.property.domain.work_order import WorkOrder
from services.property.domain.work_states import WorkOrderState
from services.property.service.scorecard_parts import Scope
from services.property.store.scorecard_tally import pipelines
from services.property.tests.samples import COMMUNITY, COMPANY, work_order
from services.property.tests.supervision_world import SlowTallies, real_supervision
from shared.mongo import Database

pytestmark = pytest.mark.mongo

CODEC: TypeAdapter[WorkOrder] = TypeAdapter(WorkOrder)
SCOPE = Scope(COMMUNITY, COMPANY, span_of("2026-11"))
BEGINS = datetime(2026, 10, 31, 16, tzinfo=UTC)
MOMENTS = st.sampled_from(
    [
        BEGINS - timedelta(milliseconds=1),
        BEGINS,
        BEGINS + timedelta(days=9),
        SCOPE.span.until - timedelta(milliseconds=1),
        SCOPE.span.until,
    ]
)
UNTOLD: dict[str, Any] = {"writer": "wri.1", "correlation": "evt_1"}


@st.composite
def orders(draw: st.DrawFn) -> WorkOrder:
    """An order however it went; one of old says neither when it was first done nor if in time."""
    done_at = draw(st.none() | MOMENTS)
    is_old = draw(st.booleans())
    return replace(
        work_order(draw(st.sampled_from(WorkOrderState))),
        community=draw(st.sampled_from([COMMUNITY, COMMUNITY, "elsewhere"])),
        contractor_id=draw(st.sampled_from([COMPANY, COMPANY, "cmp_other", None])),
        due_at=draw(MOMENTS),
        completed_at=done_at,
        first_completed_at=None if is_old else done_at,
        on_time=None if is_old or done_at is None else draw(st.booleans()),
        times_sent_back=draw(st.integers(0, 3)),
        satisfaction=draw(st.none() | st.integers(1, 5)),
    )


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(orders(), max_size=25), st.integers(2, 5))
async def test_the_store_adds_up_what_the_definition_says(
    database: Database, made: list[WorkOrder], satisfied_from: int
) -> None:
    world = await real_supervision(database)
    collection: Any = database._database["work_orders"]
    await collection.delete_many({})
    rows = [CODEC.dump_python(each) for each in made]
    documents = [{**row, **UNTOLD, "_id": f"wor_{n:06}"} for n, row in enumerate(rows)]
    for each in documents:
        del each["id"]
    if documents:
        await collection.insert_many(documents)
    rules = replace(DEFAULT_RULES, satisfied_from=satisfied_from)

    added = await world.stores.tallies.figures(SCOPE, rules)

    assert added == await SlowTallies(world.stores.counted).figures(SCOPE, rules)


@pytest.mark.parametrize(("kind", "collection"), [(each, f"{each.value}s") for each in InputKind])
async def test_every_figure_comes_from_an_index_alone(
    database: Database, kind: InputKind, collection: str
) -> None:
    await real_supervision(database)
    stages = pipelines(SCOPE, DEFAULT_RULES)[kind]
    command = {"aggregate": collection, "pipeline": stages, "cursor": {}}
    plan = await database._database.command("explain", command, verbosity="queryPlanner")
    chosen = str(_chosen(plan))
    assert "'stage': 'PROJECTION_COVERED'" in chosen
    assert "'indexName': 'figures'" in chosen
    assert "'stage': 'FETCH'" not in chosen


def _chosen(plan: Any) -> Any:
    """The plan that the store took; those that it did not take may read documents."""
    if isinstance(plan, dict):
        if "winningPlan" in plan:
            return plan["winningPlan"]
        plan = list(plan.values())
    found = [_chosen(each) for each in plan] if isinstance(plan, list) else []
    return next((each for each in found if each is not None), None)
