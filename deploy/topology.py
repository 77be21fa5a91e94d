"""RabbitMQ's definitions as the code declares them.

`python -m deploy.topology > deploy/rabbitmq/definitions.json` after a service hears something new;
`tests/contracts/test_topology.py` compares the two.
"""

import importlib
import inspect
import json
import sys
from typing import Any

from deploy.init import SERVICES, VHOST
from shared.bus import Hearing, Topology, definitions, joined, topology


def wanted() -> Topology:
    """All that the four services tell and hear together."""
    whole = Topology()
    for service in SERVICES:
        whole += topology(service, _hearings(service))
    return whole


def file() -> str:
    """The definitions file, without users: those are made with the secrets (deploy/init.py)."""
    return (
        json.dumps({"vhosts": [{"name": VHOST}], **definitions(wanted(), VHOST)}, indent=1) + "\n"
    )


class _Nobody:
    """Stands for any use case: only what is heard matters here, not who handles it."""

    def __getattr__(self, name: str) -> "_Nobody":
        return self

    async def __call__(self, *_: object) -> None:
        raise AssertionError("nobody handles events here")


def _hearings(service: str) -> list[Hearing]:
    """What all functions of a service's consumers say that it hears."""
    consumers = importlib.import_module(f"services.{service}.consumers")
    found: list[Hearing] = []
    for name, declared in inspect.getmembers(consumers, inspect.isfunction):
        if declared.__module__ == consumers.__name__ and not name.startswith("_"):
            use_cases: list[Any] = [_Nobody() for _ in inspect.signature(declared).parameters]
            found += declared(*use_cases)
    return joined(sorted(found, key=lambda hearing: hearing.binding))


if __name__ == "__main__":
    sys.stdout.write(file())
