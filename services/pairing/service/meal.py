"""Ordering meals, for oneself or for those whom one helps, and looking at them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from services.pairing.domain import meal as domain
from services.pairing.domain.household import LIVING_HERE, Household
from services.pairing.domain.meal import Meal, MealState, sitting_key
from services.pairing.domain.meal_choice import Choice, Eater, Table
from services.pairing.domain.member import Member
from services.pairing.domain.menu import MealKind, Menu
from services.pairing.domain.pairing import Pairing
from services.pairing.domain.post import Post
from services.pairing.service.estate import Estates
from services.pairing.service.helping import helpers_of
from services.pairing.service.onlooker import Onlooker, within
from shared.clock import Clock, derived_id
from shared.deciding import STALE_TRIES, changed
from shared.envelope import Envelope
from shared.errors import Invalid, NotAllowed, NotFound, Stale
from shared.store import Page, Store


@dataclass(frozen=True, slots=True)
class MealParts:
    """What meals are decided from."""

    meals: Store[Meal]
    menus: Store[Menu]
    households: Store[Household]
    pairings: Store[Pairing]
    members: Store[Member]
    posts: Store[Post]
    estates: Estates


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sitting, and who is to eat; ``dwelling_id`` of somebody who is of no care household."""

    menu_id: str
    on: date
    kind: MealKind
    person_id: str
    dwelling_id: str | None = None


class MealRole(StrEnum):
    """What somebody has to do with a meal."""

    EATING = "eating"
    CARRYING = "carrying"


_ROLES = {MealRole.EATING: "person_id", MealRole.CARRYING: "carrier_person_id"}


class MealService:
    """The use cases. An onlooker without a person runs the canteen; others have their own meals,
    those of households that they help, and those that they carry.

    Each that is about a meal: ``NotFound`` if the onlooker has nothing to do with it; ``Stale`` if
    ``seen`` has moved on.
    """

    def __init__(self, parts: MealParts, clock: Clock) -> None:
        self._parts = parts
        self._store = parts.meals
        self._clock = clock

    async def order(self, wanted: Wanted, choice: Choice, onlooker: Onlooker) -> Meal:
        """Order for oneself, for a household that one helps, or, running the canteen, for anybody.

        Errors: ``NotFound`` for another community's menu; ``NotAllowed`` for somebody else's meal;
        ``Invalid``, ``Conflict`` and ``WrongState`` as the domain says.
        """
        menu = await self._parts.menus.get(wanted.menu_id, communities=onlooker.communities)
        eater = await self._eater(menu.community, wanted)
        if not _may_order(onlooker, wanted.person_id, eater.helpers):
            raise NotAllowed("meal.for_others")
        table = Table(menu, wanted.on, wanted.kind)
        key = sitting_key(wanted.on, wanted.kind)
        meal_id = derived_id("mea", menu.id, key, wanted.person_id)
        for tries_left in reversed(range(STALE_TRIES)):
            now = self._clock.now()
            known = await self._known(meal_id)
            ordered = domain.order(
                known, id=meal_id, table=table, eater=eater, choice=choice, at=now
            )
            try:
                return await self._store.save(*ordered)
            except Stale:
                if not tries_left:
                    raise
        raise AssertionError("a last try ends by itself")

    async def change(
        self, meal_id: str, choice: Choice, onlooker: Onlooker, *, seen: int | None
    ) -> Meal:
        """Choose anew before orders close."""
        meal, helpers = await self._orderer(meal_id, onlooker)
        menu = await self._parts.menus.get(meal.menu_id)
        return await changed(
            self._store,
            lambda: self._store.get(meal_id),
            lambda known: domain.change(
                known, menu=menu, choice=choice, helpers=helpers, at=self._clock.now()
            ),
            seen=seen,
        )

    async def cancel(self, meal_id: str, onlooker: Onlooker, *, seen: int | None) -> Meal:
        """Not wanted; who runs the canteen may say so at any time, others until orders close."""
        await self._orderer(meal_id, onlooker)
        late = onlooker.person_id is None
        return await changed(
            self._store,
            lambda: self._store.get(meal_id),
            lambda meal: domain.cancel(meal, at=self._clock.now(), late=late),
            seen=seen,
        )

    async def get(self, meal_id: str, onlooker: Onlooker) -> Meal:
        """One meal."""
        meal = await self._store.get(meal_id, communities=onlooker.communities)
        if onlooker.person_id not in (None, meal.carrier_person_id):
            meal, _ = await self._orderer(meal_id, onlooker)
        return meal

    async def page(
        self,
        onlooker: Onlooker,
        *,
        role: MealRole,
        state: MealState | None,
        cursor: str | None,
        limit: int,
        bounds: Mapping[str, Any] = MappingProxyType({}),
    ) -> Page[Meal]:
        """Meals, newest first: the onlooker's own in this role, or all of those communities within
        these bounds, as a query."""
        where: dict[str, Any] = {} if state is None else {"state": state.value}
        if onlooker.person_id is not None:
            where[_ROLES[role]] = onlooker.person_id
        return await self._store.page(
            within(where, bounds), communities=onlooker.communities, cursor=cursor, limit=limit
        )

    async def story(self, meal_id: str, onlooker: Onlooker) -> list[Envelope]:
        """All that happened to the meal, oldest first."""
        await self.get(meal_id, onlooker)
        return await self._store.story(meal_id, communities=onlooker.communities)

    async def _orderer(self, meal_id: str, onlooker: Onlooker) -> tuple[Meal, list[Member]]:
        """The meal and its household's helpers, if the onlooker may order it."""
        meal = await self._store.get(meal_id, communities=onlooker.communities)
        helpers: list[Member] = []
        if meal.household_id is not None:
            helpers = await helpers_of(meal.household_id, self._parts.pairings, self._parts.members)
        if not _may_order(onlooker, meal.person_id, helpers):
            raise NotFound("store.not_found", id=meal_id)
        return meal, helpers

    async def _known(self, meal_id: str) -> Meal | None:
        try:
            return await self._store.get(meal_id)
        except NotFound:
            return None

    async def _eater(self, community: str, wanted: Wanted) -> Eater:
        states = [state.value for state in LIVING_HERE]
        where = {
            "person_ids": wanted.person_id,
            "community": community,
            "state": {"$in": states},
        }
        found = await self._parts.households.find(where, limit=1)
        if found:
            home = found[0]
            helpers = await helpers_of(home.id, self._parts.pairings, self._parts.members)
            return Eater(wanted.person_id, home.id, home.dwelling_id, tuple(helpers))
        at = wanted.dwelling_id
        if at is not None and await self._parts.estates.community_of(at) != community:
            raise Invalid("dwelling.unknown", pointer="/dwelling_id", dwelling_id=at)
        return Eater(wanted.person_id, None, at)


def _may_order(onlooker: Onlooker, person_id: str, helpers: Sequence[Member]) -> bool:
    """Who runs the canteen for anybody, others for themselves and for those whom they help."""
    theirs = (None, person_id, *(helper.person_id for helper in helpers))
    return onlooker.person_id in theirs
