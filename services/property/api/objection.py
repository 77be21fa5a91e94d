"""Objections over HTTP: the company contests a sealed figure, the committee answers on record."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, Reason, viewer
from services.property.domain.objection import Grounds, Objection, ObjectionState, Remedy
from services.property.domain.score_rules import Measure
from services.property.service.objection import ObjectionService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Ref, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Raising = Annotated[Caller, Depends(needs("property:objection:raise"))]
Reading = Annotated[Caller, Depends(needs("property:objection:read"))]
Answering = Annotated[Caller, Depends(needs("property:objection:answer"))]

PATH = "/objections/{objection_id}"


class ObjectionBody(Body):
    """What the company objects to, and why."""

    scorecard_id: Ref
    measure: Measure
    record_id: Ref | None = None
    reason: Reason


class UpholdingBody(Body):
    """Why the committee agrees, and what is put right."""

    remedy: Remedy
    answer: Reason


class DismissalBody(Body):
    """Why the committee does not agree."""

    answer: Reason


class ObjectionView(View):
    """An objection with its answer."""

    id: str
    community: str
    version: int
    state: ObjectionState
    scorecard_id: str
    contractor_id: str
    measure: Measure
    record_id: str | None
    reason: str
    raised_by: str
    raised_at: datetime
    remedy: Remedy | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None

    @classmethod
    def of(cls, objection: Objection) -> "ObjectionView":
        """As the caller sees it."""
        return cls(**{name: getattr(objection, name) for name in cls.model_fields})


async def _filters(
    scorecard_id: QueryId = None, state: ObjectionState | None = None
) -> dict[str, Any]:
    return filter_of(scorecard_id=scorecard_id, state=state)


Filters = Annotated[dict[str, Any], Depends(_filters)]


def router(service: ObjectionService, lookup: Lookup) -> APIRouter:
    """The routes of objections."""
    router = APIRouter(prefix=PREFIX, tags=["scorecards"])
    _raising(router, service, lookup)
    _reading(router, service)
    _answering(router, service, lookup)
    return router


def _raising(router: APIRouter, service: ObjectionService, lookup: Lookup) -> None:
    made = Depends(Once(lookup=lookup, view=ObjectionView.of, status=201))
    changed = Depends(Once(lookup=lookup, view=ObjectionView.of))

    @router.post("/objections", status_code=201, response_model=ObjectionView, dependencies=[made])
    async def raise_objection(body: ObjectionBody, caller: Raising) -> Response:
        """Object to a figure of one's own sealed scorecard, within 30 days of its seal."""
        grounds = Grounds(body.measure, body.record_id, body.reason)
        objection = await service.raise_objection(
            viewer(caller), body.scorecard_id, grounds, by=caller.id
        )
        location = f"{PREFIX}/objections/{objection.id}"
        view = ObjectionView.of(objection)
        return answer(view, objection.version, status=201, location=location)

    @router.post(f"{PATH}/withdrawal", response_model=ObjectionView, dependencies=[changed])
    async def withdraw_objection(
        objection_id: PathId, caller: Raising, version: Version
    ) -> Response:
        """Object no more."""
        target = Target(viewer(caller), objection_id, version)
        return _shown(await service.withdraw(target))


def _reading(router: APIRouter, service: ObjectionService) -> None:
    @router.get("/objections", response_model=PageView[ObjectionView])
    async def list_objections(caller: Reading, page: Paging, where: Filters) -> Response:
        """The objections that the caller sees, newest first."""
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([ObjectionView.of(each) for each in found.items], found.next_cursor)

    @router.get(PATH, response_model=ObjectionView)
    async def read_objection(objection_id: PathId, caller: Reading) -> Response:
        """One objection and its answer."""
        return _shown(await service.get(viewer(caller), objection_id))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_objection_story(objection_id: PathId, caller: Reading) -> Response:
        """Everything that happened to one objection, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), objection_id)))


def _answering(router: APIRouter, service: ObjectionService, lookup: Lookup) -> None:
    once = [Depends(Once(lookup=lookup, view=ObjectionView.of))]

    @router.post(f"{PATH}/upholding", response_model=ObjectionView, dependencies=once)
    async def uphold_objection(
        objection_id: PathId, body: UpholdingBody, caller: Answering, version: Version
    ) -> Response:
        """Agree: a corrected edition is sealed beside the scorecard, which stays as it is."""
        target = Target(viewer(caller), objection_id, version)
        return _shown(await service.uphold(target, body.remedy, text=body.answer, by=caller.id))

    @router.post(f"{PATH}/dismissal", response_model=ObjectionView, dependencies=once)
    async def dismiss_objection(
        objection_id: PathId, body: DismissalBody, caller: Answering, version: Version
    ) -> Response:
        """Do not agree, and say why."""
        target = Target(viewer(caller), objection_id, version)
        return _shown(await service.dismiss(target, text=body.answer, by=caller.id))


def _shown(objection: Objection) -> Response:
    return answer(ObjectionView.of(objection), objection.version)
