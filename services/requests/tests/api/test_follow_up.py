"""Following up over HTTP: a link that anybody opens once, and calls that staff make."""

from html import unescape
from typing import Any

import pytest

from services.requests.api import follow_up, page_follow_up, request
from services.requests.api.page import PAGES
from services.requests.service.follow_up import FollowUpService
from services.requests.tests.api.callers import (
    RESOLVING,
    get,
    post,
    submitted,
)
from services.requests.tests.harness import Harness, harness_over
from shared.mongo import Documents
from shared.testing_pages import Read
from shared.testing_routes import MadeOnce
from shared.testing_web import Reply, WebClient, english, never_answered, web_client
from shared.web.markup import problem_page

KEY = b"k" * 32
CALL: dict[str, Any] = {"method": "phone", "contacted": True, "resolved": "yes", "satisfaction": 4}


def client_of(harness: Harness, **options: Any) -> WebClient:
    store = harness.store
    answered = store.answered if isinstance(store, Documents) else never_answered
    asking = FollowUpService(store, [KEY], harness.clock)
    return web_client(
        MadeOnce(request.router, harness.service, answered, harness.clock),
        MadeOnce(follow_up.router, asking, answered),
        MadeOnce(page_follow_up.router, asking, harness.service_types, harness.clock),
        problem_forms={PAGES: problem_page},
        **options,
    )


@pytest.fixture
async def client() -> WebClient:
    return client_of(await harness_over(None))


async def resolved(client: WebClient) -> str:
    """The path of a request that waits for an answer."""
    path = await submitted(client, "resident")
    for action, body in RESOLVING:
        assert (await post(client, f"{path}/{action}", "staff", body)).status == 200
    return path


async def link_to(client: WebClient, path: str) -> str:
    reply = await get(client, f"{path}/follow-up-link", "branch")
    assert reply.status == 200, reply.body
    assert reply.json()["expires_at"]
    return str(reply.json()["path"])


async def send(client: WebClient, path: str, form: str) -> Reply:
    headers = english(
        content_type="application/x-www-form-urlencoded", content_length=str(len(form))
    )
    return await client.raw("POST", path, headers, [form.encode()])


def page(reply: Reply) -> str:
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    return unescape(reply.body.decode())


async def test_a_link_is_looked_at_as_often_as_one_likes_and_answered_once(
    client: WebClient,
) -> None:
    path = await resolved(client)
    link = await link_to(client, path)

    for _ in range(3):
        shown = await client.call("GET", link, headers=english())
        assert shown.status == 200
        assert "<form" in page(shown)
    assert (await get(client, path, "resident")).json()["state"] == "resolved"
    done = await send(client, link, "resolved=yes&satisfaction=5&text=thanks")

    assert done.status == 200
    assert "<form" not in page(done)
    kept = (await get(client, path, "resident")).json()
    assert kept["state"] == "closed"
    assert (kept["follow_up"]["method"], kept["follow_up"]["satisfaction"]) == ("link", 5)
    assert kept["follow_ups"] == [kept["follow_up"]]
    again = await send(client, link, "resolved=no")
    assert again.status == 409
    assert "No answer is awaited" in page(again)
    for used in (done, again, await client.call("GET", link)):
        assert "已协调" not in page(used)
    assert (await get(client, path, "resident")).json()["state"] == "closed"


async def test_what_is_not_solved_is_open_again_and_needs_a_new_link(client: WebClient) -> None:
    path = await resolved(client)
    link = await link_to(client, path)

    assert (await send(client, link, "resolved=no")).status == 200
    assert (await get(client, path, "resident")).json()["state"] == "reopened"
    for action, body in RESOLVING[-2:]:
        assert (await post(client, f"{path}/{action}", "staff", body)).status == 200

    old = await client.call("GET", link, headers=english())
    assert old.status == 404
    assert "latest link" in page(old)
    assert (await send(client, await link_to(client, path), "resolved=yes")).status == 200


async def test_the_page_reads_in_both_languages_and_tells_nothing_that_the_link_need_not(
    client: WebClient,
) -> None:
    path = await resolved(client)
    link = await link_to(client, path)
    kept = (await get(client, path, "resident")).json()

    chinese = page(await client.call("GET", f"{link}?lang=zh"))
    asked_for = page(await client.call("GET", link, headers=english()))

    assert "是否" in chinese or "解决" in chinese
    assert "Was your request solved?" in asked_for
    for shown in (chinese, asked_for):
        assert kept["number"] in shown
        assert "已协调" in shown
        assert kept["description"] not in shown
        assert kept["requester_id"] not in shown


async def test_what_is_written_on_the_page_stays_a_text(client: WebClient) -> None:
    path = await submitted(client, "resident")
    for action, body in (*RESOLVING[:-1], ("resolution", {"note": "<script>x</script>"})):
        await post(client, f"{path}/{action}", "staff", body)

    shown = await client.call("GET", await link_to(client, path), headers=english())

    assert b"<script>" not in shown.body
    assert "&lt;script&gt;" in shown.body.decode()


@pytest.mark.parametrize(
    "form", ["", "resolved=perhaps", "resolved=yes&satisfaction=9", "satisfaction=3", "a=b"]
)
async def test_a_form_that_is_wrong_is_shown_again_with_the_fault(
    client: WebClient, form: str
) -> None:
    path = await resolved(client)
    link = await link_to(client, path)

    reply = await send(client, link, form)

    assert reply.status == 422
    assert 'role="alert"' in page(reply)
    assert "<form" in page(reply)
    assert (await get(client, path, "resident")).json()["state"] == "resolved"


