"""The pages as an old resident uses them on a phone: nothing unnamed, nothing typed twice, what is
wrong where it is."""

import re
from typing import Any

import pytest

from services.requests.tests.api.pages import (
    REPORT,
    TRACKING,
    filled,
    form,
    read,
    reported,
    send,
    shown,
)
from services.requests.tests.guests import ask, guest_client
from services.requests.tests.harness import Harness
from shared.testing_pages import Read
from shared.testing_photos import FakePhotoFiles
from shared.testing_web import Reply, WebClient


@pytest.fixture
def guests(harness: Harness) -> WebClient:
    return guest_client(harness, FakePhotoFiles())


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
