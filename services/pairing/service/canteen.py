"""The canteen's use cases over one set of stores."""

from services.pairing.service.meal import MealParts, MealService
from services.pairing.service.meal_lists import MealListService
from services.pairing.service.menu import MenuService
from services.pairing.service.serving import ServingService
from shared.clock import Clock
from shared.readings import ReadingLog


class Canteen:
    """Menus, meals, how they are served, and the lists made of them."""

    def __init__(self, parts: MealParts, readings: ReadingLog, clock: Clock) -> None:
        self.menus = MenuService(parts.menus, clock)
        self.meals = MealService(parts, clock)
        self.serving = ServingService(parts, clock)
        self.lists = MealListService(parts.meals, parts.menus, readings)
