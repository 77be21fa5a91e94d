"""One answer to a survey: of a person or a household, once, read by nobody else."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.requests.domain.attribute import Answers, answered
from services.requests.domain.survey import OnePer, Survey, SurveyAction, moved
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.requests_survey import SurveyResponseEntered


class ResponseChannel(StrEnum):
    """How an answer came."""

    ONLINE = "online"
    PAPER = "paper"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered, and for whom; ``entered_by``: the officer, if not the person itself."""

    answers: Answers
    channel: ResponseChannel
    respondent_id: str | None
    dwelling_id: str | None
    building_id: str | None = None
    entered_by: str | None = None


@dataclass(frozen=True, slots=True)
class SurveyResponse:
    """One answer, as it is kept."""

    id: str
    community: str
    version: int
    survey_id: str
    channel: ResponseChannel
    respondent_id: str | None
    dwelling_id: str | None
    building_id: str | None
    entered_by: str | None
    replies: Answers
    at: datetime
    anonymised_at: datetime | None = None


def respondent(survey: Survey, given: Given) -> str:
    """Whose one answer it is: a person, or the household of a dwelling; ``Invalid`` if not told."""
    if survey.plan.one_per is OnePer.HOUSEHOLD:
        if given.dwelling_id is None:
            raise Invalid("survey.dwelling_lacking", pointer="/dwelling_id")
        return given.dwelling_id
    if given.respondent_id is None:
        raise Invalid("survey.respondent_lacking", pointer="/respondent_id")
    return given.respondent_id


def respond(
    survey: Survey, *, given: Given, response_id: str, at: datetime
) -> tuple[SurveyResponse, list[Event]]:
    """Answer a survey.

    ``WrongState`` if it is not asked, ``Conflict`` outside its time, ``Invalid`` for a home that
    is not asked and for answers that do not fit its questions.
    """
    online = given.channel is ResponseChannel.ONLINE
    moved(survey, SurveyAction.ANSWER if online else SurveyAction.ENTER)
    plan = survey.plan
    if at < plan.opens_at or (online and at >= plan.closes_at):
        opens_at, closes_at = plan.opens_at.isoformat(), plan.closes_at.isoformat()
        raise Conflict("survey.not_its_time", opens_at=opens_at, closes_at=closes_at)
    if plan.needs_home and given.dwelling_id is None:
        raise Invalid("survey.dwelling_lacking", pointer="/dwelling_id")
    if plan.building_ids and given.building_id not in plan.building_ids:
        raise Invalid("survey.home_not_asked", pointer="/dwelling_id")
    response = SurveyResponse(
        id=response_id,
        community=survey.community,
        version=0,
        survey_id=survey.id,
        channel=given.channel,
        respondent_id=given.respondent_id,
        dwelling_id=given.dwelling_id,
        building_id=given.building_id,
        entered_by=given.entered_by,
        replies=_answers(survey, given.answers),
        at=at,
    )
    event = SurveyResponseEntered(
        survey_response_id=response.id, survey_id=survey.id, channel=given.channel.value
    )
    return response, [event]


def _answers(survey: Survey, given: Answers) -> Answers:
    """As a service type's questions are answered, but for the place of a fault."""
    try:
        return answered([question.attribute() for question in survey.plan.questions], given)
    except Invalid as fault:
        place = str(fault.facts["pointer"]).replace("/attributes", "/answers", 1)
        raise Invalid(fault.code, **{**fault.facts, "pointer": place}) from None
