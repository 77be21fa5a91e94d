"""The rules of asking for help of each community: looked up whenever somebody is to be asked."""

from dataclasses import replace

from services.pairing.domain.care_rules import DEFAULT_RULES, CareRules, change
from shared.clock import derived_id
from shared.errors import NotFound
from shared.store import Store, check_seen


class CareRulesService:
    """The use cases. Each: ``Unavailable``."""

    def __init__(self, store: Store[CareRules]) -> None:
        self._store = store

    async def get(self, community: str) -> CareRules:
        """The rules as they are now, or the default."""
        try:
            return await self._store.get(_id(community))
        except NotFound:
            return DEFAULT_RULES

    async def change(self, community: str, wanted: CareRules, *, seen: int | None) -> CareRules:
        """The next version, unless nothing is different.

        ``Stale`` if ``seen`` has moved on; ``Invalid`` if it is not sound.
        """
        wanted = replace(wanted, id=_id(community), community=community)
        known = await self.get(community)
        check_seen(replace(known, id=wanted.id), seen)
        changed = change(known, wanted)
        return known if changed is None else await self._store.save(*changed)


def _id(community: str) -> str:
    """One document for each community, so that of two who change the default one wins."""
    return derived_id("crl", community)
