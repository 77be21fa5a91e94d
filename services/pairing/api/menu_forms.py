"""What is sent about a canteen's menus, and what is shown of them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from services.pairing.domain.menu import (
    DISHES_MAX,
    PRICE_FEN_MAX,
    SITTINGS_MAX,
    Dish,
    MealKind,
    Menu,
    MenuState,
    Sitting,
)
from shared.web import Body, View
from shared.web.forms import Day, Moment, Ref

DishName = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class DishBody(Body):
    """Something to choose; orders name it by its ``code``."""

    code: Ref
    name_zh: DishName
    name_en: DishName
    price_fen: Annotated[int, Field(strict=True, ge=0, le=PRICE_FEN_MAX)]


class SittingBody(Body):
    """One meal of one day."""

    on: Day
    kind: MealKind
    dishes: Annotated[tuple[DishBody, ...], Field(min_length=1, max_length=DISHES_MAX)]
    orders_until: Moment
    served_from: Moment
    served_until: Moment

    def sitting(self) -> Sitting:
        """The same in the domain's words."""
        told = {name: value for name, value in self if name != "dishes"}
        return Sitting(dishes=tuple(Dish(**dict(dish)) for dish in self.dishes), **told)


Sittings = Annotated[tuple[SittingBody, ...], Field(min_length=1, max_length=SITTINGS_MAX)]


class MenuRevisionBody(Body):
    """All that is served in the week."""

    sittings: Sittings

    def told(self) -> tuple[Sitting, ...]:
        """The sittings in the domain's words."""
        return tuple(each.sitting() for each in self.sittings)


class MenuBody(MenuRevisionBody):
    """The menu of the week that begins on ``week_on``; ``community`` only for callers of
    several."""

    week_on: Day
    community: Ref | None = None


class DishView(View):
    """Something to choose."""

    code: str
    name_zh: str
    name_en: str
    price_fen: int


class SittingView(View):
    """One meal of one day."""

    on: date
    kind: MealKind
    dishes: list[DishView]
    orders_until: datetime
    served_from: datetime
    served_until: datetime


class MenuView(View):
    """A week's menu."""

    id: str
    community: str
    version: int
    state: MenuState
    week_on: date
    sittings: list[SittingView]

    @classmethod
    def of(cls, menu: Menu) -> "MenuView":
        """The view of a menu."""
        return cls.model_validate(menu, from_attributes=True)
