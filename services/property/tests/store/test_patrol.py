"""How rounds, plans and schedules are found among thousands: by an index, hardly one in vain."""

from datetime import timedelta
from typing import Any

import pytest

from services.property.domain.patrol import PatrolState
from services.property.service.patrol import LATEST_FIRST
from services.property.service.rounds import SOONEST_FIRST
from services.property.tests.routine_harness import real_routine
from services.property.tests.samples import COMMUNITY, COMPANY, NOW
from services.property.tests.teams import TEAM
from shared.alarms import LONG_AGO
from shared.mongo import Database
from shared.store import OLDEST_FIRST, Order
from shared.testing_indexes import LIMIT, copies, looked_at

pytestmark = pytest.mark.mongo

STATES = [state.value for state in PatrolState]
HERE = {"community": {"$in": [COMMUNITY]}}
MINUTE = timedelta(minutes=1)


def by(field: str) -> Order:
    return Order(((field, 1),), ids=1)


@pytest.fixture
async def rounds(database: Database) -> Any:
    """Thousands of rounds, of ten plans and three companies, in all states."""
    it = await real_routine(database)
    await it.plan()
    return await copies(
        database,
        "patrols",
        plan_id=lambda n: f"pln_{n % 10}",
        state=lambda n: STATES[n % len(STATES)],
        contractor_id=lambda n: (COMPANY, "cmp_2", None)[n % 3],
        team_id=lambda n: TEAM if n % 3 == 2 else None,
        opens_at=lambda n: NOW + n * MINUTE,
        alarm_at=lambda n: NOW + n * MINUTE if n % 6 == 0 else None,
    )


async def test_what_opens_or_closes_is_found_by_its_alarm(rounds: Any) -> None:
    bounds = {"$gt": LONG_AGO, "$lte": NOW + 90 * MINUTE}
    assert await looked_at(rounds, {"alarm_at": bounds}, by("alarm_at")) == 16


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"state": "missed"},
        {"contractor_id": COMPANY},
        {"team_id": {"$in": [TEAM]}},
        {"plan_id": "pln_3"},
        {"opens_at": {"$gte": NOW, "$lt": NOW + 1440 * MINUTE}},
    ],
)
async def test_a_page_of_rounds_is_read_in_the_order_of_an_index(
    rounds: Any, where: dict[str, Any]
) -> None:
    assert await looked_at(rounds, {**HERE, **where}, LATEST_FIRST) <= 3 * LIMIT


async def test_the_rounds_of_a_plan_are_found_from_a_moment_on(rounds: Any) -> None:
    where = {"plan_id": "pln_3", "opens_at": {"$gte": NOW + 1000 * MINUTE}}
    assert await looked_at(rounds, where, SOONEST_FIRST) == LIMIT


async def test_plans_to_extend_are_found_by_when_and_a_routes_own_by_it(
    database: Database,
) -> None:
    it = await real_routine(database)
    await it.plan()
    many = await copies(
        database,
        "patrol_plans",
        route_id=lambda n: f"rou_{n % 100}",
        extend_at=lambda n: NOW + n * MINUTE if n % 3 == 0 else None,
    )
    bounds = {"$gt": LONG_AGO, "$lte": NOW + 90 * MINUTE}
    assert await looked_at(many, {"extend_at": bounds}, by("extend_at")) == 31
    of_route = {"route_id": "rou_7", "state": "active"}
    assert await looked_at(many, of_route, OLDEST_FIRST) == 30


async def test_upkeep_that_comes_due_is_found_by_when_and_a_facilitys_own_by_it(
    database: Database,
) -> None:
    it = await real_routine(database)
    await it.upkeep()
    many = await copies(
        database,
        "upkeeps",
        facility_id=lambda n: f"fac_{n % 100}",
        due_at=lambda n: NOW + n * MINUTE if n % 3 == 0 else None,
    )
    bounds = {"$gt": LONG_AGO, "$lte": NOW + 90 * MINUTE}
    assert await looked_at(many, {"due_at": bounds}, by("due_at")) == 31
    of_facility = {"facility_id": "fac_7", "state": "active"}
    assert await looked_at(many, of_facility, OLDEST_FIRST) == 30
