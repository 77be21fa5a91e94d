"""The rates as MongoDB counts them: equal to the slow ones, and from an index alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from pydantic import TypeAdapter

from services.requests.domain.assignment import Assignment, Unit
from services.requests.domain.follow_up import Answer, FollowUp, Method
from services.requests.domain.rates import PERIODS, Dimension, Question, period
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.service.rates import ROWS_MAX
from services.requests.store.rates import RequestTallies, pipeline
from services.requests.tests.harness import Harness
from services.requests.tests.rates_reference import reference
from services.requests.tests.samples import NOW, in_state
from shared.mongo import Documents

pytestmark = pytest.mark.mongo

CODEC: TypeAdapter[ServiceRequest] = TypeAdapter(ServiceRequest)
BASE = in_state(RequestState.RESOLVED)
COMMUNITIES = ("hongmiao", "elsewhere", "third")
CODES, BUILDINGS, ESTATES = ("noise", "parking", "lift"), (None, "bld_1", "bld_2"), ("est_1", "e_2")
PROJECTIONS = ("PROJECTION_DEFAULT", "PROJECTION_SIMPLE", "PROJECTION_COVERED", "GROUP")
YEAR = timedelta(days=500)
STORED = [each for each in Dimension if each is not Dimension.GROUP]


def any_moment(random: Random) -> datetime:
    """Often at a border between two days of Beijing, or one millisecond beside it."""
    at = NOW + random.random() * YEAR
    if random.random() < 0.3:
        border = at.replace(hour=16, minute=0, second=0, microsecond=0)
        return border + timedelta(milliseconds=random.choice([-1, 0, 1]))
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def any_follow_up(random: Random) -> FollowUp | None:
    if random.random() < 0.2:
        return None
    answer = random.choice([None, *Answer])
    mark = random.choice([None, 1, 2, 3, 4, 5]) if answer else None
    return FollowUp(answer, "per_1", any_moment(random), mark, method=random.choice(list(Method)))


def any_request(random: Random, number: int) -> ServiceRequest:
    said = any_follow_up(random)
    due_at = random.choice([None, any_moment(random)])
    unit = random.choice([None, *Unit])
    return replace(
        BASE,
        id=f"req_{number:06}",
        number=f"HM-{number}",
        community=random.choice(COMMUNITIES),
        service_code=random.choice(CODES),
        building_id=random.choice(BUILDINGS),
        estate_id=random.choice(ESTATES),
        assignment=Assignment(unit, NOW) if unit else None,
        due_at=due_at,
        first_contact_at=random.choice([None, due_at, any_moment(random)]),
        follow_up=said,
        follow_ups=(said,) if said else (),
    )


def any_question(random: Random) -> Question:
    first = date(2026, 5, 1) + timedelta(days=random.randrange(300))
    groups = random.sample([each for each in STORED if each not in PERIODS], random.randrange(3))
    by = [*groups, *random.sample(sorted(PERIODS), random.randrange(2))]
    random.shuffle(by)

    def perhaps(value: Any) -> Any:
        return value if random.random() < 0.2 else None

    return Question(
        period(first, first + timedelta(days=random.choice([0, 1, 30, 365]))),
        tuple(random.sample(COMMUNITIES, random.randrange(1, 4))),
        tuple(by),
        service_code=perhaps("noise"),
        unit=perhaps("property"),
        building_id=perhaps("bld_1"),
        estate_id=perhaps("est_1"),
    )


async def kept(real: Harness, requests: list[ServiceRequest]) -> Any:
    assert isinstance(real.store, Documents)
    collection: Any = real.store._collection
    rows = [CODEC.dump_python(request) for request in requests]
    await collection.insert_many([{"_id": row.pop("id"), **row} for row in rows])
    return collection


@pytest.mark.parametrize("seed", range(3))
async def test_the_store_counts_what_the_definition_says(real: Harness, seed: int) -> None:
    random = Random(seed)
    requests = [any_request(random, number) for number in range(700)]
    await kept(real, requests)
    tallies = RequestTallies(real.store)  # type: ignore[arg-type]

    questions = [any_question(random) for _ in range(60)]
    for question in questions:
        rows = await tallies.rows(question, limit=ROWS_MAX)
        counted = {row.key: row.counts for row in rows}
        assert len(counted) == len(rows)
        assert counted == reference(requests, question), question
    assert sum(bool(reference(requests, question)) for question in questions) > 20


@pytest.mark.parametrize("dimension", STORED)
async def test_every_dimension_is_told_apart_as_it_is_written(
    real: Harness, dimension: Dimension
) -> None:
    random = Random(dimension.value)
    requests = [any_request(random, number) for number in range(300)]
    await kept(real, requests)
    question = Question(period(date(2026, 1, 1), date(2027, 12, 31)), COMMUNITIES, (dimension,))

    rows = await RequestTallies(real.store).rows(question, limit=ROWS_MAX)  # type: ignore[arg-type]

    assert {row.key: row.counts for row in rows} == reference(requests, question)
    assert len(rows) > 1


def stages(node: Mapping[str, Any]) -> set[str]:
    """The kinds of steps in a plan."""
    inner = [node["inputStage"]] if "inputStage" in node else []
    return {node["stage"]}.union(*(stages(each) for each in inner))


async def test_rates_are_counted_from_the_index_and_only_in_their_period(real: Harness) -> None:
    random = Random(7)
    requests = [any_request(random, number) for number in range(3_000)]
    collection = await kept(real, requests)
    month = period(date(2026, 9, 1), date(2026, 9, 30))
    inside = sum(
        request.follow_up is not None
        and month.since <= request.follow_up.at < month.until
        and request.community in COMMUNITIES[:2]
        for request in requests
    )

    for by in ((), (Dimension.UNIT, Dimension.WEEK), (Dimension.BUILDING, Dimension.CATEGORY)):
        question = Question(month, COMMUNITIES[:2], by)
        explained = await collection.database.command(
            "explain",
            {"aggregate": collection.name, "pipeline": pipeline(question, 10), "cursor": {}},
            verbosity="executionStats",
        )
        plan = _cursor(explained)
        assert stages(plan["queryPlanner"]["winningPlan"]) <= {"IXSCAN", *PROJECTIONS}
        figures = plan["executionStats"]
        assert figures["totalDocsExamined"] == 0
        assert inside <= figures["totalKeysExamined"] <= inside + 20


def _cursor(explained: Any) -> Any:
    """The part that finds what is to be counted."""
    return explained["stages"][0]["$cursor"]
