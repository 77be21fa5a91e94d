"""Menus and meals in every state, made by the domain's own functions."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from services.pairing.domain import meal, menu
from services.pairing.domain.meal import Meal, MealAction, MealState
from services.pairing.domain.meal_choice import Choice, Eater, Portion, Table, Way
from services.pairing.domain.member import Member
from services.pairing.domain.menu import Dish, MealKind, Menu, MenuAction, MenuState, Sitting
from services.pairing.tests.samples import HERE, NOW, a_member
from shared.days import start_of
from shared.events import Event

WEEK_ON = date(2026, 5, 4)
"""The Monday of ``NOW``."""
LUNCH_ON = date(2026, 5, 6)
DISHES = (Dish("rice", "米饭", "Rice", 100), Dish("tofu", "麻婆豆腐", "Mapo tofu", 900))
NOTE = "diabetic, no peanuts"


def clock(on: date, hour: int) -> datetime:
    """This hour of the day, by the clocks of Beijing."""
    return start_of(on) + timedelta(hours=hour)


def lunch(on: date = LUNCH_ON, **changes: Any) -> Sitting:
    """Lunch from 11 to 13, ordered until the evening before."""
    facts: dict[str, Any] = {
        "on": on,
        "kind": MealKind.LUNCH,
        "dishes": DISHES,
        "orders_until": clock(on, -6),
        "served_from": clock(on, 11),
        "served_until": clock(on, 13),
        **changes,
    }
    return Sitting(**facts)


def a_menu(*sittings: Sitting) -> Menu:
    """A draft of the week."""
    return menu.draft(
        id="mnu_1", community=HERE, week_on=WEEK_ON, sittings=sittings or (lunch(),), at=NOW
    )[0]


def menu_in(state: MenuState) -> Menu:
    """A menu that came to this state by the table."""
    return a_menu() if state is MenuState.DRAFT else menu.publish(a_menu())[0]


MENU_ACT: dict[MenuAction, Callable[[Menu], tuple[Menu, list[Event]]]] = {
    MenuAction.REVISE: lambda m: menu.revise(m, sittings=(lunch(dishes=DISHES[:1]),)),
    MenuAction.PUBLISH: menu.publish,
}


def choice(way: Way = Way.PICK_UP, *portions: Portion) -> Choice:
    """Rice and two of tofu, with a note."""
    return Choice(portions or (Portion("rice"), Portion("tofu", 2)), way, NOTE)


def ordered(
    way: Way = Way.HELPER,
    *,
    known: Meal | None = None,
    helpers: Sequence[Member] = (),
    at: datetime = NOW,
) -> tuple[Meal, list[Event]]:
    """What becomes of an order of lunch by a household with a helper."""
    eater = Eater("per_elder", "hsh_1", "dwl_1", tuple(helpers) or (a_member(),))
    return meal.order(
        known,
        id="mea_1",
        table=Table(menu_in(MenuState.PUBLISHED), LUNCH_ON, MealKind.LUNCH),
        eater=eater,
        choice=choice(way),
        at=at,
    )


MEAL_ACT: dict[MealAction, Callable[[Meal], tuple[Meal, list[Event]]]] = {
    MealAction.ORDER: lambda m: ordered(known=m),
    MealAction.CHANGE: lambda m: meal.change(
        m,
        menu=menu_in(MenuState.PUBLISHED),
        choice=choice(m.way),  # a meal that is fetched is handed over to nobody
        helpers=[a_member()],
        at=NOW,
    ),
    MealAction.HAND_OVER: lambda m: meal.hand_over(m, carrier=a_member(2)),
    MealAction.CANCEL: lambda m: meal.cancel(m, at=NOW, late=False),
    MealAction.COLLECT: lambda m: meal.collect(m, at=NOW),
    MealAction.DELIVER: lambda m: meal.deliver(m, at=NOW),
    MealAction.MISS: lambda m: meal.miss(m, helpers=[a_member()], holders=[a_member(2)], at=NOW),
}
MEAL_PATHS: dict[MealState, tuple[MealAction, ...]] = {
    MealState.ORDERED: (),
    MealState.COLLECTED: (MealAction.COLLECT,),
    MealState.DELIVERED: (MealAction.DELIVER,),
    MealState.NOT_FETCHED: (MealAction.MISS,),
    MealState.CANCELLED: (MealAction.CANCEL,),
}


def meal_in(state: MealState) -> Meal:
    """A meal that came to this state by the table, brought by a helper."""
    found, _ = ordered()
    for action in MEAL_PATHS[state]:
        found, _ = MEAL_ACT[action](found)
    return found
