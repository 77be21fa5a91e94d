"""What a careless or hostile client of Open311 sends, and what it is told."""

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.requests.tests.city import BY_FORM, NEAR, TWO, City, city_over, keyed
from services.requests.tests.harness import HERE, Harness, harness_over
from shared.auth import mint_key
from shared.keys import Issuer
from shared.testing import estate_registered, heard
from shared.testing_web import Reply

REFUSED: tuple[tuple[Mapping[str, str | Sequence[str]], int, str], ...] = (
    ({"api_key": ""}, 403, "api_key"),
    ({"api_key": "linli_dev_nothing"}, 403, "api_key"),
    ({"api_key": "x" * 10_000}, 403, "api_key"),
    ({"service_code": ""}, 400, "service_code: "),
    ({"service_code": "nothing"}, 404, "service_code"),
    ({"service_code": "care.shopping"}, 404, "service_code"),
    ({"service_code": "neighbour.dispute"}, 404, "service_code"),
    ({"jurisdiction_id": "nowhere"}, 404, "jurisdiction_id"),
    ({"lat": "", "long": ""}, 400, "lat: "),
    ({"lat": ""}, 400, "lat: "),
    ({"long": ""}, 400, "long: "),
    ({"lat": "north"}, 400, "lat: "),
    ({"lat": "nan"}, 400, "lat: "),
    ({"lat": "91"}, 400, "lat: "),
    ({"lat": "31.2", "long": "121.5"}, 400, "lat: "),
    ({"lat": "0", "long": "0"}, 400, "position: "),
    ({"lat": "", "long": "", "address_id": "est_9"}, 400, "address_id: "),
    ({"lat": "", "long": "", "address_string": "远" * 300}, 400, "address_string: "),
    ({"description": "长" * 4001}, 400, "description: "),
    ({"description": "长" * 3990, "media_url": "https://c.example/a.jpg"}, 400, "description: "),
    ({"media_url": "javascript:alert(1)"}, 400, "media_url: "),
    ({"media_url": ["https://c.example/a.jpg"] * 6}, 400, "media_url: "),
    ({"email": "nobody"}, 400, "contact/email: "),
    ({"phone": "call me"}, 400, "contact/phone: "),
    ({"service_code": "repair.door"}, 400, "attribute[fault]: "),
    ({"service_code": "repair.door", "attribute[fault]": "none"}, 400, "attribute[fault]: "),
    ({"attribute[unheard]": "x"}, 400, "attributes: "),
    ({"service_code": "repair.lighting", "attribute[lamps]": "two"}, 400, "attribute[lamps]: "),
)


@pytest.mark.parametrize(("changes", "status", "start"), REFUSED)
@pytest.mark.parametrize("form", ["xml", "json"])
async def test_a_wrong_report_is_refused_by_what_is_wrong_with_it(
    quick: City, changes: Mapping[str, str], status: int, start: str, form: str
) -> None:
    whole = {
        "api_key": quick.api_key,
        "service_code": "repair.public",
        "description": "路灯不亮。",
        **NEAR,
        **changes,
    }
    reply = await quick.post_raw(f"requests.{form}", whole)

    assert reply.status == status, reply.body
    if form == "json":
        assert reply.headers["content-type"] == "application/json; charset=utf-8"
        (error,) = reply.json()
    else:
        assert reply.headers["content-type"] == "text/xml; charset=utf-8"
        (element,) = ElementTree.fromstring(reply.body)
        error = {child.tag: child.text for child in element}
    assert error["code"] == str(status)
    assert start.strip(": ") in error["description"]
    if start.endswith(": "):
        assert error["description"].startswith(start)
    assert (await quick.get_raw("requests.json")).json() == []


async def test_all_that_is_wrong_with_a_form_is_told_at_once(quick: City) -> None:
    assert await quick.post("requests.xml", {"lat": "north", "long": "999"}) is None

    assert [description.partition(":")[0] for _, description in quick.errors] == [
        "service_code",
        "lat",
        "long",
    ]
    assert {code for code, _ in quick.errors} == {"400"}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"service_code": "repair.public"}', "application/json"),
        (b"<request/>", "text/xml"),
        (
            b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
            "application/xml",
        ),
        (b"api_key=%ff", "application/x-www-form-urlencoded"),
        (b"nothing", "multipart/form-data; boundary=cut"),
        (b"nothing", "multipart/form-data"),
        (b"&".join(b"a=1" for _ in range(1000)), "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * (11 * 1024 * 1024), "application/x-www-form-urlencoded"),
    ],
    ids=["json", "xml", "entities", "no utf-8", "no parts", "no boundary", "many", "large"],
)
@pytest.mark.parametrize("form", ["xml", "json"])
async def test_a_body_that_is_no_form_is_refused_in_open311_s_form(
    quick: City, body: bytes, content_type: str, form: str
) -> None:
    reply = await quick.send(f"requests.{form}", body, {"content-type": content_type})

    assert reply.status == 400
    if form == "json":
        assert [error["code"] for error in reply.json()] == ["400"]
    else:
        assert ElementTree.fromstring(reply.body).tag == "errors"


