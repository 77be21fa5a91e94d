"""What only the real store can show of pledges and thanks: plans of their queries, sealed words."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.pairing.domain.pledge import PledgeState
from services.pairing.service.pledge import BATCH, NEXT_FIRST
from services.pairing.tests.harness import Harness, branch
from shared.mongo import Database, Records
from shared.mongo.ordered import ranges

pytestmark = pytest.mark.mongo


@pytest.fixture
async def raw(mongo_url: str, mongo_name: str) -> AsyncIterator[Records]:
    """The collection of thanks as anybody with the database sees it."""
    made = Database(mongo_url, mongo_name)
    yield made.records("thanks")
    await made.close()


async def test_words_of_thanks_come_back_and_are_nowhere_as_text(
    real: Harness, raw: Records
) -> None:
    member = await real.member(1)
    words = "谢谢您照顾王奶奶"

    given = await real.ledger.thanks.give(
        branch(), member.id, by="per_sec", words=words, contribution_id=None
    )

    assert (await real.backing.ledger.thanks.get(given.id)).words == words
    assert words not in str(await raw.get(given.id))


async def test_due_pledges_are_found_by_an_index_of_open_ones(
    real: Harness, database: Database
) -> None:
    collection: Any = database._database["pledges"]
    now = real.clock.now()
    rows: list[dict[str, Any]] = [
        {
            "_id": f"plg_{number:05}",
            "state": (PledgeState.OPEN if number % 10 == 0 else PledgeState.KEPT).value,
            "next_at": now + timedelta(hours=number - 500),
        }
        for number in range(2_000)
    ]
    await collection.insert_many(rows)
    where = {"state": PledgeState.OPEN.value, "next_at": {"$lte": now}}
    (asked,) = ranges(where, NEXT_FIRST, None)

    plan = await collection.find(asked.where).sort(asked.sort).limit(BATCH).explain()

    due = [row for row in rows if row["state"] == "open" and row["next_at"] <= now]
    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
    assert "'SORT'" not in str(plan["queryPlanner"]["winningPlan"])
    assert plan["executionStats"]["totalDocsExamined"] <= len(due)
