"""With nothing but a browser: ask for something, follow it, and be told what is wrong."""

import re
from html import unescape
from typing import Any

import pytest

from services.requests.tests.api.callers import post
from services.requests.tests.guests import FakePhotoFiles, ask, guest_client, picture
from services.requests.tests.harness import Harness
from shared.testing_pages import Read
from shared.testing_web import Reply, WebClient, english

PAGES = "/api/requests/v1/open/pages"
REPORT, TRACKING = f"{PAGES}/estates/est_1", f"{PAGES}/tracking"
BOUNDARY = "XyZ"


@pytest.fixture
def files() -> FakePhotoFiles:
    return FakePhotoFiles()


@pytest.fixture
def guests(harness: Harness, files: FakePhotoFiles) -> WebClient:
    return guest_client(harness, files)


def shown(reply: Reply) -> str:
    """The page, as its reader sees the words."""
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    return unescape(reply.body.decode())


def filled(reply: Reply) -> dict[str, str]:
    """What the form on a page remembers."""
    told = reply.body.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', told))


async def send(
    client: WebClient, path: str, photos: list[bytes] | None = None, **fields: str
) -> Reply:
    """A form as a browser sends it."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for content in photos or [b""]:
        head = 'Content-Disposition: form-data; name="photo"; filename="p.jpg"\r\n'
        parts.append(f"--{BOUNDARY}\r\n{head}\r\n".encode() + content + b"\r\n")
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    headers = english(
        content_type=f"multipart/form-data; boundary={BOUNDARY}", content_length=str(len(body))
    )
    return await client.raw("POST", path, headers, [body])


async def form(client: WebClient, code: str = "noise") -> dict[str, str]:
    reply = await client.call("GET", f"{REPORT}?service_code={code}&lang=en")
    assert reply.status == 200
    return filled(reply)


async def reported(client: WebClient, **fields: Any) -> tuple[Reply, str]:
    """What is answered to a filled-in form, and the code on it."""
    remembered = await form(client)
    reply = await send(client, REPORT, **{**remembered, "description": "楼道灯坏了", **fields})
    return reply, remembered["tracking_code"]


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


def read(reply: Reply) -> Read:
    page = Read(reply.body.decode())
    assert page.bare == []
    assert len(page.ids()) == len(set(page.ids()))
    return page


async def test_no_control_of_any_form_is_without_a_name(
    guests: WebClient, harness: Harness
) -> None:
    kinds = await harness.service_types.all("hongmiao")
    for code in kinds:
        read(await guests.call("GET", f"{REPORT}?service_code={code}"))
    _, code = await ask(guests)
    page = read(await send(guests, TRACKING, code=code))
    assert {each["value"] for each in page.every("input", name="action")} == {
        "update",
        "photo",
        "withdraw",
    }


async def test_who_has_a_code_already_finds_the_way_before_all_the_categories(
    guests: WebClient,
) -> None:
    page = read(await guests.call("GET", REPORT))

    ways = [each["href"] or "" for each in page.every("a")]
    assert TRACKING in ways[1]
    assert "service_code" in ways[2]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"description": " "}, "description"),
        ({"phone": "12"}, "phone"),
        ({"email": "abc"}, "email"),
        ({"name": "王阿姨"}, "phone"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_too(
    guests: WebClient, harness: Harness, fields: Any, field: str
) -> None:
    reply, _ = await reported(guests, **fields)

    page = read(reply)
    assert page.one(field)["aria-invalid"] == "true"
    assert f"{field}-wrong" in str(page.one(field)["aria-describedby"])
    assert page.every("a", href=f"#{field}")


async def test_an_answer_at_fault_leads_to_its_question(
    guests: WebClient, harness: Harness
) -> None:
    kinds = await harness.service_types.all("hongmiao")
    kind = next(each for each in kinds.values() if any(one.values for one in each.attributes))
    asked = next(one for one in kind.attributes if one.values)
    remembered: dict[str, Any] = {**await form(guests, kind.code)}

    filled_in = {f"answer.{asked.code}": "nonsense", "description": "坏了"}
    reply = await send(guests, REPORT, **{**remembered, **filled_in})

    assert reply.status == 422
    assert read(reply).every("a", href=f"#answer.{asked.code}")


async def test_a_receipt_leads_on_without_typing_the_code(guests: WebClient) -> None:
    reply, code = await reported(guests)
    page = read(reply)

    (way,) = page.every("form")
    assert "".join(re.findall(r"<span>([^<]{4,5})</span>", reply.body.decode())).startswith("lnt_")
    assert way["action"] == TRACKING
    assert page.every("input", name="code", value=code)
    # it is read in pieces, and copied as a whole
    assert code in page.text
    remembered: dict[str, Any] = {**filled(reply)}
    followed = await send(guests, TRACKING, **remembered)
    assert (followed.status, "楼道灯坏了" in shown(followed)) == (200, True)


async def test_the_state_comes_first_and_what_was_done_is_said(guests: WebClient) -> None:
    _, code = await ask(guests)
    looked = read(await send(guests, TRACKING, code=code, lang="en"))
    assert looked.text.index("submitted") < looked.text.index("HM-")
    assert not looked.every("p", role="status")

    written = await send(guests, TRACKING, code=code, action="update", text="晚上在家", lang="en")
    assert read(written).every("p", role="status")
    refused = await send(guests, TRACKING, code=code, action="update", text=" ", lang="en")
    assert read(refused).one("update-text")["aria-invalid"] == "true"
    assert not read(refused).every("p", role="status")


async def test_withdrawing_takes_two_taps(guests: WebClient) -> None:
    _, code = await ask(guests)
    told = (await send(guests, TRACKING, code=code)).body.decode()

    hidden = told[told.index("<details>") : told.index("</details>")]
    assert 'value="withdraw"' in hidden
    assert 'value="withdraw"' not in told.replace(hidden, "")


async def test_the_holder_of_a_code_changes_the_language_without_typing_it_again(
    guests: WebClient,
) -> None:
    _, code = await ask(guests)
    told = (await send(guests, TRACKING, code=code, lang="en")).body.decode()

    other = filled(Reply(200, {}, told[told.rindex("<form") :].encode()))
    assert other == {"code": code, "lang": "zh"}
    assert code not in "".join(str(each["href"]) for each in Read(told).every("a"))
