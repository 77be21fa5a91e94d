"""Requests from a table in CSV: what is right is entered, what is wrong is told row by row."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from services.requests.api.bulk_forms import EXTERNAL_REF, SHEET, ImportView, RowBody
from services.requests.api.request import PREFIX
from services.requests.service.bulk import Asked, BulkService, Outcome
from shared.auth import Caller
from shared.errors import Invalid, LinliError
from shared.web import Sent, Takes, answer, needs
from shared.web.csv_export import MEDIA_TYPE
from shared.web.csv_import import Row
from shared.web.exchange import SCOPE_KEY, Exchange

BYTES_MAX = 1024 * 1024
REF_SHOWN_MAX = 64

Importer = Annotated[Caller, Depends(needs("requests:request:import"))]
Table = Annotated[Sent, Depends(Takes(MEDIA_TYPE, bytes_max=BYTES_MAX))]


def asked_of(row: Row, caller: Caller) -> Asked:
    """What a row asks for, entered by the caller.

    ``RequestValidationError`` or ``LinliError`` if it cannot be.
    """
    if row.cells_max is not None:
        raise Invalid("csv.too_many_cells", limit=row.cells_max)
    try:
        body = RowBody.model_validate(row.body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise RequestValidationError(
            [{**item, "loc": ("body", *item["loc"])} for item in found]
        ) from None
    submission = body.read(body.requester_id, body.channel, caller.id)
    kept = replace(submission, external_ref=body.external_ref)
    return Asked(row.number, body.external_ref, kept)


def router(service: BulkService) -> APIRouter:
    """The route of tables."""
    api = APIRouter(prefix=f"{PREFIX}/imports", tags=["requests"])

    @api.post("", response_model=ImportView)
    async def load(caller: Importer, table: Table, request: Request) -> Response:
        """Enter up to 1,000 requests from a table of up to 1 MB, UTF-8 or GB18030.

        A column for each field of a submission by its path (``contact.phone``,
        ``attributes.<code>``, ``attributes.<code>[]`` for several values set apart by semicolons),
        or by its name in words, Chinese or English; and ``external_ref``, your own reference,
        different in each row. A row that is wrong hinders no other. To send the same table again is
        safe: a row whose reference is there is answered as before, whatever else it says.
        """
        asked: list[Asked] = []
        outcomes: list[Outcome] = []
        for row in SHEET.rows(table.body):
            try:
                asked.append(asked_of(row, caller))
            except (RequestValidationError, LinliError) as fault:
                ref = str(row.body.get(EXTERNAL_REF, ""))[:REF_SHOWN_MAX] or None
                outcomes.append(Outcome(row.number, ref, fault=fault))
        outcomes += await service.submit(asked, importer=caller.id, communities=caller.communities)
        exchange: Exchange = request.scope[SCOPE_KEY]
        outcomes.sort(key=lambda outcome: outcome.number)
        return answer(ImportView.of(outcomes, exchange.lang))

    return api
