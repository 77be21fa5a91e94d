"""Requests and mediations hear of each other: a dispute that came in as a request becomes a case.

Both are of this service, and still change by events alone: each is written by itself, and whatever
is heard twice, late or out of order leaves both right.
"""

from collections.abc import Sequence

from services.requests.domain import dispute as domain
from services.requests.domain import mediation_steps as steps
from services.requests.domain.assignment import Unit
from services.requests.domain.mediation import SETTLING, Mediation, MediationState
from services.requests.domain.request import Decided, ServiceRequest
from shared.clock import Clock, derived_id
from shared.envelope import Envelope
from shared.errors import NotFound
from shared.events.requests import (
    RequestAssigned,
    RequestMerged,
    RequestReferred,
    RequestReturned,
    RequestWithdrawn,
)
from shared.events.requests_mediation import (
    MediationAccepted,
    MediationAgreed,
    MediationDeclined,
    MediationEvent,
    MediationReferred,
    MediationWithdrawn,
)
from shared.store import Store

CASES_MAX = 20
"""Cases of one request: it comes back to mediation a few times at most."""

RequestLeft = RequestReturned | RequestWithdrawn | RequestMerged | RequestReferred
"""What takes a request out of mediation's hands."""


class DisputeService:
    """What follows for one of the two from what happened to the other."""

    def __init__(
        self, cases: Store[Mediation], requests: Store[ServiceRequest], clock: Clock
    ) -> None:
        self._cases = cases
        self._requests = requests
        self._clock = clock

    async def on_request_assigned(self, event: RequestAssigned, envelope: Envelope) -> None:
        """Register a case for a request that is mediation's, unless it has one that is open.

        The request is looked at before and after: in whatever order this and what takes it away
        again are heard, one of the handlers sees the other's trace.
        """
        request = await self._requests.get(event.request_id, communities=(envelope.community,))
        if event.unit == Unit.MEDIATION and domain.with_mediation(request):
            await self._register(request, envelope)
        await self._settle(event.request_id, envelope, handling=None)

    async def on_request_left(self, event: RequestLeft, envelope: Envelope) -> None:
        """End what is under way for a request that went another way."""
        await self._settle(event.request_id, envelope, handling=envelope)

    async def on_accepted(self, event: MediationAccepted, envelope: Envelope) -> None:
        """The parties agreed to be helped: the request is in progress."""
        request = await self._behind(event, envelope)
        if request is not None:
            decided = domain.mediation_accepted(
                request, mediator_id=event.mediator_ids[0], at=envelope.time
            )
            await self._keep(decided, envelope)

    async def on_declined(self, event: MediationDeclined, envelope: Envelope) -> None:
        """There will be no mediation: the request goes back to the dispatcher."""
        request = await self._behind(event, envelope)
        if request is not None and not await self._open(request.id):
            decided = domain.mediation_declined(request, reason=event.reason)
            await self._keep(decided, envelope)

    async def on_agreed(self, event: MediationAgreed, envelope: Envelope) -> None:
        """The parties came to an agreement: the request is resolved."""
        request = await self._behind(event, envelope)
        if request is not None:
            decided = domain.mediation_agreed(
                request, mediator_id=event.mediator_ids[0], at=envelope.time
            )
            await self._keep(decided, envelope)

    async def on_withdrawn(self, event: MediationWithdrawn, envelope: Envelope) -> None:
        """A party wanted no more of it."""
        request = await self._behind(event, envelope)
        if request is not None:
            decided = domain.mediation_withdrawn(
                request,
                mediator_id=event.mediator_ids[0],
                reason=event.reason,
                at=envelope.time,
            )
            await self._keep(decided, envelope)

    async def on_referred(self, event: MediationReferred, envelope: Envelope) -> None:
        """The parties were told of another way."""
        request = await self._behind(event, envelope)
        if request is not None:
            decided = domain.mediation_referred(
                request, mediator_id=event.mediator_ids[0], way=event.way, at=envelope.time
            )
            await self._keep(decided, envelope)

    async def _register(self, request: ServiceRequest, envelope: Envelope) -> None:
        case_id = _case_id(request)
        if await self._open(request.id) or await self._there(case_id):
            return
        case = Mediation(
            id=case_id,
            community=request.community,
            version=0,
            state=MediationState.REGISTERED,
            subject=request.description,
            registered_at=self._clock.now(),
            request_id=request.id,
        )
        await self._cases.save(*steps.register(case), handling=envelope)

    async def _open(self, request_id: str) -> list[Mediation]:
        states = [state.value for state in SETTLING]
        where = {"request_id": request_id, "state": {"$in": states}}
        return await self._cases.find(where, limit=CASES_MAX)

    async def _there(self, case_id: str) -> bool:
        try:
            await self._cases.get(case_id)
        except NotFound:
            return False
        return True

    async def _settle(
        self, request_id: str, envelope: Envelope, *, handling: Envelope | None
    ) -> None:
        """Bring cases in line with what overtook them; a repeat finds nothing more to do."""
        request = await self._requests.get(request_id, communities=(envelope.community,))
        cases = await self._open(request_id)
        if domain.with_mediation(request):
            cases = _beside(_case_id(request), cases)
        for case in cases:
            followed = steps.overtaken(case)
            if followed is not None:
                await self._cases.save(*followed, handling=handling)

    async def _behind(self, event: MediationEvent, envelope: Envelope) -> ServiceRequest | None:
        """The request behind a case, if one is."""
        if event.request_id is None:
            return None
        return await self._requests.get(
            event.request_id, communities=(envelope.community,), handling=envelope
        )

    async def _keep(self, decided: Decided | None, envelope: Envelope) -> None:
        if decided is not None:
            request, events = decided
            await self._requests.save(request, events, handling=envelope)


def _case_id(request: ServiceRequest) -> str:
    """One case for each time that it is given: whoever hears of it first, or at once, makes it."""
    return derived_id("med", request.id, str(request.given_times))


def _beside(case_id: str, cases: Sequence[Mediation]) -> list[Mediation]:
    """The others, if this one is open: a case of an earlier giving goes on only without one."""
    if all(case.id != case_id for case in cases):
        return []
    return [case for case in cases if case.id != case_id]
