"""``linli topology apply``: makes a broker have what the platform needs."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import aio_pika
import click

from shared.bus import declare, from_definitions
from shared.cli.words import Words
from shared.errors import Unavailable
from shared.settings import BadSettings, SettingFault, is_broker_url, setting

DEFINITIONS = Path(__file__).parents[2] / "deploy" / "rabbitmq" / "definitions.json"
CONNECT_SECONDS = 10
F = TypeVar("F", bound=Callable[..., Any])


def command(words: Words) -> click.Group:
    """``linli topology``."""

    @click.group("topology", help=words.of("cli.help_topology"))
    def topology() -> None:
        pass

    @topology.command("apply", help=words.of("cli.help_topology_apply"))
    @definitions_option(words)
    def apply(definitions: Path) -> None:
        file = read_definitions(words, definitions)
        wanted = from_definitions(file)
        asyncio.run(_apply(broker_url(words), wanted))
        counts = {name: len(file[name]) for name in ("exchanges", "queues", "bindings")}
        words.say("cli.topology_applied", **counts)

    return topology


def definitions_option(words: Words) -> Callable[[F], F]:
    """``--definitions``: RabbitMQ's own definitions file."""
    return click.option(
        "--definitions",
        type=click.Path(path_type=Path),
        default=DEFINITIONS,
        envvar="LINLI_DEFINITIONS",
        help=words.of("cli.help_definitions"),
    )


def read_definitions(words: Words, path: Path) -> dict[str, Any]:
    """The file's content; fails with one line if it is none."""
    try:
        file: dict[str, Any] = json.loads(path.read_text("utf-8"))
        from_definitions(file)
    except (ValueError, KeyError, TypeError):
        words.fail("cli.bad_definitions", path=path)
    return file


def broker_url(words: Words) -> str:
    """``LINLI_AMQP_URL`` (or its file); fails with one line if it is not set, or is no address."""
    url = setting("amqp_url") or words.fail("cli.no_broker_url")
    if not is_broker_url(url):
        fault = SettingFault("LINLI_AMQP_URL", "setting_broker_url", "not an address of a broker")
        raise BadSettings((fault,))
    return url


async def _apply(url: str, wanted: Any) -> None:
    try:
        async with await aio_pika.connect(url, timeout=CONNECT_SECONDS) as connection:
            await declare(await connection.channel(), wanted)
    except (aio_pika.exceptions.AMQPError, OSError, TimeoutError) as error:
        raise Unavailable("broker.unavailable") from error
