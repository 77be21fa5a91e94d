"""Requests of people who are not signed in: made without an account, opened by a tracking code."""

from collections.abc import Callable
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
    proves,
    read_code,
)
from services.requests.service.estate import EstateService
from services.requests.service.request import RequestService
from shared.clock import new_secret
from shared.errors import NotAuthenticated, NotFound
from shared.store import Store


class TrackingService:
    """The use cases."""

    def __init__(
        self,
        requests: RequestService,
        estates: EstateService,
        store: Store[ServiceRequest],
        new_secret: Callable[[str, int], str] = new_secret,
    ) -> None:
        self._requests = requests
        self._estates = estates
        self._store = store
        self._new_secret = new_secret

    async def submit(
        self, submission: Submission, *, communities: tuple[str, ...] | None = None
    ) -> tuple[ServiceRequest, TrackingCode]:
        """A new request of somebody without an account, and the code that opens it.

        The code is told here and never again. Without ``communities`` any estate will do: nobody
        is signed in who could be bound to some. Errors as for ``RequestService.submit``.
        """
        secret = self._new_secret(ALPHABET, SECRET_CHARACTERS)
        if communities is None:
            communities = ((await self._estates.known(submission.estate_id)).community,)
        asked = replace(submission, requester_id=None, tracking=digest_of(secret))
        request = await self._requests.submit(asked, communities=communities)
        return request, TrackingCode(request.id, secret)

    async def contact(self, request_id: str, reader: Reader) -> Contact:
        """How to reach a requester; ``NotFound``, ``NotAllowed``, ``Unavailable``."""
        return contact_for(reader, await self._requests.get(request_id, reader))

    async def request_of(self, text: str) -> ServiceRequest:
        """The request that a code opens; ``NotAuthenticated`` for any other text, whether or not
        there is such a request; ``Unavailable``."""
        code = read_code(text)
        if code is not None:
            try:
                request = await self._store.get(code.request_id)
            except NotFound:
                pass
            else:
                if proves(code, request):
                    return request
        raise NotAuthenticated("tracking.unknown")
