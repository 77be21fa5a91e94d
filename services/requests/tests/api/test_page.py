"""With nothing but a browser: ask for something, follow it, and be told what is wrong."""

from typing import Any

import pytest

from services.requests.tests.api.callers import post
from services.requests.tests.api.pages import (
    PAGES,
    REPORT,
    TRACKING,
    filled,
    form,
    reported,
    send,
    shown,
)
from services.requests.tests.guests import ask, guest_client
from services.requests.tests.harness import Harness
from shared.testing_photos import FakePhotoFiles, picture
from shared.testing_web import WebClient, english


@pytest.fixture
def files() -> FakePhotoFiles:
    return FakePhotoFiles()


@pytest.fixture
def guests(harness: Harness, files: FakePhotoFiles) -> WebClient:
    return guest_client(harness, files)


@pytest.mark.parametrize(("lang", "word"), [("zh", "噪声扰民"), ("en", "Noise")])
async def test_the_first_page_lists_what_one_may_ask_for_in_the_readers_language(
    guests: WebClient, lang: str, word: str
) -> None:
    reply = await guests.call("GET", f"{REPORT}?lang={lang}")

    assert (reply.status, reply.headers["content-language"]) == (200, lang)
    assert word in shown(reply)
    assert "service_code=noise" in shown(reply)
    browsers = await guests.call("GET", REPORT, headers={"accept-language": lang})
    assert shown(browsers) == shown(reply)


async def test_a_form_asks_the_questions_of_its_category(
    guests: WebClient, harness: Harness
) -> None:
    kinds = await harness.service_types.all("hongmiao")
    asking = [kind for kind in kinds.values() if kind.active and kind.attributes]
    assert asking
    for kind in asking:
        reply = await guests.call("GET", f"{REPORT}?service_code={kind.code}&lang=zh")

        for each in kind.attributes:
            assert each.description_zh in shown(reply)


async def test_what_is_asked_on_the_page_is_a_request_with_its_photo(
    guests: WebClient, harness: Harness, files: FakePhotoFiles
) -> None:
    reply, code = await reported(
        guests, photos=[picture()], address_note="3号楼", name="王阿姨", phone="138 0013 8000"
    )

    assert reply.status == 201, shown(reply)
    (request,) = await harness.store.find({"community": "hongmiao"})
    assert request.number in shown(reply)
    assert code in shown(reply)
    assert (request.description, request.address_note) == ("楼道灯坏了", "3号楼")
    assert request.contact is not None
    assert request.contact.phone == "13800138000"
    assert [each.id for each in request.photos] == list(files.kept)


async def test_a_form_sent_twice_is_one_request_and_both_are_told_the_same(
    guests: WebClient, harness: Harness, files: FakePhotoFiles
) -> None:
    remembered: dict[str, Any] = {**await form(guests), "description": "楼道灯坏了"}

    first = await send(guests, REPORT, **remembered)
    again = await send(guests, REPORT, **remembered)

    assert (first.status, first.body) == (201, again.body)
    assert len(await harness.store.find({"community": "hongmiao"})) == 1


@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [
        ({"description": " "}, 422, "What is it about"),
        ({"description": "好" * 4001}, 422, "What is it about"),
        ({"phone": "abc"}, 422, "Your phone number"),
        ({"email": "abc"}, 422, "Your email address"),
        ({"visibility": "everybody"}, 422, "Who may see it"),
        ({"photos": [b"no photo at all"]}, 422, "Photo"),
        ({"photos": [picture()] * 6}, 409, "5 photos at most"),
        ({"tracking_code": "nonsense"}, 422, "tracking code"),
    ],
)
async def test_what_is_wrong_stands_above_the_form_and_what_was_filled_in_stays(
    guests: WebClient, harness: Harness, files: FakePhotoFiles, fields: Any, status: int, word: str
) -> None:
    reply, code = await reported(guests, **{"address_note": '"><script>x', **fields})

    assert reply.status == status
    page = shown(reply)
    assert 'role="alert"' in page
    assert word in page[page.index('role="alert"') : page.index("<form")]
    assert b"<script" not in reply.body
    assert 'value=""><script>x"' in page
    assert filled(reply)["tracking_code"] != code
    assert await harness.store.find({"community": "hongmiao"}) == []
    assert files.kept == {}


