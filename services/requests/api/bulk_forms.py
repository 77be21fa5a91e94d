"""What a table of requests may hold, and what is shown of its outcome."""

from enum import StrEnum
from typing import Any, Literal

from services.requests.api.intake_forms import AskedBody
from services.requests.domain.request import Channel
from services.requests.service.bulk import ROWS_MAX, Outcome
from shared.texts import LANGS, Lang, label
from shared.web import View
from shared.web.csv_import import Sheet
from shared.web.forms import Ref
from shared.web.problems import problem_of

EXTERNAL_REF = "external_ref"


class RowBody(AskedBody):
    """One row: what is asked for, and the importer's own reference for it.

    Without ``requester_id`` it is for somebody without an account.
    """

    external_ref: Ref
    channel: Literal[Channel.BULK, Channel.PHONE, Channel.STATION] = Channel.BULK
    requester_id: Ref | None = None


NAMED = (
    EXTERNAL_REF,
    "service_code",
    "estate_id",
    "building_id",
    "dwelling_id",
    "address_note",
    "position.lat",
    "position.long",
    "description",
    "visibility",
    "channel",
    "requester_id",
    "contact.name",
    "contact.phone",
    "contact.email",
)
"""The columns that have a name in words, too."""
SHEET = Sheet(
    form=RowBody,
    rows_max=ROWS_MAX,
    free=frozenset({"attributes"}),
    others={label(f"column.{path}", lang): path for path in NAMED for lang in LANGS},
)


class RowOutcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    KNOWN = "known"
    """It was there before, from this importer under this reference."""
    REFUSED = "refused"


class FaultView(View):
    """What is wrong with a row; ``pointer`` as in a problem, empty if no cell is at fault."""

    pointer: str
    code: str
    detail: str


class RowView(View):
    """The outcome of one row; ``row`` counts as a spreadsheet does, the header being row 1."""

    row: int
    external_ref: str | None
    outcome: RowOutcome
    request_id: str | None = None
    number: str | None = None
    errors: tuple[FaultView, ...] = ()

    @classmethod
    def of(cls, outcome: Outcome, lang: Lang) -> "RowView":
        """The view of an outcome."""
        if outcome.fault is not None:
            faults: list[Any] = problem_of(outcome.fault).faults(lang)
            refused = RowOutcome.REFUSED
            return cls(
                row=outcome.number,
                external_ref=outcome.external_ref,
                outcome=refused,
                errors=tuple(FaultView(**fault) for fault in faults),
            )
        request = outcome.request
        return cls(
            row=outcome.number,
            external_ref=outcome.external_ref,
            outcome=RowOutcome.KNOWN if outcome.known else RowOutcome.CREATED,
            request_id=request.id if request else None,
            number=request.number if request else None,
        )


class ImportView(View):
    """The outcome of a table, row by row, and how many of each kind."""

    created: int
    known: int
    refused: int
    rows: list[RowView]

    @classmethod
    def of(cls, outcomes: list[Outcome], lang: Lang) -> "ImportView":
        """The view of all outcomes."""
        rows = [RowView.of(outcome, lang) for outcome in outcomes]
        counts = {kind.value: sum(row.outcome is kind for row in rows) for kind in RowOutcome}
        return cls(rows=rows, **counts)
