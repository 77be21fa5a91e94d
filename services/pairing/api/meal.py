"""Meals over HTTP: ordered, brought, fetched or not; the lists of the kitchen and of carriers."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.pairing.api.branch_guard import BranchGuard, onlooker_of_homes
from services.pairing.api.forms import PREFIX, onlooker_of_community, onlooker_of_staff
from services.pairing.api.meal_forms import (
    CarriedMealView,
    CarrierBody,
    ChoiceBody,
    KitchenListView,
    MealBody,
    MealView,
    OwnMealView,
)
from services.pairing.domain.meal import Meal, MealState
from services.pairing.domain.menu import MealKind
from services.pairing.service.branch_sight import About, BranchSight
from services.pairing.service.canteen import Canteen
from services.pairing.service.meal import MealRole, MealService
from services.pairing.service.meal_lists import ListOf, MealListService
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.serving import ServingService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import Day, PageView, Paging, PathId, QueryId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Looking = Annotated[Caller, Depends(needs("pairing:meal:read"))]
Ordering = Annotated[Caller, Depends(needs("pairing:meal:order"))]
Carrying = Annotated[Caller, Depends(needs("pairing:meal:carry"))]
Serving = Annotated[Caller, Depends(needs("pairing:meal:serve"))]
PATH = "/meals/{meal_id}"


def routers(canteen: Canteen, sight: BranchSight, answered: Lookup) -> list[APIRouter]:
    """The routes of meals and of the lists made of them."""

    async def about(meal_id: str, communities: Sequence[str]) -> About:
        meal = await canteen.meals.get(meal_id, Onlooker(tuple(communities)))
        return About((meal.household_id,), (meal.carrier_person_id,))

    guard = BranchGuard(sight, about, "meal_id")
    looking = APIRouter(prefix=PREFIX, tags=["canteen"], dependencies=[guard.depends])
    router = APIRouter(prefix=PREFIX, tags=["canteen"])
    _ordering(router, canteen.meals, answered)
    _reading(looking, canteen.meals, sight)
    _serving(router, canteen.serving, answered)
    _listing(router, canteen.lists)
    return [looking, router]


def _ordering(router: APIRouter, service: MealService, answered: Lookup) -> None:
    ordered = Depends(Once(answered, MealView.of, status=201))
    changed = [Depends(Once(answered, MealView.of))]

    @router.post("/meals", status_code=201, response_model=MealView, dependencies=[ordered])
    async def order_meal(body: MealBody, caller: Ordering) -> Response:
        """Order a meal for oneself, for somebody whom one helps or, as staff, for anybody."""
        meal = await service.order(body.wanted(caller.id), body.choice(), onlooker_of_staff(caller))
        return answer(MealView.of(meal), meal.version, 201, f"{PREFIX}/meals/{meal.id}")

    @router.put(PATH, response_model=MealView, dependencies=changed)
    async def change_meal(
        meal_id: PathId, body: ChoiceBody, caller: Ordering, version: Version
    ) -> Response:
        """Choose anew before orders close."""
        who = onlooker_of_staff(caller)
        return _shown(await service.change(meal_id, body.choice(), who, seen=version))

    @router.post(f"{PATH}/cancellation", response_model=MealView, dependencies=changed)
    async def cancel_meal(meal_id: PathId, caller: Ordering, version: Version) -> Response:
        """Not wanted: until orders close, and as staff at any time before it is had."""
        return _shown(await service.cancel(meal_id, onlooker_of_staff(caller), seen=version))


def _reading(router: APIRouter, service: MealService, sight: BranchSight) -> None:
    @router.get("/meals", response_model=PageView[MealView])
    async def list_meals(
        caller: Looking,
        page: Paging,
        state: MealState | None = None,
        role: MealRole = MealRole.EATING,
    ) -> Response:
        """Meals, newest first: one's own, or those that one brings; a branch sees those of its
        households and those that its members bring, staff all."""
        found = await service.page(
            onlooker_of_community(caller),
            role=role,
            state=state,
            cursor=page.cursor,
            limit=page.limit,
            bounds=await sight.where(
                onlooker_of_homes(caller), homes="household_id", people="carrier_person_id"
            ),
        )
        return listing([MealView.of(meal) for meal in found.items], found.next_cursor)

    @router.get(PATH, response_model=OwnMealView)
    async def read_meal(meal_id: PathId, caller: Looking) -> Response:
        """One meal."""
        meal = await service.get(meal_id, onlooker_of_community(caller))
        return answer(OwnMealView.to(meal, caller.id), meal.version)

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_meal_story(meal_id: PathId, caller: Looking) -> Response:
        """Everything that happened to it, oldest first."""
        return answer(StoryView.of(await service.story(meal_id, onlooker_of_community(caller))))


def _serving(router: APIRouter, serving: ServingService, answered: Lookup) -> None:
    once = [Depends(Once(answered, MealView.of))]

    @router.post(f"{PATH}/collection", response_model=MealView, dependencies=once)
    async def collect_meal(meal_id: PathId, caller: Serving, version: Version) -> Response:
        """Its eater has it."""
        return _shown(await serving.collect(meal_id, onlooker_of_staff(caller), seen=version))

    @router.post(f"{PATH}/delivery", response_model=MealView, dependencies=once)
    async def deliver_meal(meal_id: PathId, caller: Carrying, version: Version) -> Response:
        """It was handed over at the door."""
        return _shown(await serving.deliver(meal_id, onlooker_of_staff(caller), seen=version))

    @router.post(f"{PATH}/no-show", response_model=MealView, dependencies=once)
    async def miss_meal(meal_id: PathId, caller: Carrying, version: Version) -> Response:
        """Nobody opened the door, or nobody came: helpers, post holders and branch are told."""
        return _shown(await serving.miss(meal_id, onlooker_of_staff(caller), seen=version))

    @router.post(f"{PATH}/carrier", response_model=MealView, dependencies=once)
    async def hand_meal_over(
        meal_id: PathId, body: CarrierBody, caller: Carrying, version: Version
    ) -> Response:
        """Have somebody else bring it; who brings it may give it back to the kitchen."""
        handed = await serving.hand_over(
            meal_id, onlooker_of_staff(caller), carrier_id=body.carrier_id, seen=version
        )
        return _shown(handed)


def _listing(router: APIRouter, lists: MealListService) -> None:
    @router.get("/menus/{menu_id}/kitchen-list", response_model=KitchenListView)
    async def read_kitchen_list(
        menu_id: PathId, on: Day, kind: MealKind, caller: Serving, page: Paging
    ) -> Response:
        """What to cook for a sitting; reading what people may not eat is put on record."""
        found = await lists.kitchen(
            ListOf(menu_id, on, kind),
            onlooker_of_staff(caller),
            by=caller.id,
            cursor=page.cursor,
            limit=page.limit,
        )
        view = KitchenListView.of(found, on, kind)
        return answer(view)

    @router.get("/menus/{menu_id}/carrier-list", response_model=PageView[CarriedMealView])
    async def read_carrier_list(
        menu_id: PathId,
        on: Day,
        kind: MealKind,
        caller: Carrying,
        page: Paging,
        carrier_id: QueryId = None,
    ) -> Response:
        """What to bring for a sitting: a helper's own; as staff a member's, or the kitchen's."""
        found = await lists.carrier(
            ListOf(menu_id, on, kind),
            onlooker_of_staff(caller),
            carrier_id=carrier_id,
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([CarriedMealView.of(meal) for meal in found.items], found.next_cursor)


def _shown(meal: Meal) -> Response:
    return answer(MealView.of(meal), meal.version)
