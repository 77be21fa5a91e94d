"""The rounds of a plan, brought in line with it whenever it was made, changed, extended or ended.

Each news of a plan settles it as it stands by then, so news may come twice, late or in any order. A
round's id follows from its plan and key: made twice, the second finds it there. A plan that changes
while its rounds are being made is settled once more; who is stopped on the way hears it again.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Sequence
from datetime import datetime

from services.property.domain import patrol as patrols
from services.property.domain import patrol_plan as domain
from services.property.domain.patrol import CallOffReason, Patrol, PatrolState
from services.property.domain.patrol_plan import PatrolPlan, PatrolPlanState, Round
from services.property.domain.route import Route, RouteState
from services.property.service.standing import Yards
from shared.clock import Clock, derived_id
from shared.envelope import Envelope
from shared.errors import Stale, Unavailable
from shared.events.property_patrol import (
    PatrolPlanChanged,
    PatrolPlanEnded,
    PatrolPlanExtended,
    PatrolPlanMade,
    RouteRetired,
)
from shared.store import Order, Store

ROUTE_RETIRED = "route_retired"
"""A reason that the route gives; people give theirs in words."""
AT_ONCE = 100
ROUNDS_MAX = 2_000
"""Of one plan that may stand: 24 a day over two months at most (``STRETCH`` and ``AHEAD``)."""
PLANS_MAX = 100
TRIES_MAX = 5
SOONEST_FIRST = Order((("opens_at", 1),), ids=1)


class RoundsService:
    """What keeps the rounds."""

    def __init__(
        self,
        plans: Store[PatrolPlan],
        routes: Store[Route],
        store: Store[Patrol],
        yards: Yards,
        clock: Clock,
    ) -> None:
        self._plans = plans
        self._routes = routes
        self._store = store
        self._yards = yards
        self._clock = clock

    async def on_plan_made(self, event: PatrolPlanMade, envelope: Envelope) -> None:
        """Its first rounds; none if its route was retired at that very moment."""
        route = await self._routes.get(event.route_id)
        if route.state is RouteState.RETIRED:
            await self._end(await self._plans.get(event.patrol_plan_id))
        await self.settle(event.patrol_plan_id, since=envelope.time)

    async def on_plan_moved(
        self, event: PatrolPlanChanged | PatrolPlanEnded, envelope: Envelope
    ) -> None:
        """Other rounds, or none."""
        await self.settle(event.patrol_plan_id, since=envelope.time)

    async def on_plan_extended(self, event: PatrolPlanExtended, envelope: Envelope) -> None:
        """Further rounds, those that a standstill left out among them."""
        await self.settle(event.patrol_plan_id, since=min(event.since, envelope.time))

    async def on_route_retired(self, event: RouteRetired, _: Envelope) -> None:
        """Its plans end."""
        where = {"route_id": event.route_id, "state": PatrolPlanState.ACTIVE.value}
        while found := await self._plans.find(where, limit=PLANS_MAX):
            for plan in found:
                await self._end(plan)

    async def settle(self, plan_id: str, *, since: datetime) -> None:
        """Make the rounds that are wanted and are not there, take back those that nobody wants, and
        plan the others for who is to walk them by now.

        ``since``: none before is made. ``Unavailable`` if the plan changes again and again.
        """
        for _ in range(TRIES_MAX):
            plan = await self._plans.get(plan_id)
            handler = await self._yards.handler(plan.estate_id)
            await self._make(plan, since, handler)
            await self._follow(plan, handler)
            if (await self._plans.get(plan_id)).version == plan.version:
                return
        raise Unavailable("store.busy", retry_after_seconds=1)

    async def _make(self, plan: PatrolPlan, since: datetime, handler: str | None) -> None:
        where = {"plan_id": plan.id, "opens_at": {"$gte": since}}
        there = await self._store.find(where, order=SOONEST_FIRST, limit=ROUNDS_MAX)
        keys = {each.key for each in there}
        fresh = [each for each in domain.wanted(plan, since=since) if each.key not in keys]
        for start in range(0, len(fresh), AT_ONCE):
            some = fresh[start : start + AT_ONCE]
            await _all_of([self._plan(plan, round_, handler) for round_ in some])

    async def _plan(self, plan: PatrolPlan, round_: Round, handler: str | None) -> None:
        id_ = derived_id("ptl", plan.id, round_.key)
        made = patrols.plan_round(plan, round_, id=id_, handler=handler)
        with contextlib.suppress(Stale):  # it is there
            await self._store.save(*made)

    async def _follow(self, plan: PatrolPlan, handler: str | None) -> None:
        now = self._clock.now()
        keys = {each.key for each in domain.wanted(plan, since=now)}
        where = {
            "plan_id": plan.id,
            "opens_at": {"$gt": now},
            "state": PatrolState.PLANNED.value,
        }
        there = await self._store.find(where, order=SOONEST_FIRST, limit=ROUNDS_MAX)
        changes = [
            patrols.hand_over(each, handler=handler)
            if each.key in keys
            else patrols.cancel(each, reason=CallOffReason.PLAN)
            for each in there
        ]
        await _all_of([self._change(each) for each in changes if each is not None])

    async def _change(self, change: patrols.Outcome) -> None:
        with contextlib.suppress(Stale):  # somebody else did, or began to walk it
            await self._store.save(*change)

    async def _end(self, plan: PatrolPlan) -> None:
        if plan.state is PatrolPlanState.ACTIVE:
            ended = domain.end(plan, reason=ROUTE_RETIRED, at=self._clock.now())
            await self._plans.save(*ended)


async def _all_of(works: Sequence[Awaitable[None]]) -> None:
    """Each ends before what went wrong is raised: nothing goes on behind a call that failed."""
    for outcome in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
