"""How the store finds what presses: by an index in the right order, whatever else is kept."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from services.requests.domain.request import RequestState
from services.requests.service.deadline import BY_ALARM
from services.requests.service.urgency import ORDERS, RUNNING_STATES, Sort, pressing
from services.requests.tests.harness import HERE, Harness
from services.requests.tests.samples import submission
from shared.alarms import LONG_AGO
from shared.mongo import Documents
from shared.mongo.ordered import place_in, ranges
from shared.store import NEWEST_FIRST, Order

pytestmark = pytest.mark.mongo

MANY = 4_000
LIMIT = 100
TWO_COMMUNITIES = {"community": {"$in": ["hongmiao", "elsewhere"]}}


@pytest.fixture
async def many(real: Harness) -> Any:
    """A collection of thousands, of which half are under way; in two communities."""
    assert isinstance(real.store, Documents)
    request = await real.service.submit(submission("care.company"), communities=HERE)
    collection: Any = real.store._collection
    model = await collection.find_one({"_id": request.id}, {"untold": 0, "story": 0})
    start = model["due_at"]
    rows = []
    for n in range(MANY):
        running = n % 2 == 0
        rows.append(
            {
                **model,
                "_id": f"req_{n:06}",
                "number": f"HM-{n}",
                "community": ["hongmiao", "elsewhere"][n // 2 % 2],
                "state": RUNNING_STATES[n // 4 % 4] if running else "closed",
                "due_at": start + timedelta(minutes=n * 7 % MANY),
                "stage": n // 16 % 5,
                "lead_unit": ["staff", "property"][n % 2],
                "co_units": ["team"] if n % 3 == 0 else [],
                "building_id": f"bld_{n % 5}",
                "alarm_at": start + timedelta(minutes=n) if running else None,
            }
        )
    await collection.insert_many(rows)
    return collection


async def plan(collection: Any, where: Mapping[str, Any], sort: Any) -> dict[str, Any]:
    explained: dict[str, Any] = await collection.find(where).sort(sort).limit(LIMIT).explain()
    return explained


def stages(node: Mapping[str, Any]) -> set[str]:
    """The kinds of steps in a plan."""
    inner = [node["inputStage"]] if "inputStage" in node else node.get("inputStages", [])
    return {node["stage"]}.union(*(stages(each) for each in inner))


async def check(collection: Any, where: Mapping[str, Any], order: Order) -> int:
    """Walk all pages; none may be sorted in memory, nor look at much more than it shows."""
    place, shown = None, 0
    while True:
        found: list[dict[str, Any]] = []
        for each in ranges(where, order, place):
            explained = await plan(collection, each.where, each.sort)
            steps = stages(explained["queryPlanner"]["winningPlan"])
            assert not steps & {"SORT", "COLLSCAN"}, steps
            assert explained["executionStats"]["totalDocsExamined"] <= 2 * LIMIT
            rows = collection.find(each.where).sort(each.sort).limit(LIMIT - len(found))
            found += await rows.to_list(LIMIT)
            if len(found) == LIMIT:
                break
        shown += len(found)
        if len(found) < LIMIT:
            return shown
        place = place_in(found[-1], order)


@pytest.mark.parametrize("sort", [Sort.DUE, Sort.RISK])
async def test_a_list_of_what_presses_is_read_in_the_order_of_an_index(
    many: Any, sort: Sort
) -> None:
    where = {**pressing(None, overdue_at=None), **TWO_COMMUNITIES}
    assert await check(many, where, ORDERS[sort]) == MANY // 2 + 1


async def test_a_list_of_what_is_overdue_looks_at_nothing_else(many: Any) -> None:
    first = await many.find_one({"_id": "req_000000"})
    overdue_at = first["due_at"] + timedelta(minutes=MANY / 2)
    where = {**pressing(None, overdue_at=overdue_at), **TWO_COMMUNITIES}
    shown = await check(many, where, ORDERS[Sort.DUE])
    assert shown == await many.count_documents(where)


async def test_of_one_state_too(many: Any) -> None:
    where = {**pressing(RequestState.ASSIGNED, overdue_at=None), "community": {"$in": list(HERE)}}
    [first] = ranges(where, ORDERS[Sort.DUE], None)
    explained = await many.find(first.where).sort(first.sort).limit(10).explain()
    assert not stages(explained["queryPlanner"]["winningPlan"]) & {"SORT", "COLLSCAN"}


@pytest.mark.parametrize(
    "where", [{"lead_unit": "property"}, {"co_units": "team"}, {"building_id": "bld_2"}]
)
async def test_a_list_of_a_unit_or_a_building_is_read_in_the_order_of_an_index(
    many: Any, where: dict[str, str]
) -> None:
    asked = {**where, **TWO_COMMUNITIES}
    shown = await check(many, asked, NEWEST_FIRST)
    assert shown == await many.count_documents(asked) > MANY // 6


async def test_what_presses_a_unit_is_read_in_order_among_what_presses(many: Any) -> None:
    where = {
        **pressing(None, overdue_at=None),
        "community": {"$in": list(HERE)},
        "lead_unit": "staff",
    }
    [first] = ranges(where, ORDERS[Sort.RISK], None)
    explained = await plan(many, first.where, first.sort)
    assert not stages(explained["queryPlanner"]["winningPlan"]) & {"SORT", "COLLSCAN"}


async def test_the_next_alarms_are_found_by_their_index(many: Any) -> None:
    first = await many.find_one({"_id": "req_000000"})
    bounds = {"$gt": LONG_AGO, "$lte": first["alarm_at"] + timedelta(days=9)}
    assert await check(many, {"alarm_at": bounds}, BY_ALARM) >= MANY // 2
