"""Logs that join, traces that go through, and no personal data in either."""

import asyncio
import gc
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.telemetry import (
    LOG_IDS,
    AccessLog,
    JsonLines,
    new_traceparent,
    read_traceparent,
    span,
    start_tracing,
    stop_tracing,
    trace_id,
    tracing,
    use_tracer_provider,
)
from shared.testing_web import web_client
from shared.tests.things import THINGS, WRITER, things

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    use_tracer_provider(provider)
    yield exporter
    stop_tracing()


def line(record: dict[str, Any], message: str = "done", *args: object) -> dict[str, Any]:
    made = logging.makeLogRecord({"name": "x", "msg": message, "args": args, **record})
    read: dict[str, Any] = json.loads(JsonLines("requests").format(made))
    return read


def test_a_log_line_is_json_with_the_ids_of_its_task_and_its_extras() -> None:
    token = LOG_IDS.set({"request_id": "r-1"})
    try:
        read = line({"levelname": "INFO", "queue": "q", "task": 7}, "moved %s", 'a"b\n')
    finally:
        LOG_IDS.reset(token)

    assert read["message"] == 'moved a"b\n'
    assert (read["service"], read["level"], read["logger"]) == ("requests", "INFO", "x")
    assert (read["request_id"], read["queue"], read["task"]) == ("r-1", "q", 7)
    assert read["at"].endswith("Z")


async def test_an_error_that_nobody_looked_at_is_not_quoted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail() -> None:
        raise ValueError("13800001111")

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    del task
    gc.collect()

    (record,) = [record for record in caplog.records if record.name == "asyncio"]
    assert "13800001111" in record.getMessage()
    written = JsonLines("requests").format(record)
    assert "13800001111" not in written
    assert json.loads(written)["message"] == "Task exception was never retrieved"


def test_of_an_exception_the_place_is_logged_and_not_the_message() -> None:
    try:
        raise ValueError("13800001111")
    except ValueError as error:
        read = line({"exc_info": (type(error), error, error.__traceback__)})

    assert read["error"] == "ValueError"
    assert "test_telemetry.py" in read["frames"][-1]
    assert "13800001111" not in json.dumps(read)


async def test_access_lines_are_json_one_for_each_request() -> None:
    stream = io.StringIO()
    log = AccessLog("requests", stream)
    log.write("GET", "/x/{id}", 200, 0.0125, '"request_id":"r"')
    log.write("GET", "/y", 404, 0.0125, '"request_id":"s"')
    await asyncio.sleep(0)

    read, other = (json.loads(line) for line in stream.getvalue().splitlines())
    assert other["request_id"] == "s"
    assert (read["method"], read["route"], read["status"]) == ("GET", "/x/{id}", 200)
    assert (read["ms"], read["request_id"]) == (12.5, "r")


async def test_a_request_is_logged_by_its_route_and_ids_alone() -> None:
    stream = io.StringIO()
    client = web_client(things(), access_log=AccessLog("t", stream))
    headers = {"x-request-id": "r-1", "traceparent": PARENT}
    await client.call("PUT", f"{THINGS}/13800001111?name=x", WRITER, headers=headers)
    await asyncio.sleep(0)

    read = json.loads(stream.getvalue())
    assert read["route"] == f"{THINGS}/{{thing_id}}"
    assert read["request_id"] == "r-1"
    assert read["trace_id"] == trace_id(PARENT)
    assert "13800001111" not in stream.getvalue()
    assert "per_writer" not in stream.getvalue()


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (PARENT, PARENT),
        ("01" + PARENT[2:] + "-more", PARENT),
        ("cc" + PARENT[2:], PARENT),
        (PARENT + "-more", None),
        ("01" + PARENT[2:] + "more", None),
        ("ff" + PARENT[2:], None),
        (PARENT.upper(), None),
        ("00-" + "0" * 32 + "-b7ad6b7169203331-01", None),
        ("00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01", None),
        ("", None),
        (None, None),
    ],
)
def test_a_traceparent_is_read_as_the_standard_says(sent: str | None, read: str | None) -> None:
    assert read_traceparent(sent) == read


@given(sent=st.text())
def test_whatever_comes_as_a_traceparent_is_one_or_nothing(sent: str) -> None:
    assert read_traceparent(sent) in (None, f"00-{sent[3:55]}")


def test_a_new_trace_is_one_that_can_be_read() -> None:
    made = new_traceparent()
    assert read_traceparent(made) == made


def test_without_an_exporter_a_trace_goes_through_unchanged() -> None:
    assert not tracing()
    with span("step", "server", PARENT) as step:
        assert step.traceparent == PARENT
        step.note("a", 1)
        step.rename("b")
    with span("step") as step:
        assert read_traceparent(step.traceparent)
    start_tracing("requests", None)
    assert not tracing()


def test_a_step_stands_below_the_one_that_caused_it(exported: InMemorySpanExporter) -> None:
    with (
        span("outer", "consumer", PARENT, {"queue": "q"}) as outer,
        span("inner", "producer", outer.traceparent) as inner,
    ):
        assert trace_id(inner.traceparent) == trace_id(PARENT)
        assert inner.traceparent != outer.traceparent != PARENT

    first, second = exported.get_finished_spans()
    assert first.parent is not None
    assert second.context is not None
    assert first.parent.span_id == second.context.span_id
    assert second.attributes == {"queue": "q"}


async def test_a_request_is_a_span_named_by_its_route(exported: InMemorySpanExporter) -> None:
    await web_client(things()).call("GET", THINGS, WRITER, headers={"traceparent": PARENT})

    (made,) = exported.get_finished_spans()
    assert made.name == f"GET {THINGS}"
    assert made.attributes == {
        "http.request.method": "GET",
        "http.route": THINGS,
        "http.response.status_code": 200,
    }
    assert made.parent is not None
    assert f"{made.parent.span_id:016x}" == PARENT[36:52]


def test_an_error_marks_its_step_and_is_not_quoted(exported: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="13800001111"), span("step"):
        raise ValueError("13800001111")

    (made,) = exported.get_finished_spans()
    assert not made.status.is_ok
    assert "13800001111" not in made.to_json()
