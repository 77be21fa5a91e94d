"""``assemble``: from the parts of a service to its FastAPI application."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter, FastAPI

from shared.app.runtime import Runtime
from shared.app.supervisor import Background
from shared.auth import Authenticator, CodeReader, KeyRing, TokenReader, key_set
from shared.bus import Hearing
from shared.clock import Clock, SystemClock
from shared.mongo import Database
from shared.settings import BadSettings, CommonSettings, SettingFault
from shared.telemetry import AccessLog
from shared.web.application import Lifespan, Web, application
from shared.web.callers import Gate
from shared.web.problems import ProblemForm

PEPPER_LENGTH_MIN = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The parts of one service."""

    name: str
    settings: CommonSettings
    database: Database
    routers: Sequence[APIRouter] = ()
    hearings: Sequence[Hearing] = ()
    keyring: KeyRing | None = None
    codes: Mapping[str, CodeReader] = field(default_factory=dict)
    """By the four signs that they begin with: readers of codes that stand for a token."""
    background: Sequence[Background] = ()
    problem_forms: Mapping[str, ProblemForm] = field(default_factory=dict)
    """By path prefix: how an error looks that is not to be problem+json."""
    clock: Clock = field(default_factory=SystemClock)


def assemble(parts: Assembly) -> FastAPI:
    """The service as an ASGI application; its lifespan starts and stops all that it needs.

    ``state.database`` is the service's database, for the command line.

    Errors: ``BadSettings``; ``BadRoute`` for a route without exactly one scope or with sync parts.
    """
    settings = parts.settings
    runtime = Runtime(parts.name, settings, parts.database, parts.hearings, parts.background)
    told = settings.company_rate_per_second
    company_rate = 2 * settings.rate_per_second if told is None else told
    web = Web(
        name=parts.name,
        routers=parts.routers,
        authenticator=_authenticator(parts),
        readiness=runtime.readiness,
        rate_per_second=settings.rate_per_second,
        rate_burst=settings.rate_burst,
        company_rate_per_second=company_rate,
        company_rate_burst=settings.company_rate_burst or 2 * settings.rate_burst,
        body_bytes_max=settings.body_bytes_max,
        access_log=AccessLog(parts.name) if settings.access_log else None,
        open_rate_per_second=settings.open_rate_per_second,
        open_rate_burst=settings.open_rate_burst,
        problem_forms=parts.problem_forms,
    )
    app = application(web, lambda gate: _lifespan(runtime, gate))
    app.state.database = parts.database
    return app


def _lifespan(runtime: Runtime, gate: Gate) -> Lifespan:
    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await runtime.start(gate)
        try:
            yield
        finally:
            await runtime.stop()

    return lifespan


def _authenticator(parts: Assembly) -> Authenticator:
    settings = parts.settings
    keys = key_set(file=settings.jwks_file, url=settings.jwks_url, issuer=settings.issuer)
    faults = []
    if keys is None:
        faults.append(SettingFault("JWKS_FILE / JWKS_URL / ISSUER", "no_keys", "none of them set"))
    if parts.keyring is not None and len(settings.api_key_pepper) < PEPPER_LENGTH_MIN:
        why = f"at least {PEPPER_LENGTH_MIN} characters"
        faults.append(SettingFault("API_KEY_PEPPER", "pepper_short", why))
    if faults:
        raise BadSettings(tuple(faults))
    tokens = TokenReader(keys, issuer=settings.issuer, audience=settings.audience)
    return Authenticator(
        tokens,
        parts.clock,
        ring=parts.keyring,
        pepper=settings.api_key_pepper,
        environment=settings.environment,
        codes=parts.codes,
    )
