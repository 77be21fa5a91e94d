"""Registering estates, with ids for everything that came without one."""

from collections.abc import Callable
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
from shared.errors import Conflict, NotFound, Stale
from shared.store import Page, Store


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


class EstateService:
    """What one can do with estates."""

    def __init__(self, store: Store[Estate], new_id: Callable[[str], str] = new_id) -> None:
        self._store = store
        self._new_id = new_id

    async def register(self, draft: EstateDraft) -> Estate:
        """Register an estate with all that stands on it.

        Errors: ``Invalid``; ``Conflict`` ``estate.taken`` if the community has one of this code (it
        names that one) or the id is in use.
        """
        new, events = domain.register(identified(draft, self._new_id))
        try:
            return await self._store.save(new, events)
        except Stale:
            raise Conflict("estate.taken", estate_id=new.id) from None
        except Conflict as conflict:
            raise await self._taken(new, conflict) from None

    async def get(self, viewer: Viewer, id: str) -> Estate:  # noqa: A002
        """One estate. Errors: ``NotFound``."""
        found = await self._store.get(id, communities=viewer.communities)
        if not viewer.sees(plan_of(found)):
            raise NotFound("store.not_found", id=id)
        return found

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
    )
