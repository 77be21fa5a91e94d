"""One service's own database: its collections, their indexes, the relay's source and its lease."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import IndexModel, WriteConcern
from pymongo.errors import ConfigurationError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from shared.clock import Clock, SystemClock, new_id
from shared.errors import Invalid
from shared.mongo.documents import Documents
from shared.mongo.draft import ready
from shared.mongo.erasure import NOTE, ErasableDocuments
from shared.mongo.errors import translated
from shared.mongo.files import Files
from shared.mongo.fresh import Fresh, Outbox, Untold
from shared.mongo.records import Records
from shared.store import A

SELECTION_TIMEOUT_MS = 2_000
SOCKET_TIMEOUT_MS = 10_000
MAJORITY_TIMEOUT_MS = 8_000
UNTOLD_INDEX = "to_tell"
INDEX_NOT_FOUND = 27
D = TypeVar("D", bound=Documents[Any])
_ANY_UNTOLD = {"untold.0": {"$exists": True}}
_IS_UNTOLD = {"$in": ["$$this.id", "$untold.id"]}
_UNTOLD_OF_STORY = {"story": {"$filter": {"input": "$story", "cond": _IS_UNTOLD}}}


@dataclass(frozen=True, slots=True)
class Index:
    """An index that a store needs: keys as (field, 1 or -1); ``partial`` bounds it to matches.

    ``replaces`` names the index that it stands in place of: that one goes as soon as it is there.
    """

    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    partial: Mapping[str, Any] | None = None
    expire_after_seconds: int | None = None
    name: str | None = None
    replaces: str | None = None

    def model(self) -> IndexModel:
        """The same in the driver's words."""
        options: dict[str, Any] = {}
        if self.unique:
            options["unique"] = True
        if self.partial is not None:
            options["partialFilterExpression"] = dict(self.partial)
        if self.expire_after_seconds is not None:
            options["expireAfterSeconds"] = self.expire_after_seconds
        if self.name is not None:
            options["name"] = self.name
        return IndexModel(list(self.keys), **options)


_UNTOLD = Index((("untold.id", 1),), partial=_ANY_UNTOLD, name=UNTOLD_INDEX)
_ERASING = Index(((f"{NOTE}.at", 1),), partial={f"{NOTE}.at": {"$exists": True}}, name="erasing")
_AGGREGATE_INDEXES = (
    _UNTOLD,
    Index((("community", 1), ("_id", -1)), name="community"),
    Index(
        (("answers.key", 1),),
        unique=True,
        partial={"answers.key": {"$exists": True}},
        name="answers",
    ),
)


