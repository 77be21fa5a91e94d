"""Answers to a survey: whose, when, of what form; and what is counted of them."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given as given_that
from hypothesis import strategies as st

from services.requests.domain.survey import OnePer, Survey, SurveyState
from services.requests.domain.survey_response import (
    Given,
    ResponseChannel,
    SurveyResponse,
    respond,
    respondent,
)
from services.requests.domain.survey_results import CELL_MIN, Results, results
from services.requests.tests.survey_samples import (
    CLOSES_AT,
    NOW,
    OPENS_AT,
    QUESTIONS,
    choices_of,
    in_state,
    spreads_of,
    totals_of,
)
from shared.errors import Conflict, Invalid

S = SurveyState
CODES = [question.code for question in QUESTIONS]


def given(
    answers: Any = None, channel: ResponseChannel = ResponseChannel.ONLINE, **facts: Any
) -> Given:
    told = {"respondent_id": "per_1", "dwelling_id": "dwl_1", "building_id": "bld_1", **facts}
    return Given({"lift": ("yes",)} if answers is None else answers, channel, **told)


def answered(survey: Survey, what: Given, at: Any = NOW) -> SurveyResponse:
    return respond(survey, given=what, response_id="svr_1", at=at)[0]


def test_a_person_or_a_household_answers() -> None:
    by_person, by_household = in_state(S.PUBLISHED), in_state(S.PUBLISHED, one_per=OnePer.HOUSEHOLD)

    assert respondent(by_person, given()) == "per_1"
    assert respondent(by_household, given()) == "dwl_1"
    with pytest.raises(Invalid, match=r"survey\.respondent_lacking"):
        respondent(by_person, given(respondent_id=None))
    with pytest.raises(Invalid, match=r"survey\.dwelling_lacking"):
        respondent(by_household, given(dwelling_id=None))


def test_the_event_tells_neither_who_answered_nor_what() -> None:
    _, (event,) = respond(in_state(S.PUBLISHED), given=given(), response_id="svr_1", at=NOW)

    assert event.model_dump() == {
        "survey_response_id": "svr_1",
        "survey_id": "svy_1",
        "channel": "online",
    }


@pytest.mark.parametrize(
    ("channel", "at", "accepted"),
    [
        (ResponseChannel.ONLINE, OPENS_AT - timedelta(seconds=1), False),
        (ResponseChannel.PAPER, OPENS_AT - timedelta(seconds=1), False),
        (ResponseChannel.ONLINE, OPENS_AT, True),
        (ResponseChannel.ONLINE, CLOSES_AT - timedelta(seconds=1), True),
        (ResponseChannel.ONLINE, CLOSES_AT, False),
        (ResponseChannel.PAPER, CLOSES_AT + timedelta(days=1), True),
        (ResponseChannel.PHONE, CLOSES_AT + timedelta(days=1), True),
    ],
)
def test_online_is_answered_in_its_time_and_paper_may_be_entered_later(
    channel: ResponseChannel, at: Any, accepted: bool
) -> None:
    survey = in_state(S.PUBLISHED)
    if accepted:
        assert answered(survey, given(channel=channel), at).channel is channel
        return
    with pytest.raises(Conflict, match=r"survey\.not_its_time"):
        answered(survey, given(channel=channel), at)


def test_where_only_some_buildings_are_asked_others_do_not_answer() -> None:
    survey = in_state(S.PUBLISHED, building_ids=("bld_1",))

    assert answered(survey, given())
    for building_id in ("bld_2", None):
        with pytest.raises(Invalid, match=r"survey\.home_not_asked"):
            answered(survey, given(building_id=building_id))


@pytest.mark.parametrize(
    ("answers", "code", "pointer"),
    [
        ({}, "attribute.required", "/answers/lift"),
        ({"lift": ("perhaps",)}, "attribute.no_choice", "/answers/lift"),
        ({"lift": ("yes", "no")}, "attribute.only_one", "/answers/lift"),
        ({"lift": ("yes",), "persons": ("many",)}, "attribute.no_number", "/answers/persons"),
        ({"lift": ("yes",), "unasked": ("x",)}, "attribute.unknown", "/answers"),
    ],
)
def test_an_answer_that_does_not_fit_names_its_question(
    answers: Any, code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        answered(in_state(S.PUBLISHED), given(answers))

    assert (refused.value.code, refused.value.facts["pointer"]) == (code, pointer)


ANSWERS = st.fixed_dictionaries(
    {"lift": st.sampled_from([("yes",), ("no",)])},
    optional={
        "needs": st.sets(st.sampled_from(["meals", "clinic", "class"]), min_size=1).map(
            lambda chosen: tuple(sorted(chosen))
        ),
        "persons": st.integers(1, 9).map(lambda number: (str(number),)),
    },
)
RESPONSES = st.lists(
    st.tuples(
        ANSWERS,
        st.sampled_from(ResponseChannel),
        st.sampled_from(["bld_1", "bld_2", "bld_3", None]),
    ),
    max_size=40,
)


@given_that(RESPONSES, st.booleans())
def test_the_tables_add_up_and_hide_nobody_but_the_few(
    told: list[tuple[Any, ResponseChannel, str | None]], whole: bool
) -> None:
    survey = in_state(S.PUBLISHED)
    responses = [
        answered(survey, given(answers, channel, building_id=building_id))
        for answers, channel, building_id in told
    ]

    found: Results = results(
        survey,
        totals=totals_of(responses),
        choices=choices_of(responses, CODES),
        spreads=spreads_of(responses, ["persons"]),
        whole=whole,
    )

    assert found.answers == len(responses) == sum(count for _, count in found.by_channel)
    few = 0 < found.withheld < CELL_MIN
    assert not few or len(responses) < CELL_MIN  # else the rest would tell what these said
    if not whole and len(responses) < CELL_MIN:
        assert found.questions == ()
        return
    lift, needs, persons = found.questions
    for result in (lift, needs):
        keys = [option.key for option in result.question.options]
        for key, count in zip(keys, result.counts, strict=True):
            code = result.question.code
            assert count == sum(key in each.replies.get(code, ()) for each in responses)
        shown = sum(row.answers for row in result.rows)
        assert shown + found.withheld == len(responses)
        for row in result.rows:
            here = [each for each in responses if each.building_id == row.building_id]
            assert row.answers == len(here)
            for key, count in zip(keys, row.counts, strict=True):
                code = result.question.code
                assert count == sum(key in each.replies.get(code, ()) for each in here)
            assert whole or row.answers >= CELL_MIN
    assert whole is False or found.withheld == 0
    assert sum(lift.counts) == len(responses)
    numbers = [int(each.replies["persons"][0]) for each in responses if "persons" in each.replies]
    assert (persons.spread is None) == (len(numbers) < (1 if whole else CELL_MIN))
    if persons.spread is not None:
        assert (persons.spread.count, persons.spread.most) == (len(numbers), max(numbers))
    assert persons.rows == ()
