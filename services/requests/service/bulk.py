"""Many requests at once, from a table: each row by itself, and none twice.

A row bears a reference of the importer's (``external_ref``), kept with its request and unique for
community and importer. So a table can be sent again, whole, after whatever went wrong: what is
there is answered as before.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from services.requests.domain.request import ServiceRequest
from services.requests.domain.submission import Submission
from services.requests.service.estate import EstateService
from services.requests.service.request import RequestService
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.store import Store

ROWS_MAX = 1_000
AT_ONCE_MAX = 100
"""Rows on their way to the store together: they share its round trips."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A row that can be read; ``number`` is where it stands in its table."""

    number: int
    external_ref: str
    submission: Submission


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row: a request, which was there before or not, or a fault."""

    number: int
    external_ref: str | None
    request: ServiceRequest | None = None
    known: bool = False
    fault: Exception | None = None


class BulkService:
    """The use case."""

    def __init__(
        self, requests: RequestService, store: Store[ServiceRequest], estates: EstateService
    ) -> None:
        self._requests = requests
        self._store = store
        self._estates = estates

    async def submit(
        self, rows: Sequence[Asked], *, importer: str, communities: tuple[str, ...]
    ) -> list[Outcome]:
        """A request for each row whose reference is new; in the order of the rows.

        What is wrong with a row is its outcome and no other's. ``Unavailable`` if the store goes
        away on the way: what is done by then is done, and is found when the rows are sent again.
        """
        fresh, outcomes = _without_repeats(rows)
        there = await self._there(fresh, importer, communities)
        new = []
        for row in fresh:
            request = there.get(row.number)
            if request is None:
                new.append(row)
            else:
                outcomes.append(Outcome(row.number, row.external_ref, request, known=True))
        for start in range(0, len(new), AT_ONCE_MAX):
            some = new[start : start + AT_ONCE_MAX]
            # Each ends before any is given up: nothing goes on behind a call that has failed.
            ends = await asyncio.gather(
                *(self._one(row, importer, communities) for row in some), return_exceptions=True
            )
            outcomes += [_outcome(end) for end in ends]
        return sorted(outcomes, key=lambda outcome: outcome.number)

    async def _one(self, row: Asked, importer: str, communities: tuple[str, ...]) -> Outcome:
        try:
            request = await self._requests.submit(row.submission, communities=communities)
        except Conflict as conflict:
            # Somebody sent the same table at the same time: theirs is the one that is kept.
            if "external_ref" not in str(conflict.facts.get("fields")):
                return Outcome(row.number, row.external_ref, fault=conflict)
            there = await self._there([row], importer, communities)
            return Outcome(row.number, row.external_ref, there[row.number], known=True)
        except (Invalid, NotAllowed, NotFound) as fault:
            return Outcome(row.number, row.external_ref, fault=fault)
        return Outcome(row.number, row.external_ref, request)

    async def _there(
        self, rows: Sequence[Asked], importer: str, communities: tuple[str, ...]
    ) -> dict[int, ServiceRequest]:
        """What is there already, by the number of its row."""
        where = {
            "community": {"$in": list(communities)},
            "entered_by": importer,
            "external_ref": {"$in": [row.external_ref for row in rows]},
        }
        most = ROWS_MAX * len(communities)
        found = await self._store.find(where, limit=most) if rows else []
        kept: dict[tuple[str, str | None], ServiceRequest] = {
            (str(request.external_ref), request.community): request for request in found
        }
        there = {}
        for row in rows:
            if request := kept.get((row.external_ref, await self._where(row, communities))):
                there[row.number] = request
        return there

    async def _where(self, row: Asked, communities: tuple[str, ...]) -> str | None:
        """The community that a row is for: the importer's, or its estate's if there are several."""
        if len(communities) == 1:
            return communities[0]
        try:
            return (await self._estates.known(row.submission.estate_id)).community
        except Invalid:
            return None


def _without_repeats(rows: Sequence[Asked]) -> tuple[list[Asked], list[Outcome]]:
    """The first row of each reference, and what the others are told."""
    first: dict[str, Asked] = {}
    repeats = []
    for row in rows:
        if row.external_ref in first:
            before = first[row.external_ref].number
            fault = Invalid("bulk.repeated", pointer="/external_ref", row=before)
            repeats.append(Outcome(row.number, row.external_ref, fault=fault))
        else:
            first[row.external_ref] = row
    return list(first.values()), repeats


def _outcome(end: Outcome | BaseException) -> Outcome:
    if isinstance(end, BaseException):
        raise end
    return end
