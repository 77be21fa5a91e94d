"""What only the real store can show: figures come out as before, by an index, and after a kill."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import TypeAdapter

from services.requests.domain.contact import Contact
from services.requests.domain.mediation import MediationState
from services.requests.domain.rates import Question, period
from services.requests.domain.request import ENDED, OPEN, RequestState, ServiceRequest
from services.requests.service.anonymity import BY_END, KEPT
from services.requests.service.rates import ROWS_MAX
from services.requests.service.sweeping import BATCH, by_community
from services.requests.store.rates import RequestTallies
from services.requests.tests.privacy_harness import (
    LONG_AFTER,
    PEOPLE,
    WORDS,
    PrivacyHarness,
    privacy_harness_over,
)
from services.requests.tests.samples import RESIDENT
from services.requests.tests.store.test_rates import (
    COMMUNITIES,
    STORED,
    any_question,
    any_request,
    stages,
)
from shared.alarms import LONG_AGO
from shared.clock import new_id
from shared.mongo import Database
from shared.mongo.ordered import ranges

pytestmark = pytest.mark.mongo

CODEC: TypeAdapter[ServiceRequest] = TypeAdapter(ServiceRequest)
ROOT = Path(__file__).parents[4]
EVERYTHING = period(date(2026, 1, 1), date(2028, 12, 31))


@pytest.fixture
async def real_privacy(database: Database) -> PrivacyHarness:
    return await privacy_harness_over(database)


def any_life(random: Random, number: int) -> ServiceRequest:
    """A request as rates know them, over or not, with words and people in it."""
    state = random.choice([RequestState.CLOSED, *sorted(ENDED), *sorted(OPEN)])
    ended = LONG_AFTER - timedelta(days=random.choice([1, 900, 1095, 1097, 1150]))
    return replace(
        any_request(random, number),
        version=1,
        state=state,
        requester_id=f"{RESIDENT}_{number % 7}",
        contact=Contact("王大妈", "13912345678"),
        description="装修太吵。",
        closed_at=ended if state in ENDED else None,
        supporters=tuple(f"per_{n}" for n in range(random.randrange(3))),
    )


async def planted(harness: PrivacyHarness, requests: list[ServiceRequest]) -> Any:
    """The requests as the door would have written them, in one go."""
    rows = []
    for request in requests:
        told = {
            "specversion": "1.0",
            "id": new_id("evt"),
            "source": "/linli/requests",
            "type": "requests.request.submitted.v1",
            "subject": request.id,
            "time": request.submitted_at,
            "community": request.community,
            "actor": request.requester_id,
            "correlationid": "evt_1",
            "sequence": 1,
            "data": {"requester_id": request.requester_id, "dwelling_id": request.dwelling_id},
        }
        row = CODEC.dump_python(request)
        door = {"correlation": "evt_1", "writer": "own_x.1", "created_by": request.requester_id}
        rows.append({"_id": row.pop("id"), **row, **door, "story": [told]})
    collection: Any = harness.requests._collection  # type: ignore[attr-defined]
    await collection.insert_many(rows)
    return collection


async def figures(harness: PrivacyHarness, collection: Any, random: Random) -> list[Any]:
    """All that is counted over requests: rates in many ways, lists, and stories' steps."""
    tallies = RequestTallies(harness.requests)  # type: ignore[arg-type]
    questions = [any_question(random) for _ in range(40)]
    questions += [Question(EVERYTHING, COMMUNITIES, (dimension,)) for dimension in STORED]
    found: list[Any] = []
    for question in questions:
        rows = await tallies.rows(question, limit=ROWS_MAX)
        found.append({row.key: row.counts for row in rows})
    by = {"state": "$state", "code": "$service_code", "building": "$building_id"}
    people = {"$sum": {"$size": {"$ifNull": ["$supporters", []]}}}
    counted = [{"$group": {"_id": by, "count": {"$sum": 1}, "supporters": people}}]
    rows = await collection.aggregate(counted).to_list(None)
    found.append(sorted(str(row) for row in rows))
    return found


async def steps(harness: PrivacyHarness, requests: list[ServiceRequest]) -> list[Any]:
    return [
        [(each.id, each.type, each.time) for each in (await harness.requests.story(one.id))[:1]]
        for one in requests
    ]


