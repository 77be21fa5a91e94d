"""What pairing tells of the canteen: its menus, and the meals that are ordered of them.

Ids and days only. What somebody may not eat stands, sealed, in the meal; that a meal is a
household's is told to the services alone, never to a web hook.
"""

from datetime import date
from typing import ClassVar

from pydantic import AwareDatetime

from shared.events.base import Event


class MenuDrafted(Event):
    """A week's menu is being written."""

    type: ClassVar[str] = "pairing.menu.drafted.v1"

    menu_id: str
    week_on: date


class MenuRevised(Event):
    """A draft was written anew."""

    type: ClassVar[str] = "pairing.menu.revised.v1"

    menu_id: str


class MenuPublished(Event):
    """Meals of this week may be ordered."""

    type: ClassVar[str] = "pairing.menu.published.v1"

    menu_id: str
    week_on: date


class MealEvent(Event):
    """What happened to a meal that was ordered; ``household_id`` if it is a care household's."""

    meal_id: str
    menu_id: str
    household_id: str | None


class MealOrdered(MealEvent):
    """Somebody is to have a meal; ``carrier_id``: the member who brings it, if one does."""

    type: ClassVar[str] = "pairing.meal.ordered.v1"

    served_until: AwareDatetime
    carrier_id: str | None


class MealChanged(MealEvent):
    """What was ordered, or how it comes, changed before orders closed."""

    type: ClassVar[str] = "pairing.meal.changed.v1"

    carrier_id: str | None


class MealCarrierChanged(MealEvent):
    """Somebody else brings it: a member, or the kitchen itself (None)."""

    type: ClassVar[str] = "pairing.meal.carrier_changed.v1"

    carrier_id: str | None


class MealCancelled(MealEvent):
    """It is not wanted any more."""

    type: ClassVar[str] = "pairing.meal.cancelled.v1"


class MealCollected(MealEvent):
    """Its eater had it at the canteen."""

    type: ClassVar[str] = "pairing.meal.collected.v1"


class MealDelivered(MealEvent):
    """It was handed over at the door."""

    type: ClassVar[str] = "pairing.meal.delivered.v1"


class MealNotFetched(MealEvent):
    """Nobody fetched it, or opened the door: a sign worth a look, told the same day.

    To whom: ``helper_ids``, the household's own helpers; ``holder_ids``, members who hold the post
    that answers for meals; ``branch_ids``, the branches of all of these.
    """

    type: ClassVar[str] = "pairing.meal.not_fetched.v1"

    helper_ids: tuple[str, ...]
    holder_ids: tuple[str, ...]
    branch_ids: tuple[str, ...]
