"""``linli serve SERVICE``: one service, in one process."""

import importlib
import importlib.util
import logging
import socket

import click
import uvicorn

from shared.cli.words import Words
from shared.settings import CommonSettings
from shared.telemetry import start_logs

BACKLOG = 2048


def command(words: Words) -> click.Command:
    """The command."""

    @click.command("serve", help=words.of("cli.help_serve"))
    @click.argument("service")
    @click.option("--host", default="127.0.0.1", show_default=True)
    @click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
    def serve(service: str, host: str, port: int) -> None:
        settings_module = _module(words, service, "settings")
        app_module = _module(words, service, "app")
        settings: CommonSettings = settings_module.Settings()
        start_logs(service, settings.log_level)
        app = app_module.create_app(settings)
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=round(settings.drain_seconds),
        )
        with _bound(words, host, port) as listening:
            address = listening.getsockname()
            log = logging.getLogger("linli")
            log.info("listening", extra={"host": address[0], "port": address[1]})
            uvicorn.Server(config).run(sockets=[listening])

    return serve


def _module(words: Words, service: str, part: str):  # type: ignore[no-untyped-def]
    """A service is found by its name: nothing in ``shared`` imports one."""
    name = f"services.{service}.{part}"
    known = service.isidentifier() and importlib.util.find_spec(f"services.{service}")
    if not known or importlib.util.find_spec(name) is None:
        words.fail("cli.no_service", service=service)
    return importlib.import_module(name)


def _bound(words: Words, host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        words.fail("cli.cannot_listen", host=host, port=port, why=error.strerror or "-")
    listening.set_inheritable(True)
    return listening
