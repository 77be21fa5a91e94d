"""What a table of an estate's parts may hold, and what is shown of its outcome."""

from typing import Annotated, Any

from pydantic import Field

from services.property.api.forms import Code
from services.property.domain.estate import Position
from services.property.domain.estate_check import FLOORS_MAX
from services.property.domain.estate_table import Line, Placed
from shared.errors import Invalid
from shared.texts import LANGS, label
from shared.web import Body
from shared.web.bulk import RowView
from shared.web.csv_import import Sheet
from shared.web.forms import Ref

PARTS_MAX = 10_000
"""Rows of one table: the largest estate has some more parts than its 5,000 dwellings."""
COLUMNS = ("building", "entrance", "dwelling", "floors", "lat", "long")
"""Those that have a name in words, too."""


class EstateRowBody(Body):
    """A part by the codes that lead to it, as the list of parts has it."""

    estate: Code | None = None
    building: Code
    entrance: Code | None = None
    dwelling: Code | None = None
    kind: str | None = None
    id: Ref | None = None
    floors: Annotated[int, Field(ge=1, le=FLOORS_MAX)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    long: Annotated[float, Field(ge=-180, le=180)] | None = None
    closed: bool = False

    def line(self, number: int) -> Line:
        """In the words of the domain. ``Invalid`` for half a position."""
        return Line(
            number,
            self.building,
            self.entrance,
            self.dwelling,
            id=self.id,
            floors=self.floors,
            position=self._position(),
            closed=self.closed,
            estate=self.estate,
        )

    def _position(self) -> Position | None:
        if self.lat is None and self.long is None:
            return None
        if self.lat is None or self.long is None:
            raise Invalid("estate.row_incomplete", pointer="/lat" if self.lat is None else "/long")
        return Position(self.lat, self.long)


SHEET = Sheet(
    form=EstateRowBody,
    rows_max=PARTS_MAX,
    others={label(f"estate_column.{each}", lang): each for each in COLUMNS for lang in LANGS},
)


class EstateRowView(RowView):
    """The outcome of one row; ``row`` counts as a spreadsheet does, the header being row 1."""

    id: str | None = None

    @classmethod
    def made(cls, thing: Placed) -> dict[str, Any]:
        """The part that the row is about."""
        return {"id": thing.id}
