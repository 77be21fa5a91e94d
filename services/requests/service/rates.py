"""Asking for rates: counted where the requests are kept, put into the reader's words here."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from services.requests.domain.rates import Counts, Dimension, Key, Question, Row, summed
from services.requests.domain.service_type import ServiceTypes
from services.requests.service.service_type import ServiceTypeService
from shared.errors import Invalid

ROWS_MAX = 5_000


class Tallies(Protocol):
    """Counts over followed-up requests, made where they are kept."""

    async def rows(self, question: Question, *, limit: int) -> Sequence[Row]:
        """The counts of each key that there is, in any order, at most ``limit``; ``Unavailable``.

        The question may be told apart by anything but ``Dimension.GROUP``.
        """


class RatesService:
    """The use case."""

    def __init__(self, tallies: Tallies, types: ServiceTypeService) -> None:
        self._tallies = tallies
        self._types = types

    async def rows(self, question: Question) -> list[Row]:
        """The counts by key, in the order of the keys; not told apart there is exactly one row.

        ``Invalid`` for over 5,000 rows; ``Unavailable``.
        """
        asked = replace(question, by=_kept(question.by))
        found = await self._tallies.rows(asked, limit=ROWS_MAX + 1)
        if len(found) > ROWS_MAX:
            raise Invalid("rates.too_many_rows", pointer="query:by", limit=ROWS_MAX)
        if not question.by:
            return summed([Row((), Counts()), *found])
        if asked.by == question.by:
            return summed(found)
        types = {name: await self._types.all(name) for name in question.communities}
        return summed(
            Row(_shown(row.key, asked.by, question.by, types), row.counts) for row in found
        )


def _kept(by: Sequence[Dimension]) -> tuple[Dimension, ...]:
    """What is kept with a request: of a group only the category, and it may differ by community."""
    if Dimension.GROUP not in by:
        return tuple(by)
    stored = [each for each in by if each is not Dimension.GROUP]
    return tuple(dict.fromkeys([*stored, Dimension.CATEGORY, Dimension.COMMUNITY]))


def _shown(
    key: Key, kept: Sequence[Dimension], by: Sequence[Dimension], types: dict[str, ServiceTypes]
) -> Key:
    known = dict(zip(kept, key, strict=True))
    kinds = types.get(known[Dimension.COMMUNITY] or "", {})
    kind = kinds.get(known[Dimension.CATEGORY] or "")
    known[Dimension.GROUP] = kind.group.value if kind else None
    return tuple(known[each] for each in by)
