"""Answering a survey, and what all the answers together say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from services.requests.domain.attribute import LISTS, Datatype
from services.requests.domain.residence import home_of
from services.requests.domain.survey import COUNTED, Survey
from services.requests.domain.survey_response import (
    Given,
    ResponseChannel,
    SurveyResponse,
    respond,
    respondent,
)
from services.requests.domain.survey_results import Choice, Results, Spread, Total, results
from services.requests.service.estate import EstateService
from services.requests.service.residence import ResidenceService
from services.requests.service.survey import SurveyReader, SurveyService
from shared.clock import Clock, derived_id
from shared.errors import Conflict, Stale
from shared.store import Page, Store


class Counts(Protocol):
    """Counts over all answers to a survey, made where they are kept; each ``Unavailable``."""

    async def totals(self, survey_id: str) -> Sequence[Total]:
        """How many answers, by building and channel."""

    async def choices(self, survey_id: str, codes: Sequence[str]) -> Sequence[Choice]:
        """How often each option of these questions was chosen, by building."""

    async def spreads(self, survey_id: str, codes: Sequence[str]) -> Sequence[Spread]:
        """What the numbers answered to these questions are like."""


@dataclass(frozen=True, slots=True)
class Where:
    """Knows estates and their homes, and who lives in them."""

    estates: EstateService
    residences: ResidenceService


class SurveyResponseService:
    """The use cases; each: ``NotFound`` for a survey that the reader may not see."""

    def __init__(
        self,
        store: Store[SurveyResponse],
        counts: Counts,
        surveys: SurveyService,
        where: Where,
        clock: Clock,
    ) -> None:
        self._store = store
        self._counts = counts
        self._surveys = surveys
        self._where = where
        self._clock = clock

    async def respond(self, survey_id: str, reader: SurveyReader, given: Given) -> SurveyResponse:
        """Answer a survey, once.

        ``Invalid`` for an unknown dwelling, one that is not the reader's own, and as the domain
        says; ``NotAllowed`` online for who is not known to live there, where that matters;
        ``WrongState`` or ``Conflict``
        if it is not asked now; ``Conflict`` (``survey.answered``) for a second answer: of a person
        or household, and of an account, which answers online for one home and no more.
        """
        survey = await self._surveys.get(survey_id, reader)
        given = await self._placed(survey, reader, given)
        response_id = derived_id("svr", survey.id, respondent(survey, given))
        response, events = respond(
            survey, given=given, response_id=response_id, at=self._clock.now()
        )
        try:
            return await self._store.save(response, events)
        except Stale:
            # Its id is that of the one answer there may be: somebody has given it.
            raise Conflict("survey.answered") from None
        except Conflict as conflict:
            if "respondent_id" not in str(conflict.facts.get("fields")):
                raise
            raise Conflict("survey.answered") from None

    async def results(self, survey_id: str, reader: SurveyReader) -> tuple[Survey, Results]:
        """What was answered, in counts; to all but officers once analysed, without small cells.

        ``Conflict`` (``survey.under_way``) before that.
        """
        survey = await self._surveys.get(survey_id, reader)
        if survey.state not in COUNTED and not reader.manages:
            raise Conflict("survey.under_way")
        chosen, numbers = codes_of(survey, LISTS), codes_of(survey, {Datatype.NUMBER})
        found = results(
            survey,
            totals=await self._counts.totals(survey.id),
            choices=await self._counts.choices(survey.id, chosen) if chosen else (),
            spreads=await self._counts.spreads(survey.id, numbers) if numbers else (),
            whole=reader.manages,
        )
        return survey, found

    async def texts(
        self,
        survey_id: str,
        reader: SurveyReader,
        *,
        code: str,
        cursor: str | None,
        limit: int,
    ) -> Page[str]:
        """What was written in answer to a question, by nobody in particular, in no order of time.

        A page may be shorter than ``limit``: who wrote nothing is left out of it.
        """
        survey = await self._surveys.get(survey_id, reader)
        page = await self._store.page(
            {"survey_id": survey.id}, communities=reader.communities, cursor=cursor, limit=limit
        )
        written = [text for each in page.items for text in each.replies.get(code, ())]
        return Page(written, page.next_cursor)

    async def _placed(self, survey: Survey, reader: SurveyReader, given: Given) -> Given:
        """With the building of the dwelling, which has to be one of the estate's, and online the
        reader's own."""
        estate = await self._where.estates.admit(
            survey.estate_id, dwelling_id=given.dwelling_id, communities=reader.communities
        )
        needed = survey.plan.needs_home
        if given.channel is ResponseChannel.ONLINE and (needed or given.dwelling_id):
            homes = await self._where.residences.homes(reader.id, survey.estate_id)
            given = replace(given, dwelling_id=home_of(homes, given.dwelling_id, needed=needed))
        if given.dwelling_id is None:
            return given
        return replace(given, building_id=estate.building_of(given.dwelling_id))


def codes_of(survey: Survey, datatypes: Collection[Datatype]) -> list[str]:
    """The questions that are answered like that."""
    return [each.code for each in survey.plan.questions if each.datatype in datatypes]
