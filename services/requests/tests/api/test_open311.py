"""Open311 over HTTP: a stock client reports, and follows what it reported."""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from services.requests.domain.request import Channel
from services.requests.domain.service_type import Visibility
from services.requests.domain.service_type_seed import SERVICE_TYPES
from services.requests.tests.city import BY_FORM, NEAR, City, multipart, resolved
from services.requests.tests.harness import HERE
from services.requests.tests.samples import submission

PUBLIC = {code for code, kind in SERVICE_TYPES.items() if kind.open311}


async def test_a_stock_client_walks_from_the_list_of_services_to_the_finished_request(
    city: City,
) -> None:
    listed = (await city.get("services.xml"))["service"]
    assert {each["service_code"] for each in listed} == PUBLIC
    lift = next(each for each in listed if each["service_code"] == "lift.unsteady")
    assert (lift["metadata"], lift["type"]) == ("true", "realtime")

    (question,) = (await city.get("services/lift.unsteady.xml"))["attributes"]["attribute"]
    keys = [value["key"] for value in question["values"]["value"]]
    request_id = await city.reported(
        service_code="lift.unsteady",
        **{"attribute[sign]": keys[:2]},
        first_name="San",
        last_name="Zhang",
        email="zhang@example.cn",
        phone="138 0013 8000",
    )
    (shown,) = (await city.get("requests.xml"))["request"]
    assert (shown["service_request_id"], shown["status"]) == (request_id, "open")
    assert (shown["lat"], shown["long"]) == (NEAR["lat"], NEAR["long"])

    await resolved(city, request_id)
    (shown,) = (await city.get("requests.xml", service_request_id=request_id))["request"]
    assert shown["status"] == "closed"
    assert shown["updated_datetime"] >= shown["requested_datetime"]


async def test_a_report_is_kept_with_all_that_was_told_and_with_whose_key_it_came(
    city: City,
) -> None:
    request_id = await city.reported(
        service_code="sanitation.waste",
        description="  垃圾成堆。 ",
        **{"attribute[what]": [value.key for value in what().values[:2]]},
        first_name="三",
        last_name="张",
        phone="138 0013 8000",
        address_string="红庙东院1号楼东侧",
        media_url=["https://city.example/1.jpg", "https://city.example/2.jpg"],
    )
    kept = await city.harness.store.get(request_id)

    assert kept.channel is Channel.OPEN311
    assert kept.visibility is Visibility.PUBLIC
    assert kept.requester_id.startswith("key_")
    assert kept.description == (
        "垃圾成堆。\n\nhttps://city.example/1.jpg\n\nhttps://city.example/2.jpg"
    )
    assert kept.attributes == {"what": tuple(value.key for value in what().values[:2])}
    assert kept.contact is not None
    assert (kept.contact.name, kept.contact.phone) == ("张三", "13800138000")
    assert kept.address_note == "红庙东院1号楼东侧"
    first = (await city.harness.store.story(request_id))[0]
    assert first.actor == kept.requester_id
    assert "张三" not in json.dumps(first.data, ensure_ascii=False)


def what() -> Any:
    """A question with several answers."""
    return SERVICE_TYPES["sanitation.waste"].attributes[0]


@pytest.mark.parametrize("name", ["attribute[what]", "attribute[what][]", "attribute[what][0]"])
async def test_several_answers_come_in_every_form_that_clients_send(city: City, name: str) -> None:
    keys = [value.key for value in what().values[:2]]
    request_id = await city.reported(service_code="sanitation.waste", **{name: keys})

    assert (await city.harness.store.get(request_id)).attributes == {"what": tuple(keys)}


