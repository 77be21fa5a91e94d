"""A meal that somebody ordered: what they chose, how it comes to them, whether they had it.

An elder who did not fetch a meal is a sign worth a look: it is seen the same day, and told. What
somebody may not eat is health data: it stands in the document, sealed, and on the kitchen's list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from services.pairing.domain.meal_choice import Choice, Eater, Portion, Table, Way, price_of
from services.pairing.domain.member import Member
from services.pairing.domain.menu import MealKind, Menu, Sitting, sitting_of
from shared.days import day_of, start_of
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.pairing_canteen import (
    MealCancelled,
    MealCarrierChanged,
    MealChanged,
    MealCollected,
    MealDelivered,
    MealNotFetched,
    MealOrdered,
)
from shared.transitions import step

DELIVERY_GRACE = timedelta(hours=1)
"""Ours: who carries meals has so long after the last of them to say that it was handed over."""
DAY_MARGIN = timedelta(minutes=5)


class MealState(StrEnum):
    """What became of it."""

    ORDERED = "ordered"
    COLLECTED = "collected"
    DELIVERED = "delivered"
    NOT_FETCHED = "not_fetched"
    CANCELLED = "cancelled"


class MealAction(StrEnum):
    """What may be done to it."""

    ORDER = "order"
    CHANGE = "change"
    HAND_OVER = "hand_over"
    CANCEL = "cancel"
    COLLECT = "collect"
    DELIVER = "deliver"
    MISS = "miss"


# A meal that was cancelled may be ordered again, and one that was missed may still turn up.
TRANSITIONS: Mapping[MealState, Mapping[MealAction, MealState]] = {
    MealState.ORDERED: {
        MealAction.CHANGE: MealState.ORDERED,
        MealAction.HAND_OVER: MealState.ORDERED,
        MealAction.CANCEL: MealState.CANCELLED,
        MealAction.COLLECT: MealState.COLLECTED,
        MealAction.DELIVER: MealState.DELIVERED,
        MealAction.MISS: MealState.NOT_FETCHED,
    },
    MealState.NOT_FETCHED: {
        MealAction.COLLECT: MealState.COLLECTED,
        MealAction.DELIVER: MealState.DELIVERED,
    },
    MealState.CANCELLED: {MealAction.ORDER: MealState.ORDERED},
    MealState.COLLECTED: {},
    MealState.DELIVERED: {},
}


@dataclass(frozen=True, slots=True)
class Meal:
    """An order; a person has one for a sitting. ``carrier_id``: the member who brings it; where
    ``way`` is not to fetch it and nobody is named, the kitchen does. ``alarm_at``: when it counts
    as missed if nothing was said of it."""

    id: str
    community: str
    version: int
    state: MealState
    menu_id: str
    sitting: str
    on: date
    kind: MealKind
    person_id: str
    household_id: str | None
    dwelling_id: str | None
    portions: tuple[Portion, ...]
    price_fen: int
    way: Way
    orders_until: datetime
    served_until: datetime
    dietary_note: str | None = None
    carrier_id: str | None = None
    carrier_person_id: str | None = None
    alarm_at: datetime | None = None
    settled_at: datetime | None = None


Outcome = tuple[Meal, list[Event]]


def sitting_key(on: date, kind: MealKind) -> str:
    """What the meals of a sitting are found by, within their menu."""
    return f"{on.isoformat()}.{kind.value}"


def order(
    known: Meal | None,
    *,
    id: str,  # noqa: A002  the field's own name
    table: Table,
    eater: Eater,
    choice: Choice,
    at: datetime,
) -> Outcome:
    """Order a meal for somebody who has none for this sitting, or one that was cancelled.

    Errors: ``Invalid`` for a sitting or dish that there is not, or no dwelling to bring it to;
    ``Conflict`` once orders are closed; ``WrongState`` if it is ordered already.
    """
    sitting = table.sitting
    _check_open(sitting.orders_until, table.on, table.kind, at)
    meal = Meal(
        id=id,
        community=table.menu.community,
        version=0 if known is None else known.version,
        state=MealState.CANCELLED if known is None else known.state,
        menu_id=table.menu.id,
        sitting=sitting_key(table.on, table.kind),
        on=table.on,
        kind=table.kind,
        person_id=eater.person_id,
        household_id=eater.household_id,
        dwelling_id=eater.dwelling_id,
        portions=(),
        price_fen=0,
        way=choice.way,
        orders_until=sitting.orders_until,
        served_until=sitting.served_until,
    )
    ordered = _chosen(_move(meal, MealAction.ORDER), sitting, choice, eater.helpers)
    event = MealOrdered(
        **_ids(ordered), served_until=sitting.served_until, carrier_id=ordered.carrier_id
    )
    return ordered, [event]


def change(
    meal: Meal, *, menu: Menu, choice: Choice, helpers: Sequence[Member], at: datetime
) -> Outcome:
    """Choose anew before orders close; errors as for ``order``."""
    sitting = sitting_of(menu, meal.on, meal.kind)
    _check_open(meal.orders_until, meal.on, meal.kind, at)
    changed = _chosen(_move(meal, MealAction.CHANGE), sitting, choice, helpers)
    return changed, [MealChanged(**_ids(meal), carrier_id=changed.carrier_id)]


def cancel(meal: Meal, *, at: datetime, late: bool) -> Outcome:
    """Not wanted any more; ``late``: also once orders are closed, as when somebody falls ill.

    ``Conflict`` once they are, if not late.
    """
    if not late:
        _check_open(meal.orders_until, meal.on, meal.kind, at)
    return _settled(meal, MealAction.CANCEL, at), [MealCancelled(**_ids(meal))]


def hand_over(meal: Meal, *, carrier: Member | None) -> Outcome:
    """Have another member bring it, or the kitchen (None). ``Conflict`` if nobody brings it."""
    moved = _move(meal, MealAction.HAND_OVER)
    if meal.way is Way.PICK_UP:
        raise Conflict("meal.picked_up", id=meal.id)
    carried = _carried_by(moved, carrier)
    return carried, [MealCarrierChanged(**_ids(meal), carrier_id=carried.carrier_id)]


def collect(meal: Meal, *, at: datetime) -> Outcome:
    """Its eater had it at the canteen, whatever way was meant."""
    return _settled(meal, MealAction.COLLECT, at), [MealCollected(**_ids(meal))]


def deliver(meal: Meal, *, at: datetime) -> Outcome:
    """It was handed over at the door. ``Conflict`` if it was to be fetched."""
    settled = _settled(meal, MealAction.DELIVER, at)
    if meal.way is Way.PICK_UP:
        raise Conflict("meal.picked_up", id=meal.id)
    return settled, [MealDelivered(**_ids(meal))]


def miss(
    meal: Meal, *, helpers: Sequence[Member], holders: Sequence[Member], at: datetime
) -> Outcome:
    """Nobody fetched it or opened the door. ``holders``: of the post that answers for meals."""
    branches = sorted({each.branch_id for each in (*helpers, *holders)})
    event = MealNotFetched(
        **_ids(meal),
        helper_ids=tuple(each.id for each in helpers),
        holder_ids=tuple(each.id for each in holders),
        branch_ids=tuple(branches),
    )
    return _settled(meal, MealAction.MISS, at), [event]


def is_missed(meal: Meal, *, at: datetime) -> bool:
    """Whether its time is over and nobody has said what became of it."""
    return meal.state is MealState.ORDERED and meal.alarm_at is not None and meal.alarm_at <= at


def _move(meal: Meal, action: MealAction) -> Meal:
    return replace(meal, state=step(TRANSITIONS, meal.state, action, noun="meal"))


def _settled(meal: Meal, action: MealAction, at: datetime) -> Meal:
    """Nothing is to be cooked any more: what its eater may not eat has served its purpose."""
    return replace(_move(meal, action), alarm_at=None, settled_at=at, dietary_note=None)


def _ids(meal: Meal) -> dict[str, Any]:
    return {"meal_id": meal.id, "menu_id": meal.menu_id, "household_id": meal.household_id}


def _chosen(meal: Meal, sitting: Sitting, choice: Choice, helpers: Sequence[Member]) -> Meal:
    if choice.way is not Way.PICK_UP and meal.dwelling_id is None:
        raise Invalid("meal.nowhere", pointer="/dwelling_id")
    chosen = replace(
        meal,
        portions=choice.portions,
        price_fen=price_of(choice.portions, sitting),
        way=choice.way,
        dietary_note=choice.dietary_note,
        alarm_at=_alarm(meal, choice.way),
        settled_at=None,
    )
    carrier = helpers[0] if choice.way is Way.HELPER and helpers else None
    return _carried_by(chosen, carrier)


def _carried_by(meal: Meal, carrier: Member | None) -> Meal:
    return replace(
        meal,
        carrier_id=None if carrier is None else carrier.id,
        carrier_person_id=None if carrier is None else carrier.person_id,
    )


def _alarm(meal: Meal, way: Way) -> datetime:
    """When a meal of which nothing was said counts as missed: always on its own day."""
    end_of_day = start_of(day_of(meal.served_until) + timedelta(days=1)) - DAY_MARGIN
    grace = timedelta() if way is Way.PICK_UP else DELIVERY_GRACE
    return max(meal.served_until, min(meal.served_until + grace, end_of_day))


def _check_open(orders_until: datetime, on: date, kind: MealKind, at: datetime) -> None:
    if at >= orders_until:
        raise Conflict(
            "meal.orders_closed",
            on=on.isoformat(),
            kind=f"meal.{kind.value}",
            until=orders_until.isoformat(),
        )
