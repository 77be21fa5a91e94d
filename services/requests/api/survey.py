"""Surveys over HTTP: written and analysed by officers, answered by residents, read by all."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.requests.api.survey_forms import AnalysisBody, PlanBody, SurveyBody, SurveyView
from services.requests.api.survey_response_forms import (
    CellView,
    EntryBody,
    ReceiptView,
    ResponseBody,
    ResultsView,
    TextView,
    cells_of,
)
from services.requests.domain.survey import SurveyState
from services.requests.domain.survey_response import Given, ResponseChannel, SurveyResponse
from services.requests.service.survey import SurveyFilter, SurveyReader, SurveyService
from services.requests.service.survey_response import SurveyResponseService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.counted import page_of
from shared.web.forms import PageView, Paging, PathId, QueryId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

PREFIX = "/api/requests/v1/surveys"
MANAGE = "requests:survey:manage"

Managing = Annotated[Caller, Depends(needs(MANAGE))]
Reading = Annotated[Caller, Depends(needs("requests:survey:read"))]
Answering = Annotated[Caller, Depends(needs("requests:survey:answer"))]
Entering = Annotated[Caller, Depends(needs("requests:survey:enter"))]


def reader_of(caller: Caller) -> SurveyReader:
    """Which surveys a caller may see, by its scopes."""
    return SurveyReader(caller.id, caller.communities, manages=MANAGE in caller.scopes)


class SurveyRoutes:
    """One method for each route about a survey."""

    def __init__(self, service: SurveyService) -> None:
        self._service = service

    async def draft(self, caller: Managing, body: SurveyBody) -> Response:
        """Begin to write a survey of an estate; residents do not see it yet."""
        survey = await self._service.draft(
            body.plan(), estate_id=body.estate_id, reader=reader_of(caller)
        )
        view = SurveyView.of(survey)
        return answer(view, survey.version, 201, f"{PREFIX}/{survey.id}")

    async def find(
        self,
        caller: Reading,
        page: Paging,
        state: SurveyState | None = None,
        estate_id: QueryId = None,
    ) -> Response:
        """The surveys of the caller's communities, newest first; drafts for officers only."""
        found = await self._service.page(
            reader_of(caller), SurveyFilter(state, estate_id), cursor=page.cursor, limit=page.limit
        )
        return listing([SurveyView.of(each) for each in found.items], found.next_cursor)

    async def get(self, survey_id: PathId, caller: Reading) -> Response:
        """One survey with its questions and, once it is analysed, what was found."""
        survey = await self._service.get(survey_id, reader_of(caller))
        return answer(SurveyView.of(survey), survey.version)

    async def story(self, survey_id: PathId, caller: Managing) -> Response:
        """All that happened to a survey, oldest first."""
        return answer(StoryView.of(await self._service.story(survey_id, reader_of(caller))))

    async def revise(
        self, survey_id: PathId, caller: Managing, version: Version, body: PlanBody
    ) -> Response:
        """Write a draft anew; published, its questions do not change any more."""
        survey = await self._service.revise(
            survey_id, reader_of(caller), seen=version, plan=body.plan()
        )
        return answer(SurveyView.of(survey), survey.version)

    async def publish(self, survey_id: PathId, caller: Managing, version: Version) -> Response:
        """Ask its questions (发布)."""
        survey = await self._service.publish(survey_id, reader_of(caller), seen=version)
        return answer(SurveyView.of(survey), survey.version)

    async def close(self, survey_id: PathId, caller: Managing, version: Version) -> Response:
        """Ask no more (截止), before its time is over; then it closes by itself."""
        survey = await self._service.close(survey_id, reader_of(caller), seen=version)
        return answer(SurveyView.of(survey), survey.version)

    async def analyse(
        self, survey_id: PathId, caller: Managing, version: Version, body: AnalysisBody
    ) -> Response:
        """Say what was found: needs, supplies, and the projects that match them."""
        survey = await self._service.analyse(
            survey_id, reader_of(caller), seen=version, lists=body.lists()
        )
        return answer(SurveyView.of(survey), survey.version)

    async def archive(self, survey_id: PathId, caller: Managing, version: Version) -> Response:
        """Put it away (归档)."""
        survey = await self._service.archive(survey_id, reader_of(caller), seen=version)
        return answer(SurveyView.of(survey), survey.version)


