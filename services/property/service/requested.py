"""Work that residents' requests ask for: opened, taken back and opened again by what is heard.

``requests`` tells which unit has a request. Each type of event comes on a queue of its own, so the
end of an assignment may be heard before its beginning: the version that ended it is noted, and
looked at before and after an order is made. In whatever order the two are heard, one of the
handlers sees the other's trace.
"""

import contextlib
from typing import Protocol

from services.property.domain import work_steps
from services.property.domain.work_order import (
    Asked,
    SourceKind,
    WorkOrder,
    WorkSource,
    severity_within,
)
from services.property.domain.work_scope import scope_of_service
from services.property.domain.work_states import WorkOrderState
from services.property.service.needed import WorkNeededService
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, NotFound
from shared.events.property import WorkOrderAccepted
from shared.events.property_work import WorkOrderRefused
from shared.events.requests import (
    RequestAssigned,
    RequestClosed,
    RequestFollowedUp,
    RequestMerged,
    RequestReferred,
    RequestReopened,
    RequestReturned,
    RequestWithdrawn,
)
from shared.store import Store

PROPERTY, TEAM = "property", "team"
"""The units of an assignment that are ours: the company, and volunteers where there is none."""
ORDERS_MAX = 50
RequestLeft = RequestReturned | RequestWithdrawn | RequestMerged | RequestReferred | RequestClosed
"""What takes a request out of our hands."""


class Endings(Protocol):
    """Up to which of its versions a request has left our hands."""

    async def note(self, request_id: str, sequence: int) -> None:
        """Whatever was assigned before this version is not ours any more."""

    async def up_to(self, request_id: str) -> int:
        """The highest version noted, 0 if none."""


class RequestedWorkService:
    """What follows for work orders from what happens to the requests behind them."""

    def __init__(
        self, store: Store[WorkOrder], needed: WorkNeededService, endings: Endings
    ) -> None:
        self._store = store
        self._needed = needed
        self._endings = endings

    async def on_request_assigned(self, event: RequestAssigned, envelope: Envelope) -> None:
        """Open a work order for a request that is ours; what another unit had, or we had before,
        is over."""
        if event.number > 1:
            await self._endings.note(event.request_id, envelope.sequence)
        ours = event.unit in (PROPERTY, TEAM)
        if ours and await self._endings.up_to(event.request_id) <= envelope.sequence:
            # Opened before a crash, perhaps, which left what follows undone.
            with contextlib.suppress(AlreadyHeard):
                await self._open(event, envelope)
        await self._settle(event.request_id, handling=None if ours else envelope)

    async def on_request_left(self, event: RequestLeft, envelope: Envelope) -> None:
        """Cancel what the request had us do; an assignment heard later than this finds the note."""
        await self._endings.note(event.request_id, envelope.sequence)
        await self._settle(event.request_id, handling=envelope)

    async def on_request_reopened(self, event: RequestReopened, envelope: Envelope) -> None:
        """It was not solved: the work is sent back, or there is new work if it was accepted.

        One that was reopened because the work was sent back (told with what caused it) needs none.
        """
        if envelope.causationid is not None:
            return
        last = await self._last(event.request_id)
        if last is None or last.asked is None:
            return
        if last.asked.sequence < await self._endings.up_to(event.request_id):
            return
        followed = work_steps.reopened(last)
        if followed is not None:
            await self._store.save(*followed, handling=envelope)
        elif last.state is WorkOrderState.ACCEPTED_WORK:
            await self._again(last, envelope)

    async def on_followed_up(self, event: RequestFollowedUp, envelope: Envelope) -> None:
        """How satisfied the requester is with the work, if they said so (满意度)."""
        last = await self._last(event.request_id)
        if last is None or event.satisfaction is None:
            return
        rated = work_steps.rate(last, satisfaction=event.satisfaction, seen=envelope.sequence)
        if rated is not None:
            await self._store.save(*rated, handling=envelope)

    async def on_answered(
        self, event: WorkOrderAccepted | WorkOrderRefused, envelope: Envelope
    ) -> None:
        """Whoever signed for work, or refused it, whose request has gone meanwhile need not go."""
        if event.request_id is not None:
            await self._settle(event.request_id, handling=envelope)

    async def _open(self, event: RequestAssigned, envelope: Envelope) -> None:
        cause = await self._needed.cause(
            WorkSource(SourceKind.REQUEST, event.request_id),
            estate_id=event.estate_id,
            scope=scope_of_service(event.service_code),
            severity=severity_within(event.due_at - envelope.time),
            asked=Asked(
                event.number,
                envelope.sequence,
                event.due_at,
                event.requester_id,
                event.visibility,
            ),
        )
        if cause.community != envelope.community:
            raise NotFound("store.not_found", id=event.estate_id)
        if event.unit == PROPERTY or cause.handler_team_id is not None:
            await self._needed.open(cause, envelope)

    async def _again(self, last: WorkOrder, envelope: Envelope) -> None:
        cause = await self._needed.cause(
            last.source,
            estate_id=last.estate_id,
            scope=last.scope,
            severity=last.severity,
            asked=last.asked,
        )
        await self._needed.open(cause, envelope)

    async def _last(self, request_id: str) -> WorkOrder | None:
        orders = await self._store.find({"request_id": request_id}, limit=ORDERS_MAX)
        return orders[-1] if orders else None

    async def _settle(self, request_id: str, *, handling: Envelope | None) -> None:
        """Bring orders in line with what overtook them; a repeat finds nothing more to do."""
        ended_up_to = await self._endings.up_to(request_id)
        for order in await self._store.find({"request_id": request_id}, limit=ORDERS_MAX):
            followed = work_steps.overtaken(order, ended_up_to=ended_up_to)
            if followed is not None:
                await self._store.save(*followed, handling=handling)
