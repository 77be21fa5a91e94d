"""What stock clients send twice is one, and what changed lately is found by when it did."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from services.requests.tests.city import City, keyed, multipart, resolved
from services.requests.tests.harness import Harness
from shared.testing_photos import picture
from shared.testing_service import until

NEAR = {"lat": "39.917", "long": "116.483"}
TOLD = {"service_code": "repair.public", "description": "路灯不亮。", "email": "a@b.cn", **NEAR}
AT_ONCE = 8


async def listed(city: City, **query: str) -> list[str]:
    reply = await city.get_raw(f"requests.json?{urlencode(query)}")
    assert reply.status == 200, reply.body
    return [each["service_request_id"] for each in reply.json()]


async def report(city: City, **changes: str) -> dict[str, Any]:
    reply = await city.post_raw("requests.json", {"api_key": city.api_key, **TOLD, **changes})
    assert reply.status == 200, reply.body
    [made] = reply.json()
    return dict(made)


async def test_a_report_sent_again_is_answered_as_before_and_makes_nothing(city: City) -> None:
    first = await report(city)
    assert await report(city) == first
    assert await listed(city) == [first["service_request_id"]]
    await resolved(city, first["service_request_id"])
    assert await report(city) == first


@pytest.mark.parametrize(
    "changes",
    [
        {"description": "路灯又亮了。"},
        {"service_code": "parking"},
        {"lat": "39.9171"},
        {"email": "c@d.cn"},
        {"first_name": "San"},
        {"account_id": "7"},
        {"device_id": "d-1"},
        {"media_url": "https://img.example/1.jpg"},
    ],
)
async def test_one_that_differs_in_anything_is_another(city: City, changes: dict[str, str]) -> None:
    first = await report(city)
    other = await report(city, **changes)
    assert first["service_request_id"] != other["service_request_id"]
    assert len(await listed(city)) == 2


async def test_another_clients_report_is_its_own(city: City) -> None:
    first = await report(city)
    city.api_key = await city.give_key(company="another")
    assert (await report(city))["service_request_id"] != first["service_request_id"]


async def test_its_pictures_are_kept_once_and_others_make_another_report(city: City) -> None:
    fields = {"api_key": city.api_key, **TOLD}
    made = []
    for content in (picture(), picture(), picture(size=(9, 9))):
        reply = await city.send("requests.json", *multipart(fields, content))
        assert reply.status == 200, reply.body
        made.append(reply.json()[0]["service_request_id"])
    assert made[0] == made[1] != made[2]
    assert len(city.files.kept) == 2
    assert city.files.notes == {}


@pytest.mark.mongo
async def test_of_many_sent_at_one_moment_one_is_kept(real: Harness) -> None:
    city = await keyed(real)
    fields = {"api_key": city.api_key, **TOLD}
    replies = await asyncio.gather(
        *(city.send("requests.json", *multipart(fields, picture())) for _ in range(AT_ONCE))
    )
    assert {reply.status for reply in replies} == {200}
    assert len({reply.json()[0]["service_request_id"] for reply in replies}) == 1
    assert len(await listed(city)) == 1
    assert len(city.files.kept) == 1
    assert city.files.notes == {}


async def test_an_update_sent_again_is_the_one_that_is_there(city: City) -> None:
    request_id = await city.reported()
    told = {"service_request_id": request_id, "description": "又灭了两盏。"}
    first = await city.post("servicerequestupdates.xml", told)
    again = await city.post("servicerequestupdates.xml", told)
    other = await city.post("servicerequestupdates.xml", {**told, "description": "全黑了。"})
    assert first == again != other
    assert len((await city.harness.store.get(request_id)).updates) == 2


async def test_what_the_world_saw_change_in_a_time_is_found_by_it(city: City) -> None:
    lamp, car = await city.reported(), await city.reported(service_code="parking")
    between = city.harness.clock.now() + timedelta(seconds=1)
    begun = (between - timedelta(minutes=1)).isoformat()

    assert sorted(await listed(city, updated_after=begun)) == sorted([lamp, car])
    assert await listed(city, updated_after=between.isoformat()) == []
    assert await listed(city, updated_before=begun) == []
    await resolved(city, lamp)
    since = (await city.harness.store.get(lamp)).acknowledged_at
    assert since is not None
    assert await listed(city, updated_after=since.isoformat()) == [lamp]
    assert await listed(city, updated_after=since.isoformat(), status="open") == []
    assert await listed(city, updated_before=since.isoformat(), status="open") == [car]
    pages = [await listed(city, updated_after=begun, page_size="1", page=str(n)) for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [1, 1, 0]
    assert {one for page in pages for one in page} == {lamp, car}
    old = {"start_date": "2020-01-01T00:00:00Z", "end_date": "2020-02-01T00:00:00Z"}
    assert await listed(city, updated_after=begun, **old) == []


async def test_who_asks_from_where_he_left_off_misses_nothing_that_was_heard_late(
    city: City,
) -> None:
    request_id = await city.reported()
    asked_at = city.harness.clock.now() + timedelta(milliseconds=1)

    async def later() -> bool:
        return city.harness.clock.now() > asked_at

    await until(later)
    assert await listed(city, updated_after=asked_at.isoformat()) == []
    await city.note(request_id, ago=timedelta(minutes=10))
    assert await listed(city, updated_after=asked_at.isoformat()) == [request_id]


@pytest.mark.parametrize(
    "query",
    [
        "updated_after=yesterday",
        "updated_before=2026-11-24T08:00:00",
        "updated_after=2020-01-01T00:00:00Z",
        "updated_after=2126-01-02T00:00:00Z&updated_before=2126-01-01T00:00:00Z",
    ],
)
async def test_a_wrong_time_of_change_is_refused_by_its_name(quick: City, query: str) -> None:
    reply = await quick.get_raw(f"requests.json?{query}")
    assert reply.status == 400
    [fault] = reply.json()
    assert fault["code"] == "400"
    assert fault["description"].startswith("updated_")
