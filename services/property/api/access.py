"""Gates over HTTP: their systems tell what they saw and ask who may come in; the desk looks."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError, WithJsonSchema

from services.property.api.forms import PREFIX, viewer
from services.property.api.gate_forms import (
    AccessBatchBody,
    AccessBatchView,
    AccessBody,
    AccessCheckBody,
    AccessPlateView,
    AccessView,
    LoggedView,
    RetentionRuleBody,
    RetentionRuleView,
    RightView,
    SightingBody,
)
from services.property.api.parking_forms import PlateSearchBody, looker
from services.property.domain.access import Sighting
from services.property.service.access import AccessService, Asked
from services.property.service.on_record import PlatePurpose
from services.property.service.retention_rule import RetentionRuleService
from shared.auth import Caller
from shared.texts import Lang
from shared.web import answer, listing, needs
from shared.web.exchange import lang_for
from shared.web.forms import ID_LENGTH_MAX, Moment, PageView, Paging, PathId, QueryId, Version

Recording = Annotated[Caller, Depends(needs("property:access:record"))]
Reading = Annotated[Caller, Depends(needs("property:access:read"))]
Searching = Annotated[Caller, Depends(needs("property:access:search"))]
Ruling = Annotated[Caller, Depends(needs("property:retention_rule:manage"))]
Since = Annotated[
    Annotated[Moment, WithJsonSchema({"type": "string", "format": "date-time", "maxLength": 40})]
    | None,
    Query(),
]
EstateId = Annotated[str, Query(max_length=ID_LENGTH_MAX)]
REF_SHOWN_MAX = 64


def router(service: AccessService, rules: RetentionRuleService) -> APIRouter:
    """The routes of gates and of how long their log is kept."""
    router = APIRouter(prefix=PREFIX, tags=["accesses"])
    _recording(router, service)
    _reading(router, service)
    _ruling(router, rules)
    return router


def _recording(router: APIRouter, service: AccessService) -> None:
    @router.post("/accesses", status_code=201, response_model=LoggedView)
    async def record_access(body: AccessBody, caller: Recording, request: Request) -> Response:
        """Tell what a gate saw; under a number that it has told before, the answer is the same
        with 200. Answers by what the vehicle came in."""
        told = body.sighting(body.gate)
        (logged,) = await service.record(viewer(caller), body.estate_id, [told])
        if logged.fault is not None:
            raise logged.fault
        shown = LoggedView.of(logged, lang_for(request))
        return answer(shown, status=200 if logged.known else 201)

    @router.post("/accesses:batch", response_model=AccessBatchView)
    async def record_accesses(
        body: AccessBatchBody, caller: Recording, request: Request
    ) -> Response:
        """Tell up to 100 things that a gate saw: outcomes in the same order, what is wrong with one
        hinders no other, and to send them again is safe."""
        lang = lang_for(request)
        read = [_read(item, body.gate, lang) for item in body.items]
        told = [each for each in read if isinstance(each, Sighting)]
        ends = iter(await service.record(viewer(caller), body.estate_id, told))
        shown = [
            LoggedView.of(next(ends), lang) if isinstance(each, Sighting) else each for each in read
        ]
        return answer(AccessBatchView.of(shown))

    @router.post("/access-checks", response_model=RightView)
    async def check_access(body: AccessCheckBody, caller: Recording) -> Response:
        """By what a vehicle before a gate may come in at this moment."""
        right = await service.right_of(viewer(caller), estate_id=body.estate_id, plate=body.plate)
        return answer(RightView(right=right))


def _reading(router: APIRouter, service: AccessService) -> None:
    @router.get("/accesses", response_model=PageView[AccessView])
    async def list_accesses(
        caller: Reading,
        page: Paging,
        estate_id: EstateId,
        gate: QueryId = None,
        since: Since = None,
        until: Since = None,
    ) -> Response:
        """What the gates of an estate saw, the latest first, plates masked."""
        asked = Asked(estate_id, gate, since, until)
        found = await service.page(looker(caller), asked, cursor=page.cursor, limit=page.limit)
        return listing([AccessView.of(row) for row in found.items], found.next_cursor)

    @router.get("/accesses/{access_id}/plate", response_model=AccessPlateView)
    async def read_access_plate(
        access_id: PathId, purpose: PlatePurpose, caller: Reading
    ) -> Response:
        """The plate in full; who read it, and for what, is put on record first."""
        row = await service.read(looker(caller), access_id, purpose=purpose)
        return answer(AccessPlateView.of(row))

    @router.post("/access-searches", response_model=PageView[AccessView])
    async def search_accesses(body: PlateSearchBody, caller: Searching, page: Paging) -> Response:
        """When the gates saw a plate, the latest first; who asked is put on record first."""
        found = await service.of_plate(
            looker(caller),
            estate_id=body.estate_id,
            plate=body.plate,
            purpose=body.purpose,
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([AccessView.of(row) for row in found.items], found.next_cursor)


def _ruling(router: APIRouter, rules: RetentionRuleService) -> None:
    @router.get("/retention-rule", response_model=RetentionRuleView)
    async def read_retention_rule(caller: Ruling, community: QueryId = None) -> Response:
        """How long the community keeps who came and went; one of several is to be named."""
        rule = await rules.get(caller.one_community(community))
        return answer(RetentionRuleView.of(rule), rule.version or None)

    @router.put("/retention-rule", response_model=RetentionRuleView)
    async def change_retention_rule(
        body: RetentionRuleBody, caller: Ruling, version: Version, community: QueryId = None
    ) -> Response:
        """Keep it for so many days: the access log by this rule at once, what ends from now on."""
        asked = caller.one_community(community)
        rule = await rules.change(asked, days=body.days, seen=version)
        return answer(RetentionRuleView.of(rule), rule.version)


def _read(item: dict[str, Any], gate: str, lang: Lang) -> Sighting | LoggedView:
    """An item as a sighting, or the outcome of what is none."""
    try:
        return SightingBody.model_validate(item).sighting(gate)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        fault = RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found])
        ref = item.get("ref")
        shown = ref[:REF_SHOWN_MAX] if isinstance(ref, str) else None
        return LoggedView.refused(shown, fault, lang)
