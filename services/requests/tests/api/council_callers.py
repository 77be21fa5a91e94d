"""What callers of the council's routes send in the tests, and a proposal on its way to the vote."""

from datetime import timedelta
from typing import Any

from services.requests.tests.api.callers import caller, post
from services.requests.tests.chamber import Chamber
from services.requests.tests.council_samples import CLOSES, NOW
from shared.testing_web import Reply, WebClient

PREFIX = "/api/requests/v1"
PROPOSALS, MEETINGS = f"{PREFIX}/proposals", f"{PREFIX}/meetings"
DRAFT = {"title": "在三号楼前装路灯", "text": "晚上太暗。"}
MEETING: dict[str, Any] = {
    "at": (NOW + timedelta(days=1)).isoformat(),
    "place": "居民活动室",
    "chair_id": "per_staff",
    "points": ["通报上季度工作"],
    "convening": {"by": "members", "supporters": 6, "members": 11},
}
VOTE: dict[str, Any] = {
    "resolution": "在三号楼前装两盏路灯。",
    "closes_at": CLOSES.isoformat(),
    "officers": ["per_staff"],
    "entries": [{"id": "dwl_1", "voter_id": "per_resident"}],
    "estate_id": "est_1",
}
TASKS = {"tasks": [{"service_code": "noise", "estate_id": "est_1", "description": "装路灯"}]}


async def put(client: WebClient, path: str, who: str, body: Any) -> Reply:
    return await client.call("PUT", path, caller(who), json=body, headers={"accept-language": "en"})


async def made(client: WebClient, path: str, who: str, body: Any) -> str:
    answer = await post(client, path, who, body)
    assert answer.status == 201, answer.body
    return answer.headers["location"]


async def done(client: WebClient, path: str, who: str, body: Any = None) -> dict[str, Any]:
    answer = await post(client, path, who, body)
    assert answer.status == 200, answer.body
    shown: dict[str, Any] = answer.json()
    return shown


async def voting(client: WebClient, chamber: Chamber) -> str:
    """The path of a proposal whose vote is open."""
    proposal = await made(client, PROPOSALS, "resident", DRAFT)
    await done(client, f"{proposal}/submission", "resident")
    for who in ("neighbour", "member"):
        await done(client, f"{proposal}/seconding", who)
    meeting = await made(client, MEETINGS, "staff", MEETING)
    listing = {"meeting_id": meeting.rpartition("/")[2]}
    await done(client, f"{proposal}/listing", "staff", listing)
    chamber.clock.move(timedelta(days=1))
    await done(client, f"{proposal}/deliberation", "staff")
    await done(client, f"{proposal}/minutes", "staff", {"text": "大家都同意。"})
    await done(client, f"{proposal}/vote", "staff", VOTE)
    return proposal
