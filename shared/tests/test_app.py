"""A whole service on real parts: starts without them, waits for them, stops in good order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from fastapi import APIRouter, Depends, Response

from deploy.local.gate import Gate
from shared.app import Assembly, assemble
from shared.app.supervisor import Background, Supervisor, named
from shared.auth import Caller, SigningKey, generate_keys
from shared.bus import Hearing
from shared.clock import new_id
from shared.envelope import Envelope
from shared.events import Event
from shared.mongo import Database
from shared.settings import BadSettings, CommonSettings
from shared.testing_web import Reply, WebClient
from shared.web import View, answer, needs

RINGER = Caller(id="per_ringer", communities=("here",), scopes=frozenset({"t:bell:ring"}))
BELLS = "/api/bells/v1/bells"

GateBefore = Callable[[str], Awaitable[Gate]]


@dataclass(frozen=True, slots=True)
class Bell:
    id: str
    community: str
    version: int = 0


class BellMade(Event):
    type: ClassVar[str] = "bells.bell.made.v1"
    bell_id: str


class BellView(View):
    id: str


@dataclass
class Service:
    """A service of one route that hears its own event."""

    folder: Path
    mongo_url: str
    mongo_name: str
    amqp_url: str
    background: tuple[Background, ...] = ()
    heard: list[Envelope] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key: SigningKey = generate_keys(self.folder)

    async def hear(self, event: BellMade, envelope: Envelope) -> None:
        self.heard.append(envelope)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[WebClient]:
        settings = CommonSettings(
            mongo_url=self.mongo_url,
            amqp_url=self.amqp_url,
            database=self.mongo_name,
            jwks_file=self.folder / "jwks.json",
            ready_seconds=2,
            drain_seconds=5,
        )
        database = Database(settings.mongo_url, settings.database)
        bells = database.documents("bells", Bell, source="/linli/bells")
        router = APIRouter()

        @router.post(BELLS, status_code=201)
        async def make(caller: Annotated[Caller, Depends(needs("t:bell:ring"))]) -> Response:
            bell = Bell(new_id("bel"), "here")
            saved = await bells.save(bell, [BellMade(bell_id=bell.id)])
            return answer(BellView(id=saved.id), saved.version, 201, f"{BELLS}/{saved.id}")

        app = assemble(
            Assembly(
                name="bells",
                settings=settings,
                database=database,
                routers=[router],
                hearings=[Hearing(BellMade, self.hear)],
                background=self.background,
            )
        )
        lifespan: AbstractAsyncContextManager[object] = app.router.lifespan_context(app)
        async with lifespan:
            yield WebClient(app, self.key)

    async def until_heard(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.heard) < count:  # noqa: ASYNC110  the last hop rings no bell
                await asyncio.sleep(0.02)


async def until(client: WebClient, status: int, *parts: str) -> Reply:
    """The readiness, once it is so."""
    async with asyncio.timeout(20):
        while True:
            reply = await client.call("GET", "/health/ready")
            named = all(part.encode() in reply.body for part in parts)
            if reply.status == status and named:
                return reply
            await asyncio.sleep(0.05)


@pytest.fixture
def service(tmp_path: Path, mongo_url: str, mongo_name: str, amqp_url: str) -> Service:
    return Service(tmp_path / "keys", mongo_url, mongo_name, amqp_url)


@pytest.mark.mongo
@pytest.mark.rabbit
async def test_a_request_is_committed_told_and_heard(service: Service) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with service.running() as client:
        assert (await until(client, 200)).json()["parts"]["broker"] == "ok"
        reply = await client.call("POST", BELLS, RINGER, headers={"traceparent": parent})
        assert reply.status == 201
        await service.until_heard(1)

    (envelope,) = service.heard
    assert envelope.subject == reply.json()["id"]
    assert envelope.actor == "per_ringer"
    assert envelope.traceparent == parent


@pytest.mark.mongo
@pytest.mark.rabbit
async def test_without_its_broker_it_starts_and_accepts_and_tells_later(
    service: Service, gate: GateBefore
) -> None:
    before = await gate(service.amqp_url)
    await before.shut()
    service.amqp_url = before.url
    async with service.running() as client:
        reply = await until(client, 503, "part:broker")
        assert b"part:store" not in reply.body
        assert (await client.call("POST", BELLS, RINGER)).status == 201

        await before.open()
        await until(client, 200)
        await service.until_heard(1)


@pytest.mark.mongo
@pytest.mark.rabbit
async def test_without_its_store_it_starts_and_says_so_and_works_once_it_is_there(
    service: Service, gate: GateBefore
) -> None:
    before = await gate(service.mongo_url)
    await before.shut()
    service.mongo_url = before.url
    async with service.running() as client:
        await until(client, 503, "part:store")
        assert (await client.call("GET", "/health/live")).status == 200
        assert (await client.call("POST", BELLS)).status == 401
        away = await client.call("POST", BELLS, RINGER)
        assert (away.status, away.json()["code"]) == (503, "store.unavailable")
        assert int(away.headers["retry-after"]) >= 1

        await before.open()
        await until(client, 200)
        assert (await client.call("POST", BELLS, RINGER)).status == 201
        await service.until_heard(1)


@pytest.mark.mongo
@pytest.mark.rabbit
async def test_a_stopping_service_tells_what_it_has_committed(service: Service) -> None:
    finished = []

    async def work(stop: asyncio.Event) -> None:
        await stop.wait()
        finished.append("work")

    service.background = (work,)
    async with service.running() as client:
        await until(client, 200)
        for _ in range(20):
            assert (await client.call("POST", BELLS, RINGER)).status == 201

    assert finished == ["work"]
    again = replace(service, folder=service.folder / "again", background=(), heard=service.heard)
    async with again.running():
        await again.until_heard(20)
    assert len({envelope.id for envelope in service.heard}) == 20


class TestSupervisor:
    """What runs in the background."""

    async def test_a_task_that_fails_is_begun_again_and_seen(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shared.app.supervisor.RESTART_SECONDS", 0.001)
        again = asyncio.Event()
        runs = 0

        async def shaky(stop: asyncio.Event) -> None:
            nonlocal runs
            runs += 1
            if runs < 3:
                raise RuntimeError("13800001111")
            again.set()
            await stop.wait()

        kept = Supervisor({"shaky": shaky})
        kept.start()
        async with asyncio.timeout(5):
            await again.wait()
        assert kept.failing == {"shaky"}  # it has not run for long enough to be trusted

        await kept.stop(seconds=5)
        assert runs == 3

    def test_two_of_one_name_are_both_run(self) -> None:
        class Clockwork:
            async def run(self, stop: asyncio.Event) -> None: ...

        first, second = Clockwork().run, Clockwork().run

        assert list(named([first, second]).values()) == [first, second]

    async def test_one_that_runs_steadily_again_is_well(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shared.app.supervisor.RESTART_SECONDS", 0.001)
        monkeypatch.setattr("shared.app.supervisor.STEADY_SECONDS", 0.001)
        runs = 0

        async def ends_once(stop: asyncio.Event) -> None:
            nonlocal runs
            runs += 1
            if runs > 1:
                await stop.wait()

        kept = Supervisor({"ends": ends_once})
        kept.start()
        async with asyncio.timeout(5):
            while runs < 2 or kept.failing:  # noqa: ASYNC110  a timer rings no bell
                await asyncio.sleep(0.001)
        await kept.check()
        await kept.stop(seconds=5)

    async def test_one_that_does_not_end_in_time_is_broken_off(self) -> None:
        async def deaf(_: asyncio.Event) -> None:
            await asyncio.Event().wait()

        kept = Supervisor({"deaf": deaf})
        kept.start()
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await kept.stop(seconds=0.01)


def test_without_keys_to_check_tokens_with_it_does_not_start() -> None:
    settings = CommonSettings(mongo_url="mongodb://x", amqp_url="amqp://x")
    database = Database(settings.mongo_url, "bells")
    with pytest.raises(BadSettings, match="JWKS_FILE"):
        assemble(Assembly(name="bells", settings=settings, database=database))
