"""Whether the service lives, whether it can do its work, and its figures."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.errors import LinliError
from shared.web.exchange import SCOPE_KEY
from shared.web.problems import Problem

Check = Callable[[], Awaitable[None]]


class Readiness:
    """Really asks each part, all at once, within a time; a part that stays silent is not ready."""

    def __init__(self, checks: Mapping[str, Check], seconds: float) -> None:
        self._checks = checks
        self._seconds = seconds
        self.stopping = False

    async def faults(self) -> dict[str, str]:
        """By part: the code of what is wrong with it. Empty if all is well."""
        if self.stopping:
            return {"service": "health.stopping"}
        asked = await asyncio.gather(*(self._ask(check) for check in self._checks.values()))
        found = zip(self._checks, asked, strict=True)
        return {part: code for part, code in found if code is not None}

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts that are asked."""
        return tuple(self._checks)

    async def _ask(self, check: Check) -> str | None:
        try:
            async with asyncio.timeout(self._seconds):
                await check()
        except TimeoutError:
            return "health.silent"
        except LinliError as error:
            return error.code
        except Exception:  # whatever it is, the part is not fit for work
            return "health.broken"
        return None


def router(readiness: Readiness) -> APIRouter:
    """``/health/live``, ``/health/ready`` and ``/metrics``."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @routes.get("/health/ready")
    async def ready(request: Request) -> Any:
        faults = await readiness.faults()
        if not faults:
            return {"status": "ready", "parts": dict.fromkeys(readiness.parts, "ok")}
        listed = [
            {"type": code, "loc": ("part", part), "code": code} for part, code in faults.items()
        ]
        parts = ", ".join(faults)
        problem = Problem(503, "health.not_ready", {"parts": parts}, listed, {"Retry-After": "1"})
        return problem.response(request.scope[SCOPE_KEY])

    @routes.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return routes
