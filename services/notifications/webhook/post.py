"""One attempt over HTTP: these bytes, this long, and no more read than anyone will look at.

Not followed, not trusted, not expanded: redirects, the environment's proxies, cookies, compressed
bodies (webhooks.md, 5 and 7). One session serves all attempts, so connections are kept.
"""

import asyncio
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import aiohttp
from yarl import URL

from services.notifications.domain.address import AddressRules
from services.notifications.domain.attempt import (
    RESPONSE_BYTES_MAX,
    Exchange,
    Result,
    Timings,
    classify,
    retry_after_seconds,
)
from services.notifications.domain.delivery import ATTEMPT_SECONDS_MAX
from services.notifications.webhook.guard import AddressDenied, Guard
from shared.clock import Clock

log = logging.getLogger(__name__)

CONNECT_SECONDS_MAX = 5
KEPT_SECONDS = 15
HEADER_CHARACTERS_MAX = 500
USER_AGENT = "Linli-Webhooks/1 (+https://linli.example/docs/webhooks)"
SHOWN_HEADERS = ("content-type", "content-length", "date", "location", "retry-after", "server")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an attempt may take, in seconds: in all, and until it is connected."""

    total_seconds: float = ATTEMPT_SECONDS_MAX
    connect_seconds: float = CONNECT_SECONDS_MAX


class WebhookPost:
    """Keeps the promise of ``Post``; opens at the first use, and again after ``close``."""

    def __init__(
        self,
        rules: AddressRules,
        clock: Clock,
        *,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._clock = clock
        self._limits = limits or Limits()
        self._tls = tls or _safe_tls()
        self._rules = rules
        self._opened: tuple[aiohttp.ClientSession, Guard] | None = None

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Exchange:
        """Post, within the deadline over everything: name, connection, TLS, headers and body."""
        watch = _Watch()
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                exchange = await self._dialled(url, headers, body, watch)
        except Exception as error:
            exchange = Exchange(_result(error), code=watch.code)
        return replace(exchange, timings=watch.timings())

    async def close(self) -> None:
        """Close every connection."""
        opened, self._opened = self._opened, None
        if opened is not None:
            session, guard = opened
            await session.close()
            await guard.close()

    async def _dialled(
        self, url: str, headers: Mapping[str, str], body: bytes, watch: "_Watch"
    ) -> Exchange:
        try:
            return await self._once(url, headers, body, watch)
        except aiohttp.ClientConnectorError as error:
            # Refused or reset before a byte was sent: a receiver that was just starting again.
            if not isinstance(error.os_error, ConnectionRefusedError | ConnectionResetError):
                raise
            return await self._once(url, headers, body, watch)

    async def _once(
        self, url: str, headers: Mapping[str, str], body: bytes, watch: "_Watch"
    ) -> Exchange:
        async with self._open().post(
            URL(url, encoded=True),
            data=body,
            headers=headers,
            allow_redirects=False,
            trace_request_ctx=watch,
        ) as response:
            watch.answered(response.status)
            shown, truncated = await _read(response)
            return Exchange(
                result=classify(response.status),
                code=response.status,
                retry_after_seconds=retry_after_seconds(
                    response.headers.get("retry-after"), at=self._clock.now()
                ),
                response_headers=_shown_headers(response),
                response_body=shown,
                truncated=truncated,
            )

    def _open(self) -> aiohttp.ClientSession:
        if self._opened is None:
            guard = Guard(self._rules)
            connector = aiohttp.TCPConnector(
                resolver=guard,
                socket_factory=guard.dial,
                use_dns_cache=False,  # a checked address is not good for a second attempt
                limit=0,  # the worker bounds what is in flight
                keepalive_timeout=KEPT_SECONDS,
                ssl=self._tls,
            )
            session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                headers={"user-agent": USER_AGENT, "accept-encoding": "identity"},
                timeout=aiohttp.ClientTimeout(
                    total=self._limits.total_seconds, connect=self._limits.connect_seconds
                ),
                read_bufsize=RESPONSE_BYTES_MAX,
                trace_configs=[_tracing()],
            )
            self._opened = session, guard
        return self._opened[0]


class _Watch:
    """When each step of an attempt ended, by the loop's clock."""

    def __init__(self) -> None:
        self._time = asyncio.get_running_loop().time
        self._began = self._time()
        self._marks: dict[str, float] = {}
        self.code: int | None = None

    def mark(self, step: str) -> None:
        self._marks[step] = self._time()

    def answered(self, code: int) -> None:
        self.code = code
        self.mark("first_byte")

    def timings(self) -> Timings:
        dns = self._between("dns_begun", "dns")
        connect = self._between("connect_begun", "connect")
        return Timings(
            total_ms=_ms(self._time() - self._began),
            dns_ms=dns,
            connect_ms=None if connect is None else round(connect - (dns or 0.0), 2),
            first_byte_ms=self._since(self._began, "first_byte"),
        )

    def _between(self, begun: str, ended: str) -> float | None:
        return self._since(self._marks[begun], ended) if begun in self._marks else None

    def _since(self, begun: float, ended: str) -> float | None:
        return _ms(self._marks[ended] - begun) if ended in self._marks else None


def _tracing() -> aiohttp.TraceConfig:
    """Let aiohttp mark the steps on the watch that came with the request."""

    def marking(step: str) -> Any:
        async def mark(_: aiohttp.ClientSession, context: SimpleNamespace, __: Any) -> None:
            context.trace_request_ctx.mark(step)

        return mark

    tracing = aiohttp.TraceConfig()
    tracing.on_connection_create_start.append(marking("connect_begun"))
    tracing.on_connection_create_end.append(marking("connect"))
    tracing.on_dns_resolvehost_start.append(marking("dns_begun"))
    tracing.on_dns_resolvehost_end.append(marking("dns"))
    return tracing


async def _read(response: aiohttp.ClientResponse) -> tuple[str, bool]:
    """What the receiver answered, 16 KB at most; with more to come the connection is cut."""
    kept = bytearray()
    while len(kept) <= RESPONSE_BYTES_MAX:
        part = await response.content.read(RESPONSE_BYTES_MAX + 1 - len(kept))
        if not part:
            return kept.decode("utf-8", "replace"), False
        kept += part
    response.close()
    return kept[:RESPONSE_BYTES_MAX].decode("utf-8", "replace"), True


def _shown_headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    return {
        name: response.headers[name].encode("utf-8", "replace").decode()[:HEADER_CHARACTERS_MAX]
        for name in SHOWN_HEADERS
        if name in response.headers
    }


_RESULTS: tuple[tuple[type[Exception], Result], ...] = (
    # The first that fits; aiohttp's errors are each other's subclasses.
    (AddressDenied, Result.BLOCKED),
    (aiohttp.InvalidURL, Result.BLOCKED),
    (TimeoutError, Result.TIMED_OUT),
    (aiohttp.ClientConnectorDNSError, Result.UNRESOLVED),
    (aiohttp.ClientSSLError, Result.UNTRUSTED),
    (aiohttp.ClientConnectorError, Result.UNREACHABLE),
    (aiohttp.ClientError, Result.BROKEN),
    (OSError, Result.UNREACHABLE),
)


def _result(error: Exception) -> Result:
    for kind, result in _RESULTS:
        if isinstance(error, kind):
            return result
    log.error("an attempt failed by a bug of ours", exc_info=error)
    return Result.OWN_FAULT


def _safe_tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
