"""The council over HTTP: who may do what, in what words, and what is answered."""

from datetime import timedelta
from typing import Any

import pytest

from services.requests.api import council_routes
from services.requests.tests.api.callers import caller, get, post
from services.requests.tests.api.council_callers import (
    DRAFT,
    MEETING,
    MEETINGS,
    PREFIX,
    PROPOSALS,
    TASKS,
    VOTE,
    done,
    made,
    put,
    voting,
)
from services.requests.tests.chamber import Chamber
from services.requests.tests.council_samples import CLOSES
from shared.events.requests import RequestWithdrawn
from shared.testing import heard
from shared.testing_web import Route, WebClient, never_answered, routes_of

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
    Route("GET", "/meetings/{id}/agenda", "resident"),
    Route("GET", "/meetings/{id}/story", "resident"),
    Route("POST", "/meetings/{id}/change", "staff", versioned=True),
    Route("POST", "/meetings/{id}/attendance", "staff", {"attendance": ["per_a"]}, versioned=True),
    Route("POST", "/meetings/{id}/minutes", "staff", {"text": "散会。"}, versioned=True),
    Route("POST", "/meetings/{id}/cancellation", "staff", versioned=True),
)
PLAN = {name: MEETING[name] for name in ("at", "place", "chair_id", "points")}
BODIES = {"/meetings/{id}/change": PLAN}


async def test_a_proposal_goes_to_its_end_by_its_routes(
    council: WebClient, chamber: Chamber
) -> None:
    path = await voting(council, chamber)
    cast = await put(council, f"{path}/ballots/dwl_1", "resident", {"choice": "for"})
    assert (cast.status, cast.json()["choice"]) == (200, "for")
    on_paper = {"choice": "for", "channel": "paper"}
    assert (await put(council, f"{path}/entered-ballots/dwl_2", "staff", on_paper)).status == 200
    adopted = await done(council, f"{path}/count", "staff")
    assert adopted["state"] == "adopted"
    assert adopted["vote"]["tally"] == {"votes_for": 2, "votes_against": 0, "abstained": 0}

    shown = await done(council, f"{path}/publication", "staff")
    assert shown["publication"]["until"] > shown["publication"]["at"]
    chamber.clock.move(timedelta(days=7))
    doing = await done(council, f"{path}/implementation", "staff", TASKS)
    assert doing["tasks"][0]["outcome"] is None
    await chamber.tell()
    thread = (await get(council, f"{path}/thread", "neighbour")).json()
    assert thread["tasks"][0]["request"]["id"] == doing["tasks"][0]["request_id"]
    assert thread["meeting"]["id"] == thread["proposal"]["meeting_id"]
    assert thread["origin"] == {"kind": "direct", "id": None, "finding_id": None}
    await chamber.council.suggestions.ended(
        *await _withdrawal(chamber, doing["tasks"][0]["request_id"])
    )
    await done(council, f"{path}/completion", "staff")
    mark = await put(council, f"{path}/evaluations/mine", "neighbour", {"score": 4})
    assert mark.json() == {"score": 4}
    evaluated = await done(council, f"{path}/evaluation", "staff")

    assert (evaluated["state"], evaluated["scores"]) == ("evaluated", [0, 0, 0, 1, 0])
    story = (await get(council, f"{path}/story", "neighbour")).json()["items"]
    assert [step["type"].split(".")[2] for step in story][-3:] == ["ended", "done", "evaluated"]


async def _withdrawal(chamber: Chamber, request_id: str) -> Any:
    event = RequestWithdrawn(request_id=request_id)
    return event, heard(event, request_id)


async def test_a_new_proposal_is_shown_where_its_location_says(
    council: WebClient, chamber: Chamber
) -> None:
    need = await chamber.needed()
    finding = {"survey_id": need.survey_id, "finding_id": need.finding_id}
    answer = await post(council, PROPOSALS, "resident", {**DRAFT, "finding": finding})

    assert (answer.status, answer.headers["etag"]) == (201, '"1"')
    assert answer.json()["origin"] == {
        "kind": "survey",
        "id": need.survey_id,
        "finding_id": "meals",
    }
    shown = await get(council, answer.headers["location"], "resident")
    assert (shown.json(), shown.headers["etag"]) == (answer.json(), '"1"')
    assert (await get(council, answer.headers["location"], "neighbour")).status == 404
    thread = (await get(council, f"{answer.headers['location']}/thread", "resident")).json()
    assert thread["need"]["text"] == "老年助餐"


