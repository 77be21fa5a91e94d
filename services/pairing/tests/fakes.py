"""Records in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.pairing.domain.estate import Estate
from shared.events.property import dwellings_in


@dataclass
class FakeEstates:
    """Copies in memory."""

    kept: dict[str, Estate] = field(default_factory=dict)

    async def keep(self, estate: Estate) -> None:
        known = self.kept.get(estate.id)
        if known is None or known.sequence < estate.sequence:
            self.kept[estate.id] = estate

    async def community_of(self, dwelling_id: str) -> str | None:
        at = [e.community for e in self.kept.values() if dwelling_id in dwellings_in(e.in_use)]
        return at[0] if at else None

    async def places(self, community: str, ids: Sequence[str]) -> frozenset[str]:
        there = [
            place_id
            for estate in self.kept.values()
            if estate.community == community
            for building in estate.in_use
            for place_id in (building.building_id, *(e.entrance_id for e in building.entrances))
        ]
        return frozenset(there) & set(ids)

    async def estate_of(self, dwelling_id: str) -> str | None:
        at = [each.id for each in self.kept.values() if dwelling_id in each.dwelling_ids]
        return at[0] if at else None

    async def in_community(self, community: str, *, after: str, limit: int) -> list[Estate]:
        found = [each for each in self.kept.values() if each.community == community]
        return sorted((e for e in found if e.id > after), key=lambda each: each.id)[:limit]


@dataclass
class FakeEndings:
    """Endings in memory."""

    kept: dict[str, int] = field(default_factory=dict)

    async def note(self, request_id: str, sequence: int) -> None:
        self.kept[request_id] = max(sequence, self.kept.get(request_id, 0))

    async def up_to(self, request_id: str) -> int:
        return self.kept.get(request_id, 0)
