"""Many things at once, from a table: each row by itself, and none twice.

A row bears a reference of the importer's (``external_ref``), kept with what is made of it and
unique where it belongs. So a table can be sent again, whole, after whatever went wrong: what is
there is answered as before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from shared.errors import Awaited, Conflict, Invalid, NotAllowed, NotFound, Stale, TooLarge

ROWS_MAX = 1_000
AT_ONCE_MAX = 100
"""Rows on their way to the store together: they share its round trips."""
REFUSALS = (Invalid, NotAllowed, NotFound, Conflict, Stale, TooLarge, Awaited)
"""What is wrong with a row and hinders no other; anything else ends the call."""


class Numbered(Protocol):
    """A row that can be read; ``number`` is where it stands in its table."""

    @property
    def number(self) -> int: ...
    @property
    def external_ref(self) -> str: ...


R = TypeVar("R", bound=Numbered)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What became of a row: a thing, which was there before or not, or a fault."""

    number: int
    external_ref: str | None
    thing: T | None = None
    known: bool = False
    fault: Exception | None = None


@dataclass(frozen=True, slots=True)
class Bulk(Generic[R, T]):
    """How the rows of a table become things.

    ``there`` finds what was made of rows before, by their numbers; ``make`` makes one, or raises
    ``Conflict`` over the reference where somebody made it meanwhile. ``ref``: what the reference is
    called in the table.
    """

    there: Callable[[Sequence[R]], Awaitable[Mapping[int, T]]]
    make: Callable[[R], Awaitable[T]]
    ref: str = "external_ref"

    async def load(self, rows: Sequence[R]) -> list[Outcome[T]]:
        """A thing for each row whose reference is new; in the order of the rows.

        What is wrong with a row is its outcome and no other's. ``Unavailable`` if the store goes
        away on the way: what is done by then is done, and is found when the rows are sent again.
        """
        outcomes: list[Outcome[T]]
        fresh, outcomes = _without_repeats(rows, self.ref)
        there = await self.there(fresh) if fresh else {}
        new = [row for row in fresh if row.number not in there]
        outcomes += [_known(row, there[row.number]) for row in fresh if row.number in there]
        for start in range(0, len(new), AT_ONCE_MAX):
            some = new[start : start + AT_ONCE_MAX]
            # Each ends before any is given up: nothing goes on behind a call that has failed.
            ends = await asyncio.gather(*map(self._one, some), return_exceptions=True)
            outcomes += [_outcome(end) for end in ends]
        return sorted(outcomes, key=lambda outcome: outcome.number)

    async def _one(self, row: R) -> Outcome[T]:
        try:
            return Outcome(row.number, row.external_ref, await self.make(row))
        except Conflict as conflict:
            # Somebody sent the same table at the same time: theirs is the one that is kept.
            taken = self.ref in str(conflict.facts.get("fields"))
            there = await self.there([row]) if taken else {}
            if row.number in there:
                return _known(row, there[row.number])
            return Outcome(row.number, row.external_ref, fault=conflict)
        except REFUSALS as fault:
            return Outcome(row.number, row.external_ref, fault=fault)


def _known(row: R, thing: T) -> Outcome[T]:
    return Outcome(row.number, row.external_ref, thing, known=True)


def _without_repeats(rows: Sequence[R], ref: str) -> tuple[list[R], list[Outcome[T]]]:
    """The first row of each reference, and what the others are told."""
    first: dict[str, R] = {}
    repeats: list[Outcome[T]] = []
    for row in rows:
        if row.external_ref in first:
            before = first[row.external_ref].number
            fault = Invalid("bulk.repeated", pointer=f"/{ref}", row=before)
            repeats.append(Outcome(row.number, row.external_ref, fault=fault))
        else:
            first[row.external_ref] = row
    return list(first.values()), repeats


def _outcome(end: Outcome[T] | BaseException) -> Outcome[T]:
    if isinstance(end, BaseException):
        raise end
    return end
