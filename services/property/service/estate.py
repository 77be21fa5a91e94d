"""Registering estates, with ids for everything that came without one."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from services.property.domain import estate_check as domain
from services.property.domain.estate import (
    Building,
    Dwelling,
    Entrance,
    Estate,
    Management,
    Plan,
    Position,
    plan_of,
)
from services.property.service.viewer import Viewer
from shared.clock import derived_id, new_id
from shared.envelope import Envelope
from shared.errors import Conflict, NotFound, Stale
from shared.events import Event
from shared.store import Page, Store, check_seen


class Plans(Protocol):
    """Where the other nouns find an estate."""

    async def plan(self, estate_id: str) -> Plan | None:
        """The estate's plan, at most seconds old, or None if there is no such estate."""


@dataclass(frozen=True, slots=True)
class DwellingDraft:
    """A dwelling as handed in; without an id it gets one from its codes."""

    code: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class EntranceDraft:
    """An entrance as handed in."""

    code: str
    id: str | None = None
    dwellings: tuple[DwellingDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildingDraft:
    """A building as handed in."""

    code: str
    id: str | None = None
    entrances: tuple[EntranceDraft, ...] = ()
    position: Position | None = None
    floors: int | None = None


@dataclass(frozen=True, slots=True)
class EstateDraft:
    """An estate as handed in."""

    community: str
    code: str
    name: str
    management: Management
    contractor_id: str | None = None
    id: str | None = None
    buildings: tuple[BuildingDraft, ...] = ()
    address: str | None = None
    jurisdiction_id: str | None = None


class EstateService:
    """What one can do with estates."""

    def __init__(self, store: Store[Estate], new_id: Callable[[str], str] = new_id) -> None:
        self._store = store
        self._new_id = new_id

    async def register(self, draft: EstateDraft) -> Estate:
        """Register an estate with all that stands on it.

        Errors: ``Invalid``; ``Conflict`` ``estate.taken`` if the community has one of this code (it
        names that one) or the id is in use, ``estate.id_elsewhere`` if a dwelling's id is.
        """
        new, events = domain.register(identified(draft, self._new_id))
        await check_unclaimed(self._store, new.id, _own_ids(draft))
        try:
            return await self.kept(new, events)
        except Stale:
            raise Conflict("estate.taken", estate_id=new.id) from None

    async def kept(self, estate: Estate, events: Sequence[Event]) -> Estate:
        """The estate as saved. Errors: ``Stale``; ``Conflict`` ``estate.taken`` as above."""
        try:
            return await self._store.save(estate, events)
        except Conflict as conflict:
            raise await self._taken(estate, conflict) from None

    async def get(self, viewer: Viewer, id: str, *, seen: int | None = None) -> Estate:  # noqa: A002
        """One estate. Errors: ``NotFound``; ``Stale`` if ``seen`` has moved on."""
        found = await self._store.get(id, communities=viewer.communities)
        if not viewer.sees(plan_of(found)):
            raise NotFound("store.not_found", id=id)
        check_seen(found, seen)
        return found

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to one estate, oldest first. Errors: ``NotFound``."""
        await self.get(viewer, id)
        return await self._store.story(id, communities=viewer.communities)

    async def page(self, viewer: Viewer, *, cursor: str | None, limit: int) -> Page[Estate]:
        """The estates that this viewer sees, newest first; those of a bounded key in one page."""
        if viewer.estates is not None:
            return Page(await self._each(viewer, viewer.estates), None)
        return await self._store.page(
            viewer.within({}), communities=viewer.communities, cursor=cursor, limit=limit
        )

    async def _taken(self, new: Estate, conflict: Conflict) -> Conflict:
        """The conflict, naming the estate that has this code already, if one has."""
        if "code" not in str(conflict.facts.get("fields")):
            return conflict
        same = await self._store.find({"community": new.community, "code": new.code}, limit=1)
        return Conflict("estate.taken", estate_id=same[0].id) if same else conflict

    async def _each(self, viewer: Viewer, ids: tuple[str, ...]) -> list[Estate]:
        found: list[Estate] = []
        for one in sorted(ids, reverse=True):
            with suppress(NotFound):
                found.append(await self.get(viewer, one))
        return found


def _own_ids(draft: EstateDraft) -> set[str]:
    """The ids that came with the dwellings; those that are derived are the estate's own."""
    return {
        dwelling.id
        for building in draft.buildings
        for entrance in building.entrances
        for dwelling in entrance.dwellings
        if dwelling.id is not None
    }


async def check_unclaimed(
    store: Store[Estate], estate_id: str, dwelling_ids: Collection[str]
) -> None:
    """Passes if no other estate has a dwelling of these ids; else ``Conflict``."""
    if not dwelling_ids:
        return
    taken = {"buildings.entrances.dwellings.id": {"$in": sorted(dwelling_ids)}}
    if any(each.id != estate_id for each in await store.find(taken, limit=2)):
        raise Conflict("estate.id_elsewhere", pointer="/buildings")


def identified(draft: EstateDraft, new_id: Callable[[str], str]) -> Estate:
    """The draft as an estate: what came without an id gets one from the estate's id and the codes.

    So the same file handed in for the same estate gives the same ids again.
    """
    id = draft.id or new_id("est")  # noqa: A001  the aggregate's own word
    return Estate(
        id=id,
        community=draft.community,
        version=0,
        code=draft.code,
        name=draft.name,
        management=draft.management,
        contractor_id=draft.contractor_id,
        buildings=tuple(_building(id, building) for building in draft.buildings),
        address=draft.address,
        jurisdiction_id=draft.jurisdiction_id,
    )


def _building(estate_id: str, draft: BuildingDraft) -> Building:
    return Building(
        id=draft.id or derived_id("bld", estate_id, draft.code),
        code=draft.code,
        entrances=tuple(
            Entrance(
                id=entrance.id or derived_id("ent", estate_id, draft.code, entrance.code),
                code=entrance.code,
                dwellings=tuple(
                    Dwelling(
                        id=dwelling.id
                        or derived_id("dwl", estate_id, draft.code, entrance.code, dwelling.code),
                        code=dwelling.code,
                    )
                    for dwelling in entrance.dwellings
                ),
            )
            for entrance in draft.entrances
        ),
        position=draft.position,
        floors=draft.floors,
    )