async def test_the_code_shows_how_the_request_stands_and_lets_its_holder_act(
    guests: WebClient, files: FakePhotoFiles
) -> None:
    path, code = await ask(guests)
    seen = await send(guests, TRACKING, code=code.lower(), lang="en")
    assert seen.status == 200
    assert "三单元一楼的声控灯坏了。" in shown(seen)
    assert "<dd>submitted<" in shown(seen)

    added = await send(guests, TRACKING, [picture()], code=code, action="photo")
    assert added.status == 200, shown(added)
    assert len(files.kept) == 1

    for action, body in (
        ("acceptance", None),
        ("assignment", {"unit": "staff"}),
        ("start", None),
        ("resolution", {"note": "已换新灯"}),
    ):
        assert (await post(guests, f"{path}/{action}", "staff", body)).status == 200
    resolved = await send(guests, TRACKING, code=code, lang="en")
    assert "已换新灯" in shown(resolved)
    assert 'value="rate"' in shown(resolved)

    rated = await send(
        guests, TRACKING, code=code, action="rate", resolved="yes", satisfaction="5", lang="en"
    )
    assert rated.status == 200, shown(rated)
    assert "closed" in shown(rated)
    assert 'name="action"' not in shown(rated)


async def test_a_holder_takes_its_request_back(guests: WebClient, harness: Harness) -> None:
    _, code = await ask(guests)

    reply = await send(guests, TRACKING, code=code, action="withdraw", lang="en")

    assert (reply.status, "withdrawn" in shown(reply)) == (200, True)
    (request,) = await harness.store.find({"community": "hongmiao"})
    story = await harness.store.story(request.id)
    assert story[-1].actor == request.requester_id


@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [
        ({"action": "rate"}, 422, "It is required"),
        ({"action": "rate", "resolved": "yes"}, 409, "submitted"),
        ({"action": "rate", "resolved": "yes", "satisfaction": "9"}, 422, "5"),
        ({"action": "photo"}, 422, "Photo"),
        ({"action": "update", "text": " "}, 422, "Add something"),
        ({"action": "update", "text": "周末家里有人"}, 200, "周末家里有人"),
        ({"action": "withdraw", "photos": [b"x"]}, 200, "withdrawn"),
        ({"action": "destroy"}, 200, "submitted"),
    ],
)
async def test_what_cannot_be_done_is_said_above_how_it_stands(
    guests: WebClient, fields: Any, status: int, word: str
) -> None:
    _, code = await ask(guests)

    reply = await send(guests, TRACKING, **{"code": code, "lang": "en", **fields})

    assert (reply.status, word in shown(reply)) == (status, True), shown(reply)


async def test_a_wrong_code_leads_back_to_where_it_is_asked_for(guests: WebClient) -> None:
    for _ in range(20):
        reply = await send(guests, TRACKING, code="lnt_nobody", lang="en")
        assert (reply.status, "no such tracking code" in shown(reply)) == (401, True)

    assert (await send(guests, TRACKING, code="lnt_nobody", lang="en")).status == 429


async def test_the_entrance_asks_for_the_code_alone(guests: WebClient) -> None:
    reply = await guests.call("GET", f"{TRACKING}?lang=zh")

    assert (reply.status, "查询码" in shown(reply)) == (200, True)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{PAGES}/estates/est_nowhere", 422),
        (f"{REPORT}?service_code=nothing", 422),
        (f"{REPORT}?service_code={'x' * 100}", 422),
        (f"{PAGES}/nowhere", 404),
    ],
)
async def test_a_lost_reader_gets_a_page_too(guests: WebClient, path: str, status: int) -> None:
    reply = await guests.call("GET", path, headers=english())

    assert (reply.status, 'role="alert"' in shown(reply)) == (status, True)


async def test_a_form_of_no_kind_is_refused_as_a_page(guests: WebClient) -> None:
    headers = {"content-type": "application/json", "content-length": "2"}
    reply = await guests.raw("POST", REPORT, headers, [b"{}"])
    assert (reply.status, 'role="alert"' in shown(reply)) == (415, True)

    headers["content-type"] = "multipart/form-data; boundary=x"
    reply = await guests.raw("POST", REPORT, headers, [b"{}"])
    assert (reply.status, 'role="alert"' in shown(reply)) == (400, True)
