"""Incidents are found by an index, however many there are: by the company's number, by estate."""

from typing import Any

import pytest

from services.property.service.incident import owner_of_refs
from services.property.tests.samples import COMMUNITY, plan
from services.property.tests.world import World
from shared.mongo import Database
from shared.mongo.ordered import ranges
from shared.store import NEWEST_FIRST, OLDEST_FIRST, Order

pytestmark = pytest.mark.mongo
REFS = {"$in": [f"A-{number}" for number in range(100)]}
"""As many as a batch has."""
BULLETINS = Order((("published_at", -1),))
ASKED: list[tuple[str, dict[str, Any], Order]] = [
    ("incidents", {**owner_of_refs(plan()), "external_ref": REFS}, OLDEST_FIRST),
    ("incidents", {**owner_of_refs(plan(contractor_id=None)), "external_ref": REFS}, OLDEST_FIRST),
    ("incidents", {"community": {"$in": [COMMUNITY]}, "estate_id": "est_1"}, NEWEST_FIRST),
    ("incidents", {"community": {"$in": [COMMUNITY]}, "contractor_id": "cmp_1"}, NEWEST_FIRST),
    ("bulletins", {"community": {"$in": [COMMUNITY]}}, BULLETINS),
    ("bulletins", {"community": {"$in": [COMMUNITY]}, "estate_id": "est_1"}, BULLETINS),
]


@pytest.mark.parametrize(("collection", "where", "order"), ASKED)
async def test_no_list_reads_the_whole_collection(
    database: Database, real: World, collection: str, where: Any, order: Order
) -> None:
    await real.incident((await real.estate()).id, external_ref="A-1")
    rows: Any = database.records(collection)._collection
    for asked in ranges(where, order, None):
        explained = await rows.find(asked.where).sort(asked.sort).limit(100).explain()
        steps = str(explained["queryPlanner"]["winningPlan"])
        assert "IXSCAN" in steps
        assert "COLLSCAN" not in steps
