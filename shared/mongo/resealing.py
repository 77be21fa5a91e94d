"""Seals anew, with the first key, what older keys have sealed: how a key gets out of use.

Nothing is told of it and no version moves: what is written means the same as before. Whoever writes
a document meanwhile wins, and it is found at the next look. So it may be stopped at any moment and
begun again, in any number of places at once; what is done already is only looked at.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from shared.errors import Unavailable
from shared.mongo.documents import Documents
from shared.mongo.errors import translated
from shared.store import OLDEST_FIRST, A

log = logging.getLogger(__name__)

BATCH = 200


class End(Enum):
    """What became of a document."""

    SEALED = "sealed"
    """It bears the first key now."""
    THERE = "there"
    """It bore it already."""
    OUTRUN = "outrun"
    """Somebody else wrote it meanwhile."""
    BROKEN = "broken"
    """One of its texts opens with none of the keys."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of some documents, by their ids in order; none, and nothing was left."""

    ends: Mapping[str, End]


async def reseal(documents: Documents[A], *, after: str = "", limit: int = BATCH) -> Batch:
    """Seal anew up to ``limit`` documents whose ids come after this one. ``Unavailable``."""
    found = await documents.find({"_id": {"$gt": after}}, order=OLDEST_FIRST, limit=limit)
    ends = await asyncio.gather(*(_one(documents, each) for each in found))
    return Batch({each.id: end for each, end in zip(found, ends, strict=True)})


async def _one(documents: Documents[A], document: A) -> End:
    if documents.anew is None:
        return End.THERE
    try:
        anew = documents.anew(document)
    except Unavailable as error:
        log.error("cannot be opened", extra={"id": document.id, "reason": str(error)})
        return End.BROKEN
    before, after = _fields(documents, document), _fields(documents, anew)
    changed = {name: value for name, value in after.items() if before[name] != value}
    if not any(_is_stale(before[name], value) for name, value in changed.items()):
        return End.THERE
    return End.SEALED if await _put(documents, document, changed) else End.OUTRUN


def _fields(documents: Documents[A], document: A) -> dict[str, Any]:
    fields: dict[str, Any] = documents._codec.dump_python(document)
    return fields


async def _put(documents: Documents[A], document: A, changed: dict[str, Any]) -> bool:
    """Whether these fields stand in the document now: it is as it was read, but for them."""
    body = documents._encoded(document.id, {"$set": changed})
    where = {"_id": document.id, "version": document.version, "community": document.community}
    with translated():
        done = await documents._collection.update_one(where, body)
    return bool(done.matched_count)


def _is_stale(before: Any, after: Any) -> bool:
    """Whether a sealed text in it bears another key than it would bear now.

    Sealed twice no text is the same: what differs was sealed, and its key's id stands in front.
    """
    if isinstance(before, str) and isinstance(after, str):
        return before != after and before.partition(".")[0] != after.partition(".")[0]
    if isinstance(before, Mapping) and isinstance(after, Mapping) and before.keys() == after.keys():
        return any(_is_stale(before[name], value) for name, value in after.items())
    if isinstance(before, list | tuple) and isinstance(after, list | tuple):
        return len(before) != len(after) or any(map(_is_stale, before, after))
    return bool(before != after)
