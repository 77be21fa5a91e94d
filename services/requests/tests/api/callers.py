"""Who calls in the tests, and what they send."""

from typing import Any

from services.requests.tests.samples import RESIDENT, STAFF
from shared.auth import Caller
from shared.testing_web import COMMUNITY, Reply, WebClient, english, person

REQUESTS = "/api/requests/v1/requests"
BODY: dict[str, Any] = {
    "service_code": "noise",
    "estate_id": "est_1",
    "dwelling_id": "dwl_1",
    "description": "晚上十点以后楼上装修。",
}
RESOLVING: tuple[tuple[str, dict[str, Any] | None], ...] = (
    ("acceptance", None),
    ("assignment", {"unit": "staff"}),
    ("start", None),
    ("resolution", {"note": "已协调"}),
)
_PERSONS = {"resident": RESIDENT, "staff": STAFF}


def caller(name: str) -> Caller:
    """A caller by role; ``neighbour`` is another resident, ``<role>@<community>`` lives there."""
    who, _, community = name.partition("@")
    role = "resident" if who == "neighbour" else who
    named = _PERSONS.get(who, f"per_{who}")
    return person(
        role,
        id=f"{named}_{community}" if community else named,
        communities=(community or COMMUNITY,),
    )


async def get(client: WebClient, path: str, who: str) -> Reply:
    """GET as this caller."""
    return await client.call("GET", path, caller(who), headers=english())


async def post(client: WebClient, path: str, who: str, body: Any = None, **headers: str) -> Reply:
    """POST as this caller; ``if_match`` and other headers by keyword."""
    return await client.call("POST", path, caller(who), json=body, headers=english(**headers))


async def submitted(client: WebClient, who: str, **changes: Any) -> str:
    """The path of a new request."""
    answer = await post(client, REQUESTS, who, {**BODY, **changes})
    assert answer.status == 201, answer.body
    return answer.headers["location"]
