"""What `make up` can be told: variables of the environment or of the make command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.demo.size import Size
from deploy.local.words import Halt

SERVICES = ("requests", "pairing", "property", "notifications")

PORTS = {
    "PORT_REQUESTS": 8001,
    "PORT_PAIRING": 8002,
    "PORT_PROPERTY": 8003,
    "PORT_NOTIFICATIONS": 8004,
    "PORT_RECEIVER": 8010,
    "PORT_AMQP": 5673,
    "PORT_RABBITMQ_ADMIN": 15673,
    "PORT_RABBITMQ_DIST": 25673,
    "PORT_EPMD": 4370,
    "PORT_MONGO": 27027,
}
"""Every port that the local platform listens on, all on 127.0.0.1, none of them a usual one."""

BROKER_PORTS = ("PORT_AMQP", "PORT_RABBITMQ_ADMIN", "PORT_RABBITMQ_DIST", "PORT_EPMD")
STORE_PORTS = ("PORT_MONGO",)

_NO = frozenset({"0", "no", "false", "off"})


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: where, on which ports, against which brokers, with or without the stories."""

    home: Path
    ports: Mapping[str, int]
    mongo_url: str | None
    amqp_url: str | None
    story: bool
    detach: bool
    demo: Size

    @classmethod
    def read(cls, environment: Mapping[str, str], home: Path) -> "Options":
        """As the environment says; halts on a port or a size that is none."""
        return cls(
            home=home,
            ports={name: _port(environment, name) for name in PORTS},
            mongo_url=environment.get("MONGO_URL") or None,
            amqp_url=environment.get("AMQP_URL") or None,
            story=_yes(environment, "STORY", default=True),
            detach=_yes(environment, "DETACH", default=False),
            demo=demo_size(environment),
        )

    def needed_ports(self) -> dict[str, int]:
        """The ports that a run with these options listens on."""
        given: tuple[str, ...] = ()
        if self.amqp_url:
            given += BROKER_PORTS
        if self.mongo_url:
            given += STORE_PORTS
        return {name: port for name, port in self.ports.items() if name not in given}

    def service_port(self, service: str) -> int:
        """Where this service (or the receiver) listens."""
        return self.ports[f"PORT_{service.upper()}"]


def demo_size(environment: Mapping[str, str]) -> Size:
    """How large the demo is to be; halts on a size that is none."""
    try:
        return Size.read(environment)
    except ValueError as error:
        raise Halt("demo.size", reason=error) from None


def _port(environment: Mapping[str, str], name: str) -> int:
    told = environment.get(name) or str(PORTS[name])
    if not told.isascii() or not told.isdigit() or not 1 <= int(told) <= 65535:
        raise Halt("option.port", variable=name, value=told)
    return int(told)


def _yes(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    told = environment.get(name, "").strip().lower()
    return default if not told else told not in _NO
