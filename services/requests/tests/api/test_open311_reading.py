"""What the world reads by Open311, and what it never does."""

import json
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest

from services.requests.domain.service_type import Visibility
from services.requests.tests.city import City, resolved
from services.requests.tests.harness import HERE
from services.requests.tests.samples import submission


@pytest.mark.parametrize("path", ["services.xml", "requests.json", "discovery.xml"])
async def test_the_endpoint_may_end_with_a_slash_or_not(quick: City, path: str) -> None:
    one, two = await quick.get_raw(path), await quick.get_raw(f"/{path}")
    assert (one.status, two.status) == (200, 200)
    assert one.body == two.body


async def test_a_request_is_read_by_its_id_by_its_number_and_by_its_token(city: City) -> None:
    request_id = await city.reported()
    kept = await city.harness.store.get(request_id)

    for name in (request_id, kept.number):
        (shown,) = (await city.get(f"requests/{name}.xml"))["request"]
        assert shown["service_request_id"] == request_id
        (token,) = (await city.get(f"tokens/{name}.xml"))["request"]
        assert token == {"service_request_id": request_id, "token": name}
    both = f"{kept.number}, {request_id}, req_nothing"
    found = (await city.get_raw(f"requests.json?service_request_id={quote(both)}")).json()
    assert [each["service_request_id"] for each in found] == [request_id]


async def test_the_world_reads_nothing_of_what_is_not_public(city: City) -> None:
    service = city.harness.service
    hidden = [
        await service.submit(submission(code, visibility=seen), communities=HERE)
        for code, seen in (
            ("care.shopping", None),
            ("neighbour.dispute", None),
            ("noise", None),
            ("parking", Visibility.STAFF),
            ("parking", Visibility.CONFIDENTIAL),
        )
    ]
    shown = await service.submit(submission("parking"), communities=HERE)

    found = (await city.get_raw("requests.json")).json()
    assert [each["service_request_id"] for each in found] == [shown.id]
    for each in hidden:
        for path in (f"requests/{each.id}.json", f"tokens/{each.id}.json", f"media/{each.id}/p"):
            assert (await city.get_raw(path)).status == 404
        named = await city.get_raw(f"requests.json?service_request_id={each.id}")
        assert named.json() == []


async def test_nothing_that_leads_to_a_person_is_shown(city: City) -> None:
    request_id = await city.reported(
        description="3单元502室张三 13800138000 反映路灯不亮",
        address_string="红庙东院1号楼3单元502室",
        first_name="三丰",
        last_name="张",
        email="zhang@example.cn",
        phone="13900139000",
        account_id="account-7",
    )
    told = (await city.get_raw(f"requests/{request_id}.json?extensions=true")).body.decode()

    for private in ("502", "3单元", "138001", "139001", "三丰", "zhang", "account-7", "key_"):
        assert private not in told


async def test_an_estate_s_own_request_shows_the_building_and_never_the_home(city: City) -> None:
    made = await city.harness.service.submit(
        submission("parking", address_note="我家窗下"), communities=HERE
    )
    (shown,) = (await city.get_raw(f"requests/{made.id}.json")).json()

    assert (shown["address"], shown["address_id"]) == ("红庙东院1号楼", "bld_1")
    assert (shown["lat"], shown["long"]) == (39.917, 116.483)
    assert "dwl_" not in json.dumps(shown)


async def test_lists_are_filtered_by_status_service_and_time(city: City) -> None:
    lamp = await city.reported()
    car = await city.reported(service_code="parking")
    await resolved(city, lamp)
    now = city.harness.clock.now()

    async def found(**query: str) -> set[str]:
        reply = await city.get_raw(f"requests.json?{urlencode(query)}")
        assert reply.status == 200, reply.body
        return {each["service_request_id"] for each in reply.json()}

    later = (now + timedelta(minutes=1)).isoformat()
    earlier = (now - timedelta(days=1)).isoformat()
    assert await found() == {lamp, car}
    assert await found(status="open") == {car}
    assert await found(status="closed") == {lamp}
    assert await found(status="open,closed", jurisdiction_id="") == {lamp, car}
    assert await found(service_code="parking,sanitation") == {car}
    assert await found(service_code="care.shopping") == set()
    assert await found(start_date=earlier, end_date=later) == {lamp, car}
    assert await found(end_date=earlier) == set()
    assert await found(start_date=later) == set()
    assert await found(service_request_id=lamp, status="open") == {lamp}


async def test_pages_are_the_whole_list_once_and_the_latest_comes_first(city: City) -> None:
    made = [await city.reported(description=str(n)) for n in range(5)]

    async def page(number: int) -> list[str]:
        reply = await city.get_raw(f"requests.json?page={number}&page_size=2")
        return [each["service_request_id"] for each in reply.json()]

    pages = [await page(number) for number in (1, 2, 3, 4)]
    assert [len(each) for each in pages] == [2, 2, 1, 0]
    whole = await city.get_raw("requests.json")
    listed = [each["service_request_id"] for each in whole.json()]
    assert [one for each in pages for one in each] == listed
    assert sorted(listed) == sorted(made)


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "start_date=yesterday",
        "start_date=2026-11-24T08:00:00",
        "start_date=9999-12-31T23:59:59-23:00",
        "end_date=2026-13-01T00:00:00Z",
        "start_date=2026-11-24T00:00:00Z&end_date=2026-11-23T00:00:00Z",
        "start_date=2026-01-01T00:00:00Z&end_date=2026-11-23T00:00:00Z",
        "page=0",
        "page=x",
        "page=101",
        "page_size=0",
        "page_size=1001",
        "page_size=" + "9" * 200,
        "service_request_id=" + ",".join(map(str, range(201))),
        "&".join("status=open" for _ in range(30)),
        "jurisdiction_id=" + "x" * 200,
    ],
)
async def test_a_wrong_filter_is_refused(quick: City, query: str) -> None:
    reply = await quick.get_raw(f"requests.json?{query}")

    assert reply.status == 400
    assert [error["code"] for error in reply.json()] == ["400"]


@pytest.mark.parametrize(
    "start",
    [
        "2026-11-24T08:00:00Z",
        "2026-11-24T16:00:00%2B08:00",
        "2026-11-24T16:00:00+08:00",
        "2026-11-24T03:00:00-05:00",
        "2026-11-24",
        "2026-11-24T08:00Z",
        "",
    ],
)
async def test_a_time_is_read_however_it_was_written(quick: City, start: str) -> None:
    assert (await quick.get_raw(f"requests.json?start_date={start}")).status == 200


async def test_discovery_says_where_the_endpoint_is_and_what_it_speaks(quick: City) -> None:
    found = (await quick.get_raw("discovery.json")).json()
    (endpoint,) = found["endpoints"]

    assert set(found) == {"changeset", "contact", "key_service", "endpoints"}
    assert found["contact"] == "api@linli.example"
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "https://linli.example/open311/v2"
    assert endpoint["type"] == "test"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    xml = await quick.get("discovery.xml")
    assert xml["endpoints"]["endpoint"]["url"] == endpoint["url"]


async def test_a_reader_gets_the_words_of_its_language(quick: City) -> None:
    for lang, name in (("zh", "停车与车辆"), ("en", "Parking and vehicles")):
        reply = await quick.get_raw("services.json", accept_language=lang)
        names = {each["service_code"]: each["service_name"] for each in reply.json()}
        assert names["parking"] == name
