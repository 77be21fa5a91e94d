"""What is sent about meals, and what is shown of them: what somebody may not eat to few."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from services.pairing.domain.meal import Meal, MealState
from services.pairing.domain.meal_choice import COUNT_MAX, PORTIONS_MAX, Choice, Portion, Way
from services.pairing.domain.menu import Dish, MealKind, Menu
from services.pairing.service.meal import Wanted
from services.pairing.service.meal_lists import KitchenList
from shared.web import Body, View
from shared.web.forms import Day, PageView, Ref

DietaryNote = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class PortionBody(Body):
    """So many of a dish."""

    dish: Ref
    count: Annotated[int, Field(strict=True, ge=1, le=COUNT_MAX)] = 1


class ChoiceBody(Body):
    """What is chosen, how it is to come, and what its eater may not eat (sealed)."""

    portions: Annotated[tuple[PortionBody, ...], Field(min_length=1, max_length=PORTIONS_MAX)]
    way: Way = Way.PICK_UP
    dietary_note: DietaryNote | None = None

    def choice(self) -> Choice:
        """The same in the domain's words."""
        portions = tuple(Portion(each.dish, each.count) for each in self.portions)
        return Choice(portions, self.way, self.dietary_note)


class MealBody(ChoiceBody):
    """A meal for oneself, or for ``person_id``; ``dwelling_id`` for who is of no care
    household and wants it brought."""

    menu_id: Ref
    on: Day
    kind: MealKind
    person_id: Ref | None = None
    dwelling_id: Ref | None = None

    def wanted(self, caller_id: str) -> Wanted:
        """Which sitting for whom."""
        eater = self.person_id or caller_id
        return Wanted(self.menu_id, self.on, self.kind, eater, self.dwelling_id)


class CarrierBody(Body):
    """Who brings it: a member's id; nothing for the kitchen itself."""

    carrier_id: Ref | None = None


class PortionView(View):
    """So many of a dish."""

    dish: str
    count: int


class MealView(View):
    """A meal, without what its eater may not eat."""

    id: str
    community: str
    version: int
    state: MealState
    menu_id: str
    on: date
    kind: MealKind
    person_id: str
    household_id: str | None
    dwelling_id: str | None
    portions: list[PortionView]
    price_fen: int
    way: Way
    carrier_id: str | None
    orders_until: datetime
    served_until: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, meal: Meal) -> "MealView":
        """The view of a meal."""
        return cls.model_validate(meal, from_attributes=True)


class OwnMealView(MealView):
    """A meal; with what its eater may not eat if it is the reader's own."""

    dietary_note: str | None

    @classmethod
    def to(cls, meal: Meal, reader_id: str) -> "OwnMealView":
        """The view of a meal for this reader."""
        note = meal.dietary_note if meal.person_id == reader_id else None
        return cls(**MealView.of(meal).model_dump(), dietary_note=note)


class CarriedMealView(View):
    """A line of a carrier's list: what to bring where; what somebody may not eat is not on it."""

    meal_id: str
    state: MealState
    carrier_id: str | None
    person_id: str
    dwelling_id: str | None
    dishes: list[str]

    @classmethod
    def of(cls, meal: Meal) -> "CarriedMealView":
        """The line of a meal."""
        return cls(
            meal_id=meal.id,
            state=meal.state,
            carrier_id=meal.carrier_id,
            person_id=meal.person_id,
            dwelling_id=meal.dwelling_id,
            dishes=[f"{each.dish} x {each.count}" for each in meal.portions],
        )


class KitchenMealView(View):
    """A line of the kitchen's list."""

    meal_id: str
    state: MealState
    way: Way
    person_id: str
    dishes: list[str]
    dietary_note: str | None

    @classmethod
    def of(cls, meal: Meal, names: dict[str, Dish]) -> "KitchenMealView":
        """The line of a meal."""
        return cls(
            meal_id=meal.id,
            state=meal.state,
            way=meal.way,
            person_id=meal.person_id,
            dishes=[f"{names[each.dish].name_zh} × {each.count}" for each in meal.portions],  # noqa: RUF001
            dietary_note=meal.dietary_note,
        )


class DishCountView(View):
    """How many of a dish to cook."""

    dish: str
    name_zh: str
    name_en: str
    count: int


class KitchenListView(PageView[KitchenMealView]):
    """What a sitting takes: each dish over all orders, and the orders."""

    meals: int
    portions: list[DishCountView]

    @classmethod
    def of(cls, found: KitchenList, on: date, kind: MealKind) -> "KitchenListView":
        """The view of the kitchen's list."""
        names = _names(found.menu, on, kind)
        return cls(
            items=[KitchenMealView.of(meal, names) for meal in found.page.items],
            next_cursor=found.page.next_cursor,
            meals=found.meals,
            portions=[
                DishCountView(dish=code, name_zh=dish.name_zh, name_en=dish.name_en, count=count)
                for code, dish in names.items()
                if (count := found.portions.get(code, 0))
            ],
        )


def _names(menu: Menu, on: date, kind: MealKind) -> dict[str, Dish]:
    return {
        dish.code: dish
        for sitting in menu.sittings
        if (sitting.on, sitting.kind) == (on, kind)
        for dish in sitting.dishes
    }