class ResponseRoutes:
    """One method for each route about the answers."""

    def __init__(self, service: SurveyResponseService) -> None:
        self._service = service

    async def respond(self, survey_id: PathId, caller: Answering, body: ResponseBody) -> Response:
        """Answer a survey, once; what was answered is shown to nobody."""
        given = Given(body.answers, ResponseChannel.ONLINE, caller.id, body.dwelling_id)
        return _receipt(await self._service.respond(survey_id, reader_of(caller), given))

    async def enter(self, survey_id: PathId, caller: Entering, body: EntryBody) -> Response:
        """Enter what somebody answered on paper or on the phone, in one's own name."""
        given = Given(
            answers=body.answers,
            channel=body.channel,
            respondent_id=body.respondent_id,
            dwelling_id=body.dwelling_id,
            entered_by=caller.id,
        )
        return _receipt(await self._service.respond(survey_id, reader_of(caller), given))

    async def results(self, survey_id: PathId, caller: Reading) -> Response:
        """What was answered, in counts and by building; to residents once it is analysed."""
        survey, results = await self._service.results(survey_id, reader_of(caller))
        return answer(ResultsView.of(survey, results))

    async def cells(self, survey_id: PathId, caller: Reading, page: Paging) -> Response:
        """The same counts as rows of a table: each option of each question, in all and by
        building."""
        _, results = await self._service.results(survey_id, reader_of(caller))
        found = page_of(cells_of(results), page)
        return listing(found.items, found.next_cursor)

    async def texts(
        self,
        survey_id: PathId,
        caller: Managing,
        page: Paging,
        code: Annotated[str, Query(max_length=40)],
    ) -> Response:
        """What was written in answer to one question, without who wrote it."""
        found = await self._service.texts(
            survey_id, reader_of(caller), code=code, cursor=page.cursor, limit=page.limit
        )
        return listing([TextView(text=text) for text in found.items], found.next_cursor)


def _receipt(response: SurveyResponse) -> Response:
    return answer(ReceiptView.of(response), response.version, 201)


def router(service: SurveyService, answered: Lookup) -> APIRouter:
    """The routes of surveys."""
    routes = SurveyRoutes(service)
    api = APIRouter(prefix=PREFIX, tags=["surveys"])
    api.get("", response_model=PageView[SurveyView])(routes.find)
    api.get("/{survey_id}", response_model=SurveyView)(routes.get)
    api.get("/{survey_id}/story", response_model=StoryView)(routes.story)

    drafting = Depends(Once(answered, SurveyView.of, status=201))
    api.post("", status_code=201, response_model=SurveyView, dependencies=[drafting])(routes.draft)
    changing = Depends(Once(answered, SurveyView.of))
    for method, path, change in (
        ("PUT", "", routes.revise),
        ("POST", "/publication", routes.publish),
        ("POST", "/closure", routes.close),
        ("PUT", "/analysis", routes.analyse),
        ("POST", "/archiving", routes.archive),
    ):
        api.add_api_route(
            f"/{{survey_id}}{path}",
            change,
            methods=[method],
            response_model=SurveyView,
            dependencies=[changing],
        )
    return api


def response_router(service: SurveyResponseService, answered: Lookup) -> APIRouter:
    """The routes of the answers to surveys."""
    routes = ResponseRoutes(service)
    api = APIRouter(prefix=f"{PREFIX}/{{survey_id}}", tags=["surveys"])
    api.get("/results", response_model=ResultsView)(routes.results)
    api.get("/result-rows", response_model=PageView[CellView])(routes.cells)
    api.get("/texts", response_model=PageView[TextView])(routes.texts)
    responding = Depends(Once(answered, ReceiptView.of, status=201))
    for path, route in (("/responses", routes.respond), ("/entries", routes.enter)):
        api.add_api_route(
            path,
            route,
            methods=["POST"],
            status_code=201,
            response_model=ReceiptView,
            dependencies=[responding],
        )
    return api
