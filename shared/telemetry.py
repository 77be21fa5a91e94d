"""Logs, traces and their ids. Nothing written here bears personal data: ids, codes and times only.

A ``traceparent`` (W3C Trace Context) is passed on, and made where there is none, even while no
exporter is set: so the logs of all services can be joined, and a caller's own trace goes through.
Spans are made and sent only if an OTLP endpoint is set.
"""

import asyncio
import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from random import getrandbits
from typing import Any, Literal, TextIO

_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
)
_LENGTH = 55

LOG_IDS: ContextVar[Mapping[str, str]] = ContextVar("linli_log_ids", default={})  # noqa: B039
"""The ids that every log line of this task bears: ``request_id``, ``trace_id``, ``event_id`` ..."""

SpanKind = Literal["internal", "server", "client", "producer", "consumer"]


def read_traceparent(sent: str | None) -> str | None:
    """The part of a ``traceparent`` that we know, or None if it is not one."""
    if sent is None or not _TRACEPARENT.fullmatch(sent[:_LENGTH]):
        return None
    # A later version may have more fields, behind a dash; version 00 has not.
    if len(sent) > _LENGTH and (sent.startswith("00") or sent[_LENGTH] != "-"):
        return None
    return f"00-{sent[3:_LENGTH]}"


def new_traceparent() -> str:
    """The beginning of a trace."""
    return f"00-{getrandbits(128) or 1:032x}-{getrandbits(64) or 1:016x}-01"


def trace_id(traceparent: str | None) -> str:
    """The 32 digits that name the trace; empty for None."""
    return traceparent[3:35] if traceparent else ""


class Span:
    """One step of a trace; ``traceparent`` is what the next step is told."""

    __slots__ = ("_otel", "traceparent")

    def __init__(self, traceparent: str, otel: Any = None) -> None:
        self.traceparent = traceparent
        self._otel = otel

    def rename(self, name: str) -> None:
        """Call it something better known by now."""
        if self._otel is not None:
            self._otel.update_name(name)

    def note(self, name: str, value: str | int | float | bool) -> None:
        """Add an attribute."""
        if self._otel is not None:
            self._otel.set_attribute(name, value)


class _Tracing:
    """The process's tracer while an exporter is set."""

    provider: Any = None
    tracer: Any = None


def tracing() -> bool:
    """Whether spans go anywhere."""
    return _Tracing.tracer is not None


@contextmanager
def span(
    name: str,
    kind: SpanKind = "internal",
    traceparent: str | None = None,
    attributes: Mapping[str, str | int | float | bool] | None = None,
) -> Iterator[Span]:
    """A step below ``traceparent`` (a new trace if None); an error that passes through marks it.

    While no exporter is set it only carries the ``traceparent`` on.
    """
    if _Tracing.tracer is None:
        yield Span(traceparent or new_traceparent())
        return
    from opentelemetry import trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {"traceparent": traceparent} if traceparent else {}
    parent = TraceContextTextMapPropagator().extract(carrier)
    with _Tracing.tracer.start_as_current_span(
        name,
        context=parent,
        kind=trace.SpanKind[kind.upper()],
        attributes=attributes,
        record_exception=False,  # its message may bear data
        set_status_on_exception=False,
    ) as otel:
        own = otel.get_span_context()
        flags = int(own.trace_flags)
        try:
            yield Span(f"00-{own.trace_id:032x}-{own.span_id:016x}-{flags:02x}", otel)
        except Exception as error:
            otel.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise


def start_tracing(service: str, endpoint: str | None, ratio: float = 1.0) -> None:
    """Send spans to this OTLP/HTTP endpoint from now on; None leaves tracing off."""
    if endpoint is None or _Tracing.tracer is not None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    address = endpoint.rstrip("/")
    if not address.endswith("/v1/traces"):
        address += "/v1/traces"
    provider = TracerProvider(
        resource=Resource.create({"service.name": f"linli-{service}"}),
        sampler=ParentBased(TraceIdRatioBased(ratio)),
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=address)))
    use_tracer_provider(provider)


def use_tracer_provider(provider: Any) -> None:
    """Make spans with this provider; None turns tracing off."""
    _Tracing.provider = provider
    _Tracing.tracer = provider.get_tracer("linli") if provider is not None else None


def stop_tracing() -> None:
    """Send what is left and turn tracing off; blocks for as long as the exporter takes."""
    provider = _Tracing.provider
    use_tracer_provider(None)
    if provider is not None:
        provider.shutdown()


_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every log record has; anything else was given as ``extra``."""


class JsonLines(logging.Formatter):
    """One JSON object a line, with the ids of the task that wrote it.

    Of an exception its type and its frames are written, never its message: a message may quote the
    input, and an error of ours says all that is safe by its code and facts.
    """

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": _iso(record.created),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": _message(record),
            **LOG_IDS.get(),
            **{name: record.__dict__[name] for name in record.__dict__.keys() - _PLAIN},
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["frames"] = _frames(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


class AccessLog:
    """One JSON line for each request, written by hand: the logging module costs more than a route.

    Every value is known to be plain (a route's template, numbers, checked ids), so none is escaped.
    """

    def __init__(self, service: str, stream: TextIO | None = None) -> None:
        self._service = service
        self._stream = stream or sys.stderr
        self._second = 0
        self._stamp = ""
        self._lines: list[str] = []

    def write(self, method: str, route: str, status: int, seconds: float, ids: str) -> None:
        """Note a request; ``ids`` is the inside of a JSON object."""
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second, self._stamp = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
        if not self._lines:
            asyncio.get_running_loop().call_soon(self._flush)
        self._lines.append(
            f'{{"at":"{self._stamp}.{int(now * 1000) % 1000:03d}Z","level":"INFO",'
            f'"service":"{self._service}","logger":"access","message":"request",'
            f'"method":"{method}","route":"{route}","status":{status},"ms":{seconds * 1000:.2f},'
            f"{ids}}}\n"
        )

    def _flush(self) -> None:
        """One write for all requests that were answered in the same turn of the event loop."""
        lines, self._lines = "".join(self._lines), []
        self._stream.write(lines)


def start_logs(service: str, level: str, stream: TextIO | None = None) -> None:
    """Write all logs of this process as JSON lines to standard error."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("aiormq", "aio_pika", "pymongo", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
    for own in ("uvicorn", "uvicorn.error"):
        logging.getLogger(own).handlers.clear()
        logging.getLogger(own).propagate = True


def _iso(moment: float) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment))
    return f"{stamp}.{int(moment * 1000) % 1000:03d}Z"


def _message(record: logging.LogRecord) -> str:
    """Below its first line, asyncio quotes the error that nobody saw, and with it what it bears."""
    said = record.getMessage()
    return said.partition("\n")[0] if record.name == "asyncio" else said


def _frames(trace: Any) -> list[str]:
    frames = traceback.extract_tb(trace)[-12:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
