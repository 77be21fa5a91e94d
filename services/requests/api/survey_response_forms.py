"""What is sent in answer to a survey, and what is shown of all the answers together."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from services.requests.api.survey_forms import Answers
from services.requests.domain.survey import Survey
from services.requests.domain.survey_response import ResponseChannel, SurveyResponse
from services.requests.domain.survey_results import QuestionResult, Results, Spread
from shared.web import Body, View
from shared.web.forms import Ref


class Whose(StrEnum):
    """Whose answers a row counts."""

    ALL = "all"
    BUILDING = "building"
    UNTOLD = "untold"
    """Those who did not say where they live."""


_Line = tuple[Whose, str | None, int, tuple[int, ...]]


class ResponseBody(Body):
    """One's own answer: by the questions' codes, one value or the keys of those chosen.

    ``dwelling_id``, one's own as the estate's desk knows, is needed where a household answers once
    or not all buildings are asked (of one home only it goes without saying); told, it lets the
    answer count for its building.
    """

    answers: Answers
    dwelling_id: Ref | None = None


class EntryBody(Body):
    """What somebody answered on paper or on the phone; who enters it is kept.

    ``respondent_id`` is needed where a person answers once, ``dwelling_id`` as for one's own.
    """

    answers: Answers
    channel: Literal[ResponseChannel.PAPER, ResponseChannel.PHONE]
    respondent_id: Ref | None = None
    dwelling_id: Ref | None = None


class ReceiptView(View):
    """That an answer is kept; what it was is shown to nobody."""

    id: str
    survey_id: str
    version: int
    channel: ResponseChannel
    at: datetime
    entered_by: str | None

    @classmethod
    def of(cls, response: SurveyResponse) -> "ReceiptView":
        """The view of an answer."""
        return cls.model_validate(response, from_attributes=True)


class CountView(View):
    """How often an option was chosen."""

    key: str
    text: str
    count: int


class RowView(View):
    """How one building answered: how often each option was chosen, of so many answers.

    ``building_id`` null: those who did not say where they live.
    """

    building_id: str | None
    answers: int
    counts: dict[str, int]


class SpreadView(View):
    """What the numbers answered are like."""

    count: int
    least: float
    most: float
    mean: float

    @classmethod
    def of(cls, spread: Spread) -> "SpreadView":
        """The view of them."""
        return cls.model_validate(spread, from_attributes=True)


class QuestionResultView(View):
    """One question: in all, and by building."""

    code: str
    text: str
    options: list[CountView]
    by_building: list[RowView]
    numbers: SpreadView | None

    @classmethod
    def of(cls, result: QuestionResult) -> "QuestionResultView":
        """The view of one question's results."""
        question, spread = result.question, result.spread
        keys = [option.key for option in question.options]
        return cls(
            code=question.code,
            text=question.text,
            options=[
                CountView(key=option.key, text=option.text, count=count)
                for option, count in zip(question.options, result.counts, strict=True)
            ],
            by_building=[
                RowView(
                    building_id=row.building_id,
                    answers=row.answers,
                    counts=dict(zip(keys, row.counts, strict=True)),
                )
                for row in result.rows
            ],
            numbers=SpreadView.of(spread) if spread else None,
        )


class ResultsView(View):
    """All that was counted.

    ``withheld``: how many answers are in no row but for officers: those of buildings with fewer
    than five, and of others as far as a neighbour could be known by them. No question is shown of
    fewer than five answers in all, and no spread of fewer than five numbers.
    """

    survey_id: str
    answers: int
    by_channel: dict[str, int]
    withheld: int
    questions: list[QuestionResultView]

    @classmethod
    def of(cls, survey: Survey, results: Results) -> "ResultsView":
        """The view of a survey's results."""
        return cls(
            survey_id=survey.id,
            answers=results.answers,
            by_channel=dict(results.by_channel),
            withheld=results.withheld,
            questions=[QuestionResultView.of(each) for each in results.questions],
        )


class CellView(View):
    """How often an option was chosen, of so many answers to the survey: of a building, in all, or
    of those who did not say where they live."""

    code: str
    text: str
    key: str
    option: str
    whose: Whose
    building_id: str | None
    answers: int
    count: int


def cells_of(results: Results) -> list[CellView]:
    """Every count of the results, by question, option and building, in the order of the
    survey."""
    return [
        CellView(
            code=result.question.code,
            text=result.question.text,
            key=option.key,
            option=option.text,
            whose=whose,
            building_id=building_id,
            answers=answers,
            count=counts[place],
        )
        for result in results.questions
        for place, option in enumerate(result.question.options)
        for whose, building_id, answers, counts in _lines(results, result)
    ]


def _lines(results: Results, result: QuestionResult) -> list[_Line]:
    lines: list[_Line] = [(Whose.ALL, None, results.answers, result.counts)]
    for row in result.rows:
        whose = Whose.UNTOLD if row.building_id is None else Whose.BUILDING
        lines.append((whose, row.building_id, row.answers, row.counts))
    return lines


class TextView(View):
    """What somebody wrote."""

    text: str