@pytest.mark.parametrize(
    "path",
    [
        "services/nothing.{}",
        "services/care.shopping.{}",
        "requests/req_nothing.{}",
        "tokens/nothing.{}",
        "services.{}?jurisdiction_id=nowhere",
        "requests.{}?jurisdiction_id=nowhere",
        "discovery.{}?jurisdiction_id=nowhere",
        "nothing.{}",
        "",
    ],
)
@pytest.mark.parametrize("form", ["xml", "json"])
async def test_what_is_not_there_is_not_found(quick: City, path: str, form: str) -> None:
    reply = await quick.get_raw(path.format(form))

    assert reply.status == 404
    if path and form == "json":
        assert [error["code"] for error in reply.json()] == ["404"]
    else:
        assert ElementTree.fromstring(reply.body).tag == "errors"


@pytest.mark.parametrize("path", ["services.html", "requests.rss", "services/parking.txt"])
async def test_another_format_is_not_there(quick: City, path: str) -> None:
    reply = await quick.get_raw(path)
    assert reply.status == 404
    assert ElementTree.fromstring(reply.body).tag == "errors"


REPORT = {"service_code": "repair.public", **NEAR}


async def test_a_key_reports_only_where_and_as_long_as_it_holds(quick: City) -> None:
    keys = (
        await quick.give_key(company="elsewhere", communities=("elsewhere",)),
        mint_key("dev").text,
        mint_key("prod").text,
    )
    for key in keys:
        assert await quick.post("requests.xml", {"api_key": key, **REPORT}) is None
        assert [code for code, _ in quick.errors] == ["403"]

    assert await quick.reported()
    await quick.keys.revoke(Issuer("per_ops", HERE), quick.api_key.split("_")[2])
    assert await quick.post("requests.xml", REPORT) is None
    assert [code for code, _ in quick.errors] == ["403"]


async def test_a_key_of_one_estate_reports_of_no_other(quick: City) -> None:
    event = estate_registered("dwl_5", estate_id="est_2")
    await quick.harness.estates.told(event, heard(event, "est_2"))
    bound = await quick.give_key(company="one", estates=("est_2",))
    place = {"service_code": "repair.public", "api_key": bound}

    assert await quick.post("requests.xml", {**place, "address_id": "est_2"})
    assert await quick.post("requests.xml", {**place, "address_id": "est_1"}) is None
    assert [code for code, _ in quick.errors] == ["403"]


async def test_of_several_jurisdictions_one_has_to_be_named(harness_of_fakes: Harness) -> None:
    city = city_over(harness_of_fakes, TWO)
    city.api_key = await city.give_key()

    assert (await city.get_raw("services.xml")).status == 400
    assert await city.post("requests.xml", REPORT) is None
    assert [code for code, _ in city.errors] == ["400"]
    city.jurisdiction = "hongmiao.example"
    request_id = await city.reported()
    assert await city.get(f"requests/{request_id}.xml")
    city.jurisdiction = "elsewhere.example"
    assert await city.get(f"requests/{request_id}.xml") is None
    assert await city.post("requests.xml", REPORT) is None
    assert [code for code, _ in city.errors] == ["403"]


NAMES = st.sampled_from(
    [
        "service_code",
        "lat",
        "long",
        "address_string",
        "address_id",
        "description",
        "email",
        "phone",
        "first_name",
        "media_url",
        "jurisdiction_id",
        "attribute[fault]",
        "attribute[fault][]",
        "attribute[",
        "service_request_id",
        "start_date",
        "end_date",
        "status",
        "page",
        "page_size",
        "extensions",
    ]
)
VALUES = (
    st.text(max_size=40)
    | st.sampled_from(
        ["repair.door", "39.917", "116.483", "est_1", "open", "2026-11-24T00:00:00Z", "1e999", "-0"]
    )
    | st.sampled_from(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
)
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=12)


@settings(max_examples=60, deadline=None)
@example([("start_date", "9999-12-31T23:59:59Z")], "json")
@example([("end_date", "0001-01-01T00:00:00Z")], "json")
@example([(f"{end}_date", "0001-01-01T00:00:00Z") for end in ("start", "end")], "json")
@given(FIELDS, st.sampled_from(["xml", "json"]))
def test_whatever_is_sent_is_answered_in_form_and_never_by_a_fault_of_ours(
    fields: list[tuple[str, str]], form: str
) -> None:
    async def attempt() -> list[Reply]:
        city = await keyed(await harness_over(None))
        key = [("api_key", city.api_key)]
        query = urlencode([(name, value.encode("utf-8", "replace")) for name, value in fields])
        body = urlencode([*key, *parse_qsl(query, keep_blank_values=True)]).encode()
        return [
            await city.send(f"requests.{form}", body, BY_FORM),
            await city.send(f"servicerequestupdates.{form}", body, BY_FORM),
            await city.get_raw(f"requests.{form}?{query}"),
            await city.get_raw(f"servicerequestupdates.{form}?api_key={city.api_key}&{query}"),
        ]

    for reply in asyncio.run(attempt()):
        assert reply.status in (200, 400, 404), reply.body
        if form == "json":
            assert isinstance(reply.json(), list)
        else:
            assert ElementTree.fromstring(reply.body).tag
