"""What the requests service tells of surveys (需求调查): counts and ids, never an answer."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import Event


class SurveyEvent(Event):
    """What happened to a survey of an estate."""

    survey_id: str
    estate_id: str


class SurveyDrafted(SurveyEvent):
    """Somebody began to write a survey; nobody is asked yet."""

    type: ClassVar[str] = "requests.survey.drafted.v1"


class SurveyRevised(SurveyEvent):
    """The draft was written anew."""

    type: ClassVar[str] = "requests.survey.revised.v1"


class SurveyPublished(SurveyEvent):
    """Its questions are asked (进行中), and do not change any more."""

    type: ClassVar[str] = "requests.survey.published.v1"

    one_per: Literal["person", "household"]
    opens_at: AwareDatetime
    closes_at: AwareDatetime


class SurveyClosed(SurveyEvent):
    """Nobody is asked any more (已截止); what came on paper may still be entered."""

    type: ClassVar[str] = "requests.survey.closed.v1"


class SurveyAnalysed(SurveyEvent):
    """It is known what is asked for and what can be done (已分析): so many of each."""

    type: ClassVar[str] = "requests.survey.analysed.v1"

    findings: int = Field(ge=0)
    projects: int = Field(ge=0)


class SurveyArchived(SurveyEvent):
    """It is over."""

    type: ClassVar[str] = "requests.survey.archived.v1"


class SurveyResponseEntered(Event):
    """Somebody answered; who and what stays in the service, and no web hook tells of it."""

    type: ClassVar[str] = "requests.survey_response.entered.v1"

    survey_response_id: str
    survey_id: str
    channel: str


class SurveyResponseAnonymised(Event):
    """Nothing in the requests service says any more who gave this answer (匿名化)."""

    type: ClassVar[str] = "requests.survey_response.anonymised.v1"

    survey_response_id: str
    survey_id: str
    rules_version: int
