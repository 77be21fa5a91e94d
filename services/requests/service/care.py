"""What requests makes of what pairing does for them."""

from collections.abc import Callable

from services.requests.domain.care import (
    News,
    care_accepted,
    care_completed,
    care_started,
    care_unplaced,
)
from services.requests.domain.request import Decided, ServiceRequest
from shared.envelope import Envelope
from shared.events.pairing import CareTaskAccepted, CareTaskCompleted, CareTaskUnplaced
from shared.events.pairing_care import CareTaskStarted
from shared.store import Store

Told = CareTaskAccepted | CareTaskStarted | CareTaskCompleted | CareTaskUnplaced


class CareService:
    """Moves requests on as their care tasks go."""

    def __init__(self, store: Store[ServiceRequest]) -> None:
        self._store = store

    async def on_accepted(self, event: CareTaskAccepted, envelope: Envelope) -> None:
        """A helper said yes."""
        await self._heard(event, envelope, lambda r, news: care_accepted(r, news=news))

    async def on_started(self, event: CareTaskStarted, envelope: Envelope) -> None:
        """A helper is at it."""
        await self._heard(event, envelope, lambda r, news: care_started(r, news=news))

    async def on_completed(self, event: CareTaskCompleted, envelope: Envelope) -> None:
        """A helper reported it done."""
        await self._heard(event, envelope, lambda r, news: care_completed(r, news=news))

    async def on_unplaced(self, event: CareTaskUnplaced, envelope: Envelope) -> None:
        """Nobody does it."""
        await self._heard(
            event, envelope, lambda r, news: care_unplaced(r, news=news, reason=event.reason)
        )

    async def _heard(
        self,
        event: Told,
        envelope: Envelope,
        decide: Callable[[ServiceRequest, News], Decided | None],
    ) -> None:
        """An event of another community meets no request of ours: ``NotFound``."""
        request = await self._store.get(
            event.request_id, communities=(envelope.community,), handling=envelope
        )
        news = News(
            task_id=event.care_task_id,
            sequence=envelope.sequence,
            at=envelope.time,
            helper_id=getattr(event, "helper_id", ""),
        )
        decided = decide(request, news)
        if decided is not None:
            await self._store.save(*decided, handling=envelope)
