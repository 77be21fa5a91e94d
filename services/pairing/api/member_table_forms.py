"""What a table of members may hold, and what is shown of its outcome."""

import json
import re
from collections import Counter
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from services.pairing.api.forms import Named
from services.pairing.api.member_forms import Languages as LanguageList
from services.pairing.api.member_forms import Leads, Skills, Slots, in_domain
from services.pairing.api.table_forms import Became, became
from services.pairing.domain.member import (
    HOURS_LIMIT,
    HOUSEHOLDS_MAX_LIMIT,
    PROFILE_FIELDS,
    MemberKind,
)
from services.pairing.service.member_table import Entered, Told
from shared.bulk import ROWS_MAX, Outcome
from shared.texts import LANGS, Lang, label
from shared.web import Body, View
from shared.web.bulk import FaultView, faults_of
from shared.web.csv_import import SEPARATOR, Sheet
from shared.web.forms import Day, Ref

VERSION_MAX = 2**31
_DAYS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}
_SLOT = re.compile(
    r"(?:(?:周|星期)?([一二三四五六日天])|([1-7]))\s*"
    r"([0-9]{1,2}:[0-9]{2})\s*[-~至到]\s*([0-9]{1,2}:[0-9]{2})"
)
_KINDS = {label(f"member_kind.{kind.value}", lang): kind for kind in MemberKind for lang in LANGS}


def listed(value: Any) -> Any:
    """A cell that holds several, as a list: set apart by semicolons, of either width."""
    if isinstance(value, str):
        parts = value.replace("；", SEPARATOR).split(SEPARATOR)  # noqa: RUF001
        return [part.strip() for part in parts if part.strip()]
    return value


def slots_in(value: Any) -> Any:
    """The time slots of a cell: as a table from here has them (JSON), or ``周一 09:00-11:30; 3
    14:00-17:00``. What cannot be read is no slot, and is refused as such."""
    if isinstance(value, str) and value.startswith("["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return [_slot(part) if isinstance(part, str) else part for part in listed(value)]


def _slot(text: str) -> dict[str, Any]:
    match = _SLOT.fullmatch(text)
    if match is None:
        raise PydanticCustomError("slot_unreadable", "no time slot such as 1 09:00-11:30")
    word, number, start, end = match.groups()
    weekday = _DAYS[word] if word else int(number)
    return {"weekday": weekday, "start": start.zfill(5), "end": end.zfill(5)}


def kind_in(value: Any) -> Any:
    """A kind by its code, or in words."""
    return _KINDS.get(value, value) if isinstance(value, str) else value


class AbsenceCell(Body):
    """An absence to come, as a table from here has it."""

    since: str | None = None
    until: str | None = None


class MemberRowBody(Body):
    """One row: who, and what is told of them; a blank cell leaves it as it is.

    ``version`` is that of the member when the row was read: one changed since is left alone.
    ``id``, ``state``, ``away_until`` and ``planned`` may stand in it, as a table from here has
    them, and are passed over.
    """

    person_id: Ref
    branch_id: Ref | None = None
    name: Named | None = None
    kind: Annotated[MemberKind | None, BeforeValidator(kind_in)] = None
    households_max: Annotated[int, Field(ge=1, le=HOUSEHOLDS_MAX_LIMIT)] | None = None
    hours_a_month: Annotated[int, Field(ge=1, le=HOURS_LIMIT)] | None = None
    skills: Annotated[Skills | None, BeforeValidator(listed)] = None
    languages: Annotated[LanguageList | None, BeforeValidator(listed)] = None
    dwelling_id: Ref | None = None
    availability: Annotated[Slots | None, BeforeValidator(slots_in)] = None
    leads: Annotated[Leads | None, BeforeValidator(listed)] = None
    joined_on: Day | None = None
    community: Ref | None = None
    version: Annotated[int, Field(ge=1, le=VERSION_MAX)] | None = None
    id: Ref | None = None
    state: str | None = None
    away_until: str | None = None
    planned: AbsenceCell | None = None

    def told(self, number: int, community: str) -> Told:
        """The same in the words of the use case."""
        changes = {name: in_domain(getattr(self, name)) for name in PROFILE_FIELDS}
        given = {name: value for name, value in changes.items() if value is not None}
        return Told(number, self.person_id, community, given, self.version)


PASSED_OVER = ("id", "version", "planned")
NAMED = tuple(name for name in MemberRowBody.model_fields if name not in PASSED_OVER)
"""The columns that have a name in words, too."""
SHEET = Sheet(
    form=MemberRowBody,
    rows_max=ROWS_MAX,
    others={label(f"member_column.{name}", lang): name for name in NAMED for lang in LANGS},
)


class MemberRowView(View):
    """The outcome of one row; ``row`` counts as a spreadsheet does, the header being row 1."""

    row: int
    person_id: str | None
    outcome: Became
    member_id: str | None
    errors: tuple[FaultView, ...]

    @classmethod
    def of(cls, outcome: Outcome[Entered], lang: Lang) -> "MemberRowView":
        """The view of an outcome."""
        entered = outcome.thing
        return cls(
            row=outcome.number,
            person_id=outcome.external_ref,
            outcome=Became.REFUSED if entered is None else became(entered.member, entered.before),
            member_id=None if entered is None else entered.member.id,
            errors=faults_of(outcome, lang),
        )


class MemberImportView(View):
    """The outcome of a table, row by row, and how many of each kind."""

    created: int
    changed: int
    unchanged: int
    refused: int
    rows: list[MemberRowView]

    @classmethod
    def of(cls, outcomes: list[Outcome[Entered]], lang: Lang) -> "MemberImportView":
        """The view of all outcomes, in the order of the rows."""
        shown = [MemberRowView.of(outcome, lang) for outcome in outcomes]
        counts = Counter(row.outcome for row in shown)
        return cls(
            rows=sorted(shown, key=lambda row: row.row),
            **{kind.value: counts[kind] for kind in Became},
        )
