"""Members from a table in CSV: what is right is entered, what is wrong is told row by row."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.pairing.api.forms import PREFIX, onlooker_of_records
from services.pairing.api.member_table_forms import SHEET, MemberImportView, MemberRowBody
from services.pairing.service.member_table import REF, MemberTableService, Told
from shared.auth import Caller
from shared.web import answer, needs
from shared.web.bulk import Table, body_of, read
from shared.web.csv_import import Row
from shared.web.exchange import lang_for

Writing = Annotated[Caller, Depends(needs("pairing:member:write"))]


def told_of(row: Row, caller: Caller) -> Told:
    """What a row tells; ``RequestValidationError`` or ``LinliError`` if it cannot be read."""
    body = body_of(row, MemberRowBody)
    return body.told(row.number, caller.one_community(body.community))


def router(service: MemberTableService) -> APIRouter:
    """The route of tables."""
    api = APIRouter(prefix=f"{PREFIX}/members/imports", tags=["members"])

    @api.post("", response_model=MemberImportView)
    async def load_members(caller: Writing, table: Table, request: Request) -> Response:
        """Register or change up to 1,000 members from a table of up to 1 MB, UTF-8 or GB18030.

        A column for each field of a member, by its name as in the JSON or in words, Chinese or
        English; several values of a cell are set apart by semicolons, a time slot reads
        ``周一 09:00-11:30``. Members are known by ``person_id``; what a blank cell is about stays
        as it is. A row that is wrong hinders no other. To send the same table again is safe: what
        is so already is left alone. The list of members, read as a table, may be changed and sent
        here.
        """
        rows, refused = read(SHEET, table.body, lambda row: told_of(row, caller), ref=REF)
        outcomes = await service.enter(rows, onlooker_of_records(caller))
        return answer(MemberImportView.of([*refused, *outcomes], lang_for(request)))

    return api
