"""A whole estate from a table in CSV: what is right is entered, the rest told by row."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query, Request, Response

from services.property.api.estate_correction_forms import CorrectionReason
from services.property.api.estate_table_forms import SHEET, EstateRowBody, EstateRowView
from services.property.api.forms import PREFIX, viewer
from services.property.service.estate_correction import Said
from services.property.service.estate_table import EstateTableService
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.texts import Lang
from shared.web import answer, needs
from shared.web.bulk import ImportView, Table, body_of, read
from shared.web.exchange import lang_for
from shared.web.forms import PathId, Version

Writing = Annotated[Caller, Depends(needs("property:estate:write"))]


class Asked(NamedTuple):
    """Why the estate is corrected, whether only to see what would become of the table, and the
    reader's language."""

    reason: str
    dry_run: bool
    lang: Lang


async def asked_in(
    request: Request,
    reason: Annotated[CorrectionReason, Query()],
    dry_run: Annotated[bool, Query()] = False,
) -> Asked:
    """What stands beside the table."""
    return Asked(reason, dry_run, lang_for(request))


def router(service: EstateTableService) -> APIRouter:
    """The routes of tables."""
    router = APIRouter(prefix=f"{PREFIX}/estates", tags=["estates"])

    @router.post("/{estate_id}/parts/imports", response_model=ImportView[EstateRowView])
    async def load_estate_parts(
        estate_id: PathId,
        caller: Writing,
        version: Version,
        table: Table,
        asked: Annotated[Asked, Depends(asked_in)],
    ) -> Response:
        """Add what is missing of an estate from a table of up to 1 MB, UTF-8 or GB18030.

        A row for each building, entrance or dwelling, by the codes that lead to it; what it is in
        is added with it. What is there already is left as it is, so the same table can be sent
        again, and the list of parts, read as a table, changes nothing. A row that is wrong hinders
        no other.
        """
        lines, refused = read(
            SHEET,
            table.body,
            lambda row: body_of(row, EstateRowBody).line(row.number),
            ref="building",
        )
        target = Target(viewer(caller), estate_id, version)
        said = Said(caller.id, asked.reason)
        outcomes = await service.load(target, lines, said, dry_run=asked.dry_run)
        rows = [EstateRowView.of(each, asked.lang) for each in (*refused, *outcomes)]
        return answer(ImportView[EstateRowView].of(rows))

    return router
