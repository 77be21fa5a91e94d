"""Keeping the branches of communities."""

from collections.abc import Callable, Sequence

from services.pairing.domain import branch as domain
from services.pairing.domain.branch import Branch, Naming
from shared.clock import new_id
from shared.envelope import Envelope
from shared.errors import Conflict, Invalid, NotFound, Stale
from shared.store import Page, Store


class BranchService:
    """What one can do with branches."""

    def __init__(self, store: Store[Branch], new_id: Callable[[str], str] = new_id) -> None:
        self._store = store
        self._new_id = new_id

    async def register(self, *, community: str, naming: Naming, id: str | None = None) -> Branch:  # noqa: A002
        """Register a branch, under the id that the identity provider's tokens name it by, if told.

        ``Conflict`` if there is one of this id.
        """
        branch, events = domain.register(
            id=id or self._new_id("brn"), community=community, naming=naming
        )
        try:
            return await self._store.save(branch, events)
        except Stale:
            raise Conflict("branch.exists", pointer="/id") from None

    async def change(
        self, branch_id: str, naming: Naming, *, communities: Sequence[str], seen: int | None
    ) -> Branch:
        """Say the whole of it anew."""
        branch = await self._store.get(branch_id, communities=communities, seen=seen)
        after, events = domain.change(branch, naming=naming)
        return await self._store.save(after, events) if events else branch

    async def get(self, branch_id: str, *, communities: Sequence[str]) -> Branch:
        """One branch; ``NotFound``."""
        return await self._store.get(branch_id, communities=communities)

    async def page(
        self, *, communities: Sequence[str], cursor: str | None, limit: int
    ) -> Page[Branch]:
        """The branches of these communities, newest first."""
        return await self._store.page({}, communities=communities, cursor=cursor, limit=limit)

    async def story(self, branch_id: str, *, communities: Sequence[str]) -> list[Envelope]:
        """All that happened to the branch, oldest first; ``NotFound``."""
        return await self._store.story(branch_id, communities=communities)


async def check_known(branches: Store[Branch], branch_id: str, *, community: str) -> None:
    """Passes if the community has this branch; ``Invalid`` ``branch.unknown`` if not."""
    try:
        await branches.get(branch_id, communities=(community,))
    except NotFound:
        raise Invalid("branch.unknown", pointer="/branch_id", branch_id=branch_id) from None
