"""Who is to cook what, and who is to bring what to whom."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.pairing.domain.meal import Meal, MealState, sitting_key
from services.pairing.domain.meal_choice import Way
from services.pairing.domain.menu import MealKind, Menu
from services.pairing.service.onlooker import Onlooker
from shared.readings import ReadingLog
from shared.store import OLDEST_FIRST, Page, Store

BATCH = 200
KITCHEN = "kitchen"
"""Why the kitchen reads what somebody may not eat."""
COOKED = {"$in": [each.value for each in MealState if each is not MealState.CANCELLED]}
BROUGHT = {"$in": [Way.HELPER.value, Way.KITCHEN.value]}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A sitting of a menu that somebody of these communities runs or carries for."""

    menu_id: str
    on: date
    kind: MealKind


@dataclass(frozen=True, slots=True)
class KitchenList:
    """What a sitting takes: portions by dish over all orders, and a page of the orders."""

    menu: Menu
    portions: Mapping[str, int]
    meals: int
    page: Page[Meal]


class MealListService:
    """The use cases; each ``NotFound`` for another community's menu, ``Unavailable``."""

    def __init__(self, meals: Store[Meal], menus: Store[Menu], readings: ReadingLog) -> None:
        self._meals = meals
        self._menus = menus
        self._readings = readings

    async def kitchen(
        self, wanted: ListOf, onlooker: Onlooker, *, by: str, cursor: str | None, limit: int
    ) -> KitchenList:
        """The kitchen's list. That somebody read what an eater may not eat is on record first."""
        menu = await self._menus.get(wanted.menu_id, communities=onlooker.communities)
        where = _of(wanted)
        portions: Counter[str] = Counter()
        meals = 0
        async for meal in self._all(where, menu.community):
            meals += 1
            for portion in meal.portions:
                portions[portion.dish] += portion.count
        page = await self._meals.page(
            where, communities=(menu.community,), order=OLDEST_FIRST, cursor=cursor, limit=limit
        )
        noted = [meal for meal in page.items if meal.dietary_note is not None]
        await asyncio.gather(*(self._readings.note(meal, by=by, purpose=KITCHEN) for meal in noted))
        return KitchenList(menu, portions, meals, page)

    async def carrier(
        self,
        wanted: ListOf,
        onlooker: Onlooker,
        *,
        carrier_id: str | None,
        cursor: str | None,
        limit: int,
    ) -> Page[Meal]:
        """What a member brings, or the kitchen itself (None). Who does not run the canteen sees
        what they bring themselves, and nothing of anybody else's."""
        menu = await self._menus.get(wanted.menu_id, communities=onlooker.communities)
        whose = {"carrier_id": carrier_id}
        if onlooker.person_id is not None:
            whose = {"carrier_person_id": onlooker.person_id}
        where = {**_of(wanted), "way": BROUGHT, **whose}
        return await self._meals.page(
            where, communities=(menu.community,), order=OLDEST_FIRST, cursor=cursor, limit=limit
        )

    async def _all(self, where: Mapping[str, Any], community: str) -> AsyncIterator[Meal]:
        cursor: str | None = None
        while True:
            page = await self._meals.page(
                where, communities=(community,), order=OLDEST_FIRST, cursor=cursor, limit=BATCH
            )
            for meal in page.items:
                yield meal
            cursor = page.next_cursor
            if cursor is None:
                return


def _of(wanted: ListOf) -> dict[str, Any]:
    sitting = sitting_key(wanted.on, wanted.kind)
    return {"menu_id": wanted.menu_id, "sitting": sitting, "state": COOKED}
