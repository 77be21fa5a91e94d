"""Handbooks and statements over HTTP: whose they are, what they add up, and the tables."""

import csv
import io
from typing import Any

import pytest

from services.pairing.tests.api.world import World
from services.pairing.tests.api.world_ledger import REPORT

YEAR = "first_on=2026-01-01&last_on=2026-12-31"
DUES: dict[str, Any] = {"kind": "dues", "done_on": "2026-10-08", "amount_fen": 2_050}
GIFT: dict[str, Any] = {
    "kind": "donation",
    "done_on": "2025-12-31",
    "amount_fen": 100_00,
    "about": "=冬衣",
}


async def confirmed(world: World, body: dict[str, Any], who: str = "member") -> str:
    told = await world.post("/contributions", who, body)
    assert told.status == 201, told.body
    record: str = told.json()["id"]
    done = await world.post(f"/contributions/{record}/confirmation", "branch")
    assert done.status == 200, done.body
    return record


@pytest.fixture
async def filled(world: World) -> World:
    """A meeting and dues of this year and a gift of the last; a draft of a care task besides."""
    for body in (REPORT, DUES, GIFT):
        await confirmed(world, body)
    return world


def figures(records: int, minutes: int, amount_fen: int, points: int) -> dict[str, int]:
    return {
        "records": records,
        "minutes": minutes,
        "amount_fen": amount_fen,
        "points": points,
    }


async def test_a_members_handbook_adds_up_this_year_until_today(filled: World) -> None:
    book = (await filled.get("/handbook", "member")).json()

    assert (book["first_on"], book["last_on"]) == ("2026-01-01", "2026-11-24")
    assert book["member_id"] == filled.ids["members"]
    assert book["kinds"] == [
        {"kind": "dues", "figures": figures(1, 0, 2_050, 5)},
        {"kind": "meeting", "figures": figures(1, 90, 0, 5)},
    ]
    assert book["total"] == figures(2, 90, 2_050, 10)
    assert book["states"] == {"draft": 1, "confirmed": 3}


async def test_a_handbook_shows_what_was_pledged_and_who_said_thanks(filled: World) -> None:
    words = {"member_id": filled.ids["members"], "words": "辛苦了"}
    given = await filled.post("/thanks", "branch", words)
    assert "辛苦了" not in given.body.decode()

    book = (await filled.get("/handbook", "member")).json()

    assert [(each["id"], each["done"]) for each in book["pledges"]] == [(filled.ids["pledges"], 1)]
    assert [each["id"] for each in book["exemplars"]] == [filled.ids["exemplars"]]
    assert [(each["words"], each["by"]) for each in book["thanks"]] == [("辛苦了", "per_branch")]


async def test_a_revoked_record_counts_no_more(filled: World) -> None:
    record = await confirmed(filled, {**REPORT, "done_on": "2026-11-21"})
    reason = {"reason": "twice", "note": "与前一天重复"}
    asked = await filled.post(f"/contributions/{record}/question", "branch", reason)
    assert "重复" not in asked.body.decode()
    assert (await filled.get("/handbook", "member")).json()["total"]["records"] == 3

    gone = await filled.post(f"/contributions/{record}/revocation", "staff")

    assert gone.json()["state"] == "revoked"
    book = (await filled.get("/handbook", "member")).json()
    assert (book["total"]["records"], book["states"]["revoked"]) == (2, 1)


async def test_the_handbook_lists_its_records_in_their_order_as_a_table_too(
    filled: World,
) -> None:
    path = f"/handbook/records?{YEAR.replace('2026-01', '2025-01')}"

    listed = (await filled.get(path, "member")).json()["items"]
    table = await filled.get(path, "member", accept="text/csv")

    rows = list(csv.DictReader(io.StringIO(table.body.decode("utf-8-sig"), newline="")))
    assert [each["done_on"] for each in listed] == ["2025-12-31", "2026-10-08", "2026-11-20"]
    assert [row["kind"] for row in rows] == ["donation", "dues", "meeting"]
    assert [row["amount_fen"] for row in rows] == ["10000", "2050", ""]
    assert rows[0]["about"] == "'=冬衣"


