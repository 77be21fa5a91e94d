"""Who answered a survey goes when the rule says; what all answers say together is as before."""

import json
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from services.requests.domain.retention import DEFAULT_RULES, RetentionRules
from services.requests.domain.survey import OnePer, Survey, close
from services.requests.domain.survey_response import Given, ResponseChannel, SurveyResponse
from services.requests.service.retention import RetentionService
from services.requests.service.survey_anonymity import SurveyAnonymityService
from services.requests.store.retention import retention_rules
from services.requests.store.survey import SurveyCounts, survey_responses, surveys
from services.requests.tests.harness import FakeCopies
from services.requests.tests.survey_harness import AS_OFFICER, FakeResidences, SurveyHarness
from services.requests.tests.survey_samples import OFFICER, SlowCounts
from shared.clock import derived_id
from shared.mongo import Database
from shared.testing import FakeClock, FakeStore, called
from shared.testing_erasure import FakeErasingStore, all_told

WISH = "请照顾三单元王大妈"
HOMES = ("dwl_1", "dwl_2", "dwl_3", "dwl_4")


@dataclass
class World:
    """Surveys, and what makes their answers anonymous."""

    surveys: SurveyHarness
    rules: RetentionService
    anonymity: SurveyAnonymityService
    database: Database | None

    async def over(self, random: Random, answers: int, one_per: OnePer = OnePer.PERSON) -> Survey:
        """A survey that was answered by so many, and is over."""
        survey = await self.surveys.published(one_per=one_per)
        for number in range(answers):
            home = HOMES[number] if one_per is OnePer.HOUSEHOLD else random.choice(HOMES)
            replies = {
                "lift": (random.choice(["yes", "no"]),),
                "needs": tuple(random.sample(["meals", "clinic", "class"], random.randrange(3))),
                "persons": (str(random.randrange(1, 9)),),
                "wish": (f"{WISH}{number}",),
            }
            replies = {code: said for code, said in replies.items() if said}
            channel = random.choice([ResponseChannel.PAPER, ResponseChannel.PHONE])
            with called(f"per_voice_{number}"):
                given = Given(replies, channel, f"per_voice_{number}", home)
                await self.surveys.enter(survey.id, given)
        asked = await self.surveys.surveys.get(survey.id)
        saved = await self.surveys.surveys.save(*close(asked, at=self.surveys.clock.now()))
        await all_told(self.database)
        return saved

    async def answers(self, survey: Survey) -> list[SurveyResponse]:
        return await self.surveys.responses.find({"survey_id": survey.id}, limit=1000)

    async def raw(self, survey: Survey) -> str:
        if self.database is None:
            kept = await self.answers(survey)
            stories = [
                [each.model_dump() for each in await self.surveys.responses.story(one.id)]
                for one in kept
            ]
            return json.dumps([repr(kept), stories], default=str, ensure_ascii=False)
        records = self.database.records("survey_responses")
        found: list[Any] = await records.find({"survey_id": survey.id}, limit=1000)
        return json.dumps(found, default=str, ensure_ascii=False)


@pytest.fixture
async def world(either: Database | None) -> World:
    clock = FakeClock()
    if either is None:
        answers: Any = FakeErasingStore(SurveyResponse, clock=clock)
        asked: Any = FakeStore(Survey, clock=clock)
        rules = RetentionService(FakeStore(RetentionRules, clock=clock))
        counts: Any = SlowCounts(answers)
    else:
        answers, asked = survey_responses(either), surveys(either)
        rules = RetentionService(retention_rules(either))
        counts = SurveyCounts(answers)
        await either.migrate()
    harness = SurveyHarness(asked, answers, counts, FakeCopies(), FakeResidences(), clock)
    await harness.know_estate()
    anonymity = SurveyAnonymityService(asked, answers, rules, clock)
    return World(harness, rules, anonymity, either)


@pytest.mark.parametrize("one_per", OnePer)
async def test_results_come_out_as_before_and_nobody_is_left(world: World, one_per: OnePer) -> None:
    survey = await world.over(Random(one_per), 4 if one_per is OnePer.HOUSEHOLD else 30, one_per)
    before = await world.surveys.answers.results(survey.id, AS_OFFICER)
    ids = {each.id for each in await world.answers(survey)}
    world.surveys.clock.move(timedelta(days=DEFAULT_RULES.survey_days))

    assert await world.anonymity.sweep() == len(ids)

    assert await world.surveys.answers.results(survey.id, AS_OFFICER) == before
    after = await world.answers(survey)
    assert len(after) == len(ids)
    assert not ids & {each.id for each in after}
    held = await world.raw(survey)
    guesses = [derived_id("svr", survey.id, whose) for whose in (*HOMES, "per_voice_0")]
    for said in ("per_voice", WISH, *HOMES, OFFICER, *guesses):
        assert said not in held
    for each in after:
        story = await world.surveys.responses.story(each.id)
        assert [told.type.split(".")[2] for told in story] == ["entered", "anonymised"]
        assert story[-1].data["rules_version"] == 1
    await all_told(world.database)
    assert await world.anonymity.sweep() == 0


async def test_until_then_and_while_it_is_asked_answers_are_kept(world: World) -> None:
    survey = await world.over(Random(1), 2)
    asked = await world.surveys.published()
    await world.surveys.say(asked.id, "per_1", lift="yes")
    await all_told(world.database)
    world.surveys.clock.move(timedelta(days=DEFAULT_RULES.survey_days, milliseconds=-1))
    assert await world.anonymity.sweep() == 0
    world.surveys.clock.move(timedelta(milliseconds=1))
    assert await world.anonymity.sweep() == 2
    assert all(each.anonymised_at for each in await world.answers(survey))
    [kept] = await world.answers(asked)
    assert kept.respondent_id == "per_1"


async def test_a_communitys_own_rule_is_applied_and_told(world: World) -> None:
    survey = await world.over(Random(2), 3)
    await world.rules.change(survey.community, RetentionRules(1000, 30), seen=None)
    world.surveys.clock.move(timedelta(days=30))
    assert await world.anonymity.sweep() == 3
    [first, *_] = await world.answers(survey)
    story = await world.surveys.responses.story(first.id)
    assert story[-1].data["rules_version"] == 2
