"""A canteen's menu for a week (老年餐桌菜单): what is served when, and until when to order it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.days import day_of
from shared.errors import Invalid
from shared.events import Event
from shared.events.pairing_canteen import MenuDrafted, MenuPublished, MenuRevised
from shared.transitions import step

DISHES_MAX = 20
PRICE_FEN_MAX = 100_000
"""1,000 yuan: a dish that costs more is a slip of the finger."""
AHEAD_DAYS_MAX = 60
MONDAY = 0


class MealKind(StrEnum):
    """Which meal of the day."""

    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"


class MenuState(StrEnum):
    """Whether meals may be ordered of it."""

    DRAFT = "draft"
    PUBLISHED = "published"


class MenuAction(StrEnum):
    """What may be done to a menu."""

    REVISE = "revise"
    PUBLISH = "publish"


TRANSITIONS: Mapping[MenuState, Mapping[MenuAction, MenuState]] = {
    MenuState.DRAFT: {
        MenuAction.REVISE: MenuState.DRAFT,
        MenuAction.PUBLISH: MenuState.PUBLISHED,
    },
    MenuState.PUBLISHED: {},
}


@dataclass(frozen=True, slots=True)
class Dish:
    """Something to choose; ``code`` is what an order names. Prices are in fen."""

    code: str
    name_zh: str
    name_en: str
    price_fen: int


@dataclass(frozen=True, slots=True)
class Sitting:
    """One meal of one day: ordered until ``orders_until``, there from and until when."""

    on: date
    kind: MealKind
    dishes: tuple[Dish, ...]
    orders_until: datetime
    served_from: datetime
    served_until: datetime


@dataclass(frozen=True, slots=True)
class Menu:
    """What is served in the week that begins on ``week_on``, a Monday."""

    id: str
    community: str
    version: int
    state: MenuState
    week_on: date
    sittings: tuple[Sitting, ...]


Outcome = tuple[Menu, list[Event]]
SITTINGS_MAX = 7 * len(MealKind)


def draft(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    week_on: date,
    sittings: tuple[Sitting, ...],
    at: datetime,
) -> Outcome:
    """Write a week's menu. Errors: ``Invalid``, with the place at fault, if the week does not
    begin on a Monday, is over or too far ahead, or a sitting is not as it has to be."""
    today = day_of(at)
    if week_on.weekday() != MONDAY:
        raise Invalid("menu.week", pointer="/week_on")
    if not today - timedelta(days=6) <= week_on <= today + timedelta(days=AHEAD_DAYS_MAX):
        raise Invalid("menu.week_bounds", pointer="/week_on", most=AHEAD_DAYS_MAX)
    menu = Menu(id, community, 0, MenuState.DRAFT, week_on, _checked(week_on, sittings))
    return menu, [MenuDrafted(menu_id=id, week_on=week_on)]


def revise(menu: Menu, *, sittings: tuple[Sitting, ...]) -> Outcome:
    """Write a draft anew; errors as for ``draft``."""
    state = step(TRANSITIONS, menu.state, MenuAction.REVISE, noun="menu")
    revised = replace(menu, state=state, sittings=_checked(menu.week_on, sittings))
    return revised, [MenuRevised(menu_id=menu.id)]


def publish(menu: Menu) -> Outcome:
    """Take orders from now on; it does not change any more."""
    state = step(TRANSITIONS, menu.state, MenuAction.PUBLISH, noun="menu")
    return replace(menu, state=state), [MenuPublished(menu_id=menu.id, week_on=menu.week_on)]


def sitting_of(menu: Menu, on: date, kind: MealKind) -> Sitting:
    """The meal that is meant. ``Invalid`` if the menu has none such, or is a draft."""
    for sitting in menu.sittings:
        if menu.state is MenuState.PUBLISHED and (sitting.on, sitting.kind) == (on, kind):
            return sitting
    raise Invalid("meal.no_sitting", pointer="/on", on=on.isoformat(), kind=f"meal.{kind.value}")


def _checked(week_on: date, sittings: tuple[Sitting, ...]) -> tuple[Sitting, ...]:
    """The sittings in the order of time."""
    if not 1 <= len(sittings) <= SITTINGS_MAX:
        raise Invalid("menu.sittings", pointer="/sittings", least=1, most=SITTINGS_MAX)
    if len({(each.on, each.kind) for each in sittings}) < len(sittings):
        raise Invalid("menu.sitting_twice", pointer="/sittings")
    for number, sitting in enumerate(sittings):
        _check_times(sitting, week_on, f"/sittings/{number}")
        _check_dishes(sitting.dishes, f"/sittings/{number}/dishes")
    return tuple(sorted(sittings, key=lambda each: each.served_from))


def _check_times(sitting: Sitting, week_on: date, pointer: str) -> None:
    if not week_on <= sitting.on < week_on + timedelta(weeks=1):
        raise Invalid("menu.other_week", pointer=f"{pointer}/on")
    if sitting.orders_until > sitting.served_from:
        raise Invalid("menu.orders_after_meal", pointer=f"{pointer}/orders_until")
    if sitting.served_from >= sitting.served_until:
        raise Invalid("menu.times", pointer=f"{pointer}/served_until")
    if {day_of(sitting.served_from), day_of(sitting.served_until)} != {sitting.on}:
        raise Invalid("menu.other_day", pointer=f"{pointer}/served_from")


def _check_dishes(dishes: tuple[Dish, ...], pointer: str) -> None:
    if not 1 <= len(dishes) <= DISHES_MAX:
        raise Invalid("menu.dishes", pointer=pointer, least=1, most=DISHES_MAX)
    if len({dish.code for dish in dishes}) < len(dishes):
        raise Invalid("menu.dish_twice", pointer=pointer)
    for number, dish in enumerate(dishes):
        if not 0 <= dish.price_fen <= PRICE_FEN_MAX:
            place = f"{pointer}/{number}/price_fen"
            raise Invalid("menu.price", pointer=place, most=PRICE_FEN_MAX)
