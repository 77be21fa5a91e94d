"""Registering parking spaces, closing them and opening them again."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from services.property.domain import space as domain
from services.property.domain.permit import Permit
from services.property.domain.space import Space, SpaceKind, SpaceState
from services.property.service.grounds import Looker
from services.property.service.looked import Looked
from services.property.service.on_record import ParkingGround
from services.property.service.viewer import Target
from shared.clock import new_id
from shared.errors import Conflict, Invalid, NotFound
from shared.store import Page, Store


@dataclass(frozen=True, slots=True)
class SpaceDraft:
    """A space as handed in."""

    estate_id: str
    code: str
    kind: SpaceKind
    building_id: str | None = None


@dataclass(frozen=True, slots=True)
class SeenSpace:
    """A space, and whether somebody has a permit for it."""

    space: Space
    taken: bool


class SpaceService(Looked[Space]):
    """What one can do with spaces."""

    def __init__(
        self,
        store: Store[Space],
        permits: Store[Permit],
        ground: ParkingGround,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        super().__init__(store, ground.grounds)
        self._permits = permits
        self._new_id = new_id

    async def register(self, looker: Looker, draft: SpaceDraft) -> Space:
        """An estate has a space.

        Errors: ``Invalid`` (estate, building); ``Conflict`` (``space.taken_code``) if the estate
        has one of this code.
        """
        plan = await self._grounds.plan(looker.viewer, draft.estate_id)
        if draft.building_id is not None and draft.building_id not in plan.buildings:
            raise Invalid("place.building_unknown", pointer="/building_id")
        if await self._store.find({"estate_id": draft.estate_id, "code": draft.code}, limit=1):
            raise Conflict("space.taken_code", taken=draft.code)
        new = Space(
            id=self._new_id("spc"),
            community=plan.community,
            version=0,
            state=SpaceState.OPEN,
            estate_id=draft.estate_id,
            code=draft.code,
            kind=draft.kind,
            building_id=draft.building_id,
        )
        try:
            return await self._store.save(*domain.register(new))
        except Conflict as conflict:
            if "code" not in str(conflict.facts.get("fields")):
                raise
            raise Conflict("space.taken_code", taken=draft.code) from None

    async def close(self, target: Target) -> Space:
        """It is not to be given any more.

        ``NotFound``, ``Stale``, ``WrongState``; ``Conflict`` while somebody has a permit for it.
        """
        found = await self._at_desk(target)
        decided = domain.close(found)
        if await self.taken([found.id]):
            raise Conflict("space.taken")
        return await self._store.save(*decided)

    async def reopen(self, target: Target) -> Space:
        """It may be given again. ``NotFound``, ``Stale``, ``WrongState``."""
        return await self._store.save(*domain.reopen(await self._at_desk(target)))

    async def seen(self, looker: Looker, id: str) -> SeenSpace:  # noqa: A002
        """One space, as it is shown. ``NotFound``."""
        return SeenSpace(await self.get(looker, id), bool(await self.taken([id])))

    async def seen_page(
        self, looker: Looker, where: Mapping[str, Any], *, cursor: str | None, limit: int
    ) -> Page[SeenSpace]:
        """The spaces that this one sees, as they are shown, newest first."""
        page = await self.page(looker, where, cursor=cursor, limit=limit)
        taken = await self.taken([space.id for space in page.items])
        return Page([SeenSpace(each, each.id in taken) for each in page.items], page.next_cursor)

    async def is_open(self, space_id: str, estate_id: str) -> bool:
        """Whether the estate has it and it may be given."""
        try:
            found = await self._store.get(space_id)
        except NotFound:
            return False
        return found.estate_id == estate_id and found.state is SpaceState.OPEN

    async def check_free(self, space_ids: Collection[str], estate_id: str) -> None:
        """``Invalid`` (``space.unknown``) for one that the estate has not, or is closed;
        ``Conflict`` (``space.taken``) for one that somebody has a permit for."""
        asked = {"_id": {"$in": sorted(space_ids)}, "estate_id": estate_id}
        there = await self._store.find(
            {**asked, "state": SpaceState.OPEN.value}, limit=len(space_ids)
        )
        if len(there) < len(space_ids):
            raise Invalid("space.unknown", pointer="/space_ids")
        if await self.taken(space_ids):
            raise Conflict("space.taken")

    async def taken(self, space_ids: Collection[str]) -> set[str]:
        """Which of these somebody has a permit for."""
        if not space_ids:
            return set()
        held = {"held_space": {"$in": sorted(space_ids)}}
        permits = await self._permits.find(held, limit=len(space_ids))
        return {str(permit.held_space) for permit in permits}
