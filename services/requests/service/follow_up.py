"""Asking afterwards (回访): by a link that needs no account, and by staff who call back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.requests.domain.closure import call_back, follow_up
from services.requests.domain.follow_up import Answer, FollowUp, Method
from services.requests.domain.follow_up_link import (
    FollowUpLink,
    link_for,
    must_wait,
    proves,
    read_link,
)
from services.requests.domain.reader import Reader
from services.requests.domain.request import Action, Decided, ServiceRequest
from services.requests.service.permission import Target, permitted
from services.requests.service.reading import readable
from services.requests.service.request import Said
from shared.clock import Clock
from shared.deciding import changed
from shared.errors import NotFound
from shared.store import Store


@dataclass(frozen=True, slots=True)
class Call:
    """A call or a visit to ask: whether somebody was reached, and what was said."""

    method: Method
    contacted: bool
    resolved: Answer | None = None
    satisfaction: int | None = None
    text: str | None = None


class FollowUpService:
    """The use cases; of ``keys`` the first one signs, all of them count. Each: ``Unavailable``."""

    def __init__(self, store: Store[ServiceRequest], keys: Sequence[bytes], clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    async def link(self, request_id: str, reader: Reader) -> tuple[FollowUpLink, datetime | None]:
        """The link to send to the requester, and until when it opens.

        ``NotFound`` for a request that the reader may not see; ``WrongState`` if it does not wait
        for an answer.
        """
        request = await readable(self._store, request_id, reader)
        link = link_for(request, key=self._keys[0], at=self._clock.now())
        return link, request.follow_up_due_at

    async def of(self, token: str) -> ServiceRequest:
        """The request that a link is about, as long as it was not resolved anew since.

        ``NotFound`` for any other text, whether or not there is such a request.
        """
        link = read_link(token)
        if link is not None:
            try:
                request = await self._store.get(link.request_id)
            except NotFound:
                pass
            else:
                if proves(link, request, self._keys):
                    return request
        raise NotFound("follow_up.no_link")

    async def answer(self, token: str, said: Said) -> ServiceRequest:
        """The requester answers by a link: it opens nothing afterwards.

        ``NotFound`` as for ``of``; ``WrongState`` if an answer was given or its time is over.
        """

        def decide(request: ServiceRequest) -> Decided:
            now = self._clock.now()
            must_wait(request, at=now)
            return follow_up(
                request,
                said=FollowUp(
                    said.resolved,
                    request.requester_id,
                    now,
                    said.satisfaction,
                    said.text,
                    Method.LINK,
                ),
            )

        return await changed(self._store, lambda: self.of(token), decide, seen=None)

    async def call_back(
        self, request_id: str, reader: Reader, *, seen: int | None, call: Call
    ) -> ServiceRequest:
        """Write down what came of calling the requester.

        ``NotFound``, ``Stale``; ``NotAllowed`` for who handled it; ``WrongState`` if it does not
        wait for an answer; ``Invalid`` for an answer of somebody who was not reached.
        """
        said = FollowUp(
            call.resolved,
            reader.id,
            self._clock.now(),
            call.satisfaction,
            call.text,
            call.method,
            call.contacted,
        )
        target = Target(request_id, reader, seen)
        return await permitted(
            self._store, target, Action.CALL_BACK, lambda request: call_back(request, said=said)
        )
