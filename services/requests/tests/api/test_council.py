"""The council over HTTP: who may do what, in what words, and what is answered."""

from datetime import timedelta
from typing import Any

import pytest

from services.requests.api import council_routes
from services.requests.tests.api.callers import caller, get, post
from services.requests.tests.chamber import Chamber, chamber_over
from services.requests.tests.council_samples import CLOSES, NOW
from shared.events.requests import RequestWithdrawn
from shared.testing import heard
from shared.testing_web import Reply, Route, WebClient, never_answered, routes_of, web_client

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
ROUTES = (
    Route("GET", "/proposals", "resident"),
    Route("POST", "/proposals", "resident", DRAFT),
    Route("GET", "/proposals/{id}", "resident"),
    Route("GET", "/proposals/{id}/story", "resident"),
    Route("GET", "/proposals/{id}/thread", "resident"),
    Route("POST", "/proposals/{id}/revision", "resident", DRAFT, versioned=True),
    Route("POST", "/proposals/{id}/submission", "resident", versioned=True),
    Route("POST", "/proposals/{id}/withdrawal", "resident", versioned=True),
    Route("POST", "/proposals/{id}/seconding", "neighbour", versioned=True),
    Route("POST", "/proposals/{id}/listing", "staff", {"meeting_id": "mtg_1"}, versioned=True),
    Route("POST", "/proposals/{id}/refusal", "staff", {"reason": "not_clear"}, versioned=True),
    Route("POST", "/proposals/{id}/deliberation", "staff", versioned=True),
    Route("POST", "/proposals/{id}/minutes", "staff", {"text": "同意。"}, versioned=True),
    Route("POST", "/proposals/{id}/vote", "staff", VOTE, versioned=True),
    Route("POST", "/proposals/{id}/count", "staff", versioned=True),
    Route("GET", "/proposals/{id}/roll", "staff"),
    Route("GET", "/proposals/{id}/ballots", "resident"),
    Route("PUT", "/proposals/{id}/ballots/{id}", "resident", {"choice": "for"}),
    Route(
        "PUT",
        "/proposals/{id}/entered-ballots/{id}",
        "staff",
        {"choice": "for", "channel": "paper"},
    ),
    Route("POST", "/proposals/{id}/publication", "staff", {"days": 7}, versioned=True),
    Route("POST", "/proposals/{id}/implementation", "staff", TASKS, versioned=True),
    Route("POST", "/proposals/{id}/tasks", "staff", TASKS["tasks"][0], versioned=True),
    Route("POST", "/proposals/{id}/completion", "staff", versioned=True),
    Route("PUT", "/proposals/{id}/evaluations/mine", "resident", {"score": 5}),
    Route("POST", "/proposals/{id}/evaluation", "staff", versioned=True),
    Route("GET", "/meetings", "resident"),
    Route("POST", "/meetings", "staff", MEETING),
    Route("GET", "/meetings/summary", "resident"),
    Route("GET", "/meetings/{id}", "resident"),
    Route("GET", "/meetings/{id}/story", "resident"),
    Route("POST", "/meetings/{id}/change", "staff", versioned=True),
    Route("POST", "/meetings/{id}/attendance", "staff", {"attendance": ["per_a"]}, versioned=True),
    Route("POST", "/meetings/{id}/minutes", "staff", {"text": "散会。"}, versioned=True),
    Route("POST", "/meetings/{id}/cancellation", "staff", versioned=True),
)
PLAN = {name: MEETING[name] for name in ("at", "place", "chair_id", "points")}
BODIES = {"/meetings/{id}/change": PLAN}


@pytest.fixture
async def chamber() -> Chamber:
    """The council over fakes: nothing else has to run."""
    return await chamber_over(None)


@pytest.fixture
def client(chamber: Chamber) -> WebClient:
    """Its routes."""
    return web_client(
        *council_routes.routers(chamber.council, proposals=never_answered, meetings=never_answered)
    )


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


