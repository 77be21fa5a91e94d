"""What a unique index's refusal means, and whether there is a way round it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection

from shared.errors import AlreadyHeard, Conflict, Stale
from shared.mongo.door import Taken
from shared.mongo.draft import Draft
from shared.mongo.errors import translated

ANSWER_KEPT_FOR = timedelta(hours=24)

_ID, _ANSWER = ("_id",), ("answers.key",)


class Refusals:
    """Asks the collection whose index refused a draft.

    An update is refused by ``_id`` when it met no document: the version has moved on, or the
    document has handled the event, or given the answer, that the draft bears.
    """

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection

    async def make_room(self, taken: Taken, draft: Draft) -> bool:
        """Let go of an idempotency key whose 24 hours are over; true if there was one."""
        if taken.fields not in (_ID, _ANSWER) or draft.answer is None:
            return False
        key, expired = draft.answer["key"], draft.at - ANSWER_KEPT_FOR
        old = {"key": key, "at": {"$lte": expired}}
        # The key by itself as well: only so does the store see that the index will do.
        holder = {"answers.key": key, "answers": {"$elemMatch": old}}
        with translated():
            result = await self._collection.update_one(holder, {"$pull": {"answers": old}})
        return bool(result.modified_count)

    async def meaning(self, taken: Taken, id: str, seen: int, draft: Draft) -> Exception:  # noqa: A002
        """Why the draft of the document ``id``, decided on version ``seen``, was refused."""
        running = Conflict("idempotency.running", retry_after_seconds=1)
        if taken.fields == _ANSWER:
            return running
        if taken.fields != _ID:
            return Conflict("store.taken", fields=", ".join(taken.fields), id=id)
        if draft.handling and await self._there({"_id": id, "heard.id": draft.handling.id}):
            return AlreadyHeard("store.already_heard", id=id, event=draft.handling.id)
        if draft.answer and await self._there({"_id": id, "answers.key": draft.answer["key"]}):
            return running
        return Stale("store.stale", id=id, seen=seen, version="?")

    async def _there(self, where: Mapping[str, Any]) -> bool:
        with translated():
            return await self._collection.count_documents(dict(where), limit=1) > 0
