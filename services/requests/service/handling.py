"""What one can do with a request while it is handled, beyond its straight way (``request``)."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from services.requests.domain import correction as corrections
from services.requests.domain import handling as domain
from services.requests.domain.assignment import Hold, HoldReason, Referral, Unit
from services.requests.domain.correction import CorrectionReason, Fields
from services.requests.domain.progress import Correction
from services.requests.domain.request import Action, ServiceRequest
from services.requests.service.estate import EstateService
from services.requests.service.permission import Target, permitted
from services.requests.service.reading import readable
from shared.clock import Clock
from shared.store import Store


@dataclass(frozen=True, slots=True)
class Why:
    """Why something is set right; the note stays in the request."""

    reason: CorrectionReason
    note: str | None = None


class HandlingService:
    """The use cases.

    Each that changes a request: ``NotFound`` for one that the reader may not see, ``NotAllowed``
    for what is not the reader's to do, ``Stale`` if ``seen`` has moved on, ``WrongState`` if its
    state does not allow it, ``Unavailable``.
    """

    def __init__(self, store: Store[ServiceRequest], estates: EstateService, clock: Clock) -> None:
        self._store = store
        self._change = partial(permitted, store)
        self._estates = estates
        self._clock = clock

    async def hold(
        self, target: Target, *, reason: HoldReason, until: datetime | None, note: str | None
    ) -> ServiceRequest:
        """Let it wait; by itself it goes on when ``until`` has come. ``Invalid`` if it has."""
        hold = Hold(reason, self._clock.now(), until, note)
        return await self._change(target, Action.HOLD, lambda r: domain.hold(r, hold=hold))

    async def resume(self, target: Target) -> ServiceRequest:
        """Go on with it."""
        now = self._clock.now()
        return await self._change(target, Action.RESUME, lambda r: domain.resume(r, at=now))

    async def refer(self, target: Target, *, referral: Referral) -> ServiceRequest:
        """Hand it to somebody outside."""
        now = self._clock.now()
        return await self._change(
            target, Action.REFER, lambda r: domain.refer(r, referral=referral, at=now)
        )

    async def hand_over(self, target: Target, *, unit: Unit) -> ServiceRequest:
        """Give it to another unit, which leads from now on, although it is under way."""
        now = self._clock.now()
        return await self._change(
            target, Action.HAND_OVER, lambda r: domain.hand_over(r, unit=unit, at=now)
        )

    async def assist(self, target: Target, *, unit: Unit) -> ServiceRequest:
        """Have one more unit help; ``Conflict`` if it does already."""
        return await self._change(target, Action.ASSIST, lambda r: domain.assist(r, unit=unit))

    async def contact(self, target: Target) -> ServiceRequest:
        """Note that the requester was spoken to."""
        now, by = self._clock.now(), target.reader.id
        return await self._change(
            target, Action.CONTACT, lambda r: domain.contact(r, by=by, at=now)
        )

    async def correct(self, target: Target, *, fields: Fields, why: Why) -> ServiceRequest:
        """Set fields right; ``Invalid`` for what it may not be, or if nothing is to change."""
        building_id = await self._building(target, fields.dwelling_id)
        log = self._correction(target, why)
        return await self._change(
            target,
            Action.CORRECT,
            lambda r: corrections.correct(
                r, correction=log, fields=fields, building_id=building_id
            ),
        )

    async def reinstate(self, target: Target, *, why: Why) -> ServiceRequest:
        """Take up again what had ended."""
        log = self._correction(target, why)
        return await self._change(
            target,
            Action.REINSTATE,
            lambda r: corrections.reinstate(r, correction=log, at=log.at),
        )

    def _correction(self, target: Target, why: Why) -> Correction:
        return Correction(
            why.reason.value, ("state",), target.reader.id, self._clock.now(), why.note
        )

    async def _building(self, target: Target, dwelling_id: str | None) -> str | None:
        """The building of a dwelling on the request's own estate; ``Invalid`` if it is on none."""
        if dwelling_id is None:
            return None
        request = await readable(self._store, target.request_id, target.reader)
        estate = await self._estates.admit(
            request.estate_id, dwelling_id=dwelling_id, communities=target.reader.communities
        )
        return estate.building_of(dwelling_id)
