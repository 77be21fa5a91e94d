"""Where the oldest part of a long story goes, so that no document grows without end."""

from collections.abc import Iterable
from typing import Any

import bson
from motor.motor_asyncio import AsyncIOMotorCollection

from shared.erasing import Names, renamed
from shared.mongo.errors import translated

STORY_EVENTS_MAX = 500
STORY_EVENTS_KEPT = 100
STORY_BYTES_MAX = 256 * 1024
"""Of events as large as the whole facts of an estate there may be but a few in a document."""


class Archive:
    """Moves the oldest part of a story into ``<collection>_archive`` and reads it back."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection
        self._parts = collection.database[f"{collection.name}_archive"]

    async def shorten(self, id: str, version: int, adding: int = 0) -> None:  # noqa: A002
        """Move the oldest part of the story of ``id`` away if it has grown too long or too large.

        ``adding``: bytes of the events that are about to join it; a story is measured only if it
        could be too large were all its events like these. The part is copied first, under an id of
        its own, and cut off after: a crash between the two, or somebody else who does the same,
        leaves a copy that ``whole`` does not count twice. A copy is never written over: what was
        erased in it stays so. Events that are still untold stay, and all after them; so does the
        newest.
        """
        if version <= STORY_EVENTS_MAX and version * adding <= STORY_BYTES_MAX:
            return
        found = await self._found(id, {**_MEASURED, "bytes": _BYTES})
        if found is None or not _outgrown(found, found["bytes"]):
            return
        # All of it from one reading: somebody else may have cut it between two.
        found = await self._found(id, {**_MEASURED, "story": 1, "untold": 1})
        if found is None:
            return
        archived, story = found.get("archived", 0), found["story"]
        sizes = [len(bson.encode(event)) for event in story]
        if not _outgrown(found, sum(sizes)):
            return
        start = min(_kept_from(sizes), _first_of(story, found.get("untold", ())))
        moved = [event for event in story[:start] if event["sequence"] > archived]
        if not moved:
            return
        first, last = archived + 1, story[start]["sequence"] - 1
        part = {"aggregate": id, "from": first, "story": moved}
        where = {"_id": id, "version": found["version"], "archived": archived or None}
        cut = {"$set": {"story": story[start:], "archived": last}}
        with translated():
            await self._parts.update_one(
                {"_id": f"{id}:{first}-{last}"}, {"$setOnInsert": part}, upsert=True
            )
            await self._collection.update_one(where, cut)

    async def _found(self, id: str, fields: dict[str, Any]) -> dict[str, Any] | None:  # noqa: A002
        with translated():
            return await self._collection.find_one({"_id": id}, fields)

    async def rename(self, id: str, names: Names) -> None:  # noqa: A002
        """Replace these ids in every archived part; again, nothing happens."""
        with translated():
            async for part in self._parts.find({"aggregate": id}):
                story = renamed(part["story"], names)
                await self._parts.update_one({"_id": part["_id"]}, {"$set": {"story": story}})

    async def whole(self, id: str, kept: list[dict[str, Any]], archived: int) -> list[Any]:  # noqa: A002
        """The story with its archived parts, oldest first."""
        if not archived:
            return kept
        with translated():
            parts = self._parts.find({"aggregate": id}).sort("from", 1)
            older = {e["sequence"]: e async for part in parts for e in part["story"]}
        cut_off = [older[sequence] for sequence in sorted(older) if sequence <= archived]
        return cut_off + [event for event in kept if event["sequence"] > archived]


_MEASURED = {"archived": 1, "version": 1}
_BYTES = {"$bsonSize": {"story": "$story"}}


def _outgrown(document: dict[str, Any], size: int) -> bool:
    """Whether the story is too long or, at this many bytes, too large."""
    events = document["version"] - document.get("archived", 0)
    return bool(events > STORY_EVENTS_MAX or size > STORY_BYTES_MAX)


def _kept_from(sizes: list[int]) -> int:
    """Where the part begins that stays: the newest events that are neither too many nor, but for
    the newest itself, more than half of what a story may hold."""
    start, size = len(sizes) - 1, sizes[-1]
    while start > 0 and len(sizes) - start < STORY_EVENTS_KEPT:
        size += sizes[start - 1]
        if size > STORY_BYTES_MAX // 2:
            break
        start -= 1
    return start


def _first_of(story: list[dict[str, Any]], untold: Iterable[dict[str, Any]]) -> int:
    """Where the first event stands that is untold; behind them all if none is."""
    ids = {each["id"] for each in untold}
    return next((n for n, event in enumerate(story) if event["id"] in ids), len(story))
