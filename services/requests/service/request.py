"""What one can do with a request, and what a request makes of what pairing did."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.requests.domain.assignment import Refusal, Unit
from services.requests.domain.closure import close, follow_up, withdraw
from services.requests.domain.confidence import listed
from services.requests.domain.follow_up import Answer, FollowUp
from services.requests.domain.handling import accept, assign, reject, resolve, return_, sign
from services.requests.domain.reader import Reader
from services.requests.domain.request import Action, RequestState, ServiceRequest
from services.requests.domain.submission import Submission, submit
from services.requests.service.estate import EstateService
from services.requests.service.offer import Offer
from services.requests.service.permission import Target, permitted
from services.requests.service.reading import Confidence, Purpose, readable
from services.requests.service.urgency import ORDERS, Sort, pressing
from shared.clock import Clock, new_id
from shared.envelope import Envelope
from shared.errors import Conflict
from shared.store import Page, Store

NUMBER_TRIES = 5
"""Ids tried until a number is free: at 10^6 requests a year the fifth fails once in 10^22."""


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests to list; None: any."""

    state: RequestState | None = None
    service_code: str | None = None
    number: str | None = None
    lead_unit: Unit | None = None
    co_unit: Unit | None = None
    building_id: str | None = None
    mine: bool = False
    overdue: bool = False
    escalated: bool = False
    sort: Sort = Sort.NEWEST

    def where(self) -> dict[str, Any]:
        """The same as stored fields."""
        fields = {
            "state": self.state,
            "service_code": self.service_code,
            "number": self.number,
            "lead_unit": self.lead_unit,
            "co_units": self.co_unit,
            "building_id": self.building_id,
        }
        where: dict[str, Any] = {n: str(v) for n, v in fields.items() if v is not None}
        return where | ({"escalated": True} if self.escalated else {})


@dataclass(frozen=True, slots=True)
class Said:
    """What a requester says afterwards."""

    resolved: Answer
    satisfaction: int | None = None
    text: str | None = None