@pytest.mark.parametrize("seed", range(2))
async def test_every_figure_comes_out_as_before(real_privacy: PrivacyHarness, seed: int) -> None:
    requests = [any_life(Random(seed * 1_000 + n), n) for n in range(250)]
    collection = await planted(real_privacy, requests)
    before = await figures(real_privacy, collection, Random(seed))
    told = await steps(real_privacy, requests)
    long_over = {
        each.id
        for each in requests
        if each.closed_at and each.closed_at <= LONG_AFTER - timedelta(days=1096)
    }

    assert await real_privacy.anonymity.sweep() == len(long_over)

    assert len(long_over) > 40
    assert await figures(real_privacy, collection, Random(seed)) == before
    assert await steps(real_privacy, requests) == told
    kept = await collection.find({"anonymised_at": {"$ne": None}}, {"_id": 1}).to_list(None)
    assert {row["_id"] for row in kept} == long_over


async def test_what_is_due_is_found_by_an_index_whatever_is_anonymous_already(
    real_privacy: PrivacyHarness,
) -> None:
    random = Random(1)
    done = datetime(2029, 1, 1, tzinfo=LONG_AFTER.tzinfo)
    requests = [replace(any_life(random, n), anonymised_at=done) for n in range(300)]
    due = replace(
        any_life(random, 999),
        community="hongmiao",
        state=RequestState.CLOSED,
        closed_at=LONG_AFTER - timedelta(days=1200),
    )
    collection = await planted(real_privacy, [*requests, due])
    bounds = {"$gt": LONG_AGO, "$lte": LONG_AFTER}
    for community, order in (({"$gt": ""}, by_community("closed_at")), ("hongmiao", BY_END)):
        where = {**KEPT, "community": community, "closed_at": bounds}
        [asked] = ranges(where, order, None)
        plan = await collection.find(asked.where).sort(asked.sort).limit(BATCH).explain()
        assert not stages(plan["queryPlanner"]["winningPlan"]) & {"SORT", "COLLSCAN"}
        assert plan["executionStats"]["totalDocsExamined"] == 1
    assert await real_privacy.anonymity.sweep() == 1


@pytest.mark.chaos
@pytest.mark.parametrize(
    "point",
    [
        "erasure.before",
        "erasure.noted",
        "anonymity.photos_dropped",
        "anonymity.traces_forgotten",
        "erasure.archived",
    ],
)
async def test_killed_at_any_step_the_next_round_goes_on(
    real_privacy: PrivacyHarness, mongo_url: str, mongo_name: str, tmp_path: Path, point: str
) -> None:
    request = await real_privacy.lived()
    case = await real_privacy.disputed(request, MediationState.FULFILLED)
    events = await real_privacy.requests.story(request.id)
    victim = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.requests.tests.victim",
        mongo_url,
        mongo_name,
        cwd=ROOT,
        env={
            **os.environ,
            "LINLI_FAULT_POINT": point,
            "LINLI_FAULT_MARK": str(tmp_path / "mark"),
        },
    )
    async with asyncio.timeout(60):
        assert await victim.wait() == -signal.SIGKILL

    assert real_privacy.database is not None
    untold = {
        event["id"]
        for name in real_privacy.database.told_from
        for each in await real_privacy.database.untold(name, limit=10)
        for event in each.events
    }
    await real_privacy.told()
    for _ in range(2):
        await real_privacy.anonymity.sweep()
        await real_privacy.told()

    held = await real_privacy.raw(request, [case])
    assert [each for each in (*WORDS, *PEOPLE, "per_wang") if each in held] == []
    for photo in request.photos:
        assert await real_privacy.files.read(photo.id) is None
    assert await real_privacy.requests.unfinished(limit=10) == []
    assert await real_privacy.cases.unfinished(limit=10) == []
    story = await real_privacy.requests.story(request.id)
    assert [each.id for each in story[:-1]] == [each.id for each in events]
    assert [each.type.split(".")[2] for each in story].count("anonymised") == 1
    if point != "erasure.before":
        assert story[-1].id in untold
