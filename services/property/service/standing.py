"""What stands on an estate for years, as it is looked after now: its routes, plans and facilities.

A company sees what stands where it works by now, and nothing any more where its contract has ended;
what it did there meanwhile, rounds and work orders, stays its own to look at.
"""

from collections.abc import Collection, Mapping
from typing import Any, Generic, Protocol, TypeVar

from services.property.domain.estate import Plan
from services.property.domain.work_scope import WorkScope
from services.property.service.estate import Plans
from services.property.service.viewer import Target, Viewer
from shared.envelope import Envelope
from shared.errors import Invalid, NotFound
from shared.store import Aggregate, Page, Store, check_seen


class Standing(Aggregate, Protocol):
    """Something that stands on an estate."""

    @property
    def estate_id(self) -> str: ...


S = TypeVar("S", bound=Standing)


class Yards:
    """Estates, as who looks at what stands there sees them."""

    def __init__(self, plans: Plans, *, business: Collection[WorkScope] = ()) -> None:
        """``business``: the parts of a contract, one of which a company needs to see anything;
        any contract will do if there are none."""
        self._plans = plans
        self._business = business

    async def plan(self, viewer: Viewer, estate_id: str) -> Plan:
        """The estate. ``Invalid`` for one that is not there for this viewer."""
        plan = await self._plans.plan(estate_id)
        if plan is None or not self._is_there(viewer, plan):
            raise Invalid("place.estate_unknown", pointer="/estate_id")
        return plan

    async def get(self, store: Store[S], target: Target) -> S:
        """The thing, if its estate is there for this viewer.

        Errors: ``NotFound`` otherwise, as for one that nobody has; ``Stale`` only after that.
        """
        found = await store.get(target.id, communities=target.viewer.communities)
        if not await self.sees(target.viewer, found.estate_id):
            raise NotFound("store.not_found", id=target.id)
        check_seen(found, target.seen)
        return found

    async def page(
        self,
        store: Store[S],
        viewer: Viewer,
        where: Mapping[str, Any],
        *,
        cursor: str | None,
        limit: int,
    ) -> Page[S]:
        """One page of what this viewer sees, newest first.

        ``Invalid`` for a company, or a key for some estates, that does not say which estate.
        """
        estate_id = where.get("estate_id")
        if estate_id is None and (viewer.company is not None or viewer.estates is not None):
            raise Invalid("place.which_estate", pointer="query:estate_id")
        if estate_id is not None and not await self.sees(viewer, estate_id):
            return Page([], None)
        return await store.page(where, communities=viewer.communities, cursor=cursor, limit=limit)

    async def story(self, store: Store[S], viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to what this viewer sees, oldest first. ``NotFound``."""
        await self.get(store, Target(viewer, id))
        return await store.story(id)

    async def handler(self, estate_id: str) -> str | None:
        """The company that looks after the security of an estate by now; None if none does."""
        plan = await self._plans.plan(estate_id)
        return None if plan is None else plan.handles(WorkScope.SECURITY)

    async def sees(self, viewer: Viewer, estate_id: str) -> bool:
        """Whether the estate is there for this viewer."""
        plan = await self._plans.plan(estate_id)
        return plan is not None and self._is_there(viewer, plan)

    def _is_there(self, viewer: Viewer, plan: Plan) -> bool:
        its = viewer.company is None or not self._business
        return viewer.sees(plan) and (its or any(map(plan.handles, self._business)))


class OnEstate(Generic[S]):
    """Things that whoever looks after their estate sees. Each: ``NotFound`` for anybody else."""

    def __init__(self, store: Store[S], yards: Yards) -> None:
        self._store = store
        self._yards = yards

    async def get(self, viewer: Viewer, id: str) -> S:  # noqa: A002
        """One of them."""
        return await self._load(Target(viewer, id))

    async def page(
        self, viewer: Viewer, where: Mapping[str, Any], *, cursor: str | None, limit: int
    ) -> Page[S]:
        """Those that this viewer sees, newest first. ``Invalid``: ``Yards.page``."""
        return await self._yards.page(self._store, viewer, where, cursor=cursor, limit=limit)

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to one of them, oldest first."""
        return await self._yards.story(self._store, viewer, id)

    async def _load(self, target: Target) -> S:
        """The same to be changed. ``Stale``."""
        return await self._yards.get(self._store, target)