async def test_a_proposal_goes_to_its_end_by_its_routes(
    client: WebClient, chamber: Chamber
) -> None:
    path = await voting(client, chamber)
    cast = await put(client, f"{path}/ballots/dwl_1", "resident", {"choice": "for"})
    assert (cast.status, cast.json()["choice"]) == (200, "for")
    on_paper = {"choice": "for", "channel": "paper"}
    assert (await put(client, f"{path}/entered-ballots/dwl_2", "staff", on_paper)).status == 200
    adopted = await done(client, f"{path}/count", "staff")
    assert adopted["state"] == "adopted"
    assert adopted["vote"]["tally"] == {"votes_for": 2, "votes_against": 0, "abstained": 0}

    shown = await done(client, f"{path}/publication", "staff")
    assert shown["publication"]["until"] > shown["publication"]["at"]
    chamber.clock.move(timedelta(days=7))
    doing = await done(client, f"{path}/implementation", "staff", TASKS)
    assert doing["tasks"][0]["outcome"] is None
    await chamber.tell()
    thread = (await get(client, f"{path}/thread", "neighbour")).json()
    assert thread["tasks"][0]["request"]["id"] == doing["tasks"][0]["request_id"]
    assert thread["meeting"]["id"] == thread["proposal"]["meeting_id"]
    assert thread["origin"] == {"kind": "direct", "id": None, "finding_id": None}
    await chamber.council.suggestions.ended(
        *await _withdrawal(chamber, doing["tasks"][0]["request_id"])
    )
    await done(client, f"{path}/completion", "staff")
    mark = await put(client, f"{path}/evaluations/mine", "neighbour", {"score": 4})
    assert mark.json() == {"score": 4}
    evaluated = await done(client, f"{path}/evaluation", "staff")

    assert (evaluated["state"], evaluated["scores"]) == ("evaluated", [0, 0, 0, 1, 0])
    story = (await get(client, f"{path}/story", "neighbour")).json()["items"]
    assert [step["type"].split(".")[2] for step in story][-3:] == ["ended", "done", "evaluated"]


async def _withdrawal(chamber: Chamber, request_id: str) -> Any:
    event = RequestWithdrawn(request_id=request_id)
    return event, heard(event, request_id)


async def test_a_new_proposal_is_shown_where_its_location_says(
    client: WebClient, chamber: Chamber
) -> None:
    need = await chamber.needed()
    finding = {"survey_id": need.survey_id, "finding_id": need.finding_id}
    answer = await post(client, PROPOSALS, "resident", {**DRAFT, "finding": finding})

    assert (answer.status, answer.headers["etag"]) == (201, '"1"')
    assert answer.json()["origin"] == {
        "kind": "survey",
        "id": need.survey_id,
        "finding_id": "meals",
    }
    shown = await get(client, answer.headers["location"], "resident")
    assert (shown.json(), shown.headers["etag"]) == (answer.json(), '"1"')
    assert (await get(client, answer.headers["location"], "neighbour")).status == 404
    thread = (await get(client, f"{answer.headers['location']}/thread", "resident")).json()
    assert thread["need"]["text"] == "老年助餐"


async def test_a_meeting_shows_its_agenda_and_who_was_there_only_to_its_keepers(
    client: WebClient, chamber: Chamber
) -> None:
    path = await voting(client, chamber)
    meeting = f"{MEETINGS}/{(await get(client, path, 'resident')).json()['meeting_id']}"
    later = await made(client, MEETINGS, "staff", {**MEETING, "at": CLOSES.isoformat()})
    early = await post(client, f"{later}/attendance", "staff", {"attendance": ["per_a"]})
    assert (early.status, early.json()["code"]) == (409, "meeting.not_yet")
    await done(client, f"{meeting}/attendance", "staff", {"attendance": ["per_a", "per_b"]})
    await done(client, f"{meeting}/minutes", "branch", {"text": "散会。"})

    for who, attended in (("resident", None), ("committee", ["per_a", "per_b"])):
        shown = (await get(client, meeting, who)).json()
        assert (shown["attendance"], shown["attended"]) == (2, attended)
        assert [item["proposal_id"] for item in shown["agenda"]] == [path.rpartition("/")[2]]
        assert shown["minutes"]["by"] == "per_branch"
    year = (await get(client, f"{MEETINGS}/summary?year=2026", "resident")).json()
    assert (year["held"], year["due"], year["short"]) == (1, 2, 0)
    story = (await get(client, f"{meeting}/story", "resident")).json()["items"]
    assert [step["type"].split(".")[2] for step in story] == ["called", "held", "minuted"]


