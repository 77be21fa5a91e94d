"""The service types of each community: read by every submission, changed now and then."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Protocol

from services.requests.domain.definition import add, change
from services.requests.domain.service_type import ServiceType, ServiceTypes, offered
from services.requests.domain.service_type_seed import SERVICE_TYPES
from shared.clock import Clock, derived_id
from shared.errors import Conflict, NotFound, Stale, TooMany
from shared.store import Store, check_seen

FRESH_FOR = timedelta(seconds=2)
"""How long a change made by another process may stay unseen here."""
OWN_TYPES_MAX = 200
"""Of one community, beside those of the seed: all of them are held in memory."""
COMMUNITIES_REMEMBERED_MAX = 1_000


class Versions(Protocol):
    """What service types were before they were changed."""

    async def keep(self, kind: ServiceType) -> None:
        """Keep this version for good; again, nothing happens. ``Unavailable``."""

    async def get(self, community: str, code: str, version: int) -> ServiceType | None:
        """The version kept; ``Unavailable``."""


@dataclass(slots=True)
class _Known:
    kinds: ServiceTypes
    read_at: datetime


class ServiceTypeService:
    """The use cases. What one process changes it sees at once, others within two seconds.

    Each: ``Unavailable``.
    """

    def __init__(self, store: Store[ServiceType], versions: Versions, clock: Clock) -> None:
        self._store = store
        self._versions = versions
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def all(self, community: str) -> ServiceTypes:
        """All types of a community by code, active or not: the seed's, and over them its own."""
        known = self._known.get(community)
        now = self._clock.now()
        if known is not None and now - known.read_at < FRESH_FOR:
            return known.kinds
        if known is not None:
            known.read_at = now  # whoever comes while this one asks need not ask, too
        return await self._read(community)

    async def offered(self, community: str, code: str) -> ServiceType:
        """The type, if one may ask for it; ``Invalid`` if there is none or not now."""
        return offered(await self.all(community), code)

    async def get(self, community: str, code: str) -> ServiceType:
        """The type as it is now; ``NotFound``."""
        found = (await self.all(community)).get(code)
        if found is None:
            raise NotFound("service_type.not_found")
        return found

    async def version(self, community: str, code: str, version: int) -> ServiceType:
        """The type as it was; ``NotFound`` for a version that never was."""
        now = await self.get(community, code)
        if version == now.version:
            return now
        seed = SERVICE_TYPES.get(code)
        if seed is not None and version == seed.version:
            return seed
        kept = await self._versions.get(community, code, version)
        if kept is None or version > now.version:
            raise NotFound("service_type.not_found")
        return kept

    async def add(self, community: str, wanted: ServiceType) -> ServiceType:
        """A new type; ``Conflict`` if the code is taken, ``TooMany`` beyond 200, ``Invalid``."""
        wanted = _owned(community, wanted)
        kinds = await self._read(community)
        if wanted.code in kinds:
            raise Conflict("service_type.taken", pointer="/service_code")
        if _own(kinds) >= OWN_TYPES_MAX:
            raise TooMany("service_type.full", limit=OWN_TYPES_MAX)
        kind, events = add(wanted)
        try:
            return self._changed(await self._store.save(kind, events))
        except Stale:
            raise Conflict("service_type.taken", pointer="/service_code") from None

    async def change(self, community: str, wanted: ServiceType, *, seen: int | None) -> ServiceType:
        """The next version, unless nothing is different.

        ``NotFound``; ``Stale`` if ``seen`` has moved on; ``TooMany`` beyond 200; ``Invalid``.
        """
        wanted = _owned(community, wanted)
        kinds = await self._read(community)
        known = kinds.get(wanted.code)
        if known is None:
            raise NotFound("service_type.not_found")
        check_seen(replace(known, id=wanted.id), seen)
        changed = change(known, wanted)
        if changed is None:
            return known
        if not known.community and _own(kinds) >= OWN_TYPES_MAX:
            raise TooMany("service_type.full", limit=OWN_TYPES_MAX)
        # What was true until now is kept first: it stays true, whether or not the change succeeds.
        await self._versions.keep(known)
        kind, events = changed
        return self._changed(await self._store.save(kind, events))

    async def _read(self, community: str) -> ServiceTypes:
        """As the store has them now; what was changed here meanwhile is not forgotten again."""
        now = self._clock.now()
        own = await self._store.find({"community": community}, limit=OWN_TYPES_MAX)
        known = self._known.get(community)
        kinds = _newest(own, known.kinds.values() if known else ())
        if known is None and len(self._known) >= COMMUNITIES_REMEMBERED_MAX:
            self._known.clear()
        self._known[community] = _Known(kinds, now)
        return kinds

    def _changed(self, kind: ServiceType) -> ServiceType:
        known = self._known.get(kind.community)
        if known is not None:
            known.kinds = _newest(known.kinds.values(), [kind])
        return kind


def _owned(community: str, wanted: ServiceType) -> ServiceType:
    """One document for each code of a community, so that of two who add it one wins."""
    return replace(wanted, id=derived_id("sty", community, wanted.code), community=community)


def _newest(*several: Iterable[ServiceType]) -> ServiceTypes:
    """Of each code its latest version: versions only grow, and no type is ever taken away."""
    kinds = dict(SERVICE_TYPES)
    for kind in chain(*several):
        known = kinds.get(kind.code)
        if known is None or known.version < kind.version:
            kinds[kind.code] = kind
    return kinds


def _own(kinds: ServiceTypes) -> int:
    return sum(1 for kind in kinds.values() if kind.community)
