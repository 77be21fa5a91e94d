"""The same trouble asked for twice (并单): suggested, merged, or joined by "me too" (附议)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.requests.domain.correction import CorrectionReason, reinstate
from services.requests.domain.duplicate import (
    WINDOW,
    Candidate,
    Described,
    Likely,
    likeliest,
    may_know,
)
from services.requests.domain.follow_up import NOBODY
from services.requests.domain.joining import absorb, merge, support
from services.requests.domain.permission import must
from services.requests.domain.place import Position
from services.requests.domain.progress import Correction
from services.requests.domain.reader import Reader
from services.requests.domain.request import Action, Decided, RequestState, ServiceRequest
from services.requests.domain.service_type import ServiceTypes
from services.requests.service.estate import EstateService
from services.requests.service.permission import Target, permitted
from services.requests.service.reading import readable
from services.requests.service.service_type import ServiceTypeService
from shared.clock import Clock
from shared.deciding import changed
from shared.envelope import Envelope
from shared.errors import Conflict, Invalid, NotFound
from shared.events.requests import RequestMerged
from shared.store import Page, Store

log = logging.getLogger(__name__)

LOOKED_AT_MAX = 100
"""The newest in the building, and as many in the estate."""
CODES_MAX = 50
"""Of one group: the store walks each of them."""
CHAIN_MAX = 10
"""How often what a request was merged into may have been merged again meanwhile."""


@dataclass(frozen=True, slots=True)
class Near:
    """Open requests of these types, in a building or, without one, anywhere in an estate."""

    community: str
    estate_id: str
    building_id: str | None
    service_codes: tuple[str, ...]
    since: datetime


class Candidates(Protocol):
    """Finds open requests."""

    async def near(self, near: Near, *, limit: int) -> Sequence[Candidate]:
        """The newest of them, at most ``limit``; ``Unavailable``."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody is about to ask for."""

    service_code: str
    estate_id: str
    description: str
    dwelling_id: str | None = None
    building_id: str | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class _Search:
    """What is looked for, and where; ``but`` is not to be found."""

    described: Described
    community: str
    estate_id: str
    since: datetime
    but: str | None = None


