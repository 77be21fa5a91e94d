"""What a table of requests may hold, and what is shown of its outcome."""

from typing import Any, Literal

from services.requests.api.intake_forms import AskedBody
from services.requests.domain.request import Channel, ServiceRequest
from shared.bulk import ROWS_MAX
from shared.texts import LANGS, label
from shared.web.bulk import EXTERNAL_REF, RowView
from shared.web.csv_import import Sheet
from shared.web.forms import Ref


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


class RequestRowView(RowView):
    """The outcome of one row; ``row`` counts as a spreadsheet does, the header being row 1."""

    request_id: str | None = None
    number: str | None = None

    @classmethod
    def made(cls, thing: ServiceRequest) -> dict[str, Any]:
        """The request that the row became."""
        return {"request_id": thing.id, "number": thing.number}
