"""A fake store that people can be taken out of: keeps the promises of ``shared.erasing``."""

from dataclasses import replace
from typing import Any

from shared.envelope import Envelope
from shared.erasing import Erasure, Left, Names, renamed
from shared.errors import Stale
from shared.mongo import Database
from shared.store import A
from shared.testing import FakeStore


class FakeErasingStore(FakeStore[A]):
    """A ``FakeStore`` whose stories may lose people; all that it keeps counts as told."""

    def __init__(self, kind: type[A], **facts: Any) -> None:
        super().__init__(kind, **facts)
        self._left: dict[str, Left] = {}

    async def erase(self, erasure: Erasure[A]) -> A:
        """See ``ErasingStore.erase``."""
        aggregate = erasure.aggregate
        kept = self._one(aggregate.id, (aggregate.community,))
        if kept.aggregate.version != aggregate.version:
            raise Stale("store.stale", id=aggregate.id, seen=aggregate.version, version="?")
        kept.story = [_without(envelope, erasure.names) for envelope in kept.story]
        if erasure.new_id is not None:
            del self._kept[aggregate.id]
            aggregate = replace(aggregate, id=erasure.new_id)  # type: ignore[type-var]
            self._kept[aggregate.id] = kept
            return await self.save(aggregate, erasure.events)
        saved = await self.save(aggregate, erasure.events)
        self._left[aggregate.id] = Left(
            aggregate.id, aggregate.community, erasure.names, erasure.items
        )
        return saved

    async def unfinished(self, *, limit: int) -> list[Left]:
        """See ``ErasingStore.unfinished``."""
        return list(self._left.values())[:limit]

    async def finish(self, id: str) -> None:  # noqa: A002
        """See ``ErasingStore.finish``."""
        self._left.pop(id, None)


async def all_told(database: Database | None) -> None:
    """All that was committed is on the bus, as a relay would have it; None: fakes tell at once."""
    if database is None:
        return
    for name in database.told_from:
        for untold in await database.untold(name, limit=1000):
            ids = [event["id"] for event in untold.events]
            await database.clear_told(name, [(untold, ids)])


def _without(envelope: Envelope, names: Names) -> Envelope:
    return Envelope.model_validate(renamed(envelope.model_dump(), names))
