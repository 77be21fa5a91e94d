"""The sample receiver: stands for the management committee's program, and shows how to write one.

It verifies each web hook with the stock Standard Webhooks library, keeps the verified ones in a
file, one JSON a line, and answers 204. What it does not know it refuses with 401; what it has
already it acknowledges without writing it again: that is all that a receiver of Standard Webhooks
1.0.0 must do.
"""

import asyncio
import json
import signal
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from aiohttp import web
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

from shared.clock import Clock, SystemClock

BODY_BYTES_MAX = 65_536
"""Three times what a web hook may weigh (20 KB); a larger body is answered 413."""
IDS_MAX = 100_000
"""How many webhook-ids are remembered against repeats; at one a second that is more than a day."""
PAGE_BYTES_MAX = 1_048_576
"""At most this much of the file goes out in one answer of ``GET /received``."""


class Secrets:
    """The secrets that a web hook may be signed with: a file, read again when it changes.

    One a line. A secret is known only after the endpoint was registered, and while one is being
    changed for another two of them hold: so the file may come late, and may hold several. No file
    means no secret.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._known: list[Webhook] = []

    def verify(self, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        """The verified JSON object; ``WebhookVerificationError`` if no secret fits it."""
        for known in self._current():
            # The library answers a malformed header or body with a ValueError of its own kind.
            with suppress(WebhookVerificationError, ValueError):
                verified = known.verify(body, dict(headers))
                if isinstance(verified, dict):
                    return verified
        raise WebhookVerificationError("no secret fits")

    def _current(self) -> list[Webhook]:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._seen, self._known = None, []
            return self._known
        if (stamp := (stat.st_mtime_ns, stat.st_size)) != self._seen:
            self._seen = stamp
            self._known = _webhooks(self._path.read_text(encoding="utf-8"))
        return self._known


def _webhooks(text: str) -> list[Webhook]:
    known = []
    for line in text.split():
        with suppress(ValueError, EmptyWebhookSecretError):
            known.append(Webhook(line))
    return known


class Book:
    """The file of what was received: appended to, one JSON a line, each webhook-id once."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._ids: OrderedDict[str, None] = OrderedDict()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        self._mend()

    def add(self, webhook_id: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Keep a verified message: in the file on return. None if this id was kept before."""
        if webhook_id in self._ids:
            return None
        entry = {
            "received_at": self._clock.now().isoformat(),
            "webhook_id": webhook_id,
            "type": body.get("type"),
            "subject": body.get("subject"),
            "sequence": body.get("sequence"),
            "body": body,
        }
        with self._path.open("ab") as file:
            file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        self._remember(webhook_id)
        return entry

    def read(self, since: int) -> tuple[list[dict[str, Any]], int]:
        """What was kept from position ``since`` (0: all), and the position to go on from.

        ``ValueError`` if ``since`` is no position that was handed out.
        """
        with self._path.open("rb") as file:
            file.seek(since)
            taken = file.read(PAGE_BYTES_MAX)
        whole = taken[: taken.rfind(b"\n") + 1]
        return [json.loads(line) for line in whole.splitlines()], since + len(whole)

    def _remember(self, webhook_id: str) -> None:
        self._ids[webhook_id] = None
        if len(self._ids) > IDS_MAX:
            self._ids.popitem(last=False)

    def _mend(self) -> None:
        """Drop a last line that a killed process left half-written; it was never acknowledged."""
        position = 0
        while True:
            entries, following = self.read(position)
            for entry in entries:
                self._remember(entry["webhook_id"])
            if following == position:
                break
            position = following
        with self._path.open("r+b") as file:
            file.truncate(position)


def create_receiver(secrets: Secrets, book: Book, say: Callable[[str], None]) -> web.Application:
    """The receiver: ``POST /hooks``, ``GET /received?since=``, ``GET /health``."""

    async def hooks(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            verified = secrets.verify(body, request.headers)
        except WebhookVerificationError:
            say(f"refused  {request.headers.get('webhook-id', 'without an id')[:64]!r}")
            return web.json_response({"title": "signature refused"}, status=401)
        entry = book.add(request.headers["webhook-id"], verified)
        if entry is None:
            say(f"repeated {request.headers['webhook-id']}")
        else:
            say(f"received {entry['type']} {entry['subject'] or ''} #{entry['sequence'] or '-'}")
        return web.Response(status=204)

    async def received(request: web.Request) -> web.Response:
        since = request.query.get("since", "0")
        try:
            items, following = book.read(int(since[:20]))
        except (ValueError, OverflowError, OSError):
            return web.json_response({"title": "since is no position handed out"}, status=400)
        return web.json_response({"items": items, "next": following})

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    receiver = web.Application(client_max_size=BODY_BYTES_MAX)
    receiver.router.add_post("/hooks", hooks)
    receiver.router.add_get("/received", received)
    receiver.router.add_get("/health", health)
    return receiver


async def serve(receiver: web.Application, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM; ``OSError`` if the port is taken."""
    runner = web.AppRunner(receiver, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        stopped = asyncio.Event()
        for signum in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(signum, stopped.set)
        await stopped.wait()
    finally:
        await runner.cleanup()


@click.command(help=__doc__)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8010, show_default=True)
@click.option("--file", "file", type=Path, default=Path(".local/received.jsonl"), show_default=True)
@click.option("--secret-file", type=Path, default=Path(".local/receiver.secret"), show_default=True)
def main(host: str, port: int, file: Path, secret_file: Path) -> None:
    """Run the receiver; one clear line and exit 1 if the port or the file is not to be had."""
    try:
        book = Book(file, SystemClock())
        asyncio.run(serve(create_receiver(Secrets(secret_file), book, click.echo), host, port))
    except OSError as error:
        raise click.ClickException(
            f"receiver on {host}:{port}: {error.strerror or error}"
        ) from None


if __name__ == "__main__":
    main()
