"""API keys in memory, for tests that need no store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from shared.auth import ApiKey, KeyRing
from shared.keys import LIVE_MAX, ApiKeys, KeyRecord, opened
from shared.store import Page, decode_cursor, encode_cursor


class Keys(ApiKeys, KeyRing, Protocol):
    """Where keys are kept and found."""


class FakeKeys:
    """Keeps the promises of ``ApiKeys`` and ``KeyRing`` in memory; ``asked`` are the look-ups."""

    def __init__(self) -> None:
        self.kept: dict[str, KeyRecord] = {}
        self.asked: list[str] = []

    async def find(self, public_id: str) -> ApiKey | None:
        self.asked.append(public_id)
        key = self.kept.get(public_id)
        return None if key is None else opened(key)

    async def used(self, public_id: str, at: datetime) -> None:
        self.kept[public_id] = replace(self.kept[public_id], last_used_at=at)

    async def add(self, key: KeyRecord) -> bool:
        live = [
            one
            for one in self.kept.values()
            if one.grant.company == key.grant.company
            and set(one.grant.communities) == set(key.grant.communities)
            and one.is_live(key.created_at)
        ]
        if len(live) >= LIVE_MAX:
            return False
        self.kept[key.public_id] = key
        return True

    async def get(self, public_id: str) -> KeyRecord | None:
        return self.kept.get(public_id)

    async def page(
        self, communities: Sequence[str], *, cursor: str | None, limit: int
    ) -> Page[KeyRecord]:
        before = decode_cursor(cursor) if cursor else "~"
        rows = sorted(
            (k for k in self.kept.values() if set(k.grant.communities) <= set(communities)),
            key=lambda k: k.id,
            reverse=True,
        )
        rows = [key for key in rows if key.id < before]
        more = len(rows) > limit
        return Page(rows[:limit], encode_cursor(rows[limit - 1].id) if more else None)

    async def revoke(self, public_id: str, *, at: datetime) -> None:
        key = self.kept[public_id]
        if key.revoked_at is None:
            self.kept[public_id] = replace(key, revoked_at=at)
