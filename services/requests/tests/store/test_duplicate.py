"""How the store finds open requests near a place: by an index, looking at few, whatever is kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.service.duplicate import Near
from services.requests.store.duplicate import RequestCandidates, pipeline
from services.requests.tests.harness import Harness
from services.requests.tests.samples import NOW, in_state
from shared.mongo import Documents

pytestmark = pytest.mark.mongo

CODEC: TypeAdapter[ServiceRequest] = TypeAdapter(ServiceRequest)
MANY, LIMIT = 6_000, 50
CODES = tuple(f"lift.{n}" for n in range(6))


@pytest.fixture
async def many(real: Harness) -> Any:
    """Thousands of requests, of which one in three is open; in three buildings of two estates."""
    assert isinstance(real.store, Documents)
    opened, closed = in_state(RequestState.ACCEPTED), in_state(RequestState.CLOSED)
    rows = []
    for n in range(MANY):
        request = replace(
            opened if n % 3 == 0 else closed,
            id=f"req_{n:06}",
            number=f"HM-{n}",
            service_code=f"lift.{n // 6 % 12}",
            estate_id=f"est_{n % 2}",
            building_id=[None, "bld_1", "bld_2", "bld_3"][n // 72 % 4],
            submitted_at=NOW + timedelta(minutes=n * 7 % MANY),
        )
        row = CODEC.dump_python(request)
        rows.append({"_id": row.pop("id"), **row})
    collection: Any = real.store._collection
    await collection.insert_many(rows)
    return collection


def stages(node: Mapping[str, Any]) -> set[str]:
    """The kinds of steps in a plan."""
    inner = [node["inputStage"]] if "inputStage" in node else node.get("inputStages", [])
    return {node["stage"]}.union(*(stages(each) for each in inner))


@pytest.mark.parametrize("building_id", [None, "bld_2"])
async def test_a_search_walks_an_index_of_open_requests_and_stops_at_its_limit(
    many: Any, real: Harness, building_id: str | None
) -> None:
    near = Near("hongmiao", "est_0", building_id, CODES, NOW)
    explained = await many.database.command(
        "explain",
        {"aggregate": many.name, "pipeline": pipeline(near, LIMIT), "cursor": {}},
        verbosity="executionStats",
    )

    plan = explained["stages"][0]["$cursor"] if "stages" in explained else explained
    steps = stages(plan["queryPlanner"]["winningPlan"])
    assert not steps & {"COLLSCAN", "SORT"}, steps
    assert plan["executionStats"]["totalDocsExamined"] <= LIMIT + len(CODES)
    found = await RequestCandidates(real.store).near(near, limit=LIMIT)  # type: ignore[arg-type]
    assert len(found) == LIMIT
    moments = [each.described.at for each in found]
    assert moments == sorted(moments, reverse=True)


async def test_what_one_supports_is_found_by_its_index(many: Any) -> None:
    where = {"supporters": "per_1", "community": {"$in": ["hongmiao"]}}
    explained = await many.find(where).sort([("_id", -1)]).limit(LIMIT).explain()

    steps = stages(explained["queryPlanner"]["winningPlan"])
    assert not steps & {"COLLSCAN", "SORT"}, steps
    assert explained["executionStats"]["totalDocsExamined"] == 0
