"""Which route a path means, by the table as by asking every route in turn."""

from fastapi import APIRouter, Response

from shared.testing_web import web_client
from shared.tests.things import THINGS, WRITER, ThingView, Writing, problem
from shared.web import answer


def shown(name: str, by: str) -> Response:
    return answer(ThingView(id=name, actor=by))


def api() -> APIRouter:
    router = APIRouter(prefix=THINGS)

    @router.get("/{thing_id}")
    async def one(thing_id: str, caller: Writing) -> Response:
        return shown("one", thing_id)

    @router.get("/best")
    async def best(caller: Writing) -> Response:
        return shown("best", "")

    @router.post("/{thing_id}/end")
    async def end(thing_id: str, caller: Writing) -> Response:
        return shown("end", thing_id)

    @router.post("/{thing_id}/{part_id}")
    async def part(thing_id: str, part_id: str, caller: Writing) -> Response:
        return shown(part_id, thing_id)

    @router.get("/{thing_id}/files/{rest:path}")
    async def file(thing_id: str, rest: str, caller: Writing) -> Response:
        return shown(rest, thing_id)

    @router.get("/{code}.{form}")
    async def form(code: str, form: str, caller: Writing) -> Response:
        return shown(code, form)

    return router


async def found(method: str, path: str) -> dict[str, str]:
    reply = await web_client(api()).call(method, f"{THINGS}{path}", WRITER)
    assert reply.status == 200, reply.body
    told: dict[str, str] = reply.json()
    return told


async def test_every_kind_of_path_leads_to_its_route() -> None:
    assert await found("GET", "/a") == {"id": "one", "actor": "a"}
    assert await found("POST", "/a/end") == {"id": "end", "actor": "a"}
    assert await found("POST", "/a/b") == {"id": "b", "actor": "a"}
    assert await found("GET", "/a/files/x/y/z") == {"id": "x/y/z", "actor": "a"}


async def test_a_path_that_is_spelt_out_goes_before_one_with_parameters() -> None:
    assert await found("GET", "/best") == {"id": "best", "actor": ""}


async def test_what_no_route_takes_is_told_as_ever() -> None:
    client = web_client(api())

    problem(await client.call("GET", "/nowhere/at/all", WRITER), 404, "http.not_found")
    refused = await client.call("POST", f"{THINGS}/best", WRITER)
    problem(refused, 405, "http.method_not_allowed")
    assert refused.headers["allow"] == "GET, HEAD"


async def test_what_can_be_got_can_be_asked_for_its_head_and_nothing_else_can() -> None:
    client = web_client(api())

    for path in ("/a", "/best", "/a/files/x"):
        got = await client.call("GET", f"{THINGS}{path}", WRITER)
        head = await client.call("HEAD", f"{THINGS}{path}", WRITER)
        assert (head.status, head.headers["content-length"]) == (200, str(len(got.body)))
    problem(await client.call("HEAD", f"{THINGS}/a"), 401, "auth.missing")
    problem(await client.call("HEAD", f"{THINGS}/a/end", WRITER), 405, "http.method_not_allowed")
    problem(await client.call("HEAD", "/nowhere", WRITER), 404, "http.not_found")
