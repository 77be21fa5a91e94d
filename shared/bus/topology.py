"""Exchanges and queues by name, as code; ``deploy/rabbitmq/definitions.json`` says the same.

::

    linli.events (topic) ──type──▶ <service>.<type>          one quorum queue per hearing
    <service>.retry.<rung> (fanout) ─▶ <service>.retry.<rung>   waits its time, then goes back
                                                              to its queue, by its routing key
    "" (default)         ──────▶ <queue>.dead                 what cannot be handled, kept

Every declaration works on RabbitMQ 3.10, 4.0 and the current 4.x: no global QoS, no transient
shared queue, no mirrored classic queue, no plugin.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel

from shared.envelope import Envelope
from shared.events import Event

EVENTS_EXCHANGE = "linli.events"
DELIVERIES_MAX = 20
"""A message that kills its reader this often is put among the dead (the safety net)."""

_DEAD_ARGUMENTS = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}
"""Looking at a dead letter is a delivery; RabbitMQ 4 drops after 20 unless told otherwise."""

RUNGS = {"1s": 1_000, "10s": 10_000, "60s": 60_000, "5m": 300_000}
"""How long a message waits before it is tried again, in milliseconds."""

Handler = Callable[[Any, Envelope], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Hearing:
    """That a service wants an event: its class and the use case that handles it."""

    event: type[Event] | None
    handler: Handler

    @classmethod
    def everything(cls, handler: Callable[[Envelope], Awaitable[None]]) -> "Hearing":
        """Wants every event of every service, unread."""

        async def handle(_: object, envelope: Envelope) -> None:
            await handler(envelope)

        return cls(None, handle)

    @property
    def binding(self) -> str:
        """The routing key that it binds."""
        return self.event.type if self.event else "#"

    def queue(self, service: str) -> str:
        """The queue that it reads."""
        return f"{service}.{self.event.type if self.event else 'all'}"


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable quorum queue, its arguments, and what it is bound to as (exchange, routing key)."""

    name: str
    arguments: dict[str, Any]
    bindings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Topology:
    """All that must be on the broker for one service or more."""

    exchanges: dict[str, str] = field(default_factory=dict)
    queues: tuple[Queue, ...] = ()

    def __add__(self, other: "Topology") -> "Topology":
        mine = {queue.name: queue for queue in (*self.queues, *other.queues)}
        return Topology({**self.exchanges, **other.exchanges}, tuple(mine.values()))


def retry_queue(service: str, rung: str) -> str:
    """Where a service's messages wait; its exchange bears the same name."""
    return f"{service}.retry.{rung}"


def dead_queue(queue: str) -> str:
    """Where what ``queue`` could not handle is kept."""
    return f"{queue}.dead"


def topology(service: str, hearings: Sequence[Hearing]) -> Topology:
    """What ``service`` needs in order to tell and to hear."""
    exchanges = {EVENTS_EXCHANGE: "topic"}
    queues: list[Queue] = []
    for hearing in hearings:
        name = hearing.queue(service)
        queues += [
            Queue(name, _heard_arguments(name), ((EVENTS_EXCHANGE, hearing.binding),)),
            Queue(dead_queue(name), dict(_DEAD_ARGUMENTS)),
        ]
    if hearings:
        for rung, wait_ms in RUNGS.items():
            name = retry_queue(service, rung)
            exchanges[name] = "fanout"
            queues.append(Queue(name, _retry_arguments(wait_ms), ((name, ""),)))
    return Topology(exchanges, tuple(queues))


def _heard_arguments(queue: str) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERIES_MAX,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_queue(queue),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def _retry_arguments(wait_ms: int) -> dict[str, Any]:
    # No x-dead-letter-routing-key: the message keeps its own, the name of the queue it came from.
    return {
        "x-queue-type": "quorum",
        "x-message-ttl": wait_ms,
        "x-dead-letter-exchange": "",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


async def declare(channel: AbstractChannel, wanted: Topology) -> None:
    """Declare it all; what is there already with the same arguments stays as it is."""
    exchanges = {
        name: await channel.declare_exchange(name, aio_pika.ExchangeType(kind), durable=True)
        for name, kind in wanted.exchanges.items()
    }
    for queue in wanted.queues:
        declared = await channel.declare_queue(
            queue.name, durable=True, arguments=dict(queue.arguments)
        )
        for exchange, key in queue.bindings:
            await declared.bind(exchanges[exchange], key)


def definitions(wanted: Topology, vhost: str = "/") -> dict[str, Any]:
    """The same as RabbitMQ's own definitions file says it."""
    return {
        "exchanges": [
            {
                "name": name,
                "vhost": vhost,
                "type": kind,
                "durable": True,
                "auto_delete": False,
                "internal": False,
                "arguments": {},
            }
            for name, kind in sorted(wanted.exchanges.items())
        ],
        "queues": [
            {
                "name": queue.name,
                "vhost": vhost,
                "durable": True,
                "auto_delete": False,
                "arguments": queue.arguments,
            }
            for queue in sorted(wanted.queues, key=lambda queue: queue.name)
        ],
        "bindings": [
            {
                "source": exchange,
                "vhost": vhost,
                "destination": queue.name,
                "destination_type": "queue",
                "routing_key": key,
                "arguments": {},
            }
            for queue in sorted(wanted.queues, key=lambda queue: queue.name)
            for exchange, key in queue.bindings
        ],
    }


def from_definitions(file: dict[str, Any]) -> Topology:
    """Read a definitions file back; ``KeyError`` if it is none."""
    bindings: dict[str, list[tuple[str, str]]] = {}
    for binding in file["bindings"]:
        pair = (binding["source"], binding["routing_key"])
        bindings.setdefault(binding["destination"], []).append(pair)
    return Topology(
        {exchange["name"]: exchange["type"] for exchange in file["exchanges"]},
        tuple(
            Queue(q["name"], q["arguments"], tuple(bindings.get(q["name"], ())))
            for q in file["queues"]
        ),
    )
