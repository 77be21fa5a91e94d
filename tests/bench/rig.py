"""What the rows need: brokers, keys, our services and the bare alternatives, each a process."""

import asyncio
import json
import os
import shutil
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Any

import aiohttp

from deploy.local import ports, process, session
from deploy.local.fetch import ROOT
from deploy.local.parts import Parts
from deploy.local.process import Started
from shared.auth import Grant, SigningKey, generate_keys, issue_token
from shared.bus import Parcel, Publisher, Topology, from_definitions
from shared.clock import SystemClock, new_id
from shared.envelope import Envelope, Origin, seal
from shared.events.property import BuildingFacts, EntranceFacts, EstateRegistered
from shared.mongo import Database

COMMUNITY = "bench"
ESTATE, DWELLING, COMPANY = "est_bench", "dwl_bench", "cmp_bench"
START_SECONDS = 60.0

SUBMISSION = (
    b'{"service_code":"noise","estate_id":"%s","dwelling_id":"%s",'
    b'"description":"the tap in the kitchen drips","visibility":"staff"}'
    % (ESTATE.encode(), DWELLING.encode())
)
"""What the rows about requests submit: of a type that a dispatcher looks at, so it is one event."""


@dataclass
class Rig:
    """One run's parts; ``start`` adds processes, all stopped at the end."""

    folder: Path
    parts: Parts
    key: SigningKey
    environment: dict[str, str]
    groups: list[Started] = field(default_factory=list)

    def token(self, role: str) -> str:
        """A bearer token of the embedded issuer."""
        grant = Grant(f"per_{role}", (role,), (COMMUNITY,), company=COMPANY)
        return issue_token(self.key, grant, now=SystemClock().now(), lifetime=timedelta(hours=2))

    def start(self, name: str, argv: list[str], extra: Mapping[str, str] | None = None) -> Started:
        """Start one process of the bench."""
        group = process.start(
            name,
            [sys.executable, "-m", *argv],
            log=self.folder / f"{name}.log",
            environment={**self.environment, **(extra or {})},
            folder=ROOT,
        )
        self.groups.append(group)
        return group

    def stop(self, group: Started) -> None:
        """Stop one of them."""
        process.stop(group)
        self.groups.remove(group)

    async def service(self, name: str, port: int) -> Started:
        """One of our services, ready, as ``make up`` starts it."""
        argv = ["shared.cli", "serve", name, "--host", "127.0.0.1", "--port", str(port)]
        group = self.start(name, argv)
        await answers(f"http://127.0.0.1:{port}/health/ready", group)
        return group

    async def bare_http(self, port: int) -> Started:
        """The bare FastAPI application, ready."""
        group = self.start("bare-http", ["tests.bench.bare", "http", str(port)])
        await answers(f"http://127.0.0.1:{port}/openapi.json", group)
        return group

    async def printed(
        self, module: str, argv: list[str], extra: Mapping[str, str] | None = None
    ) -> float:
        """Run a process to its end; the rate that it prints."""
        run = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *argv,
            cwd=ROOT,
            env={**self.environment, **(extra or {})},
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await run.communicate()
        if run.returncode:
            raise RuntimeError(f"{module} ended with {run.returncode}")
        return float(out.split()[-1])

    def database(self, service: str) -> Database:
        """A look into a service's store, for counting only."""
        return Database(self.parts.mongo_url, service)

    def publisher(self) -> Publisher:
        """Publishes to the broker of this run, with the whole platform's topology."""
        return Publisher(self.parts.amqp_url, "bench", platform())

    def queues(self) -> list[str]:
        """The platform's queues by name."""
        return [queue.name for queue in platform().queues]


def platform() -> Topology:
    """What the definitions file says is on the broker."""
    path = ROOT / "deploy" / "rabbitmq" / "definitions.json"
    return from_definitions(json.loads(path.read_text("utf-8")))


async def answers(url: str, group: Started) -> None:
    """Wait until the address answers with success; says so if the process died first."""
    async with aiohttp.ClientSession() as client, asyncio.timeout(START_SECONDS):
        while True:
            if not group.alive:
                raise RuntimeError(f"{group.name} died: {process.last_lines(group)}")
            try:
                async with client.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


