"""What only the real store can show of surveys: counts that equal a slow count, by an index."""

import asyncio
import random
from typing import Any

import pytest

from services.requests.domain.survey import OnePer
from services.requests.domain.survey_response import Given, ResponseChannel, SurveyResponse
from services.requests.store.mediation import INDEXES as OF_MEDIATIONS
from services.requests.store.survey import RESPONSE_INDEXES, SURVEY_INDEXES
from services.requests.tests.survey_harness import BUILDINGS, SurveyHarness, survey_harness_over
from services.requests.tests.survey_samples import choices_of, spreads_of, totals_of
from shared.alarms import LONG_AGO
from shared.errors import Conflict
from shared.mongo import Database, Documents

pytestmark = pytest.mark.mongo
HOMES = [home for homes in BUILDINGS.values() for home in homes]
CODES = ["lift", "needs"]


@pytest.fixture
async def harness(database: Database) -> SurveyHarness:
    return await survey_harness_over(database)


async def _answered(harness: SurveyHarness, chance: random.Random) -> str:
    survey = await harness.published()
    other = await harness.published()
    for n in range(60):
        answers = {"lift": chance.choice(["yes", "no"])}
        if chance.random() < 0.7:
            chosen = chance.sample(["meals", "clinic", "class"], chance.randint(1, 3))
            answers["needs"] = ",".join(chosen)
        if chance.random() < 0.5:
            answers["persons"] = str(chance.randint(1, 9))
        home = chance.choice([*HOMES, None])
        await harness.say(survey.id, f"per_{n}", home, **answers)
        await harness.say(other.id, f"per_{n}", home, **answers)
    return survey.id


@pytest.mark.parametrize("seed", range(3))
async def test_the_stores_counts_are_those_of_a_slow_count(
    harness: SurveyHarness, seed: int
) -> None:
    survey_id = await _answered(harness, random.Random(seed))
    responses = await harness.responses.find({"survey_id": survey_id}, limit=1_000)

    assert len(responses) == 60
    totals = await harness.counts.totals(survey_id)
    choices = await harness.counts.choices(survey_id, CODES)
    (spread,) = await harness.counts.spreads(survey_id, ["persons"])
    assert sorted(totals, key=str) == sorted(totals_of(responses), key=str)
    assert sorted(choices, key=str) == sorted(choices_of(responses, CODES), key=str)
    (slow,) = spreads_of(responses, ["persons"])
    assert (spread.count, spread.least, spread.most) == (slow.count, slow.least, slow.most)
    assert spread.mean == pytest.approx(slow.mean)


async def test_an_account_answers_online_for_one_home_and_no_more(
    harness: SurveyHarness,
) -> None:
    survey = await harness.published(one_per=OnePer.HOUSEHOLD)
    outcomes = await asyncio.gather(
        *(harness.say(survey.id, "per_1", home, lift="yes") for home in HOMES),
        return_exceptions=True,
    )

    kept = [each for each in outcomes if isinstance(each, SurveyResponse)]
    refused = [each for each in outcomes if isinstance(each, Conflict)]
    assert (len(kept), len(refused)) == (1, len(HOMES) - 1)
    assert {each.code for each in refused} == {"survey.answered"}
    other = next(each for each in HOMES if each != kept[0].dwelling_id)
    await harness.enter(survey.id, Given({"lift": ("no",)}, ResponseChannel.PAPER, "per_1", other))


async def _plan(store: object, where: dict[str, Any]) -> str:
    assert isinstance(store, Documents)
    explained = await store._collection.find(where).explain()
    return str(explained["queryPlanner"]["winningPlan"])


async def test_no_question_walks_the_whole_collection(harness: SurveyHarness) -> None:
    survey_id = await _answered(harness, random.Random(1))
    bounds = {"$gt": LONG_AGO, "$lte": harness.clock.now()}

    for plan in (
        await _plan(harness.responses, {"survey_id": survey_id}),
        await _plan(harness.surveys, {"closing_at": bounds}),
    ):
        assert "IXSCAN" in plan
        assert "COLLSCAN" not in plan


@pytest.mark.parametrize("indexes", [OF_MEDIATIONS, SURVEY_INDEXES, RESPONSE_INDEXES])
def test_every_index_has_a_name_of_its_own(indexes: Any) -> None:
    names = [index.name for index in indexes]

    assert None not in names
    assert len(set(names)) == len(names)
