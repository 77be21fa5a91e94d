"""A canteen's menus over HTTP: written, published, read by everybody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.pairing.api.forms import PREFIX
from services.pairing.api.menu_forms import MenuBody, MenuRevisionBody, MenuView
from services.pairing.domain.menu import Menu
from services.pairing.service.menu import MenuService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

MANAGE = "pairing:menu:manage"
Looking = Annotated[Caller, Depends(needs("pairing:menu:read"))]
Managing = Annotated[Caller, Depends(needs(MANAGE))]


def router(service: MenuService, answered: Lookup) -> APIRouter:
    """The routes of menus."""
    router = APIRouter(prefix=f"{PREFIX}/menus", tags=["canteen"])
    _writing(router, service, answered)
    _reading(router, service)
    return router


def _writing(router: APIRouter, service: MenuService, answered: Lookup) -> None:
    drafted = Depends(Once(answered, MenuView.of, status=201))
    changed = [Depends(Once(answered, MenuView.of))]

    @router.post("", status_code=201, response_model=MenuView, dependencies=[drafted])
    async def draft_menu(body: MenuBody, caller: Managing) -> Response:
        """Write the menu of a week; a week has one."""
        menu = await service.draft(
            caller.one_community(body.community), week_on=body.week_on, sittings=body.told()
        )
        return answer(MenuView.of(menu), menu.version, 201, f"{PREFIX}/menus/{menu.id}")

    @router.put("/{menu_id}", response_model=MenuView, dependencies=changed)
    async def revise_menu(
        menu_id: PathId, body: MenuRevisionBody, caller: Managing, version: Version
    ) -> Response:
        """Write a draft anew."""
        revised = await service.revise(
            menu_id, sittings=body.told(), communities=caller.communities, seen=version
        )
        return _shown(revised)

    @router.post("/{menu_id}/publication", response_model=MenuView, dependencies=changed)
    async def publish_menu(menu_id: PathId, caller: Managing, version: Version) -> Response:
        """Take orders of it; it does not change any more."""
        published = await service.publish(menu_id, communities=caller.communities, seen=version)
        return _shown(published)


def _reading(router: APIRouter, service: MenuService) -> None:
    @router.get("", response_model=PageView[MenuView])
    async def list_menus(caller: Looking, page: Paging) -> Response:
        """The menus of the caller's communities, newest first; drafts to who writes them."""
        found = await service.page(
            communities=caller.communities,
            drafts=_drafts(caller),
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([MenuView.of(menu) for menu in found.items], found.next_cursor)

    @router.get("/{menu_id}", response_model=MenuView)
    async def read_menu(menu_id: PathId, caller: Looking) -> Response:
        """One menu."""
        bounds = caller.communities
        return _shown(await service.get(menu_id, communities=bounds, drafts=_drafts(caller)))

    @router.get("/{menu_id}/story", response_model=StoryView)
    async def read_menu_story(menu_id: PathId, caller: Looking) -> Response:
        """Everything that happened to it, oldest first."""
        story = await service.story(menu_id, communities=caller.communities, drafts=_drafts(caller))
        return answer(StoryView.of(story))


def _drafts(caller: Caller) -> bool:
    return MANAGE in caller.scopes


def _shown(menu: Menu) -> Response:
    return answer(MenuView.of(menu), menu.version)
