"""Residents and care households from tables in CSV: what is right is entered, what is wrong is told
row by row."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.pairing.api.branch_guard import onlooker_of_homes
from services.pairing.api.forms import PREFIX
from services.pairing.api.register_table_forms import (
    HOUSEHOLDS,
    PERSONS,
    HouseholdRowBody,
    PersonRowBody,
)
from services.pairing.api.table_forms import TableView
from services.pairing.service.register_table import (
    HouseholdTableService,
    PersonTableService,
    TableRow,
)
from shared.auth import Caller
from shared.web import answer, needs
from shared.web.bulk import Table, body_of, read
from shared.web.csv_import import Row
from shared.web.exchange import lang_for

WritingPersons = Annotated[Caller, Depends(needs("pairing:person:write"))]
WritingHouseholds = Annotated[Caller, Depends(needs("pairing:household:write"))]


def told_of(
    row: Row, form: type[PersonRowBody] | type[HouseholdRowBody], caller: Caller
) -> TableRow:
    """What a row tells; ``RequestValidationError`` or ``LinliError`` if it cannot be read."""
    body = body_of(row, form)
    return body.told(row.number, caller.one_community(body.community))


def router(persons: PersonTableService, households: HouseholdTableService) -> APIRouter:
    """The routes of tables."""
    api = APIRouter(prefix=PREFIX)

    @api.post("/persons/imports", response_model=TableView, tags=["persons"])
    async def load_persons(caller: WritingPersons, table: Table, request: Request) -> Response:
        """Register or change up to 1,000 residents from a table of up to 1 MB, UTF-8 or GB18030.

        A column for each field, by its name as in the JSON or in words, Chinese or English; several
        values of a cell are set apart by semicolons. What a blank cell is about stays as it is. A
        row that is wrong hinders no other. To send the same table again is safe: what is so already
        is left alone. A table from ``/persons/records`` may be changed and sent here.
        """
        rows, refused = read(PERSONS, table.body, lambda row: told_of(row, PersonRowBody, caller))
        return answer(TableView.of([*refused, *await persons.enter(rows)], lang_for(request)))

    @api.post("/households/imports", response_model=TableView, tags=["households"])
    async def load_households(
        caller: WritingHouseholds, table: Table, request: Request
    ) -> Response:
        """Register or change up to 1,000 care households, as ``/persons/imports`` does residents.

        With its consent, as given on paper for instance: a row is entered whole or not at all.
        """
        rows, refused = read(
            HOUSEHOLDS, table.body, lambda row: told_of(row, HouseholdRowBody, caller)
        )
        outcomes = await households.enter(rows, onlooker_of_homes(caller))
        return answer(TableView.of([*refused, *outcomes], lang_for(request)))

    return api
