"""Writing a canteen's menus and publishing them."""

from collections.abc import Sequence
from datetime import date

from services.pairing.domain import menu as domain
from services.pairing.domain.menu import Menu, MenuState, Sitting
from shared.clock import Clock, derived_id
from shared.deciding import changed
from shared.envelope import Envelope
from shared.errors import Conflict, NotFound, Stale
from shared.store import Page, Store


class MenuService:
    """The use cases. Drafts are there for those who write them: ``drafts``."""

    def __init__(self, store: Store[Menu], clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def draft(self, community: str, *, week_on: date, sittings: tuple[Sitting, ...]) -> Menu:
        """Write the menu of a week. ``Invalid``; ``Conflict`` if the week has one."""
        menu, events = domain.draft(
            id=derived_id("mnu", community, week_on.isoformat()),
            community=community,
            week_on=week_on,
            sittings=sittings,
            at=self._clock.now(),
        )
        try:
            return await self._store.save(menu, events)
        except Stale:
            # Its id is that of the one menu that the week may have.
            raise Conflict("menu.exists", week_on=week_on.isoformat()) from None

    async def revise(
        self,
        menu_id: str,
        *,
        sittings: tuple[Sitting, ...],
        communities: Sequence[str],
        seen: int | None,
    ) -> Menu:
        """Write a draft anew."""
        return await changed(
            self._store,
            lambda: self._store.get(menu_id, communities=communities),
            lambda menu: domain.revise(menu, sittings=sittings),
            seen=seen,
        )

    async def publish(self, menu_id: str, *, communities: Sequence[str], seen: int | None) -> Menu:
        """Take orders of it from now on."""
        return await changed(
            self._store,
            lambda: self._store.get(menu_id, communities=communities),
            domain.publish,
            seen=seen,
        )

    async def get(self, menu_id: str, *, communities: Sequence[str], drafts: bool) -> Menu:
        """One menu; ``NotFound``."""
        menu = await self._store.get(menu_id, communities=communities)
        if menu.state is MenuState.DRAFT and not drafts:
            raise NotFound("store.not_found", id=menu_id)
        return menu

    async def page(
        self, *, communities: Sequence[str], drafts: bool, cursor: str | None, limit: int
    ) -> Page[Menu]:
        """The menus of these communities, newest first."""
        where = {} if drafts else {"state": MenuState.PUBLISHED.value}
        return await self._store.page(where, communities=communities, cursor=cursor, limit=limit)

    async def story(
        self, menu_id: str, *, communities: Sequence[str], drafts: bool
    ) -> list[Envelope]:
        """All that happened to the menu, oldest first; ``NotFound``."""
        await self.get(menu_id, communities=communities, drafts=drafts)
        return await self._store.story(menu_id, communities=communities)
