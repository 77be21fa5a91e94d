"""Takes people out of documents and their stories: beside the write door, and not by it.

The door only adds to a story. This operation writes one anew, in one atomic write on the condition
that nothing else has happened: the version, how much of the story is archived, and that no event
waits to be told. So no event is lost or told otherwise than it was kept, and whoever decided on the
document as it was before is refused. A note of what is left elsewhere (``erasing``) is part of that
write; killed at any point, the service goes on from the note.
"""

import asyncio
from dataclasses import replace
from typing import Any

from pymongo import WriteConcern

from shared.envelope import CALL
from shared.erasing import Erasure, Left, Names, renamed
from shared.errors import Awaited, Stale, Unavailable
from shared.faults import fault_point
from shared.mongo.documents import Documents
from shared.mongo.draft import Draft
from shared.mongo.errors import RETRY_AFTER_SECONDS, translated
from shared.mongo.fresh import Untold
from shared.mongo.refusals import ANSWER_KEPT_FOR
from shared.store import A, Aggregate

NOTE = "erasing"
Found = dict[str, Any]
_READ = {
    "version": 1,
    "archived": 1,
    "correlation": 1,
    "story": 1,
    "answers": 1,
    "untold": 1,
    "created_at": 1,
    "created_by": 1,
}


class ErasableDocuments(Documents[A]):
    """A collection of aggregates that people can be taken out of: ``shared.erasing``."""

    async def erase(self, erasure: Erasure[A]) -> A:
        """See ``ErasingStore.erase``."""
        aggregate = erasure.aggregate
        # Shortened first, so that no copy of the story that is made late can hold what goes now.
        await self._archive.shorten(aggregate.id, aggregate.version)
        found = await self._find_one({"_id": aggregate.id}, (aggregate.community,), _READ)
        if found["version"] != aggregate.version:
            raise self._outrun(aggregate)
        if found.get("untold"):
            raise Awaited("store.untold", retry_after_seconds=RETRY_AFTER_SECONDS)
        fault_point("erasure.before")
        kept_id = erasure.new_id or aggregate.id
        self._remember(kept_id, found["correlation"], ours=False)
        before = replace(aggregate, id=kept_id)  # type: ignore[type-var]
        saved = self._form.at_version(before, aggregate.version + len(erasure.events))
        draft = await self._draft(before, saved, erasure.events, None)
        kept = _without(found, draft, erasure.names)
        try:
            if erasure.new_id is None:
                await self._replace(aggregate, found, kept, _note(draft, erasure))
            else:
                await self._exchange(aggregate, found, kept, draft)
        except (Unavailable, asyncio.CancelledError):
            self._outbox.unsure()  # it may be committed all the same
            raise
        self._remember(kept_id, found["correlation"], ours=True)
        if draft.answer is not None and (answer := CALL.get().answer) is not None:
            answer.stored = True
        self._outbox.committed(Untold(kept_id, draft.ready()))
        fault_point("erasure.noted")
        return saved

    async def unfinished(self, *, limit: int) -> list[Left]:
        """See ``ErasingStore.unfinished``."""
        with translated():
            rows = self._collection.find(
                {f"{NOTE}.at": {"$exists": True}}, {NOTE: 1, "community": 1}
            )
            found = await rows.sort([(f"{NOTE}.at", 1)]).limit(limit).to_list(limit)
        return [
            Left(row["_id"], row["community"], _names(row[NOTE]), row[NOTE]["items"])
            for row in found
        ]

    async def finish(self, id: str) -> None:  # noqa: A002
        """See ``ErasingStore.finish``."""
        found = await self._find_one({"_id": id}, None, {NOTE: 1})
        if NOTE not in found:
            return
        await self._archive.rename(id, _names(found[NOTE]))
        fault_point("erasure.archived")
        with translated():
            await self._collection.update_one({"_id": id}, {"$unset": {NOTE: ""}})

    async def _replace(
        self, aggregate: A, found: Found, kept: dict[str, Any], note: dict[str, Any]
    ) -> None:
        """Write it anew in its place."""
        untold = kept.pop("untold")
        update = {"$set": {**kept, NOTE: note}, "$push": {"untold": {"$each": untold}}}
        with translated():
            done = await self._collection.update_one(
                _unchanged(aggregate, found), self._encoded(aggregate.id, update)
            )
        if not done.matched_count:
            raise self._outrun(aggregate)

    async def _exchange(
        self, aggregate: A, found: Found, kept: dict[str, Any], draft: Draft
    ) -> None:
        """Put another document in its place, in a transaction: an id cannot be changed."""
        if found.get("archived"):
            raise ValueError("the story is too long for a new id")
        new = {
            "_id": draft.sealed[0]["subject"],
            **kept,
            "correlation": found["correlation"],
            "created_at": found["created_at"],
        }
        body = self._encoded(aggregate.id, new)
        with translated():
            async with (
                await self._collection.database.client.start_session() as session,
                session.start_transaction(write_concern=WriteConcern("majority")),
            ):
                where = _unchanged(aggregate, found)
                gone = await self._collection.delete_one(where, session=session)
                if not gone.deleted_count:
                    raise self._outrun(aggregate)
                await self._collection.insert_one(body, session=session)

    def _outrun(self, aggregate: A) -> Stale:
        return Stale("store.stale", id=aggregate.id, seen=aggregate.version, version="?")


def _unchanged(aggregate: Aggregate, found: Found) -> dict[str, Any]:
    """The document as it was read, with nothing to tell."""
    return {
        "_id": aggregate.id,
        "version": aggregate.version,
        "community": aggregate.community,
        "archived": found.get("archived"),
        "untold.0": {"$exists": False},
    }


def _without(found: Found, draft: Draft, names: Names) -> dict[str, Any]:
    """All that is written: no array that somebody else may change meanwhile but the story and the
    kept answers, which change with the version only."""
    answers = [
        _silenced(each)
        for each in found.get("answers", ())
        if each["at"] > draft.at - ANSWER_KEPT_FOR
    ]
    return {
        **draft.fields,
        "story": renamed(found["story"], names) + draft.sealed,
        "untold": draft.untold(),
        "answers": answers + ([draft.answer] if draft.answer else []),
        "created_by": renamed(found["created_by"], names),
        "updated_at": draft.at,
        "updated_by": draft.by,
    }


def _note(draft: Draft, erasure: Erasure[Any]) -> dict[str, Any]:
    """What is left to do elsewhere; names as pairs: an id may hold what no field's name may."""
    return {
        "at": draft.at,
        "names": [{"of": of, "now": now} for of, now in erasure.names.items()],
        "items": {kind: list(ids) for kind, ids in erasure.items.items()},
    }


def _names(note: dict[str, Any]) -> Names:
    return {name["of"]: name["now"] for name in note["names"]}


def _silenced(answer: dict[str, Any]) -> dict[str, Any]:
    """Its key still says that it was done, and where; what was shown then is gone."""
    headers = {name: value for name, value in answer["headers"].items() if name == "Location"}
    return {**answer, "status": 204, "headers": headers, "body": ""}
