"""Who does which work: a company by its contract, volunteers where there is none, by turns if so
asked."""

from typing import Protocol

from services.property.domain import roster as roster_domain
from services.property.domain import work_steps
from services.property.domain.committee import Committee
from services.property.domain.estate import Plan
from services.property.domain.roster import Roster
from services.property.domain.work_dealing import Handler, miss_turn
from services.property.domain.work_order import Mode, WorkOrder
from services.property.domain.work_scope import WorkScope
from services.property.domain.work_states import WorkOrderState
from services.property.service.team import Teams
from shared.clock import Clock
from shared.days import BEIJING
from shared.envelope import Envelope
from shared.events.property_work import RosterTurnTaken, WorkOrderRefused, WorkOrderTurnAsked
from shared.store import Store


class Rosters(Protocol):
    """The rosters of an estate."""

    async def of(self, estate_id: str) -> tuple[Roster, ...]:
        """All of them, at most seconds old."""


class Handlers:
    """Says whose work it is."""

    def __init__(self, rosters: Rosters, committees: Store[Committee]) -> None:
        self._rosters = rosters
        self._committees = committees

    async def of(self, plan: Plan, scope: WorkScope) -> Handler:
        """Who does this sort of work on the estate, and by which roster.

        Where no company does and no roster names a team, it is the first team of the committee. A
        roster that another made, a company that has gone perhaps, counts for nothing.
        """
        company = plan.handles(scope)
        found = [
            roster
            for roster in await self._rosters.of(plan.estate_id)
            if roster.contractor_id == company and roster.scope in (scope, None)
        ]
        roster = min(found, key=lambda each: each.scope is None, default=None)
        if company is not None or roster is not None:
            return Handler(company, None if roster is None else roster.team_id, roster)
        return Handler(team_id=await self._team_of(plan.committee_id))

    async def _team_of(self, committee_id: str | None) -> str | None:
        if committee_id is None:
            return None
        team_ids = (await self._committees.get(committee_id)).team_ids
        return team_ids[0] if team_ids else None


class TurnService:
    """Gives work to whoever's turn it is, as the service hears that it is to be dealt out so."""

    def __init__(
        self, orders: Store[WorkOrder], rosters: Store[Roster], teams: Teams, clock: Clock
    ) -> None:
        self._orders = orders
        self._rosters = rosters
        self._teams = teams
        self._clock = clock

    async def on_turn_asked(self, event: WorkOrderTurnAsked, envelope: Envelope) -> None:
        """The next on the roster is to do it; if nobody is on duty the dispatcher is told so."""
        await self._turn(await self._orders.get(event.work_order_id), envelope)

    async def on_refused(self, event: WorkOrderRefused, envelope: Envelope) -> None:
        """Whoever is next has it, if it is dealt out in turns."""
        order = await self._orders.get(event.work_order_id)
        if order.mode is Mode.ROTATE:
            await self._turn(order, envelope)

    async def on_turn_taken(self, event: RosterTurnTaken, envelope: Envelope) -> None:
        """The order is theirs, unless somebody has got it meanwhile."""
        order = await self._orders.get(event.work_order_id, handling=envelope)
        if order.state is WorkOrderState.CREATED:
            given = work_steps.assign(order, assignee_id=event.worker_id, mode=Mode.ROTATE)
            await self._orders.save(*given, handling=envelope)

    async def on_duty(self, roster: Roster) -> list[str]:
        """Who may be given work by this roster now."""
        if roster.team_id is not None:
            return await self._teams.people(roster.team_id, present=True)
        return roster_domain.on_duty(roster, local=self._clock.now().astimezone(BEIJING))

    async def _turn(self, order: WorkOrder, envelope: Envelope) -> None:
        if order.state is not WorkOrderState.CREATED or order.roster_id is None:
            return
        roster = await self._rosters.get(order.roster_id, handling=envelope)
        among = [who for who in await self.on_duty(roster) if who not in order.refused_by]
        taken = roster_domain.take_turn(roster, among=among, work_order_id=order.id)
        if taken is not None:
            await self._rosters.save(*taken, handling=envelope)
            return
        missed = miss_turn(order, at=self._clock.now())
        if missed is not None:
            await self._orders.save(*missed, handling=envelope)
