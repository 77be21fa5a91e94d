"""Plain documents that are no aggregates: copies of what others own, keys, messages, deliveries."""

from collections.abc import Mapping, Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared.mongo.errors import translated

DUPLICATE_KEY = 11000
Record = dict[str, Any]
Order = Sequence[tuple[str, int]]


class Records:
    """One collection of plain documents, by ``_id``. Every method raises ``Unavailable``."""

    def __init__(self, collection: AsyncIOMotorCollection[Record]) -> None:
        self._collection = collection

    async def get(self, id: str) -> Record | None:  # noqa: A002
        """The document, or None."""
        with translated():
            return await self._collection.find_one({"_id": id})

    async def find(
        self,
        where: Mapping[str, Any],
        *,
        sort: Order = (("_id", 1),),
        limit: int = 100,
        fields: Mapping[str, Any] | None = None,
    ) -> list[Record]:
        """At most ``limit`` documents that match, in this order."""
        with translated():
            cursor = self._collection.find(dict(where), fields).sort(list(sort)).limit(limit)
            return await cursor.to_list(limit)

    async def insert(self, document: Record) -> bool:
        """Keep a new document; False if its ``_id`` or another unique field is taken."""
        with translated():
            try:
                await self._collection.insert_one(document)
            except DuplicateKeyError:
                return False
        return True

    async def insert_many(self, documents: Sequence[Record]) -> None:
        """Keep new documents whose ``_id`` nobody else makes; after an error some may be there."""
        with translated():
            await self._collection.insert_many(documents, ordered=False)

    async def insert_new(self, documents: Sequence[Record]) -> set[str]:
        """Keep those whose ``_id`` is not taken; the ids that were. One round trip."""
        with translated():
            try:
                await self._collection.insert_many(documents, ordered=False)
            except BulkWriteError as error:
                return _taken(error, documents)
        return set()

    async def put(self, id: str, document: Record) -> None:  # noqa: A002
        """Keep the document in place of whatever was there."""
        with translated():
            await self._collection.replace_one({"_id": id}, document, upsert=True)

    async def put_newer(self, id: str, document: Record, *, sequence: int) -> bool:  # noqa: A002
        """Keep a copy of another's aggregate unless one of this or a later sequence is there.

        So a copy is right whatever comes twice, late or out of order. False if it was old news.
        """
        where = {"_id": id, "sequence": {"$lt": sequence}}
        copy = {**document, "sequence": sequence}
        # Refused once, it may be for a first copy made this very moment, which may be an older one.
        return await self._put(where, copy) or await self._put(where, copy)

    async def _put(self, where: Mapping[str, Any], document: Record) -> bool:
        with translated():
            try:
                await self._collection.replace_one(dict(where), document, upsert=True)
            except DuplicateKeyError:
                return False
        return True

    async def update(
        self, where: Mapping[str, Any], change: Mapping[str, Any], *, upsert: bool = False
    ) -> bool:
        """Change the first that matches; False if none did."""
        with translated():
            result = await self._collection.update_one(dict(where), dict(change), upsert=upsert)
        return bool(result.matched_count or result.upserted_id is not None)

    async def update_many(self, where: Mapping[str, Any], change: Mapping[str, Any]) -> int:
        """Change all that match; how many."""
        with translated():
            result = await self._collection.update_many(dict(where), dict(change))
        return result.modified_count

    async def claim(
        self, where: Mapping[str, Any], change: Mapping[str, Any], *, sort: Order = (("_id", 1),)
    ) -> Record | None:
        """Change the first that matches, in this order, and return it as changed; None if none."""
        with translated():
            return await self._collection.find_one_and_update(
                dict(where),
                dict(change),
                sort=list(sort),
                return_document=ReturnDocument.AFTER,
            )

    async def raised(self, id: str, field: str) -> Record:  # noqa: A002
        """Add one to a number of the document, which is made if it is not there; as it is now."""
        with translated():
            found: Record = await self._collection.find_one_and_update(
                {"_id": id},
                {"$inc": {field: 1}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        return found

    async def update_each(self, changes: Sequence[tuple[Mapping[str, Any], Record]]) -> int:
        """Change the first that matches, for each of these at once; how many matched."""
        if not changes:
            return 0
        with translated():
            updates = [UpdateOne(dict(where), change) for where, change in changes]
            result = await self._collection.bulk_write(updates, ordered=False)
        return result.matched_count

    async def delete(self, where: Mapping[str, Any]) -> int:
        """Forget all that match; how many."""
        with translated():
            result = await self._collection.delete_many(dict(where))
        return result.deleted_count

    async def count(self, where: Mapping[str, Any], *, limit: int = 100_000) -> int:
        """How many match, counted up to ``limit``."""
        with translated():
            return await self._collection.count_documents(dict(where), limit=limit)


def _taken(error: BulkWriteError, documents: Sequence[Record]) -> set[str]:
    """The ids that were taken; the error itself if anything else is wrong with one."""
    details: Mapping[str, Any] = error.details
    faults = details.get("writeErrors", ())
    if details.get("writeConcernErrors") or any(each["code"] != DUPLICATE_KEY for each in faults):
        raise error
    return {documents[each["index"]]["_id"] for each in faults}
