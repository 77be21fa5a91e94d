"""What one can do with a survey, over both stores."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.requests.domain.survey import OnePer, SurveyState
from services.requests.domain.survey_response import Given, ResponseChannel
from services.requests.service.survey import Lists, SurveyFilter, SurveyReader
from services.requests.tests.survey_harness import (
    AS_OFFICER,
    HERE,
    THERE,
    SurveyHarness,
    resident,
    survey_harness_over,
)
from services.requests.tests.survey_samples import ANALYSIS, CLOSES_AT, OFFICER, plan
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Stale, WrongState
from shared.mongo import Database

LISTS = Lists(ANALYSIS.findings, ANALYSIS.supplies, ANALYSIS.projects)
PAPER = Given({"lift": ("no",)}, ResponseChannel.PAPER, "per_old", "dwl_3")
S = SurveyState


@pytest.fixture
async def harness(either: Database | None) -> SurveyHarness:
    return await survey_harness_over(either)


async def test_a_survey_goes_from_its_draft_to_a_list_of_projects(harness: SurveyHarness) -> None:
    survey = await harness.service.draft(plan(), estate_id="est_1", reader=AS_OFFICER)
    survey = await harness.service.revise(
        survey.id, AS_OFFICER, seen=1, plan=plan(title="居民需求调查(二)")
    )
    await harness.service.publish(survey.id, AS_OFFICER, seen=2)
    await harness.say(survey.id, "per_1", lift="yes")
    await harness.service.close(survey.id, AS_OFFICER, seen=3)
    await harness.service.analyse(survey.id, AS_OFFICER, seen=4, lists=LISTS)
    survey = await harness.service.archive(survey.id, AS_OFFICER, seen=5)

    assert (survey.state, survey.plan.title) == (S.ARCHIVED, "居民需求调查(二)")
    assert survey.analysis == replace(ANALYSIS, at=harness.clock.now())
    assert await harness.service.get(survey.id, resident()) == survey
    story = await harness.service.story(survey.id, AS_OFFICER)
    assert [step.type.split(".")[2] for step in story] == [
        "drafted",
        "revised",
        "published",
        "closed",
        "analysed",
        "archived",
    ]


async def test_a_draft_is_there_for_officers_only(harness: SurveyHarness) -> None:
    draft = await harness.service.draft(plan(), estate_id="est_1", reader=AS_OFFICER)
    asked = await harness.published()

    async def listed(reader: SurveyReader, **wanted: object) -> list[str]:
        page = await harness.service.page(
            reader,
            SurveyFilter(**wanted),  # type: ignore[arg-type]
            cursor=None,
            limit=10,
        )
        return [each.id for each in page.items]

    with pytest.raises(NotFound):
        await harness.service.get(draft.id, resident())
    with pytest.raises(NotFound):
        await harness.say(draft.id, "per_1", lift="yes")
    assert await listed(AS_OFFICER) == [asked.id, draft.id]
    assert await listed(resident()) == [asked.id]
    assert await listed(resident(), state=S.DRAFT) == []
    assert await listed(AS_OFFICER, state=S.DRAFT) == [draft.id]
    assert await listed(resident(), estate_id="est_9") == []
    assert await listed(resident(communities=THERE)) == []


async def test_a_survey_is_of_an_estate_of_ones_own(harness: SurveyHarness) -> None:
    for estate_id, communities in (("est_1", THERE), ("est_9", HERE)):
        reader = SurveyReader(OFFICER, communities, manages=True)
        with pytest.raises(Invalid, match=r"estate\.unknown"):
            await harness.service.draft(plan(), estate_id=estate_id, reader=reader)


async def test_what_is_refused_leaves_nothing_behind(harness: SurveyHarness) -> None:
    survey = await harness.published()

    with pytest.raises(Stale):
        await harness.service.close(survey.id, AS_OFFICER, seen=1)
    with pytest.raises(WrongState):
        await harness.service.revise(survey.id, AS_OFFICER, seen=None, plan=plan())
    away = SurveyReader(OFFICER, THERE, manages=True)
    with pytest.raises(NotFound):
        await harness.service.close(survey.id, away, seen=None)
    assert await harness.service.get(survey.id, AS_OFFICER) == survey


async def test_a_person_answers_once(harness: SurveyHarness) -> None:
    survey = await harness.published()
    first = await harness.say(survey.id, "per_1", lift="yes")

    for again in (
        harness.say(survey.id, "per_1", "dwl_2", lift="no"),
        harness.enter(survey.id, replace(PAPER, respondent_id="per_1")),
    ):
        with pytest.raises(Conflict, match=r"survey\.answered"):
            await again
    assert await harness.responses.get(first.id) == first
    assert (await harness.say(survey.id, "per_2", lift="no")).id != first.id


async def test_a_household_answers_once_whoever_of_it_does(harness: SurveyHarness) -> None:
    survey = await harness.published(one_per=OnePer.HOUSEHOLD)
    await harness.say(survey.id, "per_1", "dwl_1", lift="yes")

    with pytest.raises(Conflict, match=r"survey\.answered"):
        await harness.say(survey.id, "per_2", "dwl_1", lift="no")
    with pytest.raises(NotAllowed, match=r"survey\.home_unknown"):
        await harness.say(survey.id, "per_4", lift="no")
    with pytest.raises(Invalid, match=r"dwelling\.unknown"):
        await harness.say(survey.id, "per_2", "dwl_9", lift="no")
    assert (await harness.say(survey.id, "per_3", "dwl_2", lift="no")).building_id == "bld_1"


async def test_of_many_answers_of_one_household_at_once_one_is_kept(
    harness: SurveyHarness,
) -> None:
    survey = await harness.published(one_per=OnePer.HOUSEHOLD)

    outcomes = await asyncio.gather(
        *(harness.say(survey.id, f"per_{n}", "dwl_1", lift="yes") for n in range(8)),
        return_exceptions=True,
    )

    assert sum(isinstance(each, Conflict) for each in outcomes) == 7
    _, results = await harness.answers.results(survey.id, AS_OFFICER)
    assert results.answers == 1


async def test_what_came_on_paper_bears_the_officer_and_may_be_entered_after_the_end(
    harness: SurveyHarness,
) -> None:
    survey = await harness.published()
    await harness.service.close(survey.id, AS_OFFICER, seen=None)

    entered = await harness.enter(survey.id, PAPER)

    assert (entered.entered_by, entered.respondent_id) == (OFFICER, "per_old")
    assert (entered.channel, entered.building_id) == (ResponseChannel.PAPER, "bld_2")
    with pytest.raises(WrongState):
        await harness.say(survey.id, "per_1", lift="yes")
    with pytest.raises(Invalid, match=r"survey\.respondent_lacking"):
        await harness.enter(survey.id, replace(PAPER, respondent_id=None))
    await harness.service.analyse(survey.id, AS_OFFICER, seen=None, lists=LISTS)
    with pytest.raises(WrongState):
        await harness.enter(survey.id, replace(PAPER, respondent_id="per_late"))


async def test_a_survey_closes_by_itself_when_its_time_is_over(harness: SurveyHarness) -> None:
    survey = await harness.published()
    later = await harness.published(closes_at=CLOSES_AT + timedelta(days=1))
    harness.clock.moment = CLOSES_AT - timedelta(seconds=1)
    assert await harness.service.close_due() == 0
    harness.clock.move(timedelta(seconds=1))

    closed = await asyncio.gather(*(harness.service.close_due() for _ in range(3)))

    assert max(closed) == 1
    assert (await harness.service.get(survey.id, resident())).state is S.CLOSED
    assert (await harness.service.get(later.id, resident())).state is S.PUBLISHED
    assert await harness.service.close_due() == 0
    story = await harness.service.story(survey.id, AS_OFFICER)
    assert [step.type.split(".")[2] for step in story].count("closed") == 1


async def test_results_are_everybodys_once_no_answer_comes_any_more_without_the_small_buildings(
    harness: SurveyHarness,
) -> None:
    survey = await harness.published()
    for n in range(5):
        await harness.say(survey.id, f"per_{n}", "dwl_1", lift="yes", needs="meals,class")
    await harness.say(survey.id, "per_6", "dwl_4", lift="no", persons="3")
    await harness.say(survey.id, "per_7", lift="no", needs="meals", persons="4.5")
    await harness.enter(survey.id, PAPER)

    with pytest.raises(Conflict, match=r"survey\.under_way"):
        await harness.answers.results(survey.id, resident())
    _, whole = await harness.answers.results(survey.id, AS_OFFICER)
    await harness.service.close(survey.id, AS_OFFICER, seen=None)
    with pytest.raises(Conflict, match=r"survey\.under_way"):
        await harness.answers.results(survey.id, resident())  # an officer may still enter some
    await harness.service.analyse(survey.id, AS_OFFICER, seen=None, lists=LISTS)
    _, shown = await harness.answers.results(survey.id, resident())

    assert (whole.answers, whole.by_channel) == (8, (("online", 7), ("paper", 1)))
    lift, needs, persons = whole.questions
    assert lift.counts == (5, 3)
    assert {row.building_id: (row.answers, row.counts) for row in lift.rows} == {
        "bld_1": (5, (5, 0)),
        "bld_2": (2, (0, 2)),
        None: (1, (0, 1)),
    }
    assert needs.counts == (6, 0, 5)
    assert persons.spread is not None
    assert (persons.spread.count, persons.spread.least, persons.spread.mean) == (2, 3.0, 3.75)
    assert shown.questions[0].counts == (5, 3)
    assert shown.questions[0].rows == ()  # the whole but bld_1 would be what three answered
    assert shown.questions[2].spread is None
    assert (whole.withheld, shown.withheld) == (0, 8)


async def test_a_survey_that_nobody_answered_has_results_of_nought(
    harness: SurveyHarness,
) -> None:
    survey = await harness.published()

    _, results = await harness.answers.results(survey.id, AS_OFFICER)

    assert (results.answers, results.questions[0].counts) == (0, (0, 0))
    assert results.questions[0].rows == ()


async def test_what_was_written_is_read_without_who_wrote_it(harness: SurveyHarness) -> None:
    survey = await harness.published()
    for n, wish in enumerate(["多种树", "加路灯"]):
        await harness.say(survey.id, f"per_{n}", lift="yes", wish=wish)
    await harness.say(survey.id, "per_silent", lift="no")

    texts, cursor = [], None
    while True:
        page = await harness.answers.texts(
            survey.id, AS_OFFICER, code="wish", cursor=cursor, limit=1
        )
        texts += page.items
        cursor = page.next_cursor
        if cursor is None:
            break

    assert sorted(texts) == ["加路灯", "多种树"]
