"""``needs``: the scope that a route asks for, and the caller that the route is given."""

from fastapi import Request

from shared.auth import Authenticator, Caller, Credentials
from shared.envelope import CALL, Call
from shared.errors import NotAllowed, NotAuthenticated, Unavailable
from shared.web.exchange import SCOPE_KEY, Exchange
from shared.web.limits import RateLimit


class Needs:
    """A dependency that gives the caller; its ``scope`` is checked before the body is even read."""

    __slots__ = ("scope",)

    def __init__(self, scope: str) -> None:
        self.scope = scope

    async def __call__(self, request: Request) -> Caller:
        """The caller, who has the scope; ``NotAuthenticated`` if the route was never guarded."""
        exchange: Exchange | None = request.scope.get(SCOPE_KEY)
        if exchange is None or exchange.caller is None:
            raise NotAuthenticated("auth.missing")
        return exchange.caller


def needs(scope: str) -> Needs:
    """The dependency for a route that asks for ``<service>:<noun>:<verb>``."""
    return Needs(scope)


class Gate:
    """Lets a request in: who is calling, not too often, with the scope."""

    def __init__(self, authenticator: Authenticator, limit: RateLimit) -> None:
        self._authenticator = authenticator
        self._limit = limit
        self.closed = False
        """Whether the store is not fit to be asked yet."""

    async def admit(self, exchange: Exchange, scope: str, address: str | None) -> None:
        """Fill in the caller; or say why it may not (an error of ours)."""
        caller = await self._authenticator.caller(
            Credentials(
                authorization=exchange.header(b"authorization"),
                api_key=exchange.header(b"x-api-key"),
                address=address,
            )
        )
        exchange.limit_headers = self._limit.take(caller.id)
        if scope not in caller.scopes:
            raise NotAllowed("auth.scope_missing", scope=scope)
        if self.closed:
            raise Unavailable("store.unavailable", retry_after_seconds=1)
        exchange.caller = caller
        CALL.set(Call(actor=caller.id, traceparent=exchange.traceparent))
