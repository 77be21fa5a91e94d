"""A small API to try the manners on."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, Field

from shared.auth import Caller
from shared.envelope import CALL
from shared.testing_web import Reply
from shared.web import Body, View, answer, needs, no_content, seen

THINGS = "/api/t/v1/things"
WRITER = Caller(id="per_writer", communities=("here",), scopes=frozenset({"t:thing:write"}))
Writing = Annotated[Caller, Depends(needs("t:thing:write"))]


class ThingBody(Body):
    name: str = Field(min_length=1, max_length=10)
    count: int = Field(default=1, ge=0, le=9)
    at: AwareDatetime | None = None
    parts: list["ThingBody"] = Field(default=[], max_length=3)


class ThingView(View):
    id: str
    actor: str


def things(raising: Exception | None = None) -> APIRouter:
    router = APIRouter(prefix="/api/t/v1")

    @router.post("/things", status_code=201, response_model=ThingView)
    async def make(body: ThingBody, caller: Writing) -> Response:
        if raising is not None:
            raise raising
        view = ThingView(id=body.name, actor=CALL.get().actor)
        return answer(view, 3, 201, f"{THINGS}/{body.name}")

    @router.get("/things")
    async def listed(caller: Writing, limit: Annotated[int, Query(ge=1, le=5)] = 5) -> Response:
        return answer(ThingView(id=str(limit), actor=caller.id))

    @router.put("/things/{thing_id}")
    async def change(
        thing_id: str, caller: Writing, version: Annotated[int | None, Depends(seen)]
    ) -> Response:
        return answer(ThingView(id=thing_id, actor=str(version)))

    @router.delete("/things/{thing_id}", status_code=204)
    async def drop(thing_id: str, caller: Writing, body: ThingBody | None = None) -> Response:
        return no_content()

    return router


def problem(reply: Reply, status: int, code: str) -> dict[str, Any]:
    """The reply, which must be this problem in full dress."""
    assert reply.status == status, reply.body
    assert reply.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = reply.json()
    assert body["type"] == f"https://linli.example/problems/{code}"
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"]
    assert body["detail"] not in ("", code)
    assert body["request_id"] == reply.headers["x-request-id"]
    assert body["instance"].endswith(body["request_id"])
    assert len(body["trace_id"]) == 32
    return body
