"""A small JSON client of the four services, for the demo data, the stories and the tests.

It shows how any caller talks to them: a bearer token or an API key, ``Idempotency-Key`` on what
makes something, problem+json when a request is refused. It waits by asking again until a deadline,
never by a sleep of a fixed length.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

T = TypeVar("T")
SECONDS_MAX = 30.0
"""How long one call may take, and how long ``until`` waits unless it is told otherwise."""
POLL_SECONDS = 0.05
REPEATABLE = frozenset({429, 503})
"""Answers after which the same call is sent again: they promise that nothing was half-written."""
STILL_RUNNING = "idempotency.running"
"""The same call, sent before a connection broke, has not ended yet."""


class Refused(Exception):
    """A service refused: the status, the problem's code and, as text, all that a person needs."""

    def __init__(self, method: str, url: str, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        said = problem.get("detail") or problem.get("title") or "no reason given"
        faults = "".join(
            f"; {fault.get('pointer', '')} {fault.get('detail', '')}"
            for fault in problem.get("errors", ())
        )
        super().__init__(f"{method} {url} -> {status}: {said}{faults}")


class TooLate(Exception):
    """What was waited for did not come true in time."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that was not refused."""

    status: int
    headers: Mapping[str, str]
    body: Any

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


class Client:
    """The services as one caller sees them.

    ``urls`` names each service's address, ``token`` is a bearer token or an API key; None: somebody
    without an account. Answers 429
    and 503 and an unreachable service are tried again for up to 30 s, because a service that
    restarts is part of normal life; every POST bears an ``Idempotency-Key``: so this acts once.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        urls: Mapping[str, str],
        token: str | None,
        *,
        lang: str = "zh",
    ) -> None:
        self._session = session
        self._urls = urls
        self._headers = {"accept-language": lang}
        if token is not None:
            self._headers["authorization"] = f"Bearer {token}"

    async def get(self, service: str, path: str, **query: str | int) -> Reply:
        """GET ``/api/<service>/v1<path>``; ``Refused`` with the problem it answers."""
        return await self._call("GET", service, path, params=query)

    async def post(
        self, service: str, path: str, body: Mapping[str, Any] | None = None, *, key: str
    ) -> Reply:
        """POST ``/api/<service>/v1<path>``; ``key`` is the ``Idempotency-Key``: twice acts once."""
        headers = {"idempotency-key": f'"{key}"'}
        sent = {} if body is None else {"json": body}
        return await self._call("POST", service, path, headers=headers, **sent)

    async def put(self, service: str, path: str, body: Mapping[str, Any], *, key: str) -> Reply:
        """PUT ``/api/<service>/v1<path>``; ``key`` as for ``post``."""
        headers = {"idempotency-key": f'"{key}"'}
        return await self._call("PUT", service, path, headers=headers, json=body)

    async def delete(self, service: str, path: str) -> Reply:
        """DELETE ``/api/<service>/v1<path>``."""
        return await self._call("DELETE", service, path)

    async def fill(self, service: str, page: str, fields: Mapping[str, str]) -> Reply:
        """Send the form of a page, as a browser does: ``page`` is its address on the service."""
        return await self._sent("POST", self._urls[service] + page, data=fields)

    async def items(self, service: str, path: str, **query: str | int) -> list[Any]:
        """All items of a list, page after page."""
        found: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.get(service, path, **query, **cursor)
            found += page["items"]
            if not page["next_cursor"]:
                return found
            cursor = {"cursor": page["next_cursor"]}

    async def _call(self, method: str, service: str, path: str, **options: Any) -> Reply:
        return await self._sent(method, f"{self._urls[service]}/api/{service}/v1{path}", **options)

    async def _sent(self, method: str, url: str, **options: Any) -> Reply:
        options["headers"] = self._headers | options.get("headers", {})
        deadline = time.monotonic() + SECONDS_MAX
        while True:
            try:
                return await self._once(method, url, options)
            except (aiohttp.ClientConnectionError, TimeoutError) as error:
                if time.monotonic() >= deadline:
                    raise TooLate(f"{method} {url}: {error}") from error
            except Refused as refused:
                passing = refused.status in REPEATABLE or refused.code == STILL_RUNNING
                if not passing or time.monotonic() >= deadline:
                    raise
            await asyncio.sleep(POLL_SECONDS * 4)

    async def _once(self, method: str, url: str, options: Mapping[str, Any]) -> Reply:
        limit = aiohttp.ClientTimeout(total=SECONDS_MAX)
        async with self._session.request(method, url, timeout=limit, **options) as answer:
            body = await _body(answer)
            if answer.status >= 400:
                problem = body if isinstance(body, dict) else {}
                raise Refused(method, url, answer.status, problem)
            return Reply(answer.status, answer.headers, body)


async def _body(answer: aiohttp.ClientResponse) -> Any:
    if answer.content_type == "text/html":
        return await answer.text()
    return await answer.json(content_type=None) if answer.content_length != 0 else None


async def until(
    ask: Callable[[], Awaitable[T | None]], what: str, *, seconds: float = SECONDS_MAX
) -> T:
    """Ask again until the answer is there (not None, not empty); ``TooLate`` after ``seconds``.

    ``Refused`` with 404 counts as not there yet: what one service made another may not have heard.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            if answer := await ask():
                return answer
        except Refused as refused:
            if refused.status != 404:
                raise
        if time.monotonic() >= deadline:
            raise TooLate(f"after {seconds:g} s still waiting for {what}")
        await asyncio.sleep(POLL_SECONDS)
