"""Looking at what stands on an estate and may be somebody's own: one, a page, its story."""

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

from services.property.service.grounds import Looker
from services.property.service.standing import Standing, Yards
from services.property.service.viewer import Target
from shared.envelope import Envelope
from shared.errors import NotFound
from shared.store import Page, Store, check_seen

S = TypeVar("S", bound=Standing)


class Looked(Generic[S]):
    """Things that whoever sees the estate sees; a kind that is not everybody's narrows it."""

    def __init__(self, store: Store[S], grounds: Yards) -> None:
        self._store = store
        self._grounds = grounds

    async def get(self, looker: Looker, id: str, *, seen: int | None = None) -> S:  # noqa: A002
        """One of them. ``NotFound``; ``Stale`` only after that."""
        found = await self._grounds.get(self._store, looker.at(id))
        if not await self._is_shown(looker, found):
            raise NotFound("store.not_found", id=id)
        check_seen(found, seen)
        return found

    async def page(
        self, looker: Looker, where: Mapping[str, Any], *, cursor: str | None, limit: int
    ) -> Page[S]:
        """One page of what this one sees, newest first. ``Invalid``: ``Yards.page``."""
        bounds = await self._shown(looker, where)
        return await self._grounds.page(
            self._store, looker.viewer, bounds, cursor=cursor, limit=limit
        )

    async def story(self, looker: Looker, id: str) -> list[Envelope]:  # noqa: A002
        """All that happened to it, oldest first. ``NotFound``."""
        await self.get(looker, id)
        return await self._store.story(id)

    async def _at_desk(self, target: Target) -> S:
        """The same for the desk, to be changed."""
        return await self._grounds.get(self._store, target)

    async def _is_shown(self, looker: Looker, thing: S) -> bool:
        """Whether this one may see it."""
        return True

    async def _shown(self, looker: Looker, where: Mapping[str, Any]) -> Mapping[str, Any]:
        """The filter bounded to what this one may see."""
        return where


class Personal(Standing, Protocol):
    """Something of a person on an estate."""

    @property
    def person_id(self) -> str: ...


P = TypeVar("P", bound=Personal)


class OfPerson(Looked[P]):
    """Things of which residents see their own alone, and the desk all."""

    async def _is_shown(self, looker: Looker, thing: P) -> bool:
        return not looker.resident or thing.person_id == looker.id

    async def _shown(self, looker: Looker, where: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**where, "person_id": looker.id} if looker.resident else where
