"""The manners of every service: what is asked of a request, and what an error looks like."""

import json
import logging
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import errors
from shared.auth import Caller
from shared.errors import LinliError
from shared.testing_web import WebClient, web_client
from shared.tests.things import THINGS, WRITER, problem, things
from shared.web.problems import STATUS
from shared.web.serving import ERRORS_TOLD_MAX

SECRET = "13800001111"


@pytest.fixture
def client() -> WebClient:
    return web_client(things())


async def test_a_sound_request_is_answered_with_version_place_and_ids(client: WebClient) -> None:
    reply = await client.call("POST", THINGS, WRITER, json={"name": "a"})

    assert (reply.status, reply.json()) == (201, {"id": "a", "actor": "per_writer"})
    assert reply.headers["etag"] == '"3"'
    assert reply.headers["location"] == f"{THINGS}/a"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-request-id"]


async def test_who_calls_is_asked_before_the_body_is_read(client: WebClient) -> None:
    nobody = await client.call("POST", THINGS, json={"nonsense": 1})
    problem(nobody, 401, "auth.missing")
    assert nobody.headers["www-authenticate"] == 'Bearer realm="linli"'

    stranger = Caller(id="per_other", scopes=frozenset({"t:thing:read"}))
    refused = await client.call("POST", THINGS, stranger, json={"nonsense": 1})
    problem(refused, 403, "auth.scope_missing")
    assert 'scope="t:thing:write"' in refused.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "#/name", "missing"),
        ({"name": ""}, "#/name", "string_too_short"),
        ({"name": " \t "}, "#/name", "string_too_short"),
        ({"name": SECRET * 3}, "#/name", "string_too_long"),
        ({"name": 7}, "#/name", "string_type"),
        ({"name": "a", "count": 10}, "#/count", "less_than_equal"),
        ({"name": "a", "count": SECRET}, "#/count", "less_than_equal"),
        ({"name": "a", "at": "2026-01-31T08:30:00"}, "#/at", "timezone_aware"),
        ({"name": "a", "at": SECRET + "x"}, "#/at", "datetime_from_date_parsing"),
        ({"name": "a", "x/y~z": SECRET}, "#/x~1y~0z", "extra_forbidden"),
        ({"name": "a", "parts": [{"name": "b"}, {}]}, "#/parts/1/name", "missing"),
        ([], "#", "model_type"),
    ],
)
async def test_a_body_that_breaks_a_rule_is_told_where_and_why_and_not_quoted(
    client: WebClient, body: Any, pointer: str, code: str
) -> None:
    for lang, header in (("zh", {}), ("en", {"accept-language": "en-GB,zh;q=0.5"})):
        reply = await client.call("POST", THINGS, WRITER, json=body, headers=header)

        (fault,) = problem(reply, 422, "http.invalid")["errors"]
        assert (fault["pointer"], fault["code"]) == (pointer, code)
        assert reply.headers["content-language"] == lang
        assert fault["detail"].isascii() == (lang == "en")
        assert SECRET not in reply.body.decode()


@pytest.mark.parametrize(
    "body",
    [b"{", b"{nope}", b'"\\ud800"', b'{"name": "\xff"}', b"[" * 5000, b"\x00"],
    ids=["cut", "words", "surrogate", "not utf-8", "deep", "nul"],
)
async def test_a_body_that_is_no_json_is_malformed(client: WebClient, body: bytes) -> None:
    headers = {
        "authorization": f"Bearer {client.token(WRITER)}",
        "content-type": "application/json",
        "content-length": str(len(body)),
    }
    reply = await client.raw("POST", THINGS, headers, [body])

    problem(reply, 400, "http.body_malformed")


async def test_a_body_of_nothing_but_faults_is_told_so_without_wording_each(
    client: WebClient,
) -> None:
    body = {"name": "a", **{f"k{n}": SECRET for n in range(ERRORS_TOLD_MAX + 1)}}
    reply = await client.call("POST", THINGS, WRITER, json=body)

    (fault,) = problem(reply, 422, "http.invalid")["errors"]
    assert (fault["pointer"], fault["code"]) == ("#", "too_many_faults")


async def test_no_body_where_one_is_due_is_a_missing_body(client: WebClient) -> None:
    reply = await client.call("POST", THINGS, WRITER)

    (fault,) = problem(reply, 422, "http.invalid")["errors"]
    assert (fault["pointer"], fault["code"]) == ("#", "missing")


async def test_no_body_where_one_is_optional_is_fine(client: WebClient) -> None:
    reply = await client.call("DELETE", f"{THINGS}/a", WRITER)

    assert (reply.status, reply.body) == (204, b"")


