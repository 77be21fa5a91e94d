"""Work that news asks for: one order for each event, however often it is heard."""

from services.property.domain import work_order as domain
from services.property.domain.work_dealing import deal
from services.property.domain.work_order import Asked, Cause, SourceKind, WorkOrder, WorkSource
from services.property.domain.work_scope import WorkScope, scope_of
from services.property.service.dealing import Handlers
from services.property.service.estate import Plans
from shared.clock import Clock, derived_id
from shared.envelope import Envelope
from shared.errors import NotFound
from shared.events.property import IncidentConfirmed, WorkOrderCancelled
from shared.store import Store


class WorkNeededService:
    """Opens work orders; ``cause`` and ``open`` are what other parts of this service call."""

    def __init__(
        self, store: Store[WorkOrder], plans: Plans, handlers: Handlers, clock: Clock
    ) -> None:
        self._store = store
        self._plans = plans
        self._handlers = handlers
        self._clock = clock

    async def cause(
        self,
        source: WorkSource,
        *,
        estate_id: str,
        scope: WorkScope,
        severity: int,
        asked: Asked | None = None,
    ) -> Cause:
        """What is to be done on this estate, and whose it is. ``NotFound`` for no such estate."""
        plan = await self._plans.plan(estate_id)
        if plan is None:
            raise NotFound("store.not_found", id=estate_id)
        handler = await self._handlers.of(plan, scope)
        return Cause(
            community=plan.community,
            estate_id=plan.estate_id,
            contractor_id=handler.contractor_id,
            handler_team_id=handler.team_id,
            scope=scope,
            severity=severity,
            source=source,
            asked=asked,
        )

    async def open(self, cause: Cause, envelope: Envelope, *, part: str = "") -> WorkOrder:
        """The event makes one work order, its clock running from when the event happened; and it
        is dealt out as whoever does it wants it.

        Its id comes from the event's, so a repeat falls on the same one and is ``AlreadyHeard``;
        an event that asks for several names the ``part`` that each is for.
        """
        told = (envelope.id, part) if part else (envelope.id,)
        made = domain.create(cause, id=derived_id("wor", *told), at=envelope.time)
        plan = await self._plans.plan(cause.estate_id)
        if plan is not None:
            handler = await self._handlers.of(plan, cause.scope)
            if (handler.contractor_id, handler.team_id) == _whose(cause):
                made = deal(made, handler, at=self._clock.now())
        return await self._store.save(*made, handling=envelope)

    async def on_incident_confirmed(self, event: IncidentConfirmed, envelope: Envelope) -> None:
        """A confirmed incident is work for whoever its kind falls to."""
        source = WorkSource(SourceKind.INCIDENT, event.incident_id)
        cause = await self.cause(
            source,
            estate_id=event.estate_id,
            scope=scope_of(event.kind),
            severity=event.severity,
        )
        await self.open(cause, envelope)

    async def on_work_cancelled(self, event: WorkOrderCancelled, envelope: Envelope) -> None:
        """What is still to be done is work again, for whoever it falls to by now."""
        if not event.again:
            return
        order = await self._store.get(event.work_order_id)
        cause = await self.cause(
            order.source,
            estate_id=order.estate_id,
            scope=order.scope,
            severity=order.severity,
        )
        await self.open(cause, envelope)


def _whose(cause: Cause) -> tuple[str | None, str | None]:
    return cause.contractor_id, cause.handler_team_id