async def test_a_report_may_come_as_multipart_with_pictures_that_the_world_sees(
    city: City,
) -> None:
    picture = BytesIO()
    Image.new("RGB", (8, 6), "red").save(picture, "JPEG")
    fields = {"api_key": city.api_key, "service_code": "repair.public", **NEAR}
    reply = await city.send("requests.json", *multipart(fields, picture.getvalue()))
    assert reply.status == 200, reply.body
    (made,) = reply.json()

    (shown,) = (await city.get_raw(f"requests/{made['service_request_id']}.json")).json()
    start = "https://linli.example/open311/v2/"
    assert shown["media_url"].startswith(f"{start}media/")
    photo = await city.get_raw(shown["media_url"].removeprefix(start))
    assert (photo.status, photo.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(BytesIO(photo.body)).size == (8, 6)


async def test_a_picture_that_is_none_is_refused_and_nothing_is_kept(city: City) -> None:
    fields = {"api_key": city.api_key, "service_code": "repair.public", **NEAR}
    reply = await city.send("requests.json", *multipart(fields, b"GIF89a..."))

    assert reply.status == 400
    assert city.files.kept == {}
    assert (await city.get_raw("requests.json")).json() == []


async def test_without_a_description_it_is_called_by_its_service(city: City) -> None:
    request_id = await city.reported(description="")
    assert (await city.harness.store.get(request_id)).description == "公共设施维修"


@pytest.mark.parametrize(
    ("place", "building_id"),
    [
        ({"lat": "39.917", "long": "116.483"}, None),
        ({"address_string": "红庙东院1号楼"}, "bld_1"),
        ({"address_id": "bld_1"}, "bld_1"),
        ({"address_id": "est_1", "lat": "", "long": " "}, None),
    ],
)
async def test_a_place_is_a_point_or_words_or_an_id_and_every_request_has_a_point(
    city: City, place: Mapping[str, str], building_id: str | None
) -> None:
    request_id = await city.reported(**{"lat": "", "long": "", **place})

    kept = await city.harness.store.get(request_id)
    assert (kept.estate_id, kept.building_id) == ("est_1", building_id)
    (shown,) = (await city.get_raw(f"requests/{request_id}.json")).json()
    assert (shown["lat"], shown["long"]) == (39.917, 116.483)


async def test_a_client_hears_what_became_of_its_own_reports_and_of_no_others(
    city: City,
) -> None:
    request_id = await city.reported()
    other = await city.harness.service.submit(submission("parking"), communities=HERE)
    await resolved(city, request_id)
    await resolved(city, other.id)

    updates = (await city.get("servicerequestupdates.xml", api_key=city.api_key))["request_update"]

    assert {each["service_request_id"] for each in updates} == {request_id}
    assert {"IN_PROGRESS", "FIXED"} <= {each["status"] for each in updates}
    assert len({each["update_id"] for each in updates}) == len(updates)
    again = (await city.get("servicerequestupdates.xml", api_key=city.api_key))["request_update"]
    assert again == updates
    past = {"start_date": "2020-01-01T00:00:00Z", "end_date": "2020-01-02T00:00:00Z"}
    assert (await city.get("servicerequestupdates.xml", api_key=city.api_key, **past)) is None
    assert city.errors == []


async def test_a_client_adds_to_its_own_report_and_to_no_other(city: City) -> None:
    request_id = await city.reported()
    other = await city.harness.service.submit(submission("parking"), communities=HERE)
    told = {"description": "又灭了两盏。电话 13800138000", "status": "OPEN", "first_name": "San"}

    answer = await city.post(
        "servicerequestupdates.xml", {"service_request_id": request_id, **told}
    )
    (shown,) = answer["request_update"]
    kept = await city.harness.store.get(request_id)
    assert [each.id for each in kept.updates] == [shown["update_id"]]
    (seen,) = (await city.get(f"requests/{request_id}.xml"))["request"]
    assert "又灭了两盏" in seen["status_notes"]
    assert "13800138000" not in seen["status_notes"]

    for name in (other.id, "req_nothing"):
        fields = {"service_request_id": name, **told}
        assert await city.post("servicerequestupdates.xml", fields) is None
        assert [code for code, _ in city.errors] == ["404"]


@pytest.mark.parametrize(
    "query",
    [
        "start_date=2026-11-24T00:00:00Z",
        "end_date=2026-11-24T00:00:00Z",
        "start_date=2026-01-01T00:00:00Z&end_date=2026-11-24T00:00:00Z",
    ],
)
async def test_updates_are_of_a_whole_time_of_ninety_days_at_most(quick: City, query: str) -> None:
    path = f"servicerequestupdates.json?api_key={quick.api_key}&{query}"
    assert (await quick.get_raw(path)).status == 400


@pytest.mark.parametrize("path", ["servicerequestupdates.json", "servicerequestupdates.xml"])
async def test_updates_ask_for_a_key(quick: City, path: str) -> None:
    assert (await quick.get_raw(path)).status == 403
    assert (await quick.send(path, b"a=b", BY_FORM)).status == 403
