"""Handing out API keys and taking them back."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.auth import digest_secret, mint_key
from shared.clock import Clock, new_id
from shared.errors import Conflict, Invalid, NotFound
from shared.keys.grants import LIVE_MAX, Grant, KeyRecord, checked
from shared.store import Page


@dataclass(frozen=True, slots=True, repr=False)
class Fresh:
    """A key just minted: ``text`` is what its owner gets to see, once."""

    public_id: str
    text: str
    secret_digest: str


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who hands out keys, and for which communities."""

    id: str
    communities: tuple[str, ...]


class ApiKeys(Protocol):
    """Where keys are kept."""

    async def add(self, key: KeyRecord) -> bool:
        """Keep a new key; False if its company has ``LIVE_MAX`` live ones for these communities.

        Holds under any race.
        """

    async def get(self, public_id: str) -> KeyRecord | None:
        """The key, alive or not, as last committed."""

    async def page(
        self, communities: Sequence[str], *, cursor: str | None, limit: int
    ) -> Page[KeyRecord]:
        """The keys that are for these communities alone, newest first."""

    async def revoke(self, public_id: str, *, at: datetime) -> None:
        """The key opens nothing from now on, and its place is free; twice changes nothing."""


CommunityOf = Callable[[str], Awaitable[str | None]]
"""The community of an estate; None if there is no such estate."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the keys of one service are about: the scopes that a machine can be given there, and
    whose its estates are."""

    scopes: Collection[str]
    community_of: CommunityOf


def minter(environment: str, pepper: str) -> Callable[[], Fresh]:
    """Makes fresh keys for this environment."""

    def mint() -> Fresh:
        minted = mint_key(environment)
        return Fresh(minted.public_id, minted.text, digest_secret(minted.secret, pepper))

    return mint


class ApiKeyService:
    """What one can do with API keys; ``mint`` makes a fresh one."""

    def __init__(
        self,
        keys: ApiKeys,
        terms: Terms,
        clock: Clock,
        mint: Callable[[], Fresh],
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._keys = keys
        self._terms = terms
        self._clock = clock
        self._mint = mint
        self._new_id = new_id

    async def issue(self, issuer: Issuer, grant: Grant) -> tuple[KeyRecord, str]:
        """A new key and its text, which nobody can show again.

        Errors: ``Invalid`` for what ``checked`` refuses, for a community that is not the
        issuer's and an estate that is not of these communities; ``Conflict`` ``api_key.too_many``
        if the company has ``LIVE_MAX`` live keys for the same communities.
        """
        now = self._clock.now()
        ordered = checked(grant, now=now, scopes=self._terms.scopes)
        await self._placed(issuer, ordered)
        fresh = self._mint()
        key = KeyRecord(
            id=self._new_id("key"),
            public_id=fresh.public_id,
            secret_digest=fresh.secret_digest,
            grant=ordered,
            created_at=now,
            created_by=issuer.id,
        )
        if not await self._keys.add(key):
            raise Conflict("api_key.too_many", company=grant.company, max=LIVE_MAX)
        return key, fresh.text

    async def page(self, issuer: Issuer, *, cursor: str | None, limit: int) -> Page[KeyRecord]:
        """The keys that this issuer answers for, newest first, dead ones too."""
        return await self._keys.page(issuer.communities, cursor=cursor, limit=limit)

    async def revoke(self, issuer: Issuer, public_id: str) -> None:
        """The key opens nothing any more; twice is no fault. Errors: ``NotFound``."""
        key = await self._keys.get(public_id)
        if key is None or not set(key.grant.communities) <= set(issuer.communities):
            raise NotFound("api_key.not_found")
        await self._keys.revoke(public_id, at=self._clock.now())

    async def _placed(self, issuer: Issuer, grant: Grant) -> None:
        for index, community in enumerate(grant.communities):
            if community not in issuer.communities:
                raise Invalid("api_key.community", pointer=f"/communities/{index}")
        for index, estate_id in enumerate(grant.estates or ()):
            if await self._terms.community_of(estate_id) not in grant.communities:
                raise Invalid("api_key.estate_unknown", pointer=f"/estates/{index}")
