"""What tables of the register have in common: how cells are read, and what became of a row."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Self

from services.pairing.service.register_table import Entered
from shared.bulk import Outcome
from shared.days import start_of
from shared.store import Aggregate
from shared.texts import LANGS, Lang, label
from shared.web import View
from shared.web.bulk import FaultView, faults_of

_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


def words_of(kind: type[StrEnum], name: str) -> Mapping[str, StrEnum]:
    """The words for each of these codes, Chinese and English: ``label.<name>.<code>``."""
    return {label(f"{name}.{each.value}", lang): each for each in kind for lang in LANGS}


def day_in(value: Any) -> Any:
    """A day as spreadsheets write it, ``1948/10/1`` or ``1948年10月1日``, as ISO 8601 has it."""
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    return value if match is None else f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}"


def since_in(value: Any) -> Any:
    """A moment, or the day as whose beginning it is meant."""
    return _moment(value, timedelta())


def until_in(value: Any) -> Any:
    """A moment, or the last day that is meant."""
    return _moment(value, timedelta(days=1))


def _moment(value: Any, later: timedelta) -> Any:
    try:
        day = date.fromisoformat(day_in(value)) + later
    except (TypeError, ValueError, OverflowError):
        return value
    return start_of(day).isoformat()


class Became(StrEnum):
    """What became of a row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class TableRowView(View):
    """The outcome of one row; ``row`` counts as a spreadsheet does, the header being row 1."""

    row: int
    external_ref: str | None
    outcome: Became
    id: str | None
    errors: tuple[FaultView, ...]

    @classmethod
    def of(cls, outcome: Outcome[Entered[Any]], lang: Lang) -> Self:
        """The view of an outcome."""
        entered = outcome.thing
        return cls(
            row=outcome.number,
            external_ref=outcome.external_ref,
            outcome=Became.REFUSED if entered is None else became(entered.thing, entered.before),
            id=None if entered is None else entered.thing.id,
            errors=faults_of(outcome, lang),
        )


class TableView(View):
    """The outcome of a table, row by row, and how many of each kind."""

    created: int
    changed: int
    unchanged: int
    refused: int
    rows: list[TableRowView]

    @classmethod
    def of(cls, outcomes: Sequence[Outcome[Entered[Any]]], lang: Lang) -> Self:
        """The view of all outcomes, in the order of the rows."""
        rows = sorted((TableRowView.of(each, lang) for each in outcomes), key=lambda row: row.row)
        counts = Counter(row.outcome for row in rows)
        return cls(rows=rows, **{kind.value: counts[kind] for kind in Became})


def became(thing: Aggregate, before: int) -> Became:
    """What became of what a row is about, which was at this version before, 0 for none."""
    if not before:
        return Became.CREATED
    return Became.UNCHANGED if thing.version == before else Became.CHANGED
