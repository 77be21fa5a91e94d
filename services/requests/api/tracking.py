"""A tracking code in place of a token: its holder is the requester of one request, and nobody
else."""

from services.requests.api.conversation import UPDATE
from services.requests.api.photo import WRITE
from services.requests.api.request import PREFIX, RATE, READ, WITHDRAW
from services.requests.service.tracking import TrackingService
from shared.auth import Caller
from shared.web.limits import RateLimit, household

HOLDER_SCOPES = frozenset({READ, RATE, WITHDRAW, UPDATE, WRITE})
GUESSES_PER_SECOND, GUESSES_AT_ONCE = 0.2, 20
"""Wrong codes from one address. 130 random bits are not guessed; this is for the store's sake."""


def holder(request_id: str, requester_id: str, community: str) -> Caller:
    """The caller that a code stands for: it goes to the addresses of its request alone."""
    return Caller(
        id=requester_id,
        kind="guest",
        communities=(community,),
        scopes=HOLDER_SCOPES,
        below=f"{PREFIX}/requests/{request_id}",
    )


class CodeHolders:
    """Reads tracking codes for the ``Authenticator``."""

    def __init__(self, service: TrackingService, limit: RateLimit | None = None) -> None:
        self._service = service
        self._limit = limit or RateLimit(GUESSES_PER_SECOND, GUESSES_AT_ONCE, name="code")

    async def __call__(self, code: str, address: str | None) -> Caller:
        """The holder; ``NotAuthenticated`` for a code that opens nothing, ``TooMany`` after too
        many of them from this address."""
        who = household(address)
        self._limit.take(who)
        request = await self._service.request_of(code)
        self._limit.forgive(who)
        return holder(request.id, request.requester_id, request.community)
