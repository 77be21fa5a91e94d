"""How care tasks are found among thousands: what is due, one's own, a community's; by an index."""

from datetime import timedelta
from typing import Any

import pytest

from services.pairing.domain.care_task import CareTaskState
from services.pairing.service.care_task import CareTaskFilter, Mine
from services.pairing.tests.harness import HERE, Harness, assigned
from services.pairing.tests.store.test_fellows import NOW
from shared.alarms import LONG_AGO
from shared.mongo import Database
from shared.store import NEWEST_FIRST, Order
from shared.testing_indexes import LIMIT, copies, looked_at

pytestmark = pytest.mark.mongo

STATES = [state.value for state in CareTaskState]


@pytest.fixture
async def many(real: Harness, database: Database) -> Any:
    """Thousands of tasks in all states, of ten people in two communities."""
    await real.household()
    await real.member(1)
    await real.hear(assigned())
    return await copies(
        database,
        "care_tasks",
        community=lambda n: ("hongmiao", "elsewhere")[n % 2],
        state=lambda n: STATES[n % len(STATES)],
        asked_ids=lambda n: [f"per_{n % 10}"],
        alarm_at=lambda n: NOW + timedelta(minutes=n) if n % 6 == 0 else None,
    )


async def test_what_is_due_is_found_by_its_alarm(many: Any) -> None:
    bounds = {"$gt": LONG_AGO, "$lte": NOW + timedelta(minutes=90)}
    order = Order((("alarm_at", 1),), ids=1)
    assert await looked_at(many, {"alarm_at": bounds}, order) == 16


@pytest.mark.parametrize(
    "wanted",
    [
        CareTaskFilter(),
        CareTaskFilter(mine=Mine.OFFERS),
        CareTaskFilter(mine=Mine.TASKS),
        CareTaskFilter(CareTaskState.COMPLETED),
    ],
)
@pytest.mark.parametrize("person_id", [None, "per_4"])
async def test_a_page_is_read_in_the_order_of_an_index(
    many: Any, wanted: CareTaskFilter, person_id: str | None
) -> None:
    where: dict[str, Any] = {"state": {"$in": wanted.states()}, "community": {"$in": list(HERE)}}
    if person_id is not None:
        where["asked_ids"] = person_id
    assert await looked_at(many, where, NEWEST_FIRST) <= 3 * LIMIT
