"""What requesters and handlers write on a request while it is under way (进展)."""

from services.requests.domain.album import must_take_part
from services.requests.domain.conversation import audience_for, heard_by
from services.requests.domain.joining import add_update
from services.requests.domain.progress import Audience, Update
from services.requests.domain.reader import Reader
from services.requests.domain.request import Decided, ServiceRequest
from services.requests.service.request import RequestService
from shared.clock import Clock, new_id
from shared.deciding import changed
from shared.store import Store


class ConversationService:
    """The use cases. Each: ``NotFound`` for a request that the reader may not see,
    ``Unavailable``."""

    def __init__(
        self, requests: RequestService, store: Store[ServiceRequest], clock: Clock
    ) -> None:
        self._requests = requests
        self._store = store
        self._clock = clock

    async def read(self, request_id: str, reader: Reader) -> list[Update]:
        """What was written, as far as it is for this reader, oldest first."""
        return heard_by(reader, await self._requests.get(request_id, reader))

    async def write(
        self,
        request_id: str,
        reader: Reader,
        *,
        seen: int | None,
        text: str,
        audience: Audience | None = None,
    ) -> ServiceRequest:
        """Write something on it.

        ``NotAllowed`` for who neither asked for it nor handles requests, and for an audience that
        is not the writer's to choose; ``Conflict`` beyond 100; ``WrongState``; ``Stale``.
        """
        update = Update(
            new_id("upd"), audience_for(reader, audience), text, reader.id, self._clock.now()
        )

        def decide(request: ServiceRequest) -> Decided:
            must_take_part(reader, request)
            return add_update(request, update=update)

        return await changed(
            self._store, lambda: self._requests.get(request_id, reader), decide, seen=seen
        )
