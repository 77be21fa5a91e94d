"""Who reads what is confidential, and for what: kept with each reading (``shared/readings.py``)."""

from enum import StrEnum

from services.requests.domain.confidence import confided
from services.requests.domain.reader import Reader, may_read
from services.requests.domain.request import ServiceRequest
from shared.errors import NotFound
from shared.readings import Reading, ReadingLog
from shared.store import Page, Store


class Purpose(StrEnum):
    """The purposes there are (PIPL art. 6: personal data is processed for a stated purpose)."""

    HANDLING = "handling"
    """To do what was asked for, or to mediate."""
    SUPERVISION = "supervision"
    """To see whether it is done well, or to answer a complaint about it."""
    CORRECTION = "correction"
    """To put right what is kept of it."""


class Confidence:
    """Puts on record whoever reads what somebody else asked for in confidence."""

    def __init__(self, log: ReadingLog) -> None:
        self._log = log

    async def shown(self, request: ServiceRequest, reader: Reader, purpose: Purpose) -> None:
        """On record before it is shown, or ``Unavailable``; what is no confidence costs nothing."""
        if confided(request, reader):
            await self._log.note(request, by=reader.id, purpose=purpose)


class ReadingService:
    """Shows who read a request."""

    def __init__(self, store: Store[ServiceRequest], log: ReadingLog) -> None:
        self._store = store
        self._log = log

    async def readings(
        self, request_id: str, reader: Reader, *, cursor: str | None, limit: int
    ) -> Page[Reading]:
        """Who read it, newest first; ``NotFound`` for a request that this reader may not see."""
        request = await readable(self._store, request_id, reader)
        return await self._log.page(request, cursor=cursor, limit=limit)


async def readable(store: Store[ServiceRequest], request_id: str, reader: Reader) -> ServiceRequest:
    """The request; ``NotFound`` if there is none that this reader may see."""
    request = await store.get(request_id, communities=reader.communities)
    if not may_read(reader, request):
        raise NotFound("store.not_found", id=request_id)
    return request