async def test_a_meeting_shows_its_agenda_and_who_was_there_only_to_its_keepers(
    council: WebClient, chamber: Chamber
) -> None:
    path = await voting(council, chamber)
    meeting = f"{MEETINGS}/{(await get(council, path, 'resident')).json()['meeting_id']}"
    later = await made(council, MEETINGS, "staff", {**MEETING, "at": CLOSES.isoformat()})
    early = await post(council, f"{later}/attendance", "staff", {"attendance": ["per_a"]})
    assert (early.status, early.json()["code"]) == (409, "meeting.not_yet")
    await done(council, f"{meeting}/attendance", "staff", {"attendance": ["per_a", "per_b"]})
    await done(council, f"{meeting}/minutes", "branch", {"text": "散会。"})

    for who, attended in (("resident", None), ("committee", ["per_a", "per_b"])):
        shown = (await get(council, meeting, who)).json()
        assert (shown["attendance"], shown["attended"]) == (2, attended)
        assert [item["proposal_id"] for item in shown["agenda"]] == [path.rpartition("/")[2]]
        assert shown["minutes"]["by"] == "per_branch"
    year = (await get(council, f"{MEETINGS}/summary?year=2026", "resident")).json()
    assert (year["held"], year["due"], year["short"]) == (1, 2, 0)
    story = (await get(council, f"{meeting}/story", "resident")).json()["items"]
    assert [step["type"].split(".")[2] for step in story] == ["called", "held", "minuted"]


async def test_nobody_sees_how_anybody_voted_and_the_count_only_after_the_end(
    council: WebClient,
    chamber: Chamber,
) -> None:
    path = await voting(council, chamber)
    await put(council, f"{path}/ballots/dwl_1", "resident", {"choice": "against"})

    for who in ("resident", "neighbour", "staff", "branch"):
        shown = (await get(council, path, who)).json()
        assert shown["vote"]["tally"] is None
        assert shown["vote"]["entries"] == 2
    roll = (await get(council, f"{path}/roll", "staff")).json()["items"]
    assert [(entry["id"], entry["voted"]) for entry in roll] == [("dwl_1", True), ("dwl_2", False)]
    mine = (await get(council, f"{path}/ballots", "resident")).json()["items"]
    assert [entry["voted"] for entry in mine] == [True]
    for answer in (roll, mine):
        assert "against" not in str(answer)


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_a_route_answers_only_who_may(
    council: WebClient, chamber: Chamber, route: Route
) -> None:
    path = await voting(council, chamber)
    proposal = path.rpartition("/")[2]
    meeting = (await get(council, path, "staff")).json()["meeting_id"]
    before = (await get(council, path, "staff")).json()
    ids = {"proposals": proposal, "meetings": meeting}
    where = route.at(PREFIX, ids)
    body = route.body or BODIES.get(route.path)

    assert (await council.call(route.method, where, json=body)).status == 401
    for who in ("ops", "contractor"):
        assert (await council.call(route.method, where, caller(who), json=body)).status == 403
    if route.item:
        stranger = caller(f"{route.role}@elsewhere")
        there = await council.call(route.method, where, stranger, json=body)
        nothing = await council.call(
            route.method, route.at(PREFIX, {"proposals": "x", "meetings": "x"}), stranger, json=body
        )
        assert (there.status, nothing.status) == (404, 404)
    assert (await get(council, path, "staff")).json() == before


@pytest.mark.parametrize("route", [r for r in ROUTES if r.versioned], ids=str)
async def test_what_was_decided_on_an_old_version_is_refused(
    council: WebClient, chamber: Chamber, route: Route
) -> None:
    path = await voting(council, chamber)
    shown = (await get(council, path, "staff")).json()
    ids = {"proposals": shown["id"], "meetings": shown["meeting_id"]}
    if route.path.endswith("/listing"):
        body: Any = {"meeting_id": shown["meeting_id"]}
    else:
        body = route.body or BODIES.get(route.path)

    answer = await post(council, route.at(PREFIX, ids), route.role, body, if_match='"77"')

    assert answer.status == 412, answer.body


def test_every_route_of_the_council_is_tried_here(chamber: Chamber) -> None:
    routers = council_routes.routers(
        chamber.council, proposals=never_answered, meetings=never_answered
    )
    assert {str(route) for route in ROUTES} == routes_of(PREFIX, routers)


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("“表决”", "“撤回议题”")), ("en", ("at the vote", "withdraw"))]
)
async def test_a_refusal_reads_in_the_callers_language(
    council: WebClient, chamber: Chamber, language: str, words: tuple[str, ...]
) -> None:
    path = await voting(council, chamber)

    headers = {"accept-language": language}
    answer = await council.call("POST", f"{path}/withdrawal", caller("resident"), headers=headers)

    assert (answer.status, answer.json()["code"]) == (409, "proposal.wrong_state")
    assert all(word in answer.json()["detail"] for word in words)
