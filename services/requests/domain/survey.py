"""A survey of an estate's needs (需求调查): its questions, its states, what was found.

From the answers officers list what is asked for (需求清单), what there is (资源清单), and the
projects that bring the two together (项目清单).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from services.requests.domain.attribute import LISTS, Attribute, Datatype, Value, named_once
from shared.errors import Invalid
from shared.events import Event
from shared.events.requests_survey import (
    SurveyAnalysed,
    SurveyArchived,
    SurveyClosed,
    SurveyDrafted,
    SurveyEvent,
    SurveyPublished,
    SurveyRevised,
)
from shared.transitions import step

E = TypeVar("E", bound=SurveyEvent)

QUESTIONS_MAX, OPTIONS_MAX, BUILDINGS_MAX = 50, 30, 200
FINDINGS_MAX = 100
"""Of each of the three lists."""


_named_once = partial(named_once, code="survey.twice")


class SurveyState(StrEnum):
    """Where a survey stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    ANALYSED = "analysed"
    ARCHIVED = "archived"


class SurveyAction(StrEnum):
    """What may be done with a survey."""

    REVISE = "revise"
    PUBLISH = "publish"
    ANSWER = "answer"
    ENTER = "enter"
    """An officer enters what came on paper or was said on the phone."""
    CLOSE = "close"
    ANALYSE = "analyse"
    ARCHIVE = "archive"


_S, _A = SurveyState, SurveyAction

TRANSITIONS: Mapping[SurveyState, Mapping[SurveyAction, SurveyState]] = {
    # domain.md, section 2, survey (需求调查). What came on paper in time may be entered later.
    _S.DRAFT: {_A.REVISE: _S.DRAFT, _A.PUBLISH: _S.PUBLISHED},
    _S.PUBLISHED: {
        _A.ANSWER: _S.PUBLISHED,
        _A.ENTER: _S.PUBLISHED,
        _A.CLOSE: _S.CLOSED,
    },
    _S.CLOSED: {_A.ENTER: _S.CLOSED, _A.ANALYSE: _S.ANALYSED},
    _S.ANALYSED: {_A.ANALYSE: _S.ANALYSED, _A.ARCHIVE: _S.ARCHIVED},
    _S.ARCHIVED: {},
}

SHOWN = tuple(state for state in SurveyState if state is not SurveyState.DRAFT)
"""What everybody of the community may read."""
COUNTED = (_S.ANALYSED, _S.ARCHIVED)
"""No answer comes any more, so that everybody may see the results: before, who looks twice would
see what the one answer was that an officer entered in between."""


