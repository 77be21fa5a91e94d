"""Corrections of estates over HTTP: each with its reason, and told to the other services."""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.params import Depends as DependsOn

from services.property.api.estate_correction_forms import (
    CorrectionBody,
    CorrectionView,
    EstateChangeBody,
    EstatePartBody,
    EstatePartChangeBody,
    EstatePartView,
    UnitsBody,
    parts_of,
)
from services.property.api.estate_forms import EstateSummary
from services.property.api.forms import PREFIX, viewer
from services.property.domain.estate import Estate
from services.property.service.estate import EstateService
from services.property.service.estate_correction import EstateCorrectionService, Said
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.errors import Malformed
from shared.store import decode_cursor, encode_cursor
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, Version
from shared.web.once import Lookup

Writing = Annotated[Caller, Depends(needs("property:estate:write"))]
Reading = Annotated[Caller, Depends(needs("property:estate:read"))]

PATH = "/{estate_id}"


def router(service: EstateCorrectionService, estates: EstateService, lookup: Lookup) -> APIRouter:
    """The routes of corrections."""
    router = APIRouter(prefix=f"{PREFIX}/estates", tags=["estates"])
    once = [Depends(Once(lookup=lookup, view=EstateSummary.of))]
    _amending(router, service, once)
    _building(router, service, once)
    _reading(router, estates)
    return router


def _amending(
    router: APIRouter, service: EstateCorrectionService, once: Sequence[DependsOn]
) -> None:
    @router.patch(PATH, response_model=EstateSummary, dependencies=once)
    async def correct_estate(
        estate_id: PathId, body: EstateChangeBody, caller: Writing, version: Version
    ) -> Response:
        """Correct what is known of the estate itself; what is left out stays as it is."""
        said = Said(caller.id, body.reason)
        return _shown(
            await service.amend(_target(caller, estate_id, version), body.changes(), said)
        )

    @router.put(f"{PATH}/units", response_model=EstateSummary, dependencies=once)
    async def set_estate_units(
        estate_id: PathId, body: UnitsBody, caller: Writing, version: Version
    ) -> Response:
        """Say anew which units of self-government there are; one that is left out is no more."""
        drafts = tuple(unit.draft() for unit in body.units)
        target = _target(caller, estate_id, version)
        estate = await service.set_units(target, drafts, body.said(caller.id))
        return _shown(estate)


def _building(
    router: APIRouter, service: EstateCorrectionService, once: Sequence[DependsOn]
) -> None:
    @router.post(f"{PATH}/parts", response_model=EstateSummary, dependencies=once)
    async def add_estate_part(
        estate_id: PathId, body: EstatePartBody, caller: Writing, version: Version
    ) -> Response:
        """Add a building, an entrance or a dwelling; its id is in the list of parts."""
        target = _target(caller, estate_id, version)
        return _shown(await service.add(target, body.draft(), body.said(caller.id)))

    part = f"{PATH}/parts/{{part_id}}"

    @router.patch(part, response_model=EstateSummary, dependencies=once)
    async def correct_estate_part(
        estate_id: PathId,
        part_id: PathId,
        body: EstatePartChangeBody,
        caller: Writing,
        version: Version,
    ) -> Response:
        """Correct what a part is called or where it stands; it keeps its id and its place."""
        target, said = _target(caller, estate_id, version), Said(caller.id, body.reason)
        return _shown(await service.alter(target, part_id, body.changes(), said))

    @router.post(f"{part}/closure", response_model=EstateSummary, dependencies=once)
    async def close_estate_part(
        estate_id: PathId, part_id: PathId, body: CorrectionBody, caller: Writing, version: Version
    ) -> Response:
        """It is used no more, nor is what is in it; it stays known, and its code is free again."""
        target = _target(caller, estate_id, version)
        return _shown(await service.close(target, part_id, body.said(caller.id)))

    @router.post(f"{part}/reopening", response_model=EstateSummary, dependencies=once)
    async def reopen_estate_part(
        estate_id: PathId, part_id: PathId, body: CorrectionBody, caller: Writing, version: Version
    ) -> Response:
        """It is in use after all."""
        target = _target(caller, estate_id, version)
        return _shown(await service.reopen(target, part_id, body.said(caller.id)))


def _reading(router: APIRouter, estates: EstateService) -> None:
    @router.get(f"{PATH}/parts", response_model=PageView[EstatePartView])
    async def list_estate_parts(estate_id: PathId, caller: Reading, page: Paging) -> Response:
        """All parts of an estate, each building followed by what is in it."""
        estate = await estates.get(viewer(caller), estate_id)
        start = _place(page.cursor)
        found = list(islice(parts_of(estate), start, start + page.limit + 1))
        more = len(found) > page.limit
        following = encode_cursor(f"{start + page.limit}") if more else None
        return listing(found[: page.limit], following)

    @router.get(f"{PATH}/corrections", response_model=PageView[CorrectionView])
    async def list_estate_corrections(estate_id: PathId, caller: Writing, page: Paging) -> Response:
        """Why the estate was corrected, newest first; the last 50 corrections."""
        estate = await estates.get(viewer(caller), estate_id)
        start = _place(page.cursor)
        newest = [CorrectionView.of(each) for each in reversed(estate.corrections)]
        end = start + page.limit
        following = encode_cursor(f"{end}") if end < len(newest) else None
        return listing(newest[start:end], following)


def _place(cursor: str | None) -> int:
    """How many were shown before; ``Malformed`` for a cursor that no page gave."""
    text = "0" if cursor is None else decode_cursor(cursor)
    if not text.isdecimal() or len(text) > len("10000"):
        raise Malformed("cursor.malformed", pointer="cursor")
    return int(text)


def _target(caller: Caller, estate_id: str, version: int | None) -> Target:
    return Target(viewer(caller), estate_id, version)


def _shown(estate: Estate) -> Response:
    return answer(EstateSummary.of(estate), estate.version)