class DuplicateService:
    """The use cases. Each: ``NotFound`` for a request that the reader may not see;
    ``Unavailable``."""

    def __init__(
        self,
        store: Store[ServiceRequest],
        candidates: Candidates,
        estates: EstateService,
        types: ServiceTypeService,
        clock: Clock,
    ) -> None:
        self._store = store
        self._candidates = candidates
        self._estates = estates
        self._types = types
        self._clock = clock

    async def before(self, asked: Asked, reader: Reader) -> list[Likely]:
        """What is likely the same, before it is asked for; ``Invalid`` for an unknown service
        type, estate or dwelling."""
        estate = await self._estates.admit(
            asked.estate_id, dwelling_id=asked.dwelling_id, communities=reader.communities
        )
        await self._types.offered(estate.community, asked.service_code)
        building_id = asked.building_id
        if building_id is None and asked.dwelling_id is not None:
            building_id = estate.building_of(asked.dwelling_id)
        now = self._clock.now()
        described = Described(
            asked.service_code, asked.description, now, building_id, asked.position
        )
        search = _Search(described, estate.community, estate.id, now - WINDOW)
        return await self._likeliest(search, reader)

    async def of(self, request_id: str, reader: Reader) -> list[Likely]:
        """What is likely the same as a request that is there."""
        request = await readable(self._store, request_id, reader)
        described = Described(
            request.service_code,
            request.description,
            request.submitted_at,
            request.building_id,
            request.position,
        )
        since = request.submitted_at - WINDOW
        search = _Search(described, request.community, request.estate_id, since, request.id)
        return await self._likeliest(search, reader)

    async def merge(
        self, request_id: str, reader: Reader, *, seen: int | None, into: str
    ) -> ServiceRequest:
        """Merge it into another, which goes on for both and hears of it by the event.

        ``Stale``; ``WrongState`` if either is not where it may be merged; ``Invalid`` for one that
        it cannot be merged into; ``Conflict`` if that one has taken in too many.
        """
        await readable(self._store, request_id, reader)  # nothing is told of the other before
        other = await self._other(into, reader)
        now = self._clock.now()
        target = Target(request_id, reader, seen)
        return await permitted(
            self._store, target, Action.MERGE, lambda request: merge(request, into=other, at=now)
        )

    async def support(self, request_id: str, reader: Reader) -> ServiceRequest:
        """Say that one has the same trouble, once; ``Conflict`` again, and beyond the limit;
        ``NotAllowed`` for its own requester.

        For whoever reads what the community asks for, and for neighbours where the world may.
        """

        def decide(request: ServiceRequest) -> Decided:
            must(reader, Action.SUPPORT, request)
            return support(request, person_id=reader.id)

        return await changed(
            self._store, lambda: self._known(request_id, reader), decide, seen=None
        )

    async def supported(
        self, reader: Reader, *, cursor: str | None, limit: int
    ) -> Page[tuple[ServiceRequest, bool]]:
        """One page of what the reader supports, newest first, by itself or since its own request
        was merged into it; each with whether the reader may know what it is about."""
        page = await self._store.page(
            {"supporters": reader.id}, communities=reader.communities, cursor=cursor, limit=limit
        )
        rows = []
        for request in page.items:
            kind = await self._types.get(request.community, request.service_code)
            rows.append((request, may_know(reader, request.visibility, kind)))
        return Page(rows, page.next_cursor)

    async def merged(self, event: RequestMerged, envelope: Envelope) -> None:
        """A request was merged: what it was merged into takes over who asked for it.

        If that was merged itself meanwhile, what has it now does. If that is over, the merged one
        is taken up again: somebody still has that trouble.
        """
        here = (envelope.community,)
        duplicate = await self._store.get(event.request_id, communities=here)
        request = await self._standing(event.duplicate_of, envelope)
        if duplicate.duplicate_of is None or duplicate.id in request.merged:
            return  # taken up again already, or in it already
        try:
            decided = absorb(request, duplicate=duplicate)
        except Conflict as refused:
            facts = {"id": request.id, "duplicate": duplicate.id, "reason": str(refused)}
            log.warning("a merged request is not taken in, but taken up again", extra=facts)
            decided = _taken_up(duplicate, self._clock.now())
        await self._store.save(*decided, handling=envelope)

    async def _standing(self, request_id: str, envelope: Envelope) -> ServiceRequest:
        """The request, or what it was merged into since; two that were merged into each other
        stand nowhere, and then it is one of them."""
        for _ in range(CHAIN_MAX):
            request = await self._store.get(
                request_id, communities=(envelope.community,), handling=envelope
            )
            if request.state is not RequestState.MERGED or request.duplicate_of is None:
                break
            request_id = request.duplicate_of
        return request

    async def _likeliest(self, search: _Search, reader: Reader) -> list[Likely]:
        kinds = await self._types.all(search.community)
        found: dict[str, Candidate] = {}
        for building_id in dict.fromkeys((search.described.building_id, None)):
            near = Near(
                search.community,
                search.estate_id,
                building_id,
                _codes(kinds, search.described.service_code),
                search.since,
            )
            for each in await self._candidates.near(near, limit=LOOKED_AT_MAX):
                kind = kinds.get(each.described.service_code)
                if each.id != search.but and kind and may_know(reader, each.visibility, kind):
                    found[each.id] = each
        return likeliest(search.described, list(found.values()))

    async def _other(self, request_id: str, reader: Reader) -> ServiceRequest:
        try:
            return await readable(self._store, request_id, reader)
        except NotFound:
            raise Invalid("request.merge_unknown", pointer="/duplicate_of") from None

    async def _known(self, request_id: str, reader: Reader) -> ServiceRequest:
        request = await self._store.get(request_id, communities=reader.communities)
        kind = await self._types.get(request.community, request.service_code)
        if not may_know(reader, request.visibility, kind):
            raise NotFound("store.not_found", id=request_id)
        return request


def _taken_up(duplicate: ServiceRequest, at: datetime) -> Decided:
    correction = Correction(CorrectionReason.ENDED_BY_MISTAKE, ("state",), NOBODY, at)
    return reinstate(duplicate, correction=correction, at=at)


def _codes(kinds: ServiceTypes, code: str) -> tuple[str, ...]:
    """The type itself and those of its group."""
    group = kinds[code].group if code in kinds else None
    same = [each.code for each in kinds.values() if each.group is group and each.code != code]
    return (code, *same[: CODES_MAX - 1])