class Database:
    """A connection to one database; opens at the first use and stays open until ``close``.

    ``url`` without a scheme or with an unknown option is ``Invalid`` at once; a store that is away
    is ``Unavailable`` at each use.
    """

    def __init__(self, url: str, name: str, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        try:
            client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
                url,
                tz_aware=True,
                serverSelectionTimeoutMS=SELECTION_TIMEOUT_MS,
                connectTimeoutMS=SELECTION_TIMEOUT_MS,
                socketTimeoutMS=SOCKET_TIMEOUT_MS,
                appname=f"linli-{name}",
            )
        except (ConfigurationError, PyMongoError, ValueError) as error:
            raise Invalid("store.bad_url", why=type(error).__name__) from None
        self._client = client
        self._database = client.get_database(
            name,
            write_concern=WriteConcern("majority", wtimeout=MAJORITY_TIMEOUT_MS),
            read_concern=ReadConcern("majority"),
        )
        self._indexes: dict[str, list[Index]] = {}
        self.told_from: list[str] = []
        """The collections of aggregates, each a source of the relay."""
        self.aggregates: dict[str, Documents[Any]] = {}
        self.owner = new_id("own")
        self.bell = asyncio.Event()
        self.fresh = Fresh()

    def documents(
        self, collection: str, kind: type[A], *, source: str, indexes: Sequence[Index] = ()
    ) -> Documents[A]:
        """A collection of aggregates, with the indexes that the door and this store need."""
        return self._kept(Documents, collection, kind, source, indexes)

    def erasable(
        self, collection: str, kind: type[A], *, source: str, indexes: Sequence[Index] = ()
    ) -> ErasableDocuments[A]:
        """The same of aggregates that people can be taken out of again."""
        return self._kept(ErasableDocuments, collection, kind, source, [*indexes, _ERASING])

    def _kept(
        self,
        make: Callable[..., D],
        collection: str,
        kind: type[Any],
        source: str,
        indexes: Sequence[Index],
    ) -> D:
        self._indexes[collection] = [*_AGGREGATE_INDEXES, *indexes]
        self._indexes[f"{collection}_archive"] = [Index((("aggregate", 1), ("from", 1)))]
        if collection not in self.told_from:
            self.told_from.append(collection)
        made = make(
            self._database[collection],
            kind,
            source=source,
            writer=self.owner,
            outbox=Outbox(collection, self.fresh, self.bell.set),
            clock=self.clock,
        )
        self.aggregates[collection] = made
        return made

    def records(self, collection: str, *, indexes: Sequence[Index] = ()) -> Records:
        """A collection of plain documents."""
        self._indexes[collection] = list(indexes)
        return Records(self._database[collection])

    def files(self, bucket: str) -> Files:
        """A collection of files."""
        return Files(self._database, bucket)

    async def migrate(self) -> None:
        """Make every declared index that is not there yet, and drop those that they replace."""
        with translated():
            for collection, indexes in self._indexes.items():
                if not indexes:
                    continue
                models = [index.model() for index in indexes]
                await self._database[collection].create_indexes(models)
                for former in [index.replaces for index in indexes if index.replaces]:
                    await self._forget_index(collection, former)

    async def _forget_index(self, collection: str, name: str) -> None:
        try:
            await self._database[collection].drop_index(name)
        except OperationFailure as failure:
            if failure.code != INDEX_NOT_FOUND:
                raise

    async def ping(self) -> None:
        """Ask the store, by a round trip to its primary; ``Unavailable`` if it does not answer."""
        with translated():
            await self._database.command("ping")

    async def close(self) -> None:
        """Let go of every connection."""
        # In a thread: it says good-bye to the store, and waits for an answer.
        await asyncio.to_thread(self._client.close)

    async def untold(self, collection: str, *, after: str = "", limit: int) -> list[Untold]:
        """Documents with untold events later than event ``after``, the oldest first.

        In the order of the index, which is asked for by name: to sort by a field within a list the
        store would fetch every untold document for each batch.
        """
        with translated():
            rows = self._database[collection].find(
                {**_ANY_UNTOLD, "untold.id": {"$gt": after}}, _UNTOLD_OF_STORY
            )
            rows = rows.hint(UNTOLD_INDEX).limit(limit)
            return [
                Untold(row["_id"], [ready(event) for event in row["story"]])
                for row in await rows.to_list(limit)
            ]

    async def clear_told(self, collection: str, told: Sequence[tuple[Untold, list[str]]]) -> None:
        """Strike off the events, by id, that are on the bus now.

        A document that has moved on keeps what it has to tell; clearing twice changes nothing.
        """
        if not told:
            return
        # One update for all of them: an update for each costs the store twice as much.
        struck = {"untold": {"id": {"$in": [each for _, ids in told for each in ids]}}}
        documents = {"_id": {"$in": [document.id for document, _ in told]}}
        with translated():
            # With majority concern: ``untold`` reads what a majority holds, and must not find it.
            await self._database[collection].update_many(documents, {"$pull": struck})

    @contextlib.asynccontextmanager
    async def watch(self) -> AsyncIterator[Callable[[], Any]]:
        """A change stream used as a bell only; gives a call that returns at the next writes."""
        # ``writer`` changes with every write of a door; clearing what is told leaves it alone.
        others = {"$exists": True, "$not": re.compile(f"^{self.owner}")}
        pipeline: list[dict[str, Any]] = [
            {
                "$match": {
                    "ns.coll": {"$in": self.told_from},
                    "$or": [
                        {"fullDocument.writer": others},
                        {"updateDescription.updatedFields.writer": others},
                    ],
                }
            },
            {"$project": {"_id": 1}},
        ]
        with translated():
            async with self._database.watch(pipeline, max_await_time_ms=1_000) as stream:
                yield stream.try_next

    def lease(self, name: str, owner: str, *, seconds: float) -> "Lease":
        """A lease that one owner at a time can hold."""
        return Lease(Records(self._database["leases"]), name, owner, seconds, self.clock)


class Lease:
    """Held by one owner at a time, until it is given up or not renewed in time.

    ``has_rivals`` says, after ``take``, whether others have asked for it of late.
    """

    def __init__(
        self, records: Records, name: str, owner: str, seconds: float, clock: Clock
    ) -> None:
        self._records = records
        self._name = name
        self._owner = owner
        self._seconds = seconds
        self._clock = clock
        self.has_rivals = False

    async def take(self) -> bool:
        """Take or renew it; False while somebody else holds it."""
        now = self._clock.now()
        until = now + timedelta(seconds=self._seconds)
        free = {"$or": [{"owner": self._owner}, {"until": {"$lte": now}}], "_id": self._name}
        held = {"owner": self._owner, "until": until}
        mine = await self._records.claim(free, {"$set": held})
        self.has_rivals = mine is not None and mine.get("rivals_until", now) > now
        if mine is not None or await self._records.insert({"_id": self._name, **held}):
            return True
        await self._records.update({"_id": self._name}, {"$set": {"rivals_until": until}})
        return False

    async def give_up(self) -> None:
        """Let the next one have it at once."""
        await self._records.delete({"_id": self._name, "owner": self._owner})
