"""Looking at what bears a plate or a name: masked as a rule, in full for a purpose, on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from services.property.service.digests import Digests
from services.property.service.grounds import Looker
from services.property.service.looked import Looked, S
from services.property.service.occupancy import OccupancyService
from services.property.service.retention_rule import RetentionRuleService
from services.property.service.standing import Standing, Yards
from shared.clock import Clock
from shared.readings import Reading, ReadingLog
from shared.store import Aggregate, Page, Store


class PlatePurpose(StrEnum):
    """For what somebody may see a plate in full, or ask whose one is."""

    OWN = "own"
    GATE = "gate"
    BLOCKED_WAY = "blocked_way"
    DAMAGE = "damage"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class ParkingGround:
    """What parking and gates all stand on."""

    grounds: Yards
    homes: OccupancyService
    rules: RetentionRuleService
    digests: Digests
    readings: ReadingLog
    clock: Clock

    async def ending(self, thing: Aggregate) -> dict[str, Any]:
        """When what ends now ends, and how long it is kept then."""
        rule = await self.rules.of(thing.community)
        return {"at": self.clock.now(), "kept": rule.kept}


class OnRecord(Looked[S]):
    """Things whose plates and names are shown on record."""

    def __init__(self, store: Store[S], ground: ParkingGround) -> None:
        super().__init__(store, ground.grounds)
        self._ground = ground

    async def read(self, looker: Looker, id: str, *, purpose: PlatePurpose) -> S:  # noqa: A002
        """One of them, to be shown in full: that is on record first. ``NotFound``."""
        found = await self.get(looker, id)
        await self._ground.readings.note(found, by=looker.id, purpose=purpose)
        return found

    async def readings(
        self,
        looker: Looker,
        id: str,  # noqa: A002
        *,
        cursor: str | None,
        limit: int,
    ) -> Page[Reading]:
        """Who saw it in full, newest first. ``NotFound``."""
        found = await self.get(looker, id)
        return await self._ground.readings.page(found, cursor=cursor, limit=limit)


class Homely(Standing, Protocol):
    """Something of a home on an estate, if it is of one."""

    @property
    def dwelling_id(self) -> str | None: ...


H = TypeVar("H", bound=Homely)


class OfHome(OnRecord[H]):
    """Things of which residents see those of their own homes alone, and the desk all."""

    async def _is_shown(self, looker: Looker, thing: H) -> bool:
        return await self._ground.homes.is_home(looker, thing.dwelling_id)

    async def _shown(self, looker: Looker, where: Mapping[str, Any]) -> Mapping[str, Any]:
        return await self._ground.homes.bounds(looker, where)
