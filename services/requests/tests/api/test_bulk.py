"""Tables of requests over HTTP: in and out again."""

import csv
import io
from typing import Any

import pytest

from services.requests.api.bulk_forms import NAMED, SHEET, RowBody
from services.requests.tests.api.callers import REQUESTS, caller, get
from shared.testing_web import Reply, WebClient
from shared.web.csv_export import columns

IMPORTS = "/api/requests/v1/imports"
HEADER = "external_ref,service_code,estate_id,dwelling_id,description"
ROW = "{ref},noise,est_1,dwl_1,楼上装修"


def table(*rows: str, header: str = HEADER) -> str:
    return "\r\n".join([header, *rows])


async def send(
    client: WebClient,
    body: str | bytes,
    who: str = "staff",
    content_type: str = "text/csv",
    **headers: str,
) -> Reply:
    raw = body.encode() if isinstance(body, str) else body
    sent = {
        "authorization": f"Bearer {client.token(caller(who))}",
        "content-type": content_type,
        "content-length": str(len(raw)),
        "accept-language": "en",
        **headers,
    }
    return await client.raw("POST", IMPORTS, sent, [raw])


def outcomes(reply: Reply) -> list[tuple[int, str]]:
    assert reply.status == 200, reply.body
    return [(row["row"], row["outcome"]) for row in reply.json()["rows"]]


async def test_a_table_with_half_of_its_rows_broken_makes_the_other_half(
    client: WebClient,
) -> None:
    body = table(
        ROW.format(ref="A-1"),
        "A-2,teleport,est_1,dwl_1,楼上装修",
        ROW.format(ref="A-3"),
        ",noise,est_1,dwl_1,没有编号",
        ROW.format(ref="A-4") + ",多了,两格",
        "A-5,noise,est_1,,",
        ROW.format(ref="A-1"),
        "A 6,noise,est_1,,编号里有空格",
    )

    reply = await send(client, body)

    assert outcomes(reply) == [
        (2, "created"),
        (3, "refused"),
        (4, "created"),
        (5, "refused"),
        (6, "refused"),
        (7, "refused"),
        (8, "refused"),
        (9, "refused"),
    ]
    told = reply.json()
    assert (told["created"], told["known"], told["refused"]) == (2, 0, 6)
    assert [
        [(error["pointer"], error["code"]) for error in row["errors"]] for row in told["rows"]
    ] == [
        [],
        [("#/service_code", "service_type.unknown")],
        [],
        [("#/external_ref", "missing")],
        [("", "csv.too_many_cells")],
        [("#/description", "missing")],
        [("#/external_ref", "bulk.repeated")],
        [("#/external_ref", "string_pattern_mismatch")],
    ]
    assert told["rows"][6]["errors"][0]["detail"] == "The reference is that of row 2."
    listed = (await get(client, REQUESTS, "staff")).json()["items"]
    made = {row["request_id"] for row in told["rows"] if row["outcome"] == "created"}
    assert {item["id"] for item in listed} == made
    assert {item["external_ref"] for item in listed} == {"A-1", "A-3"}
    assert {(item["channel"], item["entered_by"]) for item in listed} == {("bulk", "per_staff")}


