"""Asking for figures of contributions: counted where the records are kept."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.pairing.domain.contribution import ContributionState
from services.pairing.domain.tally import Figures, Question, Row
from services.pairing.service.onlooker import Onlooker
from shared.errors import Invalid

ROWS_MAX = 10_000


class Tallies(Protocol):
    """Figures of confirmed records, made where they are kept."""

    async def rows(self, question: Question, *, limit: int) -> Sequence[Row]:
        """The figures of each key that there is, in any order, at most ``limit``;
        ``Unavailable``."""

    async def states(self, member_id: str) -> Mapping[ContributionState, int]:
        """How many records of a member there are in each state; ``Unavailable``."""


class StatementService:
    """The use case of statements."""

    def __init__(self, tallies: Tallies) -> None:
        self._tallies = tallies

    async def rows(self, question: Question) -> list[Row]:
        """The figures by key, in the order of the keys; not told apart there is exactly one row.

        ``Invalid`` for over 10,000 rows; ``Unavailable``.
        """
        found = await self._tallies.rows(question, limit=ROWS_MAX + 1)
        if len(found) > ROWS_MAX:
            raise Invalid("statement.too_many_rows", pointer="query:by", limit=ROWS_MAX)
        if not question.by:
            return list(found) or [Row((), Figures())]
        return sorted(found, key=lambda row: row.key)


def within(onlooker: Onlooker, branch_id: str | None) -> str | None:
    """The branch that figures are bounded to, where one is asked for within these bounds.

    ``NotFound`` for a branch that is out of bounds.
    """
    if branch_id is not None:
        onlooker.check(branch_id, branch_id=branch_id)
        return branch_id
    return onlooker.branch_id
