"""Every list as a table: who sees what, in what form, and that no cell runs."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, Query, Response
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from shared.auth import Caller
from shared.errors import NotFound
from shared.testing_web import Reply, WebClient, web_client
from shared.web import View, listing, needs
from shared.web.csv_cells import cell_of, neutral, plain
from shared.web.csv_export import columns, prefers_csv
from shared.web.forms import PageView, Paging

WHO = Caller(id="per_1", scopes=frozenset({"test:thing:read"}), communities=("hongmiao",))
Reading = Annotated[Caller, Depends(needs("test:thing:read"))]


class Colour(StrEnum):
    RED = "red"


class Part(View):
    at: datetime
    colour: Colour


class Thing(View):
    name: str
    count: int
    part: Part | None
    tags: list[str]
    parts: list[Part]


def thing(number: int, name: str = "物") -> Thing:
    part = Part(at=datetime(2026, 5, 4, 8, 30, tzinfo=UTC), colour=Colour.RED)
    return Thing(
        name=f"{name}{number}",
        count=-number,
        part=part if number % 2 else None,
        tags=["a", "b"],
        parts=[part] if number == 1 else [],
    )


def things(count: int) -> APIRouter:
    """A list of so many things, paged by number."""
    api = APIRouter()

    @api.get("/things", response_model=PageView[Thing])
    async def find(
        caller: Reading,
        page: Paging,
        name: Annotated[list[str] | None, Query(max_length=9)] = None,
    ) -> Response:
        if name == ["nobody"]:
            raise NotFound("access.not_found")
        start = int(page.cursor or 0)
        end = min(count, start + page.limit)
        items = [thing(n, "".join(name or ["物"])) for n in range(start, end)]
        return listing(items, str(end) if end < count else None)

    @api.get("/boxes/{box}/things", response_model=PageView[Thing])
    async def in_box(box: str, caller: Reading, page: Paging) -> Response:
        return listing([thing(1, box)], "9")

    @api.get("/things/{number}", response_model=Thing)
    async def get(number: int, caller: Reading) -> Thing:
        return thing(number)

    return api


async def table(client: WebClient, path: str, accept: str = "text/csv") -> Reply:
    return await client.call("GET", path, WHO, headers={"accept": accept})


def rows(reply: Reply) -> list[list[str]]:
    return list(csv.reader(io.StringIO(reply.body.decode("utf-8-sig"), newline="")))


async def test_a_list_is_a_table_whose_columns_are_those_of_its_view() -> None:
    reply = await table(web_client(things(2)), "/things")

    assert (reply.status, reply.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert reply.headers["content-disposition"] == 'attachment; filename="things.csv"'
    assert reply.body.startswith(b"\xef\xbb\xbf")
    assert rows(reply) == [
        ["name", "count", "part.at", "part.colour", "tags", "parts"],
        ["物0", "0", "", "", "a; b", ""],
        [
            "物1",
            "-1",
            "2026-05-04T08:30:00Z",
            "red",
            "a; b",
            '[{"at":"2026-05-04T08:30:00Z","colour":"red"}]',
        ],
    ]


async def test_an_empty_list_still_names_its_columns() -> None:
    assert len(rows(await table(web_client(things(0)), "/things"))) == 1


async def test_all_pages_are_in_one_table_in_their_order() -> None:
    reply = await table(web_client(things(777)), "/things")

    assert [row[0] for row in rows(reply)[1:]] == [f"物{n}" for n in range(777)]
    assert "link" not in reply.headers


async def test_a_table_that_grows_too_long_says_where_it_goes_on() -> None:
    client = web_client(things(10_300))

    first = await table(client, "/things?name=x&name=y")
    assert len(rows(first)) == 10_001
    assert first.headers["link"] == '</things?name=x&name=y&cursor=10000>; rel="next"'
    rest = await table(client, "/things?name=x&name=y&cursor=10000")
    assert [row[0] for row in rows(rest)[1:]] == [f"xy{n}" for n in range(10_000, 10_300)]
    assert "link" not in rest.headers


async def test_a_limit_gives_one_page_and_where_the_next_one_is() -> None:
    reply = await table(web_client(things(5)), "/things?limit=2&cursor=1")

    assert [row[0] for row in rows(reply)[1:]] == ["物1", "物2"]
    assert reply.headers["link"] == '</things?limit=2&cursor=3>; rel="next"'


async def test_where_it_goes_on_is_told_in_plain_ascii_wherever_it_is() -> None:
    reply = await table(web_client(things(1)), "/boxes/盒子/things?limit=1&name=%E7%81%AF")

    assert reply.headers["link"] == (
        '</boxes/%E7%9B%92%E5%AD%90/things?name=%E7%81%AF&limit=1&cursor=9>; rel="next"'
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [("/things?limit=0", 422), ("/things?limit=201", 422), ("/things?name=nobody", 404)],
)
async def test_what_is_wrong_with_the_list_is_a_problem_as_ever(path: str, status: int) -> None:
    reply = await table(web_client(things(1)), path)

    assert (reply.status, reply.headers["content-type"]) == (status, "application/problem+json")


async def test_a_table_is_for_those_only_who_may_read_the_list() -> None:
    client = web_client(things(1))
    stranger = Caller(id="per_2", scopes=frozenset({"test:other:read"}))
    accept = {"accept": "text/csv"}

    assert (await client.call("GET", "/things", headers=accept)).status == 401
    assert (await client.call("GET", "/things", stranger, headers=accept)).status == 403


async def test_what_is_no_list_stays_json() -> None:
    assert (await table(web_client(things(1)), "/things/3")).json()["name"] == "物3"


@pytest.mark.parametrize(
    ("accept", "csv_wanted"),
    [
        ("text/csv", True),
        ("TEXT/CSV; charset=utf-8", True),
        ("text/csv, */*;q=0.1", True),
        ("application/json;q=0.5, text/csv;q=0.9", True),
        ("application/json, text/csv;q=0.9", False),
        ("text/csv;q=0", False),
        ("text/csv;q=x", False),
        ("*/*", False),
        ("text/*", False),
        ("", False),
        (";;,,q=", False),
        ("text/html," * 1000, False),
    ],
)
def test_csv_is_given_to_who_names_it(accept: str, csv_wanted: bool) -> None:
    assert prefers_csv(accept) is csv_wanted


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+86",
        "-x",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "'=1",
        "''=1",
        "\uff1d1",
        "\uff0b",
        "\uff0d",
        "\uff20",
    ],
)
def test_no_text_runs_as_a_formula(text: str) -> None:
    assert cell_of(text) == f"'{text}"
    assert plain(cell_of(text)) == text


@pytest.mark.parametrize("text", ["", "灯坏了", "a=b", "3-1", "'quoted'", "'", "2026-05-04"])
def test_other_texts_are_shown_as_they_are(text: str) -> None:
    assert cell_of(text) == plain(text) == text


@given(st.text() | st.text(alphabet="'= +-@\t\uff1da"))
def test_a_cell_gives_its_text_back(text: str) -> None:
    cell = neutral(text)

    assert plain(cell) == text
    assert cell.lstrip(" ")[:1] not in set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]))))
def test_a_row_is_read_by_others_as_it_was_written(texts: Sequence[str]) -> None:
    out = io.StringIO()
    csv.writer(out).writerow(["first", *(cell_of(text) for text in texts)])

    (row,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert [plain(cell) for cell in row[1:]] == list(texts)


def test_numbers_and_truths_are_no_texts() -> None:
    values: Mapping[object, str] = {-1.5: "-1.5", 3: "3", True: "true", None: ""}

    assert {value: cell_of(value) for value in values} == values
    assert cell_of({"q": ("a", "=b")}) == '{"q":["a","=b"]}'
    assert cell_of({}) == ""


def test_views_within_views_are_columns_but_not_without_end() -> None:
    class Deep(BaseModel):
        name: str
        inner: "Deep | None"

    assert [".".join(path) for path in columns(Deep)] == [
        "name",
        "inner.name",
        "inner.inner.name",
        "inner.inner.inner",
    ]