class RequestService:
    """The use cases.

    Each that changes a request: ``NotFound`` for one that the reader may not see, ``Stale`` if
    ``seen`` has moved on, ``WrongState`` if its state does not allow it, ``Unavailable``.
    """

    def __init__(
        self,
        store: Store[ServiceRequest],
        estates: EstateService,
        offer: Offer,
        confidence: Confidence,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._change = partial(permitted, store)
        self._estates = estates
        self._offer = offer
        self._confidence = confidence
        self._clock = clock
        self._new_id = new_id

    async def submit(
        self,
        submission: Submission,
        *,
        communities: tuple[str, ...],
        request_id: str | None = None,
        handling: Envelope | None = None,
    ) -> ServiceRequest:
        """A new request in the community of its estate; a care request is on its way to pairing.

        Made by an event (``handling``) it has an id settled beforehand: ``Stale`` if it is there.
        ``Invalid`` for an unknown service type, estate or dwelling and for a bad description.
        """
        estate = await self._estates.of(submission, communities=communities)
        kind = await self._offer.types.offered(estate.community, submission.service_code)
        promise = await self._offer.rules.promise(estate.community, kind.sla_class)
        tries_left = NUMBER_TRIES
        while True:
            request, events = submit(
                submission,
                kind=kind,
                request_id=request_id or self._new_id("req"),
                estate=estate,
                at=self._clock.now(),
                promise=promise,
            )
            tries_left -= 1
            try:
                return await self._store.save(request, events, handling=handling)
            except Conflict as conflict:
                if conflict.facts.get("fields") != "number" or not tries_left:
                    raise

    async def get(
        self, request_id: str, reader: Reader, *, purpose: Purpose = Purpose.HANDLING
    ) -> ServiceRequest:
        """One request; ``NotFound`` if there is none that this reader may see.

        That somebody else's confidence was read, and for what, is on record before it is shown.
        """
        request = await readable(self._store, request_id, reader)
        await self._confidence.shown(request, reader, purpose)
        return request

    async def page(
        self, reader: Reader, wanted: RequestFilter, *, cursor: str | None, limit: int
    ) -> Page[ServiceRequest]:
        """One page of what this reader may see, in the order wanted.

        Of what others asked for in confidence, no words: to read those takes a reading of its own.
        What is overdue, and what is listed by its due time or risk, is what is under way.
        """
        where = wanted.where()
        if wanted.overdue or wanted.sort is not Sort.NEWEST:
            now = self._clock.now() if wanted.overdue else None
            where |= pressing(wanted.state, overdue_at=now)
        if wanted.mine or not reader.reads_all:
            where["requester_id"] = reader.id
        elif not reader.handles:
            where["visibility"] = {"$in": ["public", "staff"]}
        page = await self._store.page(
            where,
            communities=reader.communities,
            order=ORDERS[wanted.sort],
            cursor=cursor,
            limit=limit,
        )
        return Page([listed(request, reader) for request in page.items], page.next_cursor)

    async def story(
        self, request_id: str, reader: Reader, *, purpose: Purpose = Purpose.HANDLING
    ) -> list[Envelope]:
        """All that happened to a request, oldest first; ``NotFound``, and on record, as ``get``."""
        await self.get(request_id, reader, purpose=purpose)
        return await self._store.story(request_id, communities=reader.communities)

    async def accept(self, request_id: str, reader: Reader, *, seen: int | None) -> ServiceRequest:
        """Take it on; its deadline runs from now."""
        now = self._clock.now()
        return await self._change(
            Target(request_id, reader, seen),
            Action.ACCEPT,
            lambda r: accept(r, at=now),
        )

    async def reject(
        self, request_id: str, reader: Reader, *, seen: int | None, refusal: Refusal
    ) -> ServiceRequest:
        """Do not take it on."""
        return await self._change(
            Target(request_id, reader, seen),
            Action.REJECT,
            lambda r: reject(r, refusal=refusal, at=self._clock.now()),
        )

    async def assign(
        self, request_id: str, reader: Reader, *, seen: int | None, unit: Unit
    ) -> ServiceRequest:
        """Give it to a unit."""
        now = self._clock.now()
        return await self._change(
            Target(request_id, reader, seen),
            Action.ASSIGN,
            lambda r: assign(r, unit=unit, at=now),
        )

    async def return_(
        self, request_id: str, reader: Reader, *, seen: int | None, refusal: Refusal
    ) -> ServiceRequest:
        """Give it back to the dispatcher."""
        return await self._change(
            Target(request_id, reader, seen),
            Action.RETURN,
            lambda r: return_(r, refusal=refusal),
        )

    async def start(self, request_id: str, reader: Reader, *, seen: int | None) -> ServiceRequest:
        """Sign for it: the reader handles it from now on."""
        now = self._clock.now()
        return await self._change(
            Target(request_id, reader, seen),
            Action.START,
            lambda r: sign(r, handler_id=reader.id, at=now),
        )

    async def resolve(
        self, request_id: str, reader: Reader, *, seen: int | None, note: str | None
    ) -> ServiceRequest:
        """Report it done; staff lead (首接) and may do so for whoever handles it."""
        now = self._clock.now()
        return await self._change(
            Target(request_id, reader, seen),
            Action.RESOLVE,
            lambda r: resolve(r, at=now, handler_id=reader.id, note=note),
        )

    async def close(self, request_id: str, reader: Reader, *, seen: int | None) -> ServiceRequest:
        """Close it without an answer, once the time for one is over."""
        now = self._clock.now()
        return await self._change(
            Target(request_id, reader, seen), Action.CLOSE, lambda r: close(r, at=now)
        )

    async def withdraw(
        self, request_id: str, reader: Reader, *, seen: int | None
    ) -> ServiceRequest:
        """Take one's own request back; ``NotAllowed`` for another's."""
        now = self._clock.now()
        target = Target(request_id, reader, seen)
        return await self._change(target, Action.WITHDRAW, lambda r: withdraw(r, at=now))

    async def follow_up(
        self, request_id: str, reader: Reader, *, seen: int | None, said: Said
    ) -> ServiceRequest:
        """Say whether one's own request was solved; ``NotAllowed`` for another's."""
        answer = FollowUp(
            resolved=said.resolved,
            by=reader.id,
            at=self._clock.now(),
            satisfaction=said.satisfaction,
            text=said.text,
        )

        target = Target(request_id, reader, seen)
        return await self._change(target, Action.REOPEN, lambda r: follow_up(r, said=answer))
