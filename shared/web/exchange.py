"""One request and what is known of it so far; lives in the ASGI scope under ``linli``."""

import re
from collections.abc import Callable
from secrets import token_hex

from starlette.requests import Request
from starlette.types import Scope

from shared.auth import Caller
from shared.telemetry import new_traceparent, read_traceparent
from shared.texts import Lang, choose_lang

SCOPE_KEY = "linli"
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class Exchange:
    """Filled as the request goes through the doors; read by errors, logs, metrics and
    dependencies."""

    __slots__ = (
        "at_end",
        "body",
        "caller",
        "charge",
        "headers",
        "limit_headers",
        "method",
        "path",
        "request_id",
        "status",
        "traceparent",
    )

    def __init__(self, scope: Scope) -> None:
        self.headers = _by_name(scope["headers"])
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        sent = self.headers.get(b"x-request-id")
        sane = sent is not None and _REQUEST_ID.fullmatch(sent)
        self.request_id = sent.decode() if sent and sane else token_hex(12)
        self.traceparent = read_traceparent(self.header(b"traceparent")) or new_traceparent()
        self.status = 0
        self.body = b""
        self.caller: Caller | None = None
        self.charge: Callable[[int], None] = lambda cost: None
        """Counts a call as so many more; ``TooMany``."""
        self.limit_headers: list[tuple[bytes, bytes]] = []
        self.at_end: Callable[[], None] | None = None

    def header(self, name: bytes) -> str | None:
        """A header's value, name in lower case; None if absent."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def lang(self) -> Lang:
        """The language that the caller reads."""
        return choose_lang(self.header(b"accept-language"))

    @property
    def trace_id(self) -> str:
        """The 32 hexadecimal digits that name the whole trace."""
        return self.traceparent[3:35]


def lang_for(request: Request) -> Lang:
    """The language that the caller of a route reads."""
    exchange: Exchange = request.scope[SCOPE_KEY]
    return exchange.lang


def _by_name(sent: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Header lines by their name; several of one name are one list (RFC 9110, 5.3).

    So two of what may be there once are of the wrong form, and neither of them is believed.
    """
    headers = dict(sent)
    if len(headers) == len(sent):
        return headers
    values: dict[bytes, list[bytes]] = {name: [] for name in headers}
    for name, value in sent:
        values[name].append(value)
    return {name: b", ".join(told) for name, told in values.items()}