@pytest.mark.parametrize("token", ["x", "lnf_" + "0" * 26 + "_" + "0" * 32, "%00", "é", "a" * 64])
async def test_a_link_that_nobody_made_is_a_page_that_says_so(
    client: WebClient, token: str
) -> None:
    for method in ("GET", "POST"):
        reply = await client.call(method, f"{page_follow_up.LINKS}/{token}", headers=english())
        assert reply.status == 404
        assert "This link is not good" in page(reply)


@pytest.mark.parametrize("body", [b"--x", b"\xff\xfe", b"resolved=yes" + b"&a=b" * 300])
async def test_a_body_that_is_no_form_is_refused(client: WebClient, body: bytes) -> None:
    path = await resolved(client)
    headers = english(
        content_type="application/x-www-form-urlencoded", content_length=str(len(body))
    )

    reply = await client.raw("POST", await link_to(client, path), headers, [body])

    assert reply.status in (400, 422)
    assert (await get(client, path, "resident")).json()["state"] == "resolved"


async def test_a_call_back_closes_reopens_or_waits(client: WebClient) -> None:
    path = await resolved(client)

    waiting = await post(
        client, f"{path}/call-backs", "branch", {"method": "phone", "contacted": False}
    )
    assert (waiting.status, waiting.json()["state"]) == (200, "resolved")
    closed = await post(client, f"{path}/call-backs", "branch", CALL)

    assert closed.json()["state"] == "closed"
    assert [each["contacted"] for each in closed.json()["follow_ups"]] == [False, True]
    assert closed.json()["follow_up"]["by"] == "per_branch"
    late = await post(client, f"{path}/call-backs", "branch", CALL)
    assert (late.status, late.json()["code"]) == (409, "request.wrong_state")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"method": "link"}, "#/method"),
        ({"method": "silence"}, "#/method"),
        ({"contacted": None}, "#/contacted"),
        ({"contacted": False}, "#/resolved"),
        ({"resolved": None}, "#/resolved"),
        ({"satisfaction": 0}, "#/satisfaction"),
        ({"text": "x" * 1001}, "#/text"),
        ({"by": "per_other"}, "#/by"),
    ],
)
async def test_a_call_that_makes_no_sense_is_refused_with_the_field(
    client: WebClient, changes: dict[str, Any], pointer: str
) -> None:
    path = await resolved(client)

    reply = await post(client, f"{path}/call-backs", "branch", {**CALL, **changes})

    assert reply.status == 422
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]
    assert (await get(client, path, "resident")).json()["state"] == "resolved"


async def test_nobody_records_what_is_said_of_the_own_work_or_without_leave(
    client: WebClient,
) -> None:
    path = await resolved(client)

    own = await post(client, f"{path}/call-backs", "staff", CALL)
    assert (own.status, own.json()["code"]) == (403, "follow_up.own_work")
    for who in ("resident", "committee", "member"):
        assert (await post(client, f"{path}/call-backs", who, CALL)).status == 403
        assert (await get(client, f"{path}/follow-up-link", who)).status == 403
    stranger = await post(client, f"{path}/call-backs", "branch@elsewhere", CALL)
    assert stranger.status == 404
    assert (await get(client, f"{path}/follow-up-link", "branch@elsewhere")).status == 404
    stale = await post(client, f"{path}/call-backs", "branch", CALL, if_match='"1"')
    assert stale.status == 412


async def test_a_link_says_its_whole_address_where_that_is_known() -> None:
    harness = await harness_over(None)
    asking = FollowUpService(harness.store, [KEY], harness.clock)
    bare = client_of(harness)
    client = web_client(follow_up.router(asking, never_answered, "https://l.example/"))
    path = await resolved(bare)

    assert (await get(bare, f"{path}/follow-up-link", "branch")).json()["url"] is None
    told = (await get(client, f"{path}/follow-up-link", "branch")).json()
    assert told["url"] == f"https://l.example{told['path']}"


async def test_there_is_no_link_before_it_is_done(client: WebClient) -> None:
    path = await submitted(client, "resident")

    reply = await get(client, f"{path}/follow-up-link", "branch")
    assert (reply.status, reply.json()["code"]) == (409, "follow_up.over")


@pytest.mark.mongo
async def test_a_call_sent_twice_with_a_key_is_one(real: Harness) -> None:
    client = client_of(real)
    path = await resolved(client)
    unheard = {"method": "phone", "contacted": False}

    first = await post(client, f"{path}/call-backs", "branch", unheard, idempotency_key="k-1")
    again = await post(client, f"{path}/call-backs", "branch", unheard, idempotency_key="k-1")

    assert (first.status, again.status) == (200, 200)
    assert again.body == first.body
    assert len((await get(client, path, "resident")).json()["follow_ups"]) == 1


async def test_an_address_that_tries_too_often_has_to_wait() -> None:
    client = client_of(await harness_over(None), open_rate_per_second=0.001, open_rate_burst=20)
    statuses = [
        (await client.call("GET", f"{page_follow_up.LINKS}/x", headers=english())).status
        for _ in range(12)
    ]
    assert statuses == [404] * 10 + [429] * 2


async def test_the_page_asks_by_choices_as_large_as_a_finger_and_says_beside_them_what_is_wrong(
    client: WebClient,
) -> None:
    link = await link_to(client, await resolved(client))
    asked = Read((await client.call("GET", link, headers=english())).body.decode())
    assert asked.bare == []
    assert len(asked.every("input", type="radio", name="resolved")) == 3
    assert len(asked.every("input", type="radio", name="satisfaction")) == 5
    assert len(asked.every("label", **{"class": "choice"})) == 8

    reply = await send(client, link, "satisfaction=4")
    assert reply.status == 422
    wrong = Read(reply.body.decode())
    assert wrong.one("resolved-wrong")
    assert wrong.every("a", href="#resolved")
    kept = wrong.every("input", name="satisfaction", value="4")
    assert "checked" in kept[0]