async def test_a_table_sent_again_answers_as_before(client: WebClient) -> None:
    body = table(*(ROW.format(ref=f"A-{n}") for n in range(30)))

    first, again = await send(client, body), await send(client, body)

    assert again.json()["known"] == 30
    assert [row["number"] for row in again.json()["rows"]] == [
        row["number"] for row in first.json()["rows"]
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_table_from_a_chinese_spreadsheet_is_read_with_all_its_columns(
    client: WebClient, encoding: str
) -> None:
    header = "外部编号,类别,小区,户,诉求,姓名,电话,纬度,经度,attributes.trapped,渠道"
    row = (
        "12345-1,repair.lift,est_1,dwl_1,三单元电梯停了,李四,010-6500 1234,39.917,116.484,no,phone"
    )

    reply = await send(client, table(row, header=header).encode(encoding))

    assert outcomes(reply) == [(2, "created")], reply.body
    request_id = reply.json()["rows"][0]["request_id"]
    request = (await get(client, f"{REQUESTS}/{request_id}", "staff")).json()
    assert request["description"] == "三单元电梯停了"
    assert request["attributes"] == {"trapped": ["no"]}
    assert request["position"] == {"lat": 39.917, "long": 116.484}
    assert request["channel"] == "phone"
    assert "李四" not in reply.body.decode()


def test_every_column_that_has_a_name_in_words_is_a_field_and_has_one_in_both_languages() -> None:
    fields = {".".join(path) for path in columns(RowBody)}

    assert set(NAMED) <= fields
    assert len(SHEET.others) == 2 * len(NAMED)
    assert not set(SHEET.others) & {f"column.{path}" for path in NAMED}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"visibility": "everybody"}, "#/visibility"),
        ({"visibility": "public", "service_code": "care.company"}, "#/visibility"),
        ({"contact.phone": "call me"}, "#/contact/phone"),
        ({"contact.name": "李四"}, "#/contact"),
        ({"position.lat": "north", "position.long": "116"}, "#/position/lat"),
        ({"position.lat": "39.9"}, "#/position/long"),
        ({"position.lat": "nan", "position.long": "116"}, "#/position/lat"),
        ({"channel": "open311"}, "#/channel"),
        ({"attributes.time": "noon"}, "#/attributes/time"),
        ({"attributes.colour": "red"}, "#/attributes"),
        ({"building_id": "bld 1"}, "#/building_id"),
        ({"requester_id": "<script>"}, "#/requester_id"),
    ],
)
async def test_a_cell_that_is_wrong_is_named(
    client: WebClient, changes: dict[str, str], pointer: str
) -> None:
    row = {
        "external_ref": "A-1",
        "service_code": "noise",
        "estate_id": "est_1",
        "description": "楼上装修",
        **changes,
    }
    out = io.StringIO()
    csv.writer(out).writerows([row.keys(), row.values()])

    reply = await send(client, out.getvalue())

    assert outcomes(reply) == [(2, "refused")]
    assert reply.json()["rows"][0]["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "csv.empty"),
        (HEADER, 422, "csv.empty"),
        (b"\xff\xfe\xff", 400, "csv.encoding"),
        (table('A-1,"noise'), 400, "csv.unreadable"),
        (table("A-1", header="external_ref,colour"), 422, "csv.column_unknown"),
        (table("A-1", header="external_ref,photos"), 422, "csv.column_unknown"),
        (table(*(f"A-{n}" for n in range(1001))), 413, "csv.too_many_rows"),
        (b"x" * (1024 * 1024 + 1), 413, "http.too_large"),
    ],
)
async def test_a_table_that_cannot_be_read_makes_nothing(
    client: WebClient, body: str | bytes, status: int, code: str
) -> None:
    reply = await send(client, body)

    assert (reply.status, reply.json()["code"]) == (status, code)
    assert (await get(client, REQUESTS, "staff")).json()["items"] == []


async def test_a_table_is_csv_and_comes_from_who_may_import(client: WebClient) -> None:
    body = table(ROW.format(ref="A-1"))

    assert (await send(client, body, content_type="application/json")).status == 415
    assert (await send(client, body, content_type="text/csv; charset=utf-8")).status == 200
    assert (await send(client, body, who="resident")).status == 403


async def test_a_table_of_another_community_finds_no_estate(client: WebClient) -> None:
    reply = await send(client, table(ROW.format(ref="A-1")), who="staff@elsewhere")

    assert reply.json()["rows"][0]["errors"][0]["code"] == "estate.unknown"


async def test_what_a_reader_may_see_comes_out_as_a_table_and_nothing_else(
    client: WebClient,
) -> None:
    evil = 'A-1,noise,est_1,dwl_1,"=HYPERLINK(""http://x"",""y"")"'
    secret = "A-2,neighbour.dispute,est_1,dwl_1,秘密"
    reply = await send(client, table(evil, secret))
    assert reply.json()["created"] == 2

    async def exported(who: str) -> list[dict[str, Any]]:
        got = await client.call("GET", REQUESTS, caller(who), headers={"accept": "text/csv"})
        assert got.headers["content-type"] == "text/csv; charset=utf-8"
        return list(csv.DictReader(io.StringIO(got.body.decode("utf-8-sig"), newline="")))

    (seen,) = await exported("committee")
    assert seen["description"] == '\'=HYPERLINK("http://x","y")'
    assert seen["number"] == reply.json()["rows"][0]["number"]
    # That there is one is listed; what was said in confidence takes a reading of its own.
    assert {row["description"] for row in await exported("staff")} == {seen["description"], ""}
    assert await exported("resident") == []
