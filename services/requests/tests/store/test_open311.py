"""What the world reads is found by indexes, however many requests there are."""

from datetime import timedelta
from typing import Any

import pytest

from services.requests.service.open311_rows import AT_ONCE, CHANGED_FIRST, LATEST_FIRST
from services.requests.tests.city import city_over
from services.requests.tests.harness import HERE, Harness
from services.requests.tests.samples import submission
from shared.mongo import Documents
from shared.mongo.ordered import ranges
from shared.store import Order

pytestmark = pytest.mark.mongo


async def plan_of(harness: Harness, where: dict[str, Any], order: Order = LATEST_FIRST) -> str:
    """How the store would find what matches, the latest first."""
    assert isinstance(harness.store, Documents)
    (asked,) = ranges(where, order, None)
    rows = harness.store._collection.find(asked.where).sort(asked.sort)
    plan = (await rows.explain())["queryPlanner"]["winningPlan"]
    return str(plan)


async def test_lists_of_the_world_use_an_index_and_sort_nothing(real: Harness) -> None:
    now = real.clock.now()
    for n in range(30):
        kind = "parking" if n % 2 else "care.shopping"
        await real.service.submit(submission(kind), communities=HERE)
    span = {"$gte": now - timedelta(days=90), "$lte": now + timedelta(days=1)}
    public: dict[str, Any] = {
        "community": "hongmiao",
        "visibility": "public",
        "service_code": {"$in": ["parking", "sanitation"]},
        "submitted_at": span,
    }

    for where in (public, {**public, "state": {"$in": ["submitted", "assigned"]}}):
        plan = await plan_of(real, where)
        assert "COLLSCAN" not in plan
        assert "'SORT'" not in plan
        assert "'published'" in plan
    del public["submitted_at"]
    plan = await plan_of(real, {**public, "updated_at": {"$gte": span["$gte"]}}, CHANGED_FIRST)
    assert "COLLSCAN" not in plan
    assert "'SORT'" not in plan
    assert "'published_changes'" in plan


async def test_a_client_s_own_are_found_by_whose_they_are(real: Harness) -> None:
    city = city_over(real)
    city.api_key = await city.give_key()
    for _ in range(5):
        await real.service.submit(submission("parking"), communities=HERE)
    request_id = await city.reported()
    kept = await real.store.get(request_id)

    plan = await plan_of(real, {"requester_id": kept.requester_id, "community": "hongmiao"})
    assert "COLLSCAN" not in plan


async def test_a_list_longer_than_one_reading_is_whole_and_in_order(real: Harness) -> None:
    city = city_over(real)
    city.api_key = await city.give_key()
    for n in range(AT_ONCE + 7):
        await city.reported(description=str(n))

    listed = (await city.get_raw("requests.json")).json()
    moments = [each["requested_datetime"] for each in listed]
    assert len({each["service_request_id"] for each in listed}) == AT_ONCE + 7
    assert moments == sorted(moments, reverse=True)
    beyond = (await city.get_raw(f"requests.json?page=2&page_size={AT_ONCE}")).json()
    assert [each["service_request_id"] for each in beyond] == [
        each["service_request_id"] for each in listed[AT_ONCE:]
    ]