async def test_nobody_sees_how_anybody_voted_and_the_count_only_after_the_end(
    client: WebClient,
    chamber: Chamber,
) -> None:
    path = await voting(client, chamber)
    await put(client, f"{path}/ballots/dwl_1", "resident", {"choice": "against"})

    for who in ("resident", "neighbour", "staff", "branch"):
        shown = (await get(client, path, who)).json()
        assert shown["vote"]["tally"] is None
        assert shown["vote"]["entries"] == 2
    roll = (await get(client, f"{path}/roll", "staff")).json()["items"]
    assert [(entry["id"], entry["voted"]) for entry in roll] == [("dwl_1", True), ("dwl_2", False)]
    mine = (await get(client, f"{path}/ballots", "resident")).json()["items"]
    assert [entry["voted"] for entry in mine] == [True]
    for answer in (roll, mine):
        assert "against" not in str(answer)


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_a_route_answers_only_who_may(
    client: WebClient, chamber: Chamber, route: Route
) -> None:
    path = await voting(client, chamber)
    proposal = path.rpartition("/")[2]
    meeting = (await get(client, path, "staff")).json()["meeting_id"]
    before = (await get(client, path, "staff")).json()
    ids = {"proposals": proposal, "meetings": meeting}
    where = route.at(PREFIX, ids)
    body = route.body or BODIES.get(route.path)

    assert (await client.call(route.method, where, json=body)).status == 401
    for who in ("ops", "contractor"):
        assert (await client.call(route.method, where, caller(who), json=body)).status == 403
    if route.item:
        stranger = caller(f"{route.role}@elsewhere")
        there = await client.call(route.method, where, stranger, json=body)
        nothing = await client.call(
            route.method, route.at(PREFIX, {"proposals": "x", "meetings": "x"}), stranger, json=body
        )
        assert (there.status, nothing.status) == (404, 404)
    assert (await get(client, path, "staff")).json() == before


@pytest.mark.parametrize("route", [r for r in ROUTES if r.versioned], ids=str)
async def test_what_was_decided_on_an_old_version_is_refused(
    client: WebClient, chamber: Chamber, route: Route
) -> None:
    path = await voting(client, chamber)
    shown = (await get(client, path, "staff")).json()
    ids = {"proposals": shown["id"], "meetings": shown["meeting_id"]}
    if route.path.endswith("/listing"):
        body: Any = {"meeting_id": shown["meeting_id"]}
    else:
        body = route.body or BODIES.get(route.path)

    answer = await post(client, route.at(PREFIX, ids), route.role, body, if_match='"77"')

    assert answer.status == 412, answer.body


def test_every_route_of_the_council_is_tried_here(chamber: Chamber) -> None:
    routers = council_routes.routers(
        chamber.council, proposals=never_answered, meetings=never_answered
    )
    assert {str(route) for route in ROUTES} == routes_of(PREFIX, routers)


