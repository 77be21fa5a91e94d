"""The retention rules of each community: read at each round of the clock, changed now and then."""

from dataclasses import replace

from services.requests.domain.retention import DEFAULT_RULES, RetentionRules, change
from shared.clock import derived_id
from shared.errors import NotFound
from shared.store import Store, check_seen


class RetentionService:
    """The use cases. Each: ``Unavailable``."""

    def __init__(self, store: Store[RetentionRules]) -> None:
        self._store = store

    async def get(self, community: str) -> RetentionRules:
        """The rules as they are now, or the default."""
        try:
            return await self._store.get(_id(community))
        except NotFound:
            return DEFAULT_RULES

    async def change(
        self, community: str, wanted: RetentionRules, *, seen: int | None
    ) -> RetentionRules:
        """The next version, unless nothing is different.

        ``Stale`` if ``seen`` has moved on; ``Invalid`` if it is not sound.
        """
        wanted = replace(wanted, id=_id(community), community=community)
        known = await self.get(community)
        check_seen(replace(known, id=wanted.id), seen)
        changed = change(known, wanted)
        if changed is None:
            return known
        return await self._store.save(*changed)


def _id(community: str) -> str:
    """One document for each community, so that of two who change the default one wins."""
    return derived_id("rtr", community)
