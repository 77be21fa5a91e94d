"""Where the home matters: only who lives there answers online, and officers name it."""

from dataclasses import replace

import pytest

from services.requests.domain.survey import OnePer
from services.requests.domain.survey_response import Given, ResponseChannel
from services.requests.tests.survey_harness import (
    SurveyHarness,
    resident,
    survey_harness_over,
)
from shared.errors import Invalid, NotAllowed
from shared.events.property_parking import OccupancyConfirmed, OccupancyEnded
from shared.mongo import Database
from shared.testing import heard

ANSWER = Given({"lift": ("yes",)}, ResponseChannel.ONLINE, "per_1", None)


@pytest.fixture
async def harness(either: Database | None) -> SurveyHarness:
    return await survey_harness_over(either)


async def test_only_who_lives_in_the_buildings_asked_answers_online(
    harness: SurveyHarness,
) -> None:
    survey = await harness.published(one_per=OnePer.PERSON, building_ids=("bld_1",))
    await harness.lives("per_2", "dwl_3")

    with pytest.raises(Invalid, match=r"survey\.home_not_asked"):
        await harness.say(survey.id, "per_2", lift="no")
    with pytest.raises(NotAllowed, match=r"survey\.home_unknown"):
        await harness.say(survey.id, "per_nobody", lift="no")
    await harness.lives("per_1", "dwl_1")
    assert (await harness.say(survey.id, "per_1", lift="yes")).dwelling_id == "dwl_1"


async def test_who_moved_out_answers_for_that_home_no_more_whatever_is_heard_when(
    harness: SurveyHarness,
) -> None:
    survey = await harness.published(one_per=OnePer.HOUSEHOLD)
    told = {"occupancy_id": "occ_1", "estate_id": "est_1"}
    told |= {"person_id": "per_1", "dwelling_id": "dwl_1"}
    ended, first = OccupancyEnded(**told), OccupancyConfirmed(**told)

    await harness.residences.ended(ended, heard(ended, "occ_1", sequence=3))
    for _ in range(2):
        await harness.residences.confirmed(first, heard(first, "occ_1", sequence=2))
    with pytest.raises(NotAllowed, match=r"survey\.home_unknown"):
        await harness.answers.respond(survey.id, resident("per_1"), ANSWER)
    await harness.residences.confirmed(first, heard(first, "occ_1", sequence=4))

    assert (await harness.answers.respond(survey.id, resident("per_1"), ANSWER)).dwelling_id


async def test_who_enters_an_answer_names_the_home_where_that_matters(
    harness: SurveyHarness,
) -> None:
    survey = await harness.published(one_per=OnePer.PERSON, building_ids=("bld_1",))
    paper = Given({"lift": ("yes",)}, ResponseChannel.PAPER, "per_9", None)

    with pytest.raises(Invalid, match=r"survey\.dwelling_lacking"):
        await harness.enter(survey.id, paper)
    with pytest.raises(Invalid, match=r"survey\.home_not_asked"):
        await harness.enter(survey.id, replace(paper, dwelling_id="dwl_3"))
    assert (await harness.enter(survey.id, replace(paper, dwelling_id="dwl_2"))).building_id