async def test_a_parameter_that_breaks_a_rule_is_told_by_its_name(client: WebClient) -> None:
    reply = await client.call("GET", f"{THINGS}?limit=9", WRITER)

    (fault,) = problem(reply, 422, "http.invalid")["errors"]
    assert (fault["pointer"], fault["code"]) == ("query:limit", "less_than_equal")


async def test_an_unknown_address_and_a_wrong_method_are_problems_too(client: WebClient) -> None:
    problem(await client.call("GET", "/nope"), 404, "http.not_found")
    problem(await client.call("GET", f"{THINGS}/"), 404, "http.not_found")
    wrong = await client.call("PATCH", THINGS, WRITER)
    problem(wrong, 405, "http.method_not_allowed")
    assert wrong.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("sent", ["text/plain", "application/xml", "multipart/form-data", ""])
async def test_a_body_of_another_type_is_not_read(client: WebClient, sent: str) -> None:
    reply = await client.call(
        "POST", THINGS, WRITER, json={"name": "a"}, headers={"content-type": sent}
    )

    problem(reply, 415, "http.unsupported_type")


@pytest.mark.parametrize("sent", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_by_any_of_its_names_is_read(client: WebClient, sent: str) -> None:
    reply = await client.call(
        "POST", THINGS, WRITER, json={"name": "a"}, headers={"content-type": sent}
    )

    assert reply.status == 201


@pytest.mark.parametrize("told", [True, False], ids=["with its length", "in chunks"])
async def test_a_body_over_the_limit_is_refused_and_one_at_it_is_not(told: bool) -> None:
    client = web_client(things(), body_bytes_max=1000)
    for size, status in ((1000, 201), (1001, 413)):
        body = b'{"name": "a"}'.ljust(size)
        chunks = [body[at : at + 100] for at in range(0, size, 100)]
        length = {"content-length": str(size)} if told else {"transfer-encoding": "chunked"}
        headers = {
            "authorization": f"Bearer {client.token(WRITER)}",
            "content-type": "application/json",
            **length,
        }
        reply = await client.raw("POST", THINGS, headers, chunks)

        assert reply.status == status
        if status == 413:
            assert "1000" in problem(reply, 413, "http.too_large")["detail"]


def _kinds(root: type[LinliError]) -> list[type[LinliError]]:
    return [root, *(kind for inner in root.__subclasses__() for kind in _kinds(inner))]


@pytest.mark.parametrize(
    "kind", [kind for kind in _kinds(LinliError) if kind.__module__ == errors.__name__]
)
async def test_every_error_of_the_tree_has_its_status(kind: type[LinliError]) -> None:
    nearest = next(STATUS[each] for each in kind.__mro__ if each in STATUS)
    error = kind("store.stale", seen=1, version=2, retry_after_seconds=7)
    reply = await web_client(things(error)).call("POST", THINGS, WRITER, json={"name": "a"})

    problem(reply, nearest, "http.bug" if nearest == 500 else "store.stale")
    assert reply.headers.get("retry-after") == "7"


async def test_a_field_that_the_domain_refuses_is_pointed_at() -> None:
    refusing = web_client(things(errors.Invalid("store.taken", pointer="place.note", fields="x")))
    reply = await refusing.call("POST", THINGS, WRITER, json={"name": "a"})

    (fault,) = problem(reply, 422, "store.taken")["errors"]
    assert (fault["pointer"], fault["code"]) == ("#/place/note", "store.taken")


async def test_a_bug_tells_nothing_and_is_logged_without_what_it_says(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = web_client(things(ValueError(SECRET)))
    with caplog.at_level(logging.ERROR):
        reply = await client.call("POST", THINGS, WRITER, json={"name": SECRET[:9]})

    problem(reply, 500, "http.bug")
    assert SECRET not in reply.body.decode()
    assert "a bug in a route" in caplog.messages


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("abc-DEF_1.2", True), ("x" * 64, True), ("x" * 65, False), ('"}', False), ("", False)],
)
async def test_a_sane_request_id_is_kept_and_another_replaced(
    client: WebClient, sent: str, kept: bool
) -> None:
    reply = await client.call("GET", "/nope", headers={"x-request-id": sent})

    assert (reply.headers["x-request-id"] == sent) == kept


async def test_a_callers_trace_goes_on(client: WebClient) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    sent = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    reply = await client.call("GET", "/nope", headers=sent)

    assert reply.json()["trace_id"] == trace


@cache
def one_client() -> WebClient:
    """The same client for every example."""
    return web_client(things())


@given(body=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
async def test_no_json_whatever_breaks_it(body: Any) -> None:
    reply = await one_client().call("POST", THINGS, WRITER, json=body)

    assert reply.status == 422
    assert json.loads(reply.body)["code"] == "http.invalid"
