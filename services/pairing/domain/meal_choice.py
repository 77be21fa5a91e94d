"""What can be chosen of a sitting, for whom, and how it comes to them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.pairing.domain.member import Member
from services.pairing.domain.menu import MealKind, Menu, Sitting, sitting_of
from shared.errors import Invalid

PORTIONS_MAX, COUNT_MAX = 10, 5


@dataclass(frozen=True, slots=True)
class Table:
    """A sitting of a menu, as it is named."""

    menu: Menu
    on: date
    kind: MealKind

    @property
    def sitting(self) -> Sitting:
        """The sitting itself; ``Invalid`` if there is none such."""
        return sitting_of(self.menu, self.on, self.kind)


class Way(StrEnum):
    """How it comes to its eater: fetched at the canteen, brought by the household's own helper if
    there is one, or by the kitchen."""

    PICK_UP = "pick_up"
    HELPER = "helper"
    KITCHEN = "kitchen"


@dataclass(frozen=True, slots=True)
class Portion:
    """So many of a dish, by its code."""

    dish: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Eater:
    """Whose meal it is, and where it is brought to; ``household_id`` if they are cared for.

    ``helpers``: those of the household who can bring it, first choice first.
    """

    person_id: str
    household_id: str | None = None
    dwelling_id: str | None = None
    helpers: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What is ordered. ``way``: as it is wished."""

    portions: tuple[Portion, ...]
    way: Way = Way.PICK_UP
    dietary_note: str | None = None


def price_of(portions: tuple[Portion, ...], sitting: Sitting) -> int:
    """What it costs, in fen. ``Invalid`` for a dish that is not there, twice, or too many."""
    if not 1 <= len(portions) <= PORTIONS_MAX:
        raise Invalid("meal.portions", pointer="/portions", least=1, most=PORTIONS_MAX)
    if len({portion.dish for portion in portions}) < len(portions):
        raise Invalid("meal.dish_twice", pointer="/portions")
    prices = {dish.code: dish.price_fen for dish in sitting.dishes}
    for number, portion in enumerate(portions):
        if portion.dish not in prices:
            raise Invalid("meal.no_dish", pointer=f"/portions/{number}/dish")
        if not 1 <= portion.count <= COUNT_MAX:
            pointer = f"/portions/{number}/count"
            raise Invalid("meal.count", pointer=pointer, least=1, most=COUNT_MAX)
    return sum(prices[portion.dish] * portion.count for portion in portions)
