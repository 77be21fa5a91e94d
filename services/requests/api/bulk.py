"""Requests from a table in CSV: what is right is entered, what is wrong is told row by row."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.requests.api.bulk_forms import SHEET, RequestRowView, RowBody
from services.requests.api.request import PREFIX
from services.requests.service.bulk import Asked, BulkService
from shared.auth import Caller
from shared.web import answer, needs
from shared.web.bulk import ImportView, Table, body_of, read
from shared.web.csv_import import Row
from shared.web.exchange import lang_for

Importer = Annotated[Caller, Depends(needs("requests:request:import"))]


def asked_of(row: Row, caller: Caller) -> Asked:
    """What a row asks for, entered by the caller.

    ``RequestValidationError`` or ``LinliError`` if it cannot be.
    """
    body = body_of(row, RowBody)
    submission = body.read(body.requester_id, body.channel, caller.id)
    kept = replace(submission, external_ref=body.external_ref)
    return Asked(row.number, body.external_ref, kept)


def router(service: BulkService) -> APIRouter:
    """The route of tables."""
    api = APIRouter(prefix=f"{PREFIX}/imports", tags=["requests"])

    @api.post("", response_model=ImportView[RequestRowView])
    async def load(caller: Importer, table: Table, request: Request) -> Response:
        """Enter up to 1,000 requests from a table of up to 1 MB, UTF-8 or GB18030.

        A column for each field of a submission by its path (``contact.phone``,
        ``attributes.<code>``, ``attributes.<code>[]`` for several values set apart by semicolons),
        or by its name in words, Chinese or English; and ``external_ref``, your own reference,
        different in each row. A row that is wrong hinders no other. To send the same table again is
        safe: a row whose reference is there is answered as before, whatever else it says.
        """
        asked, refused = read(SHEET, table.body, lambda row: asked_of(row, caller))
        outcomes = await service.submit(asked, importer=caller.id, communities=caller.communities)
        lang = lang_for(request)
        rows = [RequestRowView.of(each, lang) for each in (*refused, *outcomes)]
        return answer(ImportView.of(rows))

    return api