async def test_records_go_on_where_the_cursor_says(filled: World) -> None:
    path = "/handbook/records?limit=1&first_on=2020-01-01"
    seen = []
    cursor = ""
    while cursor is not None:
        page = (await filled.get(path + (f"&cursor={cursor}" if cursor else ""), "member")).json()
        seen += [each["done_on"] for each in page["items"]]
        cursor = page["next_cursor"]

    assert seen == ["2025-12-31", "2026-10-08", "2026-11-20"]


async def test_branch_and_staff_read_a_members_handbook_and_strangers_do_not(
    filled: World,
) -> None:
    path = f"/handbook?member_id={filled.ids['members']}"

    for who in ("member", "branch", "staff"):
        assert (await filled.get(path, who)).json()["total"]["records"] == 2
    for who in ("member2", "branch2", "branch3", "staff@elsewhere"):
        assert (await filled.get(path, who)).status == 404
        assert (await filled.get(path.replace("?", "/records?"), who)).status == 404


async def test_who_is_no_member_has_no_handbook(filled: World) -> None:
    for who in ("member2", "staff"):
        answer = await filled.get("/handbook", who)
        assert (answer.status, answer.json()["code"]) == (409, "member.not_one")


async def test_a_statement_tells_apart_by_what_is_asked(filled: World) -> None:
    path = "/contribution-statements?first_on=2025-01-01&by=year&by=kind"

    rows = (await filled.get(path, "branch")).json()["items"]

    assert [(row["period"], row["kind"], row["figures"]["amount_fen"]) for row in rows] == [
        ("2025", "donation", 100_00),
        ("2026", "dues", 2_050),
        ("2026", "meeting", 0),
    ]
    assert {row["branch_id"] for row in rows} == {None}
    table = await filled.get(path, "branch", accept="text/csv")
    assert table.body.decode("utf-8-sig").splitlines()[0] == (
        "period,community,branch_id,member_id,kind,"
        "figures.records,figures.minutes,figures.amount_fen,figures.points"
    )


async def test_a_statement_that_is_told_apart_by_nothing_is_one_row(filled: World) -> None:
    path = "/contribution-statements"

    (whole,) = (await filled.get(f"{path}?{YEAR}", "staff")).json()["items"]
    (none,) = (await filled.get(f"{path}?first_on=2024-01-01&last_on=2024-01-31", "staff")).json()[
        "items"
    ]

    assert whole["figures"] == figures(2, 90, 2_050, 10)
    assert none["figures"] == figures(0, 0, 0, 0)


async def test_a_branch_counts_its_own_members_and_no_others(filled: World) -> None:
    path = f"/contribution-statements?{YEAR}"

    assert (await filled.get(f"{path}&branch_id=brn_2", "branch")).status == 404
    for who, records in (("branch", 2), ("branch2", 0), ("branch3", 0), ("staff@elsewhere", 0)):
        (row,) = (await filled.get(path, who)).json()["items"]
        assert row["figures"]["records"] == records
    (row,) = (await filled.get(f"{path}&branch_id=brn_2", "staff")).json()["items"]
    assert row["figures"]["records"] == 0
    assert (await filled.get(f"{path}&community=elsewhere", "staff")).status == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("first_on=2026-02-02&last_on=2026-02-01", "period.ends_first"),
        ("first_on=2000-01-01&last_on=2026-01-01", "period.too_long"),
        ("first_on=1899-12-31&last_on=2026-01-01", "period.day_out_of_range"),
        ("first_on=20260101", "http.invalid"),
        ("by=month&by=year", "statement.two_periods"),
        ("by=name", "http.invalid"),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(
    filled: World, query: str, code: str
) -> None:
    answer = await filled.get(f"/contribution-statements?{query}", "branch")

    assert answer.status == 422
    assert answer.json()["code"] == code