class OnePer(StrEnum):
    """Who answers once."""

    PERSON = "person"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers that may be chosen."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question, asked in the words in which it was written."""

    code: str
    datatype: Datatype
    text: str
    required: bool = False
    options: tuple[Option, ...] = ()

    def attribute(self) -> Attribute:
        """The same as what a service type asks, so that both are answered alike."""
        values = tuple(Value(each.key, each.text, each.text) for each in self.options)
        return Attribute(
            self.code, self.datatype, self.text, self.text, required=self.required, values=values
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is asked for; ``count``: by how many, if that was counted."""

    id: str
    text: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """Something that there is; ``provider``: who has it or can do it."""

    id: str
    text: str
    provider: str


@dataclass(frozen=True, slots=True)
class Project:
    """What is to be done: for which needs, with what of what there is."""

    id: str
    text: str
    finding_ids: tuple[str, ...]
    supply_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """The three lists, by whom and when."""

    findings: tuple[Finding, ...]
    supplies: tuple[Supply, ...]
    projects: tuple[Project, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """All of a survey that is written before it is published.

    ``building_ids``: who is asked; none: the whole estate. Online it may be answered from
    ``opens_at`` until before ``closes_at``.
    """

    title: str
    introduction: str
    one_per: OnePer
    questions: tuple[Question, ...]
    opens_at: datetime
    closes_at: datetime
    building_ids: tuple[str, ...] = ()

    @property
    def needs_home(self) -> bool:
        """Whether it matters where somebody lives who answers."""
        return self.one_per is OnePer.HOUSEHOLD or bool(self.building_ids)


@dataclass(frozen=True, slots=True)
class Survey:
    """One survey. ``closing_at`` is when its time is over; None unless that is to come."""

    id: str
    community: str
    version: int
    state: SurveyState
    estate_id: str
    plan: Plan
    closing_at: datetime | None = None
    published_at: datetime | None = None
    closed_at: datetime | None = None
    analysis: Analysis | None = None


Decided = tuple[Survey, list[Event]]


def draft(survey: Survey) -> Decided:
    """Begin to write a survey; ``Invalid`` if it could not be asked like that."""
    _check(survey.plan)
    return survey, [_told(SurveyDrafted, survey)]


def revise(survey: Survey, *, plan: Plan) -> Decided:
    """Write the draft anew."""
    revised = moved(survey, SurveyAction.REVISE, plan=plan)
    _check(plan)
    return revised, [_told(SurveyRevised, survey)]


def publish(survey: Survey, *, at: datetime) -> Decided:
    """Ask its questions: they do not change any more. ``Invalid`` if its time is over already."""
    plan = survey.plan
    published = moved(survey, SurveyAction.PUBLISH, published_at=at, closing_at=plan.closes_at)
    if plan.closes_at <= at:
        raise Invalid("survey.over", pointer="/closes_at")
    event = _told(
        SurveyPublished,
        survey,
        one_per=plan.one_per.value,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
    )
    return published, [event]


def close(survey: Survey, *, at: datetime) -> Decided:
    """Ask no more, at its time or before."""
    closed = moved(survey, SurveyAction.CLOSE, closed_at=at, closing_at=None)
    return closed, [_told(SurveyClosed, survey)]


def analyse(survey: Survey, *, analysis: Analysis) -> Decided:
    """Say what was found. Said anew, every finding stays: proposals may come from it."""
    analysed = moved(survey, SurveyAction.ANALYSE, analysis=analysis)
    _check_analysis(analysis)
    if survey.analysis is not None:
        gone = _ids(survey.analysis.findings) - _ids(analysis.findings)
        if gone:
            raise Invalid("survey.finding_gone", pointer="/findings", count=len(gone))
    event = _told(
        SurveyAnalysed,
        survey,
        findings=len(analysis.findings),
        projects=len(analysis.projects),
    )
    return analysed, [event]


def archive(survey: Survey) -> Decided:
    """It is over."""
    return moved(survey, SurveyAction.ARCHIVE), [_told(SurveyArchived, survey)]


def moved(survey: Survey, action: SurveyAction, **changes: Any) -> Survey:
    """The survey in the state that the action leads to, or ``WrongState``."""
    state = step(TRANSITIONS, survey.state, action, noun="survey")
    return replace(survey, state=state, **changes)


def _told(kind: type[E], survey: Survey, **facts: Any) -> E:
    return kind(survey_id=survey.id, estate_id=survey.estate_id, **facts)


def _check(plan: Plan) -> None:
    if plan.closes_at <= plan.opens_at:
        raise Invalid("survey.closes_first", pointer="/closes_at")
    if not 1 <= len(plan.questions) <= QUESTIONS_MAX:
        raise Invalid("survey.questions", pointer="/questions", most=QUESTIONS_MAX)
    _named_once([question.code for question in plan.questions], "/questions", "code")
    for number, question in enumerate(plan.questions):
        place = f"/questions/{number}/options"
        if bool(question.options) != (question.datatype in LISTS):
            raise Invalid("survey.options", pointer=place)
        if len(question.options) > OPTIONS_MAX:
            raise Invalid("survey.options_many", pointer=place, most=OPTIONS_MAX)
        _named_once([option.key for option in question.options], place, "key")


def _check_analysis(analysis: Analysis) -> None:
    findings, supplies = _ids(analysis.findings), _ids(analysis.supplies)
    for field in ("findings", "supplies", "projects"):
        rows = getattr(analysis, field)
        if len(rows) > FINDINGS_MAX:
            raise Invalid("survey.list_long", pointer=f"/{field}", most=FINDINGS_MAX)
        _named_once([row.id for row in rows], f"/{field}", "id")
    for number, project in enumerate(analysis.projects):
        if not project.finding_ids or not set(project.finding_ids) <= findings:
            raise Invalid("survey.finding_unknown", pointer=f"/projects/{number}/finding_ids")
        if not set(project.supply_ids) <= supplies:
            raise Invalid("survey.supply_unknown", pointer=f"/projects/{number}/supply_ids")


def _ids(rows: Sequence[Finding | Supply]) -> set[str]:
    return {row.id for row in rows}
