"""Where the oldest part of a long story goes, so that no document grows without end."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection

from shared.erasing import Names, renamed
from shared.mongo.errors import translated

STORY_EVENTS_MAX = 500
STORY_EVENTS_KEPT = 100


class Archive:
    """Moves the oldest part of a story into ``<collection>_archive`` and reads it back."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection
        self._parts = collection.database[f"{collection.name}_archive"]

    async def shorten(self, id: str, version: int) -> None:  # noqa: A002
        """Move the oldest part of the story of ``id`` away if it has grown too long.

        The part is copied first, under an id of its own, and cut off after: a crash between the
        two, or somebody else who does the same, leaves a copy that ``whole`` does not count twice.
        A copy is never written over: what was erased in it stays so. A story with events so old
        that are still untold is left as it is until they are told.
        """
        if version <= STORY_EVENTS_MAX:
            return
        found = await self._found(id, {"archived": 1, "version": 1})
        if found is None or not _too_long(found):
            return
        # All of it from one reading: somebody else may have cut it between two.
        found = await self._found(id, {"archived": 1, "version": 1, "story": 1, "untold": 1})
        if found is None or not _too_long(found):
            return
        archived, story = found.get("archived", 0), found["story"]
        kept = story[-STORY_EVENTS_KEPT:]
        if {each["id"] for each in found.get("untold", ())} - {each["id"] for each in kept}:
            return
        moved = [e for e in story[:-STORY_EVENTS_KEPT] if e["sequence"] > archived]
        first, last = archived + 1, kept[0]["sequence"] - 1
        part = {"aggregate": id, "from": first, "story": moved}
        where = {"_id": id, "version": found["version"], "archived": archived or None}
        cut = {"$set": {"story": kept, "archived": last}}
        with translated():
            await self._parts.update_one(
                {"_id": f"{id}:{first}-{last}"}, {"$setOnInsert": part}, upsert=True
            )
            await self._collection.update_one(where, cut)

    async def _found(self, id: str, fields: dict[str, int]) -> dict[str, Any] | None:  # noqa: A002
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


def _too_long(document: dict[str, Any]) -> bool:
    return bool(document["version"] - document.get("archived", 0) > STORY_EVENTS_MAX)
