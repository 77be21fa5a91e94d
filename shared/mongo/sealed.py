"""Aggregates whose sensitive fields are sealed before they are stored, and opened when read."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from shared.envelope import Envelope
from shared.erasing import Erasure, Left
from shared.events import Event
from shared.mongo.documents import Documents
from shared.mongo.erasure import ErasableDocuments
from shared.store import NEWEST_FIRST, OLDEST_FIRST, A, Aggregate, Order, Page

S = TypeVar("S", bound=Aggregate)
"""An aggregate as it is written."""


class Sealed(Generic[A, S]):
    """Keeps the promises of ``Store[A]`` over documents of ``S``; sealed fields find nothing."""

    def __init__(
        self, documents: Documents[S], *, seal: Callable[[A], S], opened: Callable[[S], A]
    ) -> None:
        self._documents = documents
        self._seal = seal
        self._opened = opened
        self.answered = documents.answered
        self.aggregate = documents.aggregate
        documents.anew = lambda sealed: seal(opened(sealed))

    async def get(
        self,
        id: str,  # noqa: A002  as in Store
        *,
        communities: Sequence[str] | None = None,
        seen: int | None = None,
        handling: Envelope | None = None,
    ) -> A:
        """See ``Store.get``."""
        found = await self._documents.get(id, communities=communities, seen=seen, handling=handling)
        return self._opened(found)

    async def find(
        self,
        where: Mapping[str, Any],
        *,
        order: Order = OLDEST_FIRST,
        skip: int = 0,
        limit: int = 100,
    ) -> list[A]:
        """See ``Store.find``."""
        found = await self._documents.find(where, order=order, skip=skip, limit=limit)
        return [self._opened(each) for each in found]

    async def page(
        self,
        where: Mapping[str, Any],
        *,
        communities: Sequence[str],
        order: Order = NEWEST_FIRST,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[A]:
        """See ``Store.page``."""
        page = await self._documents.page(
            where, communities=communities, order=order, cursor=cursor, limit=limit
        )
        return Page([self._opened(each) for each in page.items], page.next_cursor)

    async def save(
        self, aggregate: A, events: Sequence[Event], *, handling: Envelope | None = None
    ) -> A:
        """See ``Store.save``."""
        saved = await self._documents.save(self._seal(aggregate), events, handling=handling)
        return self._opened(saved)

    async def story(
        self,
        id: str,  # noqa: A002  as in Store
        *,
        communities: Sequence[str] | None = None,
    ) -> list[Envelope]:
        """See ``Store.story``."""
        return await self._documents.story(id, communities=communities)


class ErasableSealed(Sealed[A, S]):
    """The same over documents that people can be taken out of: ``shared.erasing.ErasingStore``."""

    def __init__(
        self,
        documents: ErasableDocuments[S],
        *,
        seal: Callable[[A], S],
        opened: Callable[[S], A],
    ) -> None:
        super().__init__(documents, seal=seal, opened=opened)
        self._erasable = documents

    async def erase(self, erasure: Erasure[A]) -> A:
        """See ``ErasingStore.erase``."""
        sealed: Erasure[S] = Erasure(
            self._seal(erasure.aggregate), erasure.events, erasure.names, erasure.items
        )
        return self._opened(await self._erasable.erase(sealed))

    async def unfinished(self, *, limit: int) -> list[Left]:
        """See ``ErasingStore.unfinished``."""
        return await self._erasable.unfinished(limit=limit)

    async def finish(self, id: str) -> None:  # noqa: A002  as in Store
        """See ``ErasingStore.finish``."""
        await self._erasable.finish(id)
