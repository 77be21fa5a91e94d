"""The whole platform for a test: four services and the receiver, each a process of its own."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import aiohttp

from deploy.client import until
from deploy.demo.prepare import RECEIVED_FILE, SECRET_FILE, prepare
from deploy.demo.size import BUILDINGS_MIN, Size
from deploy.local import ports, process
from deploy.local.fetch import ROOT
from deploy.local.gate import Gate
from deploy.local.options import SERVICES, Options
from deploy.local.stack import READY_SECONDS, Stack

SIZE = Size(BUILDINGS_MIN)
"""Of the demo: the stories need no more, and every deployment loads it."""


@dataclass(slots=True)
class Replica:
    """One process of a service; restarted at the same port."""

    service: str
    port: int
    environment: Mapping[str, str]
    group: process.Started

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{ports.HOST}:{self.port}"


class Alternating(Mapping[str, str]):
    """The services' addresses when each has several: every look gives the next replica's."""

    def __init__(self, urls: Mapping[str, list[str]]) -> None:
        self._turns = {service: cycle(each) for service, each in urls.items()}

    def __getitem__(self, service: str) -> str:
        return next(self._turns[service])

    def __iter__(self) -> Iterator[str]:
        return iter(self._turns)

    def __len__(self) -> int:
        return len(self._turns)


@dataclass(slots=True)
class Deployment:
    """Starts, kills and restarts the processes; ``mongo_url`` and ``amqp_url`` may be gates."""

    home: Path
    mongo_url: str
    amqp_url: str
    database: str
    gates: dict[str, Gate] = field(default_factory=dict)
    """In front of ``store`` and ``broker``, if the test wants to take them away."""
    told: Mapping[str, str] = field(default_factory=dict)
    """What the services are told besides what ``make up`` tells them."""
    replicas: list[Replica] = field(default_factory=list)
    demo: dict[str, Any] = field(default_factory=dict)
    _kept: list[process.Started] = field(default_factory=list)

    async def start(self, count: int = 1) -> None:
        """Start ``count`` replicas of every service and the receiver; all ready on return."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._stack().make_secrets()
        receiver = self._receiver()
        for service in SERVICES:
            for _ in range(count):
                self.add(service)
        await asyncio.gather(*(self.ready(each) for each in self.replicas))
        self.demo = await prepare(self.home, self.urls, receiver, SIZE) | {"urls": self.urls}

    @property
    def urls(self) -> Mapping[str, str]:
        """The services' addresses, replica after replica."""
        return Alternating(
            {
                service: [each.url for each in self.replicas if each.service == service]
                for service in SERVICES
            }
        )

    def one(self, service: str) -> Replica:
        """The first replica of a service."""
        return next(each for each in self.replicas if each.service == service)

    def add(self, service: str, **environment: str) -> Replica:
        """Start one more replica; not yet ready."""
        port = ports.free(1)[0]
        replica = Replica(service, port, environment, self._run(service, port, environment))
        self.replicas.append(replica)
        return replica

    def end(self, replica: Replica) -> None:
        """Stop it as an operator does, and wait for its end."""
        process.stop(replica.group)

    def kill(self, replica: Replica) -> None:
        """SIGKILL, without a word."""
        os.killpg(replica.group.pid, signal.SIGKILL)

    async def dead(self, replica: Replica) -> None:
        """Return once its process has ended."""

        async def ask() -> bool:
            return not replica.group.alive

        await until(ask, f"{replica.service} to die")

    def restart(self, replica: Replica) -> None:
        """Start it again with its environment, as a supervisor does; not yet ready."""
        process.stop(replica.group, grace_seconds=0)  # lets go of one that has died
        replica.group = self._run(replica.service, replica.port, replica.environment)

    async def ready(self, replica: Replica) -> None:
        """Return once it says so itself; ``TooLate`` after a minute."""
        async with aiohttp.ClientSession() as session:

            async def ask() -> bool:
                if not replica.group.alive:
                    raise AssertionError(process.last_lines(replica.group, 20))
                try:
                    async with session.get(f"{replica.url}/health/ready") as answer:
                        return answer.status == 200
                except aiohttp.ClientError:
                    return False

            await until(ask, f"{replica.service} to be ready", seconds=READY_SECONDS)

    def stop(self) -> None:
        """End everything at once; nothing of it is worth keeping."""
        for group in (*(each.group for each in self.replicas), *self._kept):
            process.stop(group, grace_seconds=0)

    def repeated(self) -> list[str]:
        """The webhook-ids that came to the receiver more than once, each time one more."""
        lines = Path(self._kept[0].log).read_text("utf-8").splitlines()
        return [line.split()[1] for line in lines if line.startswith("repeated")]

    def environment(self) -> dict[str, str]:
        """What every service is told: as in ``make up``, and nothing that this shell was told."""
        given = {
            name: value
            for name, value in os.environ.items()
            if name.partition("_")[0] not in ("LINLI", *(each.upper() for each in SERVICES))
        }
        return self._stack().environment(given) | dict(self.told)

    def _stack(self) -> Stack:
        return Stack(Options.read({}, self.home), self.mongo_url, self.amqp_url)

    def _run(self, service: str, port: int, extra: Mapping[str, str]) -> process.Started:
        argv = [sys.executable, "-m", "shared.cli", "serve", service, "--port", str(port)]
        environment = self.environment() | {
            f"{service.upper()}_DATABASE": f"{self.database}_{service}",
            **extra,
        }
        log = self.home / f"{service}-{port}.log"
        return process.start(service, argv, log=log, environment=environment, folder=ROOT)

    def _receiver(self) -> str:
        port = ports.free(1)[0]
        argv = [sys.executable, "-m", "deploy.receiver", "--port", str(port)]
        argv += ["--file", str(self.home / RECEIVED_FILE)]
        argv += ["--secret-file", str(self.home / SECRET_FILE)]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        log = self.home / "receiver.log"
        self._kept.append(
            process.start("receiver", argv, log=log, environment=environment, folder=ROOT)
        )
        return f"http://{ports.HOST}:{port}"
