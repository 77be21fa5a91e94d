"""What a menu takes, until when one may order, who brings a meal and when it counts as missed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.pairing.domain import meal, menu
from services.pairing.domain.meal import Meal, MealState
from services.pairing.domain.meal_choice import Choice, Eater, Portion, Table, Way
from services.pairing.domain.menu import MealKind, MenuState, Sitting
from services.pairing.tests.canteen_samples import (
    DISHES,
    LUNCH_ON,
    WEEK_ON,
    a_menu,
    choice,
    clock,
    lunch,
    meal_in,
    menu_in,
    ordered,
)
from services.pairing.tests.samples import HERE, NOW, a_member
from shared.days import day_of
from shared.errors import Conflict, Invalid
from shared.events.pairing_canteen import MealNotFetched, MealOrdered

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("week_on", "code"),
    [
        (WEEK_ON + DAY, "menu.week"),
        (WEEK_ON - 7 * DAY, "menu.week_bounds"),
        (WEEK_ON + 70 * DAY, "menu.week_bounds"),
    ],
)
def test_a_week_that_is_none_is_over_or_too_far_ahead_is_refused(week_on: date, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        menu.draft(id="mnu_1", community=HERE, week_on=week_on, sittings=(lunch(),), at=NOW)


@pytest.mark.parametrize(
    ("sittings", "code", "pointer"),
    [
        ((), "menu.sittings", "/sittings"),
        ((lunch(), lunch()), "menu.sitting_twice", "/sittings"),
        ((lunch(WEEK_ON + 7 * DAY),), "menu.other_week", "/sittings/0/on"),
        (
            (lunch(orders_until=clock(LUNCH_ON, 12)),),
            "menu.orders_after_meal",
            "/sittings/0/orders_until",
        ),
        ((lunch(served_until=clock(LUNCH_ON, 11)),), "menu.times", "/sittings/0/served_until"),
        ((lunch(served_until=clock(LUNCH_ON, 25)),), "menu.other_day", "/sittings/0/served_from"),
        ((lunch(dishes=()),), "menu.dishes", "/sittings/0/dishes"),
        ((lunch(dishes=DISHES[:1] * 2),), "menu.dish_twice", "/sittings/0/dishes"),
        (
            (lunch(dishes=(replace(DISHES[0], price_fen=-1),)),),
            "menu.price",
            "/sittings/0/dishes/0/price_fen",
        ),
    ],
)
def test_a_menu_that_cannot_be_served_is_refused_by_place(
    sittings: tuple[Sitting, ...], code: str, pointer: str
) -> None:
    writings: list[Callable[[], object]] = [
        lambda: menu.draft(id="m", community=HERE, week_on=WEEK_ON, sittings=sittings, at=NOW),
        lambda: menu.revise(a_menu(), sittings=sittings),
    ]
    for write in writings:
        with pytest.raises(Invalid) as caught:
            write()
        assert (caught.value.code, caught.value.facts["pointer"]) == (code, pointer)


def test_nothing_is_ordered_of_a_draft_or_of_a_meal_that_is_not_served() -> None:
    assert menu.sitting_of(menu_in(MenuState.PUBLISHED), LUNCH_ON, MealKind.LUNCH) == lunch()
    for table in (
        Table(menu_in(MenuState.DRAFT), LUNCH_ON, MealKind.LUNCH),
        Table(menu_in(MenuState.PUBLISHED), LUNCH_ON, MealKind.DINNER),
        Table(menu_in(MenuState.PUBLISHED), WEEK_ON, MealKind.LUNCH),
    ):
        with pytest.raises(Invalid, match=r"meal\.no_sitting"):
            assert table.sitting


def test_a_meal_costs_what_its_dishes_cost_and_tells_no_dish() -> None:
    made, events = ordered()
    assert (made.price_fen, made.state) == (1900, MealState.ORDERED)
    assert events == [
        MealOrdered(
            meal_id="mea_1",
            menu_id="mnu_1",
            household_id="hsh_1",
            served_until=clock(LUNCH_ON, 13),
            carrier_id="mem_1",
        )
    ]


@pytest.mark.parametrize(
    ("portions", "code", "pointer"),
    [
        ((), "meal.portions", "/portions"),
        ((Portion("rice"),) * 2, "meal.dish_twice", "/portions"),
        ((Portion("rice"), Portion("fish")), "meal.no_dish", "/portions/1/dish"),
        ((Portion("rice", 6),), "meal.count", "/portions/0/count"),
        ((Portion("rice", 0),), "meal.count", "/portions/0/count"),
    ],
)
def test_what_cannot_be_chosen_is_refused_by_place(
    portions: tuple[Portion, ...], code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as caught:
        meal.change(
            ordered()[0],
            menu=menu_in(MenuState.PUBLISHED),
            choice=Choice(portions),
            helpers=(),
            at=NOW,
        )
    assert (caught.value.code, caught.value.facts["pointer"]) == (code, pointer)


CLOSED = clock(LUNCH_ON, -6)


@pytest.mark.parametrize(
    "late",
    [
        lambda: ordered(at=CLOSED),
        lambda: meal.change(
            meal_in(MealState.ORDERED),
            menu=menu_in(MenuState.PUBLISHED),
            choice=choice(),
            helpers=(),
            at=CLOSED,
        ),
        lambda: meal.cancel(meal_in(MealState.ORDERED), at=CLOSED, late=False),
    ],
)
def test_who_comes_late_is_refused_and_told_what_closed_when(late: Callable[[], Any]) -> None:
    with pytest.raises(Conflict) as caught:
        late()
    assert caught.value.code == "meal.orders_closed"
    assert caught.value.facts == {
        "on": "2026-05-06",
        "kind": "meal.lunch",
        "until": "2026-05-05T10:00:00+00:00",
    }


def test_the_last_moment_is_in_time_and_who_runs_it_may_cancel_later() -> None:
    assert ordered(at=CLOSED - timedelta(milliseconds=1))[0].state is MealState.ORDERED
    cancelled, _ = meal.cancel(meal_in(MealState.ORDERED), at=clock(LUNCH_ON, 12), late=True)
    assert (cancelled.state, cancelled.alarm_at) == (MealState.CANCELLED, None)


@pytest.mark.parametrize(
    ("way", "carrier"), [(Way.PICK_UP, None), (Way.KITCHEN, None), (Way.HELPER, "mem_2")]
)
def test_the_first_helper_brings_it_where_that_is_wished(way: Way, carrier: str | None) -> None:
    made, _ = ordered(way, helpers=[a_member(2), a_member(1)])
    assert made.carrier_id == carrier


def _eaten(dwelling_id: str | None, way: Way) -> Meal:
    table = Table(menu_in(MenuState.PUBLISHED), LUNCH_ON, MealKind.LUNCH)
    eater = Eater("per_x", None, dwelling_id)
    return meal.order(None, id="m", table=table, eater=eater, choice=choice(way), at=NOW)[0]


def test_without_a_helper_the_kitchen_brings_it_and_without_a_home_nobody_can() -> None:
    assert _eaten("dwl_1", Way.HELPER).carrier_id is None
    assert _eaten(None, Way.PICK_UP).dwelling_id is None
    with pytest.raises(Invalid, match=r"meal\.nowhere"):
        _eaten(None, Way.KITCHEN)


def test_a_meal_that_is_fetched_is_neither_delivered_nor_handed_to_a_carrier() -> None:
    fetched, _ = ordered(Way.PICK_UP)
    acts: list[Callable[[], object]] = [
        lambda: meal.deliver(fetched, at=NOW),
        lambda: meal.hand_over(fetched, carrier=a_member()),
    ]
    for act in acts:
        with pytest.raises(Conflict, match=r"meal\.picked_up"):
            act()


@pytest.mark.parametrize(("way", "hour"), [(Way.PICK_UP, 13), (Way.HELPER, 14), (Way.KITCHEN, 14)])
def test_a_meal_counts_as_missed_when_it_is_over_on_its_own_day(way: Way, hour: int) -> None:
    made, _ = ordered(way)
    assert made.alarm_at == clock(LUNCH_ON, hour)
    assert not meal.is_missed(made, at=clock(LUNCH_ON, hour) - timedelta(seconds=1))
    assert meal.is_missed(made, at=clock(LUNCH_ON, hour))


def test_a_late_dinner_is_still_missed_on_its_own_day() -> None:
    until = clock(LUNCH_ON, 23) + timedelta(minutes=30)
    dinner = lunch(kind=MealKind.DINNER, served_until=until)
    table = Table(menu.publish(a_menu(dinner))[0], LUNCH_ON, MealKind.DINNER)
    made, _ = meal.order(
        None,
        id="m",
        table=table,
        eater=Eater("per_x", None, "dwl_1"),
        choice=choice(Way.KITCHEN),
        at=NOW,
    )
    assert made.alarm_at is not None
    assert made.alarm_at > until
    assert day_of(made.alarm_at) == LUNCH_ON


def test_a_missed_meal_tells_helpers_holders_and_each_branch_once() -> None:
    other = replace(a_member(3), branch_id="brn_2")
    _, events = meal.miss(
        meal_in(MealState.ORDERED), helpers=[a_member(1)], holders=[a_member(2), other], at=NOW
    )
    assert events == [
        MealNotFetched(
            meal_id="mea_1",
            menu_id="mnu_1",
            household_id="hsh_1",
            helper_ids=("mem_1",),
            holder_ids=("mem_2", "mem_3"),
            branch_ids=("brn_1", "brn_2"),
        )
    ]


@pytest.mark.parametrize("state", [each for each in MealState if each is not MealState.ORDERED])
def test_what_is_settled_is_never_missed(state: MealState) -> None:
    assert not meal.is_missed(meal_in(state), at=clock(LUNCH_ON, 24 * 30))
