"""``linli serve SERVICE``: one service, in one process."""

import gc
import importlib
import importlib.util
import logging
import socket
import sys

import click
import uvicorn
from fastapi import FastAPI

from shared.cli.words import Words
from shared.settings import CommonSettings
from shared.telemetry import start_logs
from shared.web.connection import Connection

BACKLOG = 2048
COLLECT_AFTER = (20_000, 20, 20)
"""New objects before the youngest are looked through, and how often the older ones are."""

SWITCH_SECONDS = 0.005
"""The driver works in threads: with Python's default of 5 ms, an answer of the store that is there
would wait that long for a busy event loop to let its thread go on."""


def command(words: Words) -> click.Command:
    """The command."""

    @click.command("serve", help=words.of("cli.help_serve"))
    @click.argument("service")
    @click.option("--host", default="127.0.0.1", show_default=True)
    @click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
    def serve(service: str, host: str, port: int) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        settings_module = service_module(words, service, "settings")
        app_module = service_module(words, service, "app")
        settings: CommonSettings = settings_module.Settings()
        start_logs(service, settings.log_level)
        app = app_module.create_app(settings)
        config = server(app, settings)
        _spare_the_collector()
        with _bound(words, host, port) as listening:
            address = listening.getsockname()
            log = logging.getLogger("linli")
            log.info("listening", extra={"host": address[0], "port": address[1]})
            uvicorn.Server(config).run(sockets=[listening])

    return serve


def server(app: FastAPI, settings: CommonSettings) -> uvicorn.Config:
    """How the application is served. Whose ``X-Forwarded-For`` is believed, the settings say:
    uvicorn by itself believes whoever connects from this machine."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=Connection,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=round(settings.drain_seconds),
    )


def _spare_the_collector() -> None:
    """Put what was imported out of the garbage collector's sight, and let it look less often.

    A request makes some hundred objects and no cycles; with the defaults a full collection walks
    the half million objects of all imported modules again and again, 0.1 s each time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def service_module(words: Words, service: str, part: str):  # type: ignore[no-untyped-def]
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
