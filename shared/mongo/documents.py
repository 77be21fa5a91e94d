"""Aggregates kept as their state and their story, each in one document.

A document holds, beside the aggregate's own fields::

    correlation  the id of the story that it belongs to, which all its events bear
    story        its events, oldest first, as envelopes; ``sequence`` is the version it made
    archived     how many of the oldest were moved to ``<collection>_archive``
    untold       ids of those of its events that are not yet on the bus (the relay's index)
    heard        ids of the events it has handled, with their time
    answers      answers that an Idempotency-Key must give again
    writer       process and version of the last write: other processes' relays hear of it by it
    created_at, created_by, updated_at, updated_by

State, story, outbox (untold) and inbox (heard) change in the same write, so no transaction is due.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple

import bson
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorCollection
from pydantic import TypeAdapter, ValidationError
from pymongo import InsertOne, UpdateOne

from shared.clock import Clock, SystemClock, new_id
from shared.envelope import CALL, Envelope, Origin, sealed
from shared.errors import AlreadyHeard, Invalid, NotFound, TooLarge, Unavailable
from shared.events import Event
from shared.faults import fault_point
from shared.mongo.archive import Archive
from shared.mongo.days import OPTIONS
from shared.mongo.door import Door, Taken
from shared.mongo.draft import Draft, rendered
from shared.mongo.errors import translated
from shared.mongo.form import Form
from shared.mongo.fresh import Outbox, Untold
from shared.mongo.ordered import Range, place_in, ranges
from shared.mongo.refusals import ANSWER_KEPT_FOR, Refusals
from shared.store import NEWEST_FIRST, OLDEST_FIRST, A, Order, Page, check_seen

DOCUMENT_BYTES_MAX = 1024 * 1024
DOCUMENTS_REMEMBERED = 10_000

_DOOR_FIELDS = {"story": 0, "untold": 0, "answers": 0}


class _Known(NamedTuple):
    """What is remembered of a document: its story, and whether this process wrote it last."""

    correlation: str
    ours: bool


class Documents(Generic[A]):
    """A collection of aggregates of one kind: keeps the promises of ``shared.store.Store``."""

    anew: Callable[[A], A] | None = None  # seals one anew: ``shared.mongo.resealing``

    def __init__(
        self,
        collection: AsyncIOMotorCollection[dict[str, Any]],
        kind: type[A],
        *,
        source: str,
        writer: str,
        outbox: Outbox,
        clock: Clock | None = None,
    ) -> None:
        self._collection = collection
        self._archive = Archive(collection)
        self._refusals = Refusals(collection)
        self._codec: TypeAdapter[A] = TypeAdapter(kind)
        self._form = Form(kind)
        self._source = source
        self._writer = writer
        self._outbox = outbox
        self._clock = clock or SystemClock()
        self._door = Door(collection)
        self._known: OrderedDict[str, _Known] = OrderedDict()

    async def get(
        self,
        id: str,  # noqa: A002
        *,
        communities: Sequence[str] | None = None,
        seen: int | None = None,
        handling: Envelope | None = None,
    ) -> A:
        """The aggregate as last committed; see ``Store.get``."""
        found = await self._find_one({"_id": id}, communities)
        if handling is not None and any(h["id"] == handling.id for h in found.get("heard", ())):
            raise AlreadyHeard("store.already_heard", id=id, event=handling.id)
        aggregate = self._decode(found)
        check_seen(aggregate, seen)
        return aggregate

    async def find(
        self,
        where: Mapping[str, Any],
        *,
        order: Order = OLDEST_FIRST,
        skip: int = 0,
        limit: int = 100,
    ) -> list[A]:
        """Those whose fields match ``where``, in this order; see ``Store.find``."""
        found = await self._found(ranges(where, order, None), limit, skip)
        return [self._decode(document) for document in found]

    async def page(
        self,
        where: Mapping[str, Any],
        *,
        communities: Sequence[str],
        order: Order = NEWEST_FIRST,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[A]:
        """One page in this order; see ``Store.page``."""
        query = {**where, "community": {"$in": list(communities)}}
        place = None if cursor is None else order.place(cursor)
        found = await self._found(ranges(query, order, place), limit + 1)
        more = len(found) > limit
        following = order.cursor(place_in(found[limit - 1], order)) if more else None
        return Page([self._decode(document) for document in found[:limit]], following)

    async def _found(
        self, asked: Sequence[Range], limit: int, skip: int = 0
    ) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        with translated():
            for each in asked:
                left = limit - len(found)
                if not left:
                    break
                rows = self._collection.find(each.where, {**_DOOR_FIELDS, "heard": 0})
                found += await rows.sort(each.sort).skip(skip).limit(left).to_list(left)
        return found

    async def save(
        self, aggregate: A, events: Sequence[Event], *, handling: Envelope | None = None
    ) -> A:
        """Commit state, story, outbox and inbox in one atomic write; see ``Store.save``."""
        if not events:
            raise ValueError("a change that nobody is told of: save needs at least one event")
        fault_point("save.before")
        saved = self._form.at_version(aggregate, aggregate.version + len(events))
        draft = await self._draft(aggregate, saved, events, handling)
        try:
            await self._commit(aggregate, draft)
        except (Unavailable, asyncio.CancelledError):
            self._outbox.unsure()  # it may be committed all the same
            raise
        self._remember(aggregate.id, draft.sealed[0]["correlationid"], ours=True)
        if draft.answer is not None and (answer := CALL.get().answer) is not None:
            answer.stored = True
        fault_point("save.after")
        self._outbox.committed(Untold(aggregate.id, draft.ready()))
        return saved

    async def story(
        self,
        id: str,  # noqa: A002
        *,
        communities: Sequence[str] | None = None,
    ) -> list[Envelope]:
        """All that happened to the aggregate, oldest first, archived parts included."""
        found = await self._find_one({"_id": id}, communities, {"story": 1, "archived": 1})
        whole = await self._archive.whole(id, found["story"], found.get("archived", 0))
        return [Envelope.model_validate(event) for event in whole]

    async def answered(self, key: str) -> dict[str, Any] | None:
        """The answer kept for this digest of an Idempotency-Key, for 24 hours."""
        with translated():
            found = await self._collection.find_one(
                {"answers.key": key}, {"answers": {"$elemMatch": {"key": key}}}
            )
        if found is None:
            return None
        answer: dict[str, Any] = found["answers"][0]
        return answer if answer["at"] > self._clock.now() - ANSWER_KEPT_FOR else None

    async def aggregate(self, stages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What the store counts over the documents; the stages say what, and bound how many rows.

        ``Unavailable``.
        """
        with translated():
            rows = self._collection.aggregate([dict(stage) for stage in stages])
            return await rows.to_list(None)

    async def _draft(
        self, aggregate: A, saved: A, events: Sequence[Event], handling: Envelope | None
    ) -> Draft:
        now = self._clock.now()
        ids = [new_id("evt") for _ in events]
        correlation = await self._correlation(aggregate, handling) or ids[0]
        origin = Origin(
            source=self._source,
            subject=aggregate.id,
            community=aggregate.community,
            correlation_id=correlation,
            causation_id=handling.id if handling else None,
        )
        events_sealed = [
            sealed(event, origin, event_id=ids[n], time=now, sequence=aggregate.version + n + 1)
            for n, event in enumerate(events)
        ]
        call = CALL.get()
        answer = rendered(call.answer, saved, now)
        fields = self._codec.dump_python(saved)
        del fields["id"]
        fields["writer"] = f"{self._writer}.{saved.version}"
        return Draft(fields, events_sealed, handling, answer, now, call.actor)

    async def _commit(self, aggregate: A, draft: Draft) -> None:
        made_room = False
        while True:
            try:
                await self._write(aggregate, draft)
            except Taken as taken:
                if made_room or not await self._refusals.make_room(taken, draft):
                    id, seen = aggregate.id, aggregate.version  # noqa: A001
                    raise await self._refusals.meaning(taken, id, seen, draft) from None
                made_room = True
            else:
                return

    async def _write(self, aggregate: A, draft: Draft) -> None:
        if aggregate.version == 0:
            fresh = draft.fresh(aggregate.id, self._form.kept(draft.fields))
            body = self._encoded(aggregate.id, fresh)
            insert: InsertOne[dict[str, Any]] = InsertOne(body)  # type: ignore[arg-type]
            await self._door.write(aggregate.id, insert, len(body.raw))
            return
        await self._archive.shorten(aggregate.id, aggregate.version, draft.story_bytes())
        body = self._encoded(aggregate.id, draft.changed())
        # The upsert cannot insert: the id exists, so a version that moved on fails with 11000.
        where = {
            "_id": aggregate.id,
            "version": aggregate.version,
            "community": aggregate.community,
            **draft.unless_done(),
        }
        await self._door.write(aggregate.id, UpdateOne(where, body, upsert=True), len(body.raw))

    def _encoded(self, id: str, body: dict[str, Any]) -> RawBSONDocument:  # noqa: A002
        """Encoded before it joins a batch, so that one bad write sinks nothing but itself."""
        try:
            raw = bson.encode(body, codec_options=OPTIONS)
        except (bson.errors.BSONError, OverflowError, ValueError, TypeError) as error:
            raise Invalid("store.not_encodable", id=id) from error
        if len(raw) > DOCUMENT_BYTES_MAX:
            raise TooLarge("store.too_large", id=id, limit_bytes=DOCUMENT_BYTES_MAX)
        return RawBSONDocument(raw)

    async def _correlation(self, aggregate: A, handling: Envelope | None) -> str | None:
        if aggregate.version == 0:
            return handling.correlationid if handling else None
        known = self._known.get(aggregate.id)
        if known is None:
            found = await self._find_one({"_id": aggregate.id}, None, {"correlation": 1})
            known = _Known(found["correlation"], ours=False)
        if not known.ours:
            self._outbox.unsure()  # what another process wrote may be untold, and comes first
        return known.correlation

    def _remember(self, id: str, correlation: str, *, ours: bool) -> None:  # noqa: A002
        self._known[id] = _Known(correlation, ours)
        self._known.move_to_end(id)
        if len(self._known) > DOCUMENTS_REMEMBERED:
            self._known.popitem(last=False)

    async def _find_one(
        self,
        where: dict[str, Any],
        communities: Sequence[str] | None,
        fields: dict[str, int] | None = None,
    ) -> dict[str, Any]:
        if communities is not None:
            where = {**where, "community": {"$in": list(communities)}}
        with translated():
            found = await self._collection.find_one(where, fields or _DOOR_FIELDS)
        if found is None:
            raise NotFound("store.not_found", id=where["_id"])
        return found

    def _decode(self, document: dict[str, Any]) -> A:
        document["id"] = document.pop("_id")
        ours = document["writer"].startswith(self._writer)
        self._remember(document["id"], document["correlation"], ours=ours)
        self._form.restore(document)
        try:
            return self._codec.validate_python(document)
        except ValidationError as error:
            fault = error.errors(include_input=False, include_url=False)[0]
            field = "/".join(str(part) for part in fault["loc"])
            raise Invalid("store.not_decodable", id=document["id"], field=field) from None
