"""How the store finds whose time has come and what somebody holds: by an index, among thousands."""

from datetime import UTC, datetime, timedelta

import pytest

from services.pairing.service.onlooker import Onlooker
from services.pairing.service.post import Term
from services.pairing.service.team import TeamTold
from services.pairing.tests.harness import HERE, Harness
from services.pairing.tests.member_samples import REMIT
from shared.alarms import LONG_AGO
from shared.mongo import Database
from shared.store import NEWEST_FIRST, OLDEST_FIRST, Order
from shared.testing_indexes import LIMIT, MANY, copies, looked_at

pytestmark = pytest.mark.mongo

STAFF = Onlooker(HERE)
NOW = datetime(2026, 11, 24, tzinfo=UTC)


async def test_whose_absence_ends_is_found_by_an_index(real: Harness, database: Database) -> None:
    await real.member()
    many = await copies(
        database,
        "members",
        person_id=lambda n: f"per_{n}",
        branch_id=lambda n: f"brn_{n % 10}",
        alarm_at=lambda n: NOW + timedelta(minutes=n) if n % 3 == 0 else None,
    )
    bounds = {"$gt": LONG_AGO, "$lte": NOW + timedelta(minutes=90)}
    by_end = Order((("alarm_at", 1),), ids=1)
    assert await looked_at(many, {"alarm_at": bounds}, by_end) == 31
    of_branch = {"community": {"$in": list(HERE)}, "branch_id": "brn_3"}
    assert await looked_at(many, of_branch, NEWEST_FIRST) == LIMIT


async def test_whose_term_ends_and_what_somebody_holds_is_found_by_an_index(
    real: Harness, database: Database
) -> None:
    helper, fellows = await real.member(), real.fellows
    post = await fellows.posts.register(community=HERE[0], code="x", remit=REMIT)
    await fellows.posts.appoint(post.id, STAFF, helper.id, Term(), seen=None)
    team = await fellows.teams.register(
        STAFF, community=HERE[0], branch_id="brn_1", told=TeamTold("示例")
    )
    await fellows.teams.join(team.id, STAFF, helper.id, seen=None)
    posts = await copies(
        database,
        "posts",
        code=lambda n: f"code{n}",
        holders=lambda n: [{"member_id": f"mem_{n % 100}", "since": NOW, "until": None}],
        term_ends_at=lambda n: NOW + timedelta(minutes=n) if n % 2 else None,
    )
    teams = await copies(database, "teams", member_ids=lambda n: [f"mem_{n % 100}", "mem_x"])

    bounds = {"$gt": LONG_AGO, "$lte": NOW + timedelta(minutes=20)}
    by_end = Order((("term_ends_at", 1),), ids=1)
    assert await looked_at(posts, {"term_ends_at": bounds}, by_end) == 10
    held = {"holders.member_id": "mem_7", "state": "open"}
    assert await looked_at(posts, held, OLDEST_FIRST) == MANY // 100
    joined = {"member_ids": "mem_7", "state": "open"}
    assert await looked_at(teams, joined, OLDEST_FIRST) == MANY // 100
