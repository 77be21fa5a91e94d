"""API keys as plain records: found by their public id, at most ``LIVE_MAX`` alive for a client."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from shared.auth import ApiKey
from shared.clock import Clock
from shared.keys.grants import LIVE_MAX, KeyRecord
from shared.mongo import Database, Index, Records
from shared.recent import Recent
from shared.store import Page, decode_cursor, encode_cursor

KEY_SECONDS = 5.0
"""How long a key revoked through one replica still opens another."""
KEYS_MAX = 10_000

_CODEC: TypeAdapter[KeyRecord] = TypeAdapter(KeyRecord)


def api_keys(database: Database, clock: Clock) -> "ApiKeyRecords":
    """The collection, and the ring of keys that the web asks."""
    records = database.records(
        "api_keys",
        indexes=[
            Index((("public_id", 1),), unique=True, name="public_id"),
            # A live key holds one of its client's places; the index is the guard under any race.
            Index(
                (("place", 1),),
                unique=True,
                partial={"place": {"$exists": True}},
                name="place",
            ),
        ],
    )
    return ApiKeyRecords(records, clock)


class ApiKeyRecords:
    """Keeps the promises of ``ApiKeys`` and of ``shared.auth.KeyRing``."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self._recent: Recent[ApiKey] = Recent(clock, seconds=KEY_SECONDS, size=KEYS_MAX)

    async def add(self, key: KeyRecord) -> bool:
        """Keep a new key in a free place of its client; False if there is none."""
        client = f"{key.grant.company}/{','.join(sorted(set(key.grant.communities)))}"
        places = [f"{client}/{number}" for number in range(LIVE_MAX)]
        over = {"place": {"$in": places}, "grant.expires_at": {"$lte": key.created_at}}
        await self._records.update_many(over, {"$unset": {"place": ""}})
        document: dict[str, Any] = _CODEC.dump_python(key)
        document["_id"] = document.pop("id")
        for place in places:
            if await self._records.insert({**document, "place": place}):
                return True
        return False

    async def get(self, public_id: str) -> KeyRecord | None:
        """The key, alive or not, as last committed."""
        found = await self._records.find({"public_id": public_id}, limit=1)
        return _decoded(found[0]) if found else None

    async def page(
        self, communities: Sequence[str], *, cursor: str | None, limit: int
    ) -> Page[KeyRecord]:
        """The keys that are for these communities alone, newest first."""
        where: dict[str, Any] = {
            "grant.communities": {"$not": {"$elemMatch": {"$nin": list(communities)}}}
        }
        if cursor is not None:
            where["_id"] = {"$lt": decode_cursor(cursor)}
        found = await self._records.find(where, sort=(("_id", -1),), limit=limit + 1)
        items = [_decoded(record) for record in found[:limit]]
        return Page(items, encode_cursor(items[-1].id) if len(found) > limit else None)

    async def revoke(self, public_id: str, *, at: datetime) -> None:
        """The key opens nothing from now on, and its place is free; twice changes nothing."""
        alive = {"public_id": public_id, "revoked_at": None}
        await self._records.update(alive, {"$set": {"revoked_at": at}, "$unset": {"place": ""}})
        self._recent.forget(public_id)

    async def find(self, public_id: str) -> ApiKey | None:
        """The key as the web checks it, at most ``KEY_SECONDS`` old."""
        return await self._recent.get(public_id, self._read)

    async def used(self, public_id: str, at: datetime) -> None:
        """Note the last use; one that was used later stays as it is."""
        where = {"public_id": public_id, "last_used_at": {"$not": {"$gte": at}}}
        await self._records.update(where, {"$set": {"last_used_at": at}})

    async def _read(self, public_id: str) -> ApiKey | None:
        key = await self.get(public_id)
        return None if key is None else opened(key)


def opened(key: KeyRecord) -> ApiKey:
    """The key as the web checks it."""
    return ApiKey(
        id=key.id,
        public_id=key.public_id,
        secret_digest=key.secret_digest,
        company=key.grant.company,
        scopes=key.grant.scopes,
        communities=key.grant.communities,
        estates=key.grant.estates,
        cidrs=key.grant.cidrs,
        expires_at=key.grant.expires_at,
        revoked_at=key.revoked_at,
    )


def _decoded(record: dict[str, Any]) -> KeyRecord:
    return _CODEC.validate_python({**record, "id": record["_id"]})