@asynccontextmanager
async def rig() -> AsyncIterator[Rig]:
    """Brokers for this run alone, with keys and settings for every service."""
    folder = session.new_folder()
    try:
        parts = session.obtain(folder, os.getpid())
        key = generate_keys(folder / "keys")
        environment = {
            **os.environ,
            "LINLI_MONGO_URL": parts.mongo_url,
            "LINLI_AMQP_URL": parts.amqp_url,
            "LINLI_JWKS_FILE": str(folder / "keys" / "jwks.json"),
            "LINLI_API_KEY_PEPPER": token_hex(32),
            "LINLI_RATE_PER_SECOND": "0",
            "NOTIFICATIONS_SECRET_KEY": b64encode(token_bytes(32)).decode(),
            "NOTIFICATIONS_ALLOW_PRIVATE_CIDRS": "127.0.0.0/8",
            "NOTIFICATIONS_ALLOW_HTTP": "true",
            "BENCH_MONGO_URL": parts.mongo_url,
            "BENCH_AMQP_URL": parts.amqp_url,
        }
        made = Rig(folder, parts, key, environment)
        publisher = made.publisher()
        await publisher.ping()
        await publisher.close()
        try:
            yield made
        finally:
            for group in reversed(made.groups):
                process.stop(group)
    finally:
        session.release(folder)
        shutil.rmtree(folder, ignore_errors=True)


def envelope(event: Any, subject: str) -> Envelope:
    """An event as its service would have sealed it."""
    origin = Origin("/linli/property", subject, COMMUNITY)
    return seal(event, origin, event_id=new_id("evt"), time=SystemClock().now(), sequence=1)


def parcel(sealed: Envelope) -> Parcel:
    """Ready to be published."""
    return Parcel(sealed.id, sealed.type, sealed.time, sealed.to_bytes())


def estate() -> Envelope:
    """One estate with one dwelling, for every service that keeps a copy."""
    facts = EstateRegistered(
        estate_id=ESTATE,
        code="BENCH",
        management="contractor",
        contractor_id=COMPANY,
        buildings=(
            BuildingFacts(
                building_id="bld_bench",
                code="1",
                entrances=(
                    EntranceFacts(entrance_id="ent_bench", code="1", dwelling_ids=(DWELLING,)),
                ),
            ),
        ),
    )
    return envelope(facts, ESTATE)


def free_ports(count: int) -> list[int]:
    """Ports that are free now."""
    return ports.free(count)


async def estate_registered(rig: Rig, port: int) -> None:
    """Register the estate at property, unless it is there."""
    dwelling = {"id": DWELLING, "code": "101"}
    entrance = {"id": "ent_bench", "code": "1", "dwellings": [dwelling]}
    building = {"id": "bld_bench", "code": "1", "entrances": [entrance]}
    body = {
        "id": ESTATE,
        "community": "bench",
        "code": "BENCH",
        "name": "Bench",
        "management": "contractor",
        "contractor_id": COMPANY,
        "buildings": [building],
    }
    headers = {"authorization": f"Bearer {rig.token('ops')}"}
    url = f"http://127.0.0.1:{port}/api/property/v1/estates"
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.post(url, json=body) as response,
    ):
        if response.status not in (201, 409):
            raise RuntimeError(f"no estate: {await response.text()}")


async def estate_known(rig: Rig, port: int, headers: dict[str, str]) -> str:
    """Tell the estate and wait until a request for its dwelling is accepted; that one's id."""
    publisher = rig.publisher()
    await publisher.publish_events([parcel(estate())])
    await publisher.close()
    url = f"http://127.0.0.1:{port}/api/requests/v1/requests"
    sent = {**headers, "content-type": "application/json"}
    deadline = time.monotonic() + 30
    async with aiohttp.ClientSession(headers=sent) as client:
        while True:
            async with client.post(url, data=SUBMISSION) as response:
                if response.status == 201:
                    return str((await response.json())["id"])
                last = await response.text()
            if response.status not in (422, 503) or time.monotonic() > deadline:
                raise RuntimeError(f"the request was refused: {last}")
            await asyncio.sleep(0.05)
