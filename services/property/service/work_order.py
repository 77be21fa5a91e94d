"""Work orders: read, dealt out by the company, judged by the committee and who asked for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.property.domain import work_steps as steps
from services.property.domain.estate import Plan
from services.property.domain.work_clock import end_offer
from services.property.domain.work_dealing import ask_turn
from services.property.domain.work_order import Outcome, WorkOrder
from services.property.domain.work_steps import Acceptance
from services.property.service.dealing import Handlers, TurnService
from services.property.service.estate import Plans
from services.property.service.team import Teams
from services.property.service.viewer import (
    Target,
    Viewer,
    change_for,
    page_for,
    seen_by,
    story_for,
    written_for,
)
from services.property.service.work_sight import (
    WorkViewer,
    check_cancels,
    check_deals,
    check_judges,
)
from shared.clock import Clock
from shared.envelope import Envelope
from shared.errors import Conflict, Invalid, NotFound
from shared.store import Page, Store


@dataclass(frozen=True, slots=True)
class WorkParts:
    """What work orders are kept in, and whom they are dealt out to."""

    store: Store[WorkOrder]
    plans: Plans
    handlers: Handlers
    turns: TurnService
    teams: Teams
    clock: Clock


class WorkOrderService:
    """What one can do with work orders, but do the work (``WorkDoingService``).

    Each that changes one: ``NotFound``, ``Stale``, ``NotAllowed``, ``WrongState``.
    """

    def __init__(self, parts: WorkParts) -> None:
        self._parts = parts
        self._store = parts.store
        self._clock = parts.clock

    async def eyes(self, viewer: Viewer, person_id: str | None) -> WorkViewer:
        """The eyes of who is bounded to what they asked for and what their teams do, or of who is
        not (None)."""
        teams = () if person_id is None else await self._parts.teams.teams_of(person_id)
        return WorkViewer(viewer.communities, viewer.company, viewer.estates, person_id, teams)

    async def get(self, viewer: Viewer, id: str) -> WorkOrder:  # noqa: A002
        """One work order. Errors: ``NotFound``."""
        return await seen_by(viewer, self._store, id)

    async def page(
        self, viewer: Viewer, where: dict[str, Any], *, cursor: str | None, limit: int
    ) -> Page[WorkOrder]:
        """The work orders that this viewer sees, newest first."""
        return await page_for(viewer, self._store, where, cursor=cursor, limit=limit)

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to one work order, oldest first. Errors: ``NotFound``."""
        return await story_for(viewer, self._store, id)

    async def assign(self, target: Target, *, assignee_id: str) -> WorkOrder:
        """Give the work to somebody; ``Invalid`` for somebody who is not in the team it is."""

        async def write(order: WorkOrder) -> WorkOrder:
            check_deals(target.viewer, order)
            await self._check_in_team(order, assignee_id, "/assignee_id")
            return await self._store.save(*steps.assign(order, assignee_id=assignee_id))

        return await written_for(target, self._store, write)

    async def offer(self, target: Target, *, until: datetime) -> WorkOrder:
        """Whoever takes it first has it (抢单), until then; ``Invalid`` for a time out of range."""
        now = self._clock.now()

        def decide(order: WorkOrder) -> Outcome:
            check_deals(target.viewer, order)
            return steps.offer(order, until=until, at=now)

        return await change_for(target, self._store, decide)

    async def end_offer(self, target: Target) -> WorkOrder:
        """It is offered no more."""

        def decide(order: WorkOrder) -> Outcome:
            check_deals(target.viewer, order)
            return end_offer(order, lapsed=False)

        return await change_for(target, self._store, decide)

    async def rotate(self, target: Target) -> WorkOrder:
        """Whoever's turn it is has it, in a moment (轮派).

        Errors: ``Conflict`` ``work_order.no_roster`` if nobody has said who takes turns, or
        ``work_order.nobody_on_duty``.
        """

        async def write(order: WorkOrder) -> WorkOrder:
            check_deals(target.viewer, order)
            return await self._store.save(*await self._turn_of(order))

        return await written_for(target, self._store, write)

    async def accept_work(self, target: Target, accepted: Acceptance) -> WorkOrder:
        """The work holds (验收通过)."""
        now = self._clock.now()

        def decide(order: WorkOrder) -> Outcome:
            check_judges(target.viewer, order, by=accepted.by)
            return steps.accept_work(order, accepted, at=now)

        return await change_for(target, self._store, decide)

    async def send_back(self, target: Target, *, reason: str, by: str) -> WorkOrder:
        """The work does not hold (返工)."""

        def decide(order: WorkOrder) -> Outcome:
            check_judges(target.viewer, order, by=by)
            return steps.send_back(order, reason=reason)

        return await change_for(target, self._store, decide)

    async def cancel(self, target: Target, *, reason: str, again: bool = False) -> WorkOrder:
        """The work is not to be done any more; ``again``: not by this order, another follows.

        Errors: ``Invalid``; see ``steps.cancel``.
        """

        def decide(order: WorkOrder) -> Outcome:
            check_cancels(target.viewer, order)
            return steps.cancel(order, reason=reason, again=again)

        return await change_for(target, self._store, decide)

    async def _turn_of(self, order: WorkOrder) -> Outcome:
        roster = (await self._parts.handlers.of(await self._plan(order), order.scope)).roster
        if roster is None:
            raise Conflict("work_order.no_roster", id=order.id)
        on_duty = await self._parts.turns.on_duty(roster)
        if all(who in order.refused_by for who in on_duty):
            raise Conflict("work_order.nobody_on_duty", id=order.id)
        return ask_turn(order, roster_id=roster.id)

    async def _plan(self, order: WorkOrder) -> Plan:
        plan = await self._parts.plans.plan(order.estate_id)
        if plan is None:
            raise NotFound("store.not_found", id=order.estate_id)
        return plan

    async def _check_in_team(self, order: WorkOrder, person_id: str, pointer: str) -> None:
        team_id = order.handler_team_id
        if team_id is not None and person_id not in await self._parts.teams.people(team_id):
            raise Invalid("work_order.not_in_team", pointer=pointer)
