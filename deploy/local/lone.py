"""A broker for one test alone, which it may kill and start again, keeping its data.

For tests of what a restart does. A test that only needs the broker to be away takes a ``Gate``.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from deploy.local import parts, ports, process
from deploy.local.fetch import TOOLS
from deploy.local.mongo import MongoNode
from deploy.local.process import Started
from deploy.local.rabbit import RabbitNode, RabbitPorts

Begin = Callable[[parts.Record], Callable[[], None]]


class Lone(AbstractContextManager["Lone"]):
    """One broker as processes on this machine."""

    def __init__(self, url: str, begin: Begin) -> None:
        self.url = url
        self._begin = begin
        self._groups: list[Started] = []

    def start(self) -> None:
        """Start it, at the same address and on the same data as before; ready on return."""
        self._begin(self._groups.append)()

    def stop(self) -> None:
        """End it as an operator does: it finishes writing."""
        while self._groups:
            process.stop(self._groups.pop())

    def kill(self) -> None:
        """End it with SIGKILL.

        RabbitMQ 3.10 writes the names of its quorum queues late: one that was declared less than
        about two seconds before has no leader after that. ``stop`` has no such limit.
        """
        while self._groups:
            process.stop(self._groups.pop(), grace_seconds=0)

    def __enter__(self) -> "Lone":
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()


def rabbit(home: Path) -> Lone:
    """A RabbitMQ under this folder, not yet started."""
    node = RabbitNode(home / "rabbitmq", RabbitPorts(*ports.free(4)))
    return Lone(node.url, lambda record: parts.start_rabbit(node, record))


def mongo(home: Path) -> Lone:
    """A MongoDB under this folder, not yet started."""
    server = MongoNode(home / "mongodb", TOOLS, ports.free(1)[0])
    return Lone(server.url, lambda record: parts.start_mongo(server, record))
