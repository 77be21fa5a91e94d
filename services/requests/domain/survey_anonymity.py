"""What becomes of an answer to a survey once its analysis needs nobody's name any more."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from services.requests.domain.attribute import LISTS, Datatype
from services.requests.domain.survey import Survey
from services.requests.domain.survey_response import SurveyResponse
from shared.events import Event
from shared.events.requests_survey import SurveyResponseAnonymised

COUNTED: Collection[Datatype] = LISTS | {Datatype.NUMBER}
"""What results are counted over; what was written in words goes."""


def names_of(response: SurveyResponse, new_id: str) -> dict[str, str | None]:
    """By what its people, their home and its own id are replaced.

    Its id was made of whose answer it is, so that there is one; whoever has a list of people could
    find out by it who answered what.
    """
    people = dict.fromkeys(
        person for person in (response.respondent_id, response.entered_by) if person
    )
    names: dict[str, str | None] = {
        person: f"anon_{new_id}_{n}" for n, person in enumerate(people, start=1)
    }
    if response.dwelling_id is not None:
        names[response.dwelling_id] = None
    return {**names, response.id: new_id}


def anonymise(
    response: SurveyResponse, survey: Survey, *, new_id: str, rules_version: int, at: datetime
) -> tuple[SurveyResponse, list[Event]]:
    """The answer as the results need it: what was chosen or counted, in which building, and how."""
    counted = {each.code for each in survey.plan.questions if each.datatype in COUNTED}
    anonymous = replace(
        response,
        respondent_id=None,
        dwelling_id=None,
        entered_by=None,
        replies={code: said for code, said in response.replies.items() if code in counted},
        anonymised_at=at,
    )
    event = SurveyResponseAnonymised(
        survey_response_id=new_id, survey_id=response.survey_id, rules_version=rules_version
    )
    return anonymous, [event]
