"""Where the oldest part of a long story goes, so that no document grows without end."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection

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
        two leaves a copy that ``whole`` does not count twice. Untold events have bodies of their
        own and are not touched.
        """
        if version <= STORY_EVENTS_MAX:
            return
        fields = {"archived": 1, "version": 1}
        with translated():
            found = await self._collection.find_one({"_id": id}, fields)
        archived = found.get("archived", 0) if found else 0
        if found is None or found["version"] - archived <= STORY_EVENTS_MAX:
            return
        with translated():
            full = await self._collection.find_one({"_id": id}, {"story": 1})
        if full is None:
            return
        kept = full["story"][-STORY_EVENTS_KEPT:]
        moved = [e for e in full["story"][:-STORY_EVENTS_KEPT] if e["sequence"] > archived]
        part = {"aggregate": id, "from": archived + 1, "story": moved}
        where = {"_id": id, "version": found["version"], "archived": archived or None}
        cut = {"$set": {"story": kept, "archived": kept[0]["sequence"] - 1}}
        with translated():
            await self._parts.replace_one({"_id": f"{id}:{archived + 1}"}, part, upsert=True)
            await self._collection.update_one(where, cut)

    async def whole(self, id: str, kept: list[dict[str, Any]], archived: int) -> list[Any]:  # noqa: A002
        """The story with its archived parts, oldest first."""
        if not archived:
            return kept
        with translated():
            parts = self._parts.find({"aggregate": id}).sort("from", 1)
            older = [event async for part in parts for event in part["story"]]
        return older + [event for event in kept if event["sequence"] > archived]