@pytest.mark.parametrize(
    ("path", "who", "body", "place"),
    [
        (PROPOSALS, "resident", {**DRAFT, "title": " "}, "#/title"),
        (PROPOSALS, "resident", {**DRAFT, "title": "灯" * 81}, "#/title"),
        (PROPOSALS, "resident", {**DRAFT, "text": "灯" * 4001}, "#/text"),
        (PROPOSALS, "resident", {"title": "灯"}, "#/text"),
        (PROPOSALS, "resident", {**DRAFT, "finding": {"survey_id": "s"}}, "#/finding/finding_id"),
        (
            PROPOSALS,
            "resident",
            {**DRAFT, "finding": {"survey_id": "svy_9", "finding_id": "f"}},
            "#/finding",
        ),
        (PROPOSALS, "resident", {**DRAFT, "phone": "1"}, "#/phone"),
        (MEETINGS, "staff", {**MEETING, "at": "tomorrow"}, "#/at"),
        (MEETINGS, "staff", {**MEETING, "at": "2020-01-01T00:00:00Z"}, "#/at"),
        (MEETINGS, "staff", {**MEETING, "place": ""}, "#/place"),
        (MEETINGS, "staff", {**MEETING, "points": ["x"] * 31}, "#/points"),
        (
            MEETINGS,
            "staff",
            {**MEETING, "convening": {"by": "members", "supporters": 5, "members": 11}},
            "#/convening/supporters",
        ),
    ],
)
async def test_a_wrong_field_is_named(
    client: WebClient, path: str, who: str, body: dict[str, Any], place: str
) -> None:
    answer = await post(client, path, who, body)

    assert answer.status == 422, answer.body
    assert [error["pointer"] for error in answer.json()["errors"]] == [place]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"resolution": ""}, "#/resolution"),
        ({"closes_at": NOW.isoformat()}, "#/closes_at"),
        ({"quorum": {"numerator": 3, "denominator": 2}}, "#/quorum"),
        ({"threshold": {"numerator": 1, "denominator": 0}}, "#/threshold/denominator"),
        ({"threshold": {"numerator": 1, "denominator": 1, "more_than": True}}, "#/threshold"),
        ({"entries": [{"id": "dwl_1"}, {"id": "dwl_1"}]}, "#/entries"),
        ({"entries": [], "estate_id": None}, "#/entries"),
        ({"entries": [{"id": "a b"}]}, "#/entries/0/id"),
        ({"estate_id": "est_9"}, "#/estate_id"),
        ({"officers": ["per"] * 21}, "#/officers"),
        ({"basis": "everybody"}, "#/basis"),
    ],
)
async def test_a_vote_that_makes_no_sense_is_refused_by_its_field(
    client: WebClient, chamber: Chamber, changes: dict[str, Any], place: str
) -> None:
    proposal = await chamber.listed(await chamber.submitted(), await chamber.meeting())
    path = f"{PROPOSALS}/{proposal.id}"
    chamber.clock.move(timedelta(days=1))
    await done(client, f"{path}/deliberation", "staff")
    await done(client, f"{path}/minutes", "staff", {"text": "同意。"})

    answer = await post(client, f"{path}/vote", "staff", {**VOTE, **changes})

    assert answer.status == 422, answer.body
    assert [error["pointer"] for error in answer.json()["errors"]] == [place]
    assert (await get(client, path, "staff")).json()["state"] == "deliberating"


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("“表决”", "“撤回议题”")), ("en", ("at the vote", "withdraw"))]
)
async def test_a_refusal_reads_in_the_callers_language(
    client: WebClient, chamber: Chamber, language: str, words: tuple[str, ...]
) -> None:
    path = await voting(client, chamber)

    headers = {"accept-language": language}
    answer = await client.call("POST", f"{path}/withdrawal", caller("resident"), headers=headers)

    assert (answer.status, answer.json()["code"]) == (409, "proposal.wrong_state")
    assert all(word in answer.json()["detail"] for word in words)


@pytest.mark.parametrize(
    "query", ["state=lost", "limit=0", "mine=perhaps", "cursor=%21", "meeting_id=" + "x" * 65]
)
async def test_a_wrong_filter_is_refused(client: WebClient, query: str) -> None:
    assert (await get(client, f"{PROPOSALS}?{query}", "staff")).status in {400, 422}
