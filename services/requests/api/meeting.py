"""Meetings of the council over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.requests.api.council import PREFIX, councillor_of
from services.requests.api.meeting_forms import (
    AgendaItemView,
    AttendanceBody,
    MeetingBody,
    MeetingInFullView,
    MeetingView,
    PlanBody,
    YearView,
)
from services.requests.api.proposal_forms import MinutesBody
from services.requests.domain.meeting import Meeting, MeetingState
from services.requests.service.meeting import MeetingFilter, MeetingService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

MEETINGS = f"{PREFIX}/meetings"
READ, MANAGE = "requests:meeting:read", "requests:meeting:manage"
Reading = Annotated[Caller, Depends(needs(READ))]
Manager = Annotated[Caller, Depends(needs(MANAGE))]
QueryYear = Annotated[int | None, Query(ge=2000, le=9998)]


class MeetingRoutes:
    """One method for each route."""

    def __init__(self, service: MeetingService) -> None:
        self._service = service

    async def call(self, caller: Manager, body: MeetingBody) -> Response:
        """Call a meeting (议事会): the branch may, and half of the members."""
        meeting = await self._service.call(
            body.plan(),
            body.convening.convening(),
            community=caller.one_community(body.community),
        )
        view = MeetingView.of(meeting)
        return answer(view, meeting.version, 201, f"{MEETINGS}/{meeting.id}")

    async def find(
        self,
        caller: Reading,
        page: Paging,
        state: MeetingState | None = None,
        year: QueryYear = None,
    ) -> Response:
        """The communities' meetings, called last first."""
        found = await self._service.page(
            councillor_of(caller),
            MeetingFilter(state, year),
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([MeetingView.of(meeting) for meeting in found.items], found.next_cursor)

    async def year(
        self, caller: Reading, community: QueryId = None, year: QueryYear = None
    ) -> Response:
        """How a council keeps to its two meetings in a year, this one unless told otherwise."""
        return answer(YearView.of(await self._service.year(caller.one_community(community), year)))

    async def get(self, meeting_id: PathId, caller: Reading) -> Response:
        """One meeting, with the proposals on its agenda."""
        meeting = await self._service.one(meeting_id, councillor_of(caller))
        view = MeetingInFullView.whole(
            meeting, await self._service.agenda(meeting), names=MANAGE in caller.scopes
        )
        return answer(view, meeting.version)

    async def agenda(self, meeting_id: PathId, caller: Reading) -> Response:
        """The proposals on a meeting's agenda, those made first first, on one page."""
        meeting = await self._service.one(meeting_id, councillor_of(caller))
        agenda = await self._service.agenda(meeting)
        return listing([AgendaItemView.of(proposal) for proposal in agenda], None)

    async def story(self, meeting_id: PathId, caller: Reading) -> Response:
        """All that happened to a meeting, oldest first."""
        return answer(StoryView.of(await self._service.story(meeting_id, councillor_of(caller))))

    async def change(
        self, meeting_id: PathId, caller: Manager, version: Version, body: PlanBody
    ) -> Response:
        """Another time, place, chair or agenda."""
        return _shown(
            await self._service.change(
                meeting_id, councillor_of(caller), seen=version, plan=body.plan()
            )
        )

    async def hold(
        self, meeting_id: PathId, caller: Manager, version: Version, body: AttendanceBody
    ) -> Response:
        """It has met: who was there."""
        return _shown(
            await self._service.hold(
                meeting_id,
                councillor_of(caller),
                seen=version,
                attendance=tuple(body.attendance),
            )
        )

    async def minute(
        self, meeting_id: PathId, caller: Manager, version: Version, body: MinutesBody
    ) -> Response:
        """Keep its minutes; a later text takes the place of an earlier one."""
        return _shown(
            await self._service.minute(
                meeting_id, councillor_of(caller), seen=version, text=body.text
            )
        )

    async def cancel(self, meeting_id: PathId, caller: Manager, version: Version) -> Response:
        """It does not take place; what is on its agenda may be listed on another's."""
        return _shown(await self._service.cancel(meeting_id, councillor_of(caller), seen=version))


def _shown(meeting: Meeting) -> Response:
    return answer(MeetingView.of(meeting), meeting.version)


def router(service: MeetingService, answered: Lookup) -> APIRouter:
    """The routes of meetings; ``answered`` as for ``Once``."""
    routes = MeetingRoutes(service)
    api = APIRouter(prefix=MEETINGS, tags=["meetings"])
    api.get("", response_model=PageView[MeetingView])(routes.find)
    api.get("/summary", response_model=YearView)(routes.year)
    api.get("/{meeting_id}", response_model=MeetingInFullView)(routes.get)
    api.get("/{meeting_id}/agenda", response_model=PageView[AgendaItemView])(routes.agenda)
    api.get("/{meeting_id}/story", response_model=StoryView)(routes.story)
    calling = Depends(Once(answered, MeetingView.of, status=201))
    api.post("", status_code=201, response_model=MeetingView, dependencies=[calling])(routes.call)
    changing = Depends(Once(answered, MeetingView.of))
    for action, change in (
        ("change", routes.change),
        ("attendance", routes.hold),
        ("minutes", routes.minute),
        ("cancellation", routes.cancel),
    ):
        api.add_api_route(
            f"/{{meeting_id}}/{action}",
            change,
            methods=["POST"],
            response_model=MeetingView,
            dependencies=[changing],
        )
    return api
