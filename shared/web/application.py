"""The FastAPI application of a service: routers behind the gate, manners in front of all."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from fastapi import APIRouter, FastAPI

from shared.auth import Authenticator
from shared.telemetry import AccessLog
from shared.web import docs, health
from shared.web.callers import Gate
from shared.web.health import Readiness
from shared.web.limits import RateLimit
from shared.web.manners import Manners
from shared.web.problems import ProblemForm
from shared.web.routes import guarded, opened, takes_of
from shared.web.table import Table

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """What a service's HTTP side is made of."""

    name: str
    routers: Sequence[APIRouter]
    authenticator: Authenticator
    readiness: Readiness
    rate_per_second: float = 0
    rate_burst: int = 1
    company_rate_per_second: float = 0
    company_rate_burst: int = 1
    body_bytes_max: int = 256 * 1024
    access_log: AccessLog | None = None
    open_rate_per_second: float = 0
    open_rate_burst: int = 1
    problem_forms: Mapping[str, ProblemForm] = field(default_factory=dict)


def application(web: Web, lifespan: Callable[[Gate], Lifespan] | None = None) -> FastAPI:
    """The application; ``lifespan`` is given the gate, which it may close and open.

    ``BadRoute`` for a route without exactly one scope, or with a part that would run in a thread.
    """
    limit = RateLimit(web.rate_per_second, web.rate_burst)
    open_limit = RateLimit(web.open_rate_per_second, web.open_rate_burst, name="address")
    company_limit = RateLimit(web.company_rate_per_second, web.company_rate_burst, name="company")
    gate = Gate(web.authenticator, limit, open_limit, company_limit)
    app = FastAPI(
        title=f"Linli {web.name}",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=lifespan(gate) if lifespan else None,
    )
    served = guarded(web.routers, gate)
    routes = [
        *served,
        *opened(health.router(web.readiness)),
        *opened(docs.router(app, tuple(web.problem_forms))),
    ]
    app.router.routes[:] = routes
    app.middleware_stack = Manners(
        Table(app.router, routes),
        body_bytes_max=web.body_bytes_max,
        access_log=web.access_log,
        bodies=[(route, takes) for route in served if (takes := takes_of(route)) is not None],
        problem_forms=web.problem_forms,
    )
    return app
