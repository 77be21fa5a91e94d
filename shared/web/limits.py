"""How often one caller may ask: a token bucket for each, in this process.

Headers by draft-ietf-httpapi-ratelimit-headers-11: the policy's quota ``q`` per window of ``w``
seconds, what remains ``r``, and the seconds ``t`` until the quota is whole again.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, ip_network
from math import ceil

from shared.errors import TooMany

CALLERS_REMEMBERED_MAX = 10_000
Headers = list[tuple[bytes, bytes]]


def household(address: str | None) -> str:
    """What is counted as one client that says nothing but its address.

    Of IPv6 the first 64 bits: whoever has one address there has all that share them (RFC 6177).
    An IPv4 client of a socket for both comes as an IPv6 address (RFC 4291, 2.5.5.2): as itself.
    """
    if address is None or ":" not in address:
        return str(address)
    try:
        here = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(here.ipv4_mapped or ip_network((here, 64), strict=False))


def joined(told: Sequence[Headers]) -> Headers:
    """The headers of several limits, each header once, as a list (RFC 9651, 3.1)."""
    lines: dict[bytes, list[bytes]] = {}
    for headers in told:
        for name, value in headers:
            lines.setdefault(name, []).append(value)
    return [(name, b", ".join(values)) for name, values in lines.items()]


class RateLimit:
    """``rate`` requests per second, ``burst`` at once; a rate of 0 sets no limit.

    Beyond 10,000 callers the one longest silent is forgotten, and begins with a full bucket again.
    """

    def __init__(
        self,
        rate: float,
        burst: int,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        name: str = "caller",
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        window = ceil(burst / rate) if rate else 0
        self._name = name
        self._policy = (b"ratelimit-policy", f'"{name}";q={burst};w={window}'.encode())

    def take(self, caller: str, cost: int = 1) -> Headers:
        """One request of this caller, which weighs as much as ``cost`` light ones; gives the
        headers to answer with, ``TooMany`` if not so much is left. What weighs more than all that
        there can be takes all but the one that a call takes by itself."""
        if not self._rate:
            return []
        cost = min(cost, max(1, self._burst - 1))
        now = self._monotonic()
        left, at = self._buckets.get(caller, (float(self._burst), now))
        left = min(self._burst, left + (now - at) * self._rate)
        if left < cost:
            self._remember(caller, left, now)
            wait = ceil((cost - left) / self._rate)
            raise TooMany("http.rate_limited", retry_after_seconds=wait, limit=self._burst)
        self._remember(caller, left - cost, now)
        return self._headers(left - cost)

    def forgive(self, caller: str, cost: int = 1) -> None:
        """Give back what was taken: only what fails was to be counted, or what is let in."""
        left, at = self._buckets.get(caller, (float(self._burst), self._monotonic()))
        self._remember(caller, min(self._burst, left + cost), at)

    def exhausted(self) -> Headers:
        """The headers of a refusal."""
        return self._headers(0)

    def _headers(self, left: float) -> Headers:
        whole_again = ceil((self._burst - left) / self._rate)
        told = f'"{self._name}";r={int(left)};t={whole_again}'
        return [self._policy, (b"ratelimit", told.encode())]

    def _remember(self, caller: str, left: float, now: float) -> None:
        self._buckets[caller] = (left, now)
        self._buckets.move_to_end(caller)
        if len(self._buckets) > CALLERS_REMEMBERED_MAX:
            self._buckets.popitem(last=False)
