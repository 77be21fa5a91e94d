"""Activities over HTTP: announced, signed up for, and who was there."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.pairing.api.activity_forms import (
    ActivityBody,
    ActivityChangeBody,
    ActivityView,
    AttendancesBody,
    SignUpBody,
    SignUpView,
    sign_ups,
)
from services.pairing.api.forms import PREFIX, oneself, onlooker_of_community, onlooker_of_records
from services.pairing.domain.activity import Activity
from services.pairing.service.activity import ActivityService
from shared.auth import Caller
from shared.errors import Invalid
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Looking = Annotated[Caller, Depends(needs("pairing:activity:read"))]
Joining = Annotated[Caller, Depends(needs("pairing:activity:join"))]
Managing = Annotated[Caller, Depends(needs("pairing:activity:manage"))]
PATH = "/{activity_id}"
answering = onlooker_of_records
"""Staff answer for all activities of their communities, a branch for its own."""


def router(service: ActivityService, answered: Lookup) -> APIRouter:
    """The routes of activities."""
    router = APIRouter(prefix=f"{PREFIX}/activities", tags=["activities"])
    _planning(router, service, answered)
    _reading(router, service)
    _joining(router, service, answered)
    _looking_back(router, service, answered)
    return router


def _planning(router: APIRouter, service: ActivityService, answered: Lookup) -> None:
    planned = Depends(Once(answered, ActivityView.of, status=201))
    changed = [Depends(Once(answered, ActivityView.of))]

    @router.post("", status_code=201, response_model=ActivityView, dependencies=[planned])
    async def plan_activity(body: ActivityBody, caller: Managing) -> Response:
        """Announce an activity of the caller's branch, or of the community."""
        activity = await service.plan(
            caller.one_community(body.community), branch_id=caller.branch, told=body.plan()
        )
        location = f"{PREFIX}/activities/{activity.id}"
        return answer(ActivityView.of(activity), activity.version, 201, location)

    @router.put(PATH, response_model=ActivityView, dependencies=changed)
    async def change_activity(
        activity_id: PathId, body: ActivityChangeBody, caller: Managing, version: Version
    ) -> Response:
        """Say anew what it is: who waits moves up into more room."""
        who = answering(caller)
        return _shown(await service.change(activity_id, who, told=body.plan(), seen=version))

    @router.post(f"{PATH}/cancellation", response_model=ActivityView, dependencies=changed)
    async def cancel_activity(activity_id: PathId, caller: Managing, version: Version) -> Response:
        """Call it off."""
        who = answering(caller)
        return _shown(await service.cancel(activity_id, who, seen=version))


def _reading(router: APIRouter, service: ActivityService) -> None:
    @router.get("", response_model=PageView[ActivityView])
    async def list_activities(
        caller: Looking, page: Paging, past: bool = False, mine: bool = False
    ) -> Response:
        """What is to come, the soonest first; or what is past, the latest first."""
        found = await service.page(
            oneself(caller), past=past, mine=mine, cursor=page.cursor, limit=page.limit
        )
        return listing([ActivityView.of(each) for each in found.items], found.next_cursor)

    @router.get(PATH, response_model=ActivityView)
    async def read_activity(activity_id: PathId, caller: Looking) -> Response:
        """One activity, and whether one has a place."""
        return _shown(await service.get(activity_id, oneself(caller)))


def _joining(router: APIRouter, service: ActivityService, answered: Lookup) -> None:
    once = [Depends(Once(answered, ActivityView.of))]

    @router.post(f"{PATH}/sign-up", response_model=ActivityView, dependencies=once)
    async def sign_up_for_activity(
        activity_id: PathId, caller: Joining, body: SignUpBody | None = None
    ) -> Response:
        """Sign up: the first to come have a place, the others wait and move up by themselves."""
        who = onlooker_of_community(caller)
        person_id = _person(body, caller)
        return _shown(await service.sign_up(activity_id, who, person_id=person_id))

    @router.post(f"{PATH}/sign-off", response_model=ActivityView, dependencies=once)
    async def sign_off_from_activity(
        activity_id: PathId, caller: Joining, body: SignUpBody | None = None
    ) -> Response:
        """Not come after all."""
        who = onlooker_of_community(caller)
        person_id = _person(body, caller)
        return _shown(await service.sign_off(activity_id, who, person_id=person_id))


def _looking_back(router: APIRouter, service: ActivityService, answered: Lookup) -> None:
    once = [Depends(Once(answered, ActivityView.of))]

    @router.get(f"{PATH}/sign-ups", response_model=PageView[SignUpView])
    async def list_sign_ups(activity_id: PathId, caller: Managing) -> Response:
        """Who comes and who waits, first come first, and how long they were there."""
        activity = await service.managed(activity_id, answering(caller))
        return listing(sign_ups(activity), None)

    @router.post(f"{PATH}/attendance", response_model=ActivityView, dependencies=once)
    async def record_attendance(
        activity_id: PathId, body: AttendancesBody, caller: Managing, version: Version
    ) -> Response:
        """Note who was there: what members did becomes a record of theirs."""
        minutes = {each.person_id: each.minutes for each in body.people}
        if len(minutes) < len(body.people):
            raise Invalid("activity.person_twice", pointer="/people")
        who = answering(caller)
        return _shown(await service.record(activity_id, who, minutes=minutes, seen=version))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_activity_story(activity_id: PathId, caller: Managing) -> Response:
        """Everything that happened to it, oldest first."""
        return answer(StoryView.of(await service.story(activity_id, answering(caller))))


def _person(body: SignUpBody | None, caller: Caller) -> str:
    told = None if body is None else body.person_id
    return told or caller.id


def _shown(activity: Activity) -> Response:
    return answer(ActivityView.of(activity), activity.version)
