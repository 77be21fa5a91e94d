"""Who is let in by a route: ``needs`` a scope, or ``Anyone``; and the gate that sees to it."""

from collections.abc import Callable, Sequence

from fastapi import Request

from shared.auth import Authenticator, Caller, Credentials
from shared.envelope import CALL, GUEST, Call
from shared.errors import NotAllowed, NotAuthenticated, TooMany, Unavailable
from shared.web.exchange import SCOPE_KEY, Exchange
from shared.web.limits import RateLimit, household, joined


class Needs:
    """A dependency that gives the caller; its ``scope`` is checked before the body is even read."""

    __slots__ = ("scope",)

    def __init__(self, scope: str) -> None:
        self.scope = scope

    async def __call__(self, request: Request) -> Caller:
        """The caller, who has the scope; ``NotAuthenticated`` if the route was never guarded."""
        return caller_of(request)


class Anyone:
    """A dependency that opens a route to everybody, for the purpose that is named.

    Gives a guest: a caller without communities and scopes, whose id is ``anyone:<purpose>``; so
    events tell by which door something came. Credentials that are sent are not looked at. Calls
    are counted by client address (of IPv6 its network) and purpose (``open_rate_*``); ``cost``
    says how many light ones such a call weighs, 20 at most.
    """

    __slots__ = ("cost", "guest")

    def __init__(self, purpose: str, cost: int = 1) -> None:
        self.guest = Caller(id=f"{GUEST}{purpose}", kind="guest")
        self.cost = cost

    async def __call__(self, request: Request) -> Caller:
        """The guest; ``NotAuthenticated`` if the route was never guarded."""
        return caller_of(request)


def needs(scope: str) -> Needs:
    """The dependency for a route that asks for ``<service>:<noun>:<verb>``."""
    return Needs(scope)


class Gate:
    """Lets a request in: who is calling, not too often, with the scope."""

    def __init__(
        self,
        authenticator: Authenticator,
        limit: RateLimit,
        open_limit: RateLimit,
        company_limit: RateLimit | None = None,
    ) -> None:
        self._authenticator = authenticator
        self._limit = limit
        self._open_limit = open_limit
        self._company_limit = company_limit
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
        counted = [(self._limit, caller.id)]
        if caller.company and self._company_limit is not None:
            counted.append((self._company_limit, caller.company))
        exchange.charge = lambda cost: _count(exchange, counted, cost)
        exchange.charge(1)
        caller.may_go(exchange.path)
        if scope not in caller.scopes:
            raise NotAllowed("auth.scope_missing", scope=scope)
        self._enter(exchange, caller)

    def welcome(self, exchange: Exchange, anyone: Anyone, address: str | None) -> None:
        """Let a guest in; ``TooMany`` if this address came by this door too often."""
        who = f"{household(address)} {anyone.guest.id}"
        _count(exchange, [(self._open_limit, who)], anyone.cost)
        self._enter(exchange, anyone.guest)

    def _enter(self, exchange: Exchange, caller: Caller) -> None:
        if self.closed:
            raise Unavailable("store.unavailable", retry_after_seconds=1)
        exchange.caller = caller
        CALL.set(Call(actor=caller.id, traceparent=exchange.traceparent))


class Charging:
    """A dependency that gives what counts this call as so many more: each item of a batch is one.

    What it gives raises ``TooMany`` if not so much is left to the caller, or to its company.
    """

    async def __call__(self, request: Request) -> Callable[[int], None]:
        """Counts so many more."""
        exchange: Exchange = request.scope[SCOPE_KEY]
        return exchange.charge


def _count(exchange: Exchange, counted: Sequence[tuple[RateLimit, str]], cost: int) -> None:
    """All of these limits give so much, or none of them."""
    told = []
    for place, (limit, who) in enumerate(counted):
        try:
            told.append(limit.take(who, cost))
        except TooMany:
            for given, whose in counted[:place]:
                given.forgive(whose, cost)
            exchange.limit_headers = limit.exhausted()
            raise
    exchange.limit_headers = joined(told)


def caller_of(request: Request) -> Caller:
    """Who calls a route that is guarded; ``NotAuthenticated`` if it never was."""
    exchange: Exchange | None = request.scope.get(SCOPE_KEY)
    if exchange is None or exchange.caller is None:
        raise NotAuthenticated("auth.missing")
    return exchange.caller
