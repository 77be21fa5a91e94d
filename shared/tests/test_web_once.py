"""What is sent twice under one key happens once."""

import asyncio
import string
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, Response
from hypothesis import given
from hypothesis import strategies as st

from shared.auth import Caller
from shared.envelope import CALL
from shared.errors import Malformed, Unavailable
from shared.testing_web import Reply, WebClient, web_client
from shared.tests.test_auth_keys import KEPT, MINTED, Ring
from shared.tests.things import THINGS, WRITER, ThingBody, ThingView, Writing, problem
from shared.web import Once, answer
from shared.web.once import read_key


@dataclass
class Door:
    """Stands for the write door: keeps what the call's answer renders."""

    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    writes: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    failing: Exception | None = None

    async def answered(self, key: str) -> dict[str, Any] | None:
        return self.kept.get(key)

    async def save(self, name: str) -> "Saved":
        await self.open.wait()
        if self.failing is not None:
            raise self.failing
        self.writes += 1
        saved = Saved(f"{name}-{self.writes}")
        told = CALL.get().answer
        if told is not None:
            self.kept[told.key] = {"fingerprint": told.fingerprint, **told.render(saved)}
        return saved


@dataclass
class Saved:
    id: str
    version: int = 2
    community: str = "here"


def view(saved: Saved) -> ThingView:
    return ThingView(id=saved.id, actor="somebody")


@pytest.fixture
def door() -> Door:
    door = Door()
    door.open.set()
    return door


def routes(door: Door) -> APIRouter:
    router = APIRouter()
    once = Once(door.answered, view, status=201)

    @router.post(THINGS, status_code=201, dependencies=[Depends(once)])
    async def make(body: ThingBody, caller: Writing) -> Response:
        saved = await door.save(body.name)
        return answer(view(saved), saved.version, 201, f"{THINGS}/{saved.id}")

    @router.post(f"{THINGS}/{{thing_id}}/acceptance")
    async def accept(
        thing_id: str, caller: Writing, _: Annotated[None, Depends(Once(door.answered, view))]
    ) -> Response:
        saved = await door.save(thing_id)
        return answer(view(saved), saved.version)

    return router


@pytest.fixture
def client(door: Door) -> WebClient:
    return web_client(routes(door))


async def post(
    client: WebClient, key: str, body: Any = None, caller: Caller = WRITER, path: str = THINGS
) -> Reply:
    sent = {"name": "a"} if body is None and path == THINGS else body
    return await client.call("POST", path, caller, json=sent, headers={"idempotency-key": key})


async def test_the_second_time_gives_the_first_answer_and_does_nothing(
    client: WebClient, door: Door
) -> None:
    first = await post(client, '"key-1"')
    again = await post(client, "key-1")  # bare and quoted are the same key

    assert door.writes == 1
    assert (again.status, again.body) == (first.status, first.body) == (201, first.body)
    for header in ("etag", "location", "content-type"):
        assert again.headers[header] == first.headers[header]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers


async def test_an_action_without_a_body_is_repeated_as_well(client: WebClient, door: Door) -> None:
    path = f"{THINGS}/t1/acceptance"
    first, again = [await post(client, "k", path=path) for _ in range(2)]

    assert door.writes == 1
    assert (again.status, again.body) == (200, first.body)


async def test_the_same_key_with_another_body_is_refused(client: WebClient, door: Door) -> None:
    await post(client, "k")
    problem(await post(client, "k", {"name": "b"}), 422, "idempotency.reused")

    assert door.writes == 1


async def test_a_key_counts_for_its_caller_and_its_address_only(
    client: WebClient, door: Door
) -> None:
    other = Caller(id="per_other", communities=("here",), scopes=WRITER.scopes)
    await post(client, "k")
    await post(client, "k", caller=other)
    await post(client, "k", path=f"{THINGS}/t1/acceptance")
    await post(client, "k", path=f"{THINGS}/t2/acceptance")

    assert door.writes == 4


async def test_while_the_first_runs_the_second_is_told_to_wait(
    client: WebClient, door: Door
) -> None:
    door.open.clear()
    first = asyncio.create_task(post(client, "k"))
    await asyncio.sleep(0)  # lets it run up to the closed door

    waiting = await post(client, "k")
    problem(waiting, 409, "idempotency.running")
    assert waiting.headers["retry-after"] == "1"

    door.open.set()
    assert (await first).status == 201
    assert (await post(client, "k")).headers["idempotency-replayed"] == "true"


async def test_an_error_is_not_kept_and_may_be_tried_again(client: WebClient, door: Door) -> None:
    door.failing = Unavailable("store.unavailable")
    assert (await post(client, "k")).status == 503
    door.failing = None

    assert (await post(client, "k")).status == 201
    assert door.writes == 1


async def test_a_refused_body_leaves_the_key_free(client: WebClient) -> None:
    assert (await post(client, "k", {"name": ""})).status == 422

    assert (await post(client, "k", {"name": "a"})).status == 201


async def test_without_the_scope_a_known_answer_is_not_given(client: WebClient) -> None:
    await post(client, "k")
    less = Caller(id=WRITER.id, scopes=frozenset())

    problem(await post(client, "k", caller=less), 403, "auth.scope_missing")


async def test_who_has_left_the_community_is_not_told_its_answer_again(
    client: WebClient, door: Door
) -> None:
    await post(client, "k")
    elsewhere = Caller(id=WRITER.id, communities=("there",), scopes=WRITER.scopes)

    problem(await post(client, "k", caller=elsewhere), 404, "access.not_found")
    assert door.writes == 1


async def test_a_machine_that_bears_a_person_s_id_has_keys_of_its_own(door: Door) -> None:
    client = web_client(routes(door), ring=Ring())
    person = Caller(id=KEPT.id, communities=KEPT.communities, scopes=WRITER.scopes)
    await post(client, "k", caller=person)
    machine = {"x-api-key": MINTED.text, "idempotency-key": "k"}
    reply = await client.call("POST", THINGS, json={"name": "a"}, headers=machine)

    assert (reply.status, door.writes) == (201, 2)


@pytest.mark.parametrize(
    "header",
    ["", '""', '"', "a b", 'a"b', "a,b", "a;b", "é", "x" * 256, f'"{"x" * 256}"', '"a\\b"'],
)
async def test_a_key_of_the_wrong_form_is_malformed(client: WebClient, header: str) -> None:
    problem(await post(client, header), 400, "idempotency.malformed")


@given(key=st.text(string.printable[:95], min_size=1, max_size=255))
def test_any_printable_key_can_be_quoted(key: str) -> None:
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')

    assert read_key(f'"{escaped}"') == key


@given(header=st.text())
def test_whatever_comes_as_a_key_is_a_key_or_malformed(header: str) -> None:
    try:
        key = read_key(header)
    except Malformed:
        return
    assert 0 < len(key) <= 255
    assert key.isascii()
