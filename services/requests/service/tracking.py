"""Requests of people who are not signed in: made without an account, opened by a tracking code."""

from dataclasses import replace

from services.requests.domain.contact import Contact
from services.requests.domain.reader import Reader
from services.requests.domain.request import ServiceRequest
from services.requests.domain.submission import Submission
from services.requests.domain.tracking import (
    ALPHABET,
    SECRET_CHARACTERS,
    TrackingCode,
    contact_for,
    digest_of,
    must_be_fresh,
    proves,
    read_code,
)
from services.requests.service.estate import EstateService
from services.requests.service.request import RequestService
from shared.clock import Clock, new_id, new_secret
from shared.errors import Conflict, Invalid, NotAuthenticated, NotFound, Stale
from shared.store import Store


class TrackingService:
    """The use cases."""

    def __init__(
        self,
        requests: RequestService,
        estates: EstateService,
        store: Store[ServiceRequest],
        clock: Clock,
    ) -> None:
        self._requests = requests
        self._estates = estates
        self._store = store
        self._clock = clock

    def new_code(self) -> TrackingCode:
        """A code for a request still to be made: with it, sending again makes nothing twice."""
        return TrackingCode(new_id("req"), new_secret(ALPHABET, SECRET_CHARACTERS))

    async def submit(
        self,
        submission: Submission,
        *,
        communities: tuple[str, ...] | None = None,
        code: str | None = None,
    ) -> tuple[ServiceRequest, TrackingCode]:
        """A new request of somebody without an account, and the code that opens it.

        The code is told here and never again. ``code`` is one of ``new_code``: sent again, it gives
        the request that was made with it. Without ``communities`` any estate will do: nobody is
        signed in who could be bound to some. Errors as for ``RequestService.submit``; ``Invalid``
        for a code that was not given out of late.
        """
        own = self.new_code() if code is None else self._given(code)
        if communities is None:
            communities = ((await self._estates.known(submission.estate_id)).community,)
        asked = replace(submission, requester_id=None, tracking=digest_of(own.secret))
        try:
            request = await self._requests.submit(
                asked, communities=communities, request_id=None if code is None else own.request_id
            )
        except (Stale, Conflict) as error:
            known = await self._opened(own)
            if known is None and isinstance(error, Stale):  # another's, with another secret
                raise Invalid("tracking.unknown", pointer="/tracking_code") from None
            if known is None:
                raise
            request = known
        return request, TrackingCode(request.id, own.secret)

    def _given(self, text: str) -> TrackingCode:
        code = read_code(text)
        if code is None:
            raise Invalid("tracking.unknown", pointer="/tracking_code")
        must_be_fresh(code, self._clock.now())
        return code

    async def contact(self, request_id: str, reader: Reader) -> Contact:
        """How to reach a requester; ``NotFound``, ``NotAllowed``, ``Unavailable``."""
        return contact_for(reader, await self._requests.get(request_id, reader))

    async def request_of(self, text: str) -> ServiceRequest:
        """The request that a code opens; ``NotAuthenticated`` for any other text, whether or not
        there is such a request; ``Unavailable``."""
        code = read_code(text)
        request = None if code is None else await self._opened(code)
        if request is None:
            raise NotAuthenticated("tracking.unknown")
        return request

    async def _opened(self, code: TrackingCode) -> ServiceRequest | None:
        try:
            request = await self._store.get(code.request_id)
        except NotFound:
            return None
        return request if proves(code, request) else None
