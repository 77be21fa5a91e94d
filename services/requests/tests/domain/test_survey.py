"""What may happen to a survey, and what it may ask."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from services.requests.domain import survey as domain
from services.requests.domain.attribute import Datatype
from services.requests.domain.survey import (
    FINDINGS_MAX,
    QUESTIONS_MAX,
    TRANSITIONS,
    Finding,
    Option,
    Project,
    Question,
    SurveyAction,
    SurveyState,
)
from services.requests.tests.survey_samples import (
    ACT,
    ANALYSIS,
    CLOSES_AT,
    NOW,
    OPENS_AT,
    QUESTIONS,
    drafted,
    in_state,
    plan,
)
from shared.errors import Invalid
from shared.testing import refused_by_table

S, A = SurveyState, SurveyAction
LIFT, NEEDS, PERSONS, _ = QUESTIONS


@pytest.mark.parametrize(("state", "action"), list(itertools.product(S, A)))
def test_every_action_follows_the_table_or_is_refused(
    state: SurveyState, action: SurveyAction
) -> None:
    before = in_state(state)
    if action not in TRANSITIONS[state]:
        with refused_by_table("survey", state, action):
            ACT[action](before)
        return

    after, events = ACT[action](before)

    assert after.state is TRANSITIONS[state][action]
    assert [event.model_dump()["survey_id"] for event in events] == ["svy_1"]


def test_every_state_has_a_row_and_can_be_reached() -> None:
    assert set(TRANSITIONS) == set(S)
    assert [in_state(state).state for state in S] == list(S)


def test_questions_freeze_on_publication() -> None:
    with refused_by_table("survey", S.PUBLISHED, A.REVISE):
        domain.revise(in_state(S.PUBLISHED), plan=plan())


def test_it_is_to_close_at_its_time_while_it_is_published_and_only_then() -> None:
    assert {state: in_state(state).closing_at for state in S} == {
        S.DRAFT: None,
        S.PUBLISHED: CLOSES_AT,
        S.CLOSED: None,
        S.ANALYSED: None,
        S.ARCHIVED: None,
    }


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"closes_at": OPENS_AT}, "survey.closes_first", "/closes_at"),
        ({"questions": ()}, "survey.questions", "/questions"),
        ({"questions": (LIFT,) * (QUESTIONS_MAX + 1)}, "survey.questions", "/questions"),
        ({"questions": (LIFT, NEEDS, LIFT)}, "survey.twice", "/questions/2/code"),
        (
            {"questions": (replace(LIFT, options=()),)},
            "survey.options",
            "/questions/0/options",
        ),
        (
            {"questions": (LIFT, replace(PERSONS, options=LIFT.options))},
            "survey.options",
            "/questions/1/options",
        ),
        (
            {"questions": (replace(LIFT, options=LIFT.options + LIFT.options[:1]),)},
            "survey.twice",
            "/questions/0/options/2/key",
        ),
        (
            {
                "questions": (
                    Question(
                        "q",
                        Datatype.SINGLE,
                        "?",
                        options=tuple(Option(str(n), "…") for n in range(31)),
                    ),
                )
            },
            "survey.options_many",
            "/questions/0/options",
        ),
    ],
)
def test_what_could_not_be_asked_is_refused_where_it_is_wrong(
    changes: dict[str, object], code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as drafting:
        domain.draft(drafted(**changes))
    with pytest.raises(Invalid) as revising:
        domain.revise(drafted(), plan=plan(**changes))

    for refused in (drafting.value, revising.value):
        assert (refused.code, refused.facts["pointer"]) == (code, pointer)


def test_a_survey_whose_time_is_over_is_not_published() -> None:
    with pytest.raises(Invalid, match=r"survey\.over"):
        domain.publish(drafted(), at=CLOSES_AT)


def test_it_may_be_closed_before_its_time() -> None:
    closed, _ = domain.close(in_state(S.PUBLISHED), at=NOW + timedelta(days=1))

    assert (closed.state, closed.closed_at) == (S.CLOSED, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        (
            {"projects": (Project("p1", "…", ("unheard",)),)},
            "survey.finding_unknown",
            "/projects/0/finding_ids",
        ),
        (
            {"projects": (Project("p1", "…", ()),)},
            "survey.finding_unknown",
            "/projects/0/finding_ids",
        ),
        (
            {"projects": (Project("p1", "…", ("meals",), ("unheard",)),)},
            "survey.supply_unknown",
            "/projects/0/supply_ids",
        ),
        (
            {"findings": ANALYSIS.findings + ANALYSIS.findings[:1]},
            "survey.twice",
            "/findings/2/id",
        ),
        (
            {"findings": tuple(Finding(str(n), "…") for n in range(FINDINGS_MAX + 1))},
            "survey.list_long",
            "/findings",
        ),
    ],
)
def test_a_project_brings_together_what_is_on_the_lists(
    changes: dict[str, object], code: str, pointer: str
) -> None:
    analysis = replace(ANALYSIS, **changes)  # type: ignore[arg-type]

    with pytest.raises(Invalid) as refused:
        domain.analyse(in_state(S.CLOSED), analysis=analysis)

    assert (refused.value.code, refused.value.facts["pointer"]) == (code, pointer)


def test_what_was_found_stays_found_when_it_is_analysed_anew() -> None:
    analysed = in_state(S.ANALYSED)
    more = replace(ANALYSIS, findings=(*ANALYSIS.findings, Finding("class", "课程")))
    less = replace(ANALYSIS, findings=ANALYSIS.findings[:1])

    again, (event,) = domain.analyse(analysed, analysis=more)

    assert again.analysis == more
    assert (event.model_dump()["findings"], event.model_dump()["projects"]) == (3, 1)
    with pytest.raises(Invalid, match=r"survey\.finding_gone"):
        domain.analyse(analysed, analysis=less)
