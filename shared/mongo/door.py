"""The write door: single-document writes gathered into bulk writes, two of them in flight.

An idle door writes at once; no timer waits for company. Every caller gets the outcome of its own
write. Measured against a transaction per request: ``docs/bench.md``.
"""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError, PyMongoError

from shared.errors import NotFound, TooLarge, Unavailable
from shared.mongo.errors import RETRY_AFTER_SECONDS, away

log = logging.getLogger(__name__)

BATCH_WRITES_MAX = 500
BATCH_BYTES_MAX = 8 * 1024 * 1024
WAITING_WRITES_MAX = 10_000
BATCHES_IN_FLIGHT = 2
"""While one waits for the disk, the answers of the other are sent and the next is gathered."""

GATHERING_TURNS = 1
"""Turns of the event loop given to callers that are about to write, before a batch is taken."""

_DUPLICATE_KEY = 11000
_OVER_16_MB = (10334, 17419)

Write = InsertOne[dict[str, Any]] | UpdateOne


class Taken(Exception):
    """A unique index refused the write; ``fields`` are its keys."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


@dataclass(slots=True)
class _Waiting:
    key: str
    write: Write
    size_bytes: int
    done: asyncio.Future[None]


class Door:
    """Group commit into one collection, with majority concern."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection
        self._waiting: deque[_Waiting] = deque()
        self._flushing: set[asyncio.Task[None]] = set()

    async def write(self, key: str, write: Write, size_bytes: int) -> None:
        """Commit one write to the document ``key``; returns once a majority holds it.

        Errors: ``Taken``; ``NotFound`` if an update met no document; ``Unavailable`` with the
        outcome unknown, or at once when too many writes wait. Cancelling a caller never cancels
        the batch.
        """
        if len(self._waiting) >= WAITING_WRITES_MAX:
            raise Unavailable("store.busy", retry_after_seconds=RETRY_AFTER_SECONDS)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(key, write, size_bytes, loop.create_future())
        self._waiting.append(waiting)
        if len(self._flushing) < BATCHES_IN_FLIGHT:
            self._flushing.add(loop.create_task(self._flush()))
        await waiting.done

    async def _flush(self) -> None:
        try:
            for _ in range(GATHERING_TURNS):
                await asyncio.sleep(0)
            while self._waiting:
                await self._commit(self._take())
        finally:
            self._flushing.discard(asyncio.current_task())

    def _take(self) -> list[_Waiting]:
        """The next batch, in order; two writes of one document never share a batch."""
        batch: list[_Waiting] = []
        kept: list[_Waiting] = []
        keys: set[str] = set()
        size = 0
        while self._waiting and len(batch) < BATCH_WRITES_MAX and size < BATCH_BYTES_MAX:
            waiting = self._waiting.popleft()
            if waiting.key in keys:
                kept.append(waiting)
                continue
            keys.add(waiting.key)
            batch.append(waiting)
            size += waiting.size_bytes
        self._waiting.extendleft(reversed(kept))
        return batch

    async def _commit(self, batch: list[_Waiting]) -> None:
        try:
            outcomes = await self._written(batch)
        except BaseException as error:
            _settle(batch, {index: away_from(error) for index in range(len(batch))})
            if not isinstance(error, Exception):
                raise
            if not isinstance(error, PyMongoError):  # those who wait must not hang for a bug
                log.exception("a batch could not be written")
        else:
            _settle(batch, outcomes)

    async def _written(self, batch: list[_Waiting]) -> dict[int, Exception]:
        """Write the batch; the outcome of each write that failed, by its index."""
        try:
            result = await self._collection.bulk_write([w.write for w in batch], ordered=False)
        except BulkWriteError as error:
            details: Any = error.details
            outcomes = _told_apart(details, len(batch))
            upserted = {made["index"]: made["_id"] for made in details.get("upserted", ())}
        else:
            outcomes = {}
            upserted = result.upserted_ids or {}
        # An update of a document that is gone makes a ghost of it: take it back, say NotFound.
        for index, ghost in upserted.items():
            await self._collection.delete_one({"_id": ghost, "created_at": {"$exists": False}})
            outcomes[index] = NotFound("store.gone", id=batch[index].key)
        return outcomes


def _settle(batch: list[_Waiting], outcomes: dict[int, Exception]) -> None:
    """Tell each caller who still waits the outcome of its own write."""
    for index, waiting in enumerate(batch):
        if waiting.done.done():
            continue
        outcome = outcomes.get(index)
        if outcome is None:
            waiting.done.set_result(None)
        else:
            waiting.done.set_exception(outcome)


def away_from(error: BaseException) -> Unavailable:
    """``Unavailable``, with what the driver said as its cause."""
    unavailable = away()
    unavailable.__cause__ = error
    return unavailable


def _told_apart(details: Any, writes: int) -> dict[int, Exception]:
    """Each failed write's own outcome; a write-concern error leaves every outcome unknown."""
    if details.get("writeConcernErrors"):
        return {index: away() for index in range(writes)}
    outcomes: dict[int, Exception] = {}
    for fault in details.get("writeErrors", ()):
        outcomes[fault["index"]] = _outcome(fault)
    return outcomes


def _outcome(fault: Any) -> Exception:
    if fault.get("code") == _DUPLICATE_KEY:
        return Taken(tuple(fault.get("keyPattern", {"_id": 1})))
    if fault.get("code") in _OVER_16_MB:
        return TooLarge("store.too_large", limit_bytes=16 * 1024 * 1024)
    return away()
