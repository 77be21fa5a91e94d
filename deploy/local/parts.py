"""The two brokers as one thing: `parts`, which tests and the runner start, use and stop."""

import json
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local import mongo, ports, process, rabbit
from deploy.local.mongo import MongoNode
from deploy.local.process import Started, poll
from deploy.local.rabbit import RabbitNode, RabbitPorts
from deploy.local.words import Halt


@dataclass(frozen=True, slots=True)
class Parts:
    """Where a MongoDB and a RabbitMQ answer."""

    mongo_url: str
    amqp_url: str
    admin_url: str

    def save(self, path: Path) -> None:
        """Leave the addresses for another process, whole or not at all."""
        fresh = path.with_suffix(".fresh")
        fresh.write_text(json.dumps(asdict(self)), "utf-8")
        fresh.rename(path)

    @classmethod
    def load(cls, path: Path) -> "Parts":
        """The addresses that another process left."""
        return cls(**json.loads(path.read_text("utf-8")))

    def silent(self) -> tuple[str, ...]:
        """Names and addresses of those that take no connection any more."""
        addresses = {"MongoDB": urlsplit(self.mongo_url), "RabbitMQ": urlsplit(self.amqp_url)}
        return tuple(
            f"{name} ({url.hostname}:{url.port})"
            for name, url in addresses.items()
            if not _connects(url.hostname or "", url.port or 0)
        )


def _connects(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError:
        return False
    return True


Record = Callable[[Started], None]
"""Told of every group that was started, at once, so that it can be stopped."""


def start_local(home: Path, tools: Path, record: Record) -> Parts:
    """Start both on free ports under ``home``; ready to be used when it returns."""
    amqp, management, dist, epmd, mongod = ports.free(5)
    node = RabbitNode(home / "rabbitmq", RabbitPorts(amqp, management, dist, epmd))
    server = MongoNode(home / "mongodb", tools, mongod)
    waits = [start_rabbit(node, record), start_mongo(server, record)]
    for wait in waits:
        wait()
    return Parts(server.url, node.url, node.admin_url)


def start_rabbit(node: RabbitNode, record: Record) -> Callable[[], None]:
    """Start it; the answer waits until it is ready, or halts."""
    names = node.start_names()
    record(names)
    wait_for(names, lambda: ports.answers(node.ports.epmd), 10)
    group = node.start()
    record(group)
    return lambda: wait_for(group, node.ready, rabbit.READY_SECONDS)


def start_mongo(server: MongoNode, record: Record) -> Callable[[], None]:
    """Start it; the answer waits until it takes writes, or halts."""
    group = server.start()
    record(group)
    member = f"{ports.HOST}:{server.port}"
    return lambda: wait_for(group, lambda: mongo.lead(server.url, member), mongo.READY_SECONDS)


def wait_for(group: Started, ready: Callable[[], bool], seconds: float) -> None:
    """Return once it is ready; halt if it dies first or takes longer than this."""

    def settled() -> bool:
        return ready() or not group.alive

    if not poll(settled, seconds):
        raise Halt("part.slow", name=group.name, log=group.log, seconds=int(seconds))
    if not group.alive:
        said = process.last_lines(group)
        raise Halt("part.died", name=group.name, log=group.log, said=said)
