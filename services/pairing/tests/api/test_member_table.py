"""Members in tables: in, out, and back in."""

import asyncio
import csv
import io
from typing import Any

import pytest

from services.pairing.api.member_table_forms import NAMED, SHEET
from services.pairing.tests.api.world import World, caller
from shared.testing_web import Reply

IMPORTS = "/api/pairing/v1/members/imports"
HEADER = "person_id,branch_id,name,households_max,skills,languages,availability,leads,dwelling_id"


def told(reply: Reply) -> list[tuple[int, str, list[tuple[str, str]]]]:
    """Row, outcome, and of what is wrong the place and the code."""
    assert reply.status == 200, reply.body
    return [
        (row["row"], row["outcome"], [(e["pointer"], e["code"]) for e in row["errors"]])
        for row in reply.json()["rows"]
    ]


async def send(world: World, *rows: str, who: str = "staff", header: str = HEADER) -> Reply:
    return await world.send(IMPORTS, caller(who), "\r\n".join([header, *rows]))


async def listed(world: World, who: str = "staff") -> dict[str, dict[str, Any]]:
    """All members by their persons."""
    items = (await world.get("/members?limit=200", who)).json()["items"]
    return {each["person_id"]: each for each in items}


async def test_each_row_is_entered_by_itself_and_what_is_wrong_hinders_no_other(
    world: World,
) -> None:
    slots = "周一 9:00-11:30\uff1b星期日 14:00至17:00"
    reply = await send(
        world,
        f"per_1,brn_1,甲,5,first_aid; repairs,cmn;yue,{slots},bld_1,dwl_1",
        "per_2,brn_none,乙,,,,,,",
        "per_3,brn_1,丙,51,,,,,",
        ",brn_1,丁,,,,,,",
        "per_5,brn_1,戊,,,,8 09:00-10:00,,",
        "per_6,,己,,,,,,",
        "per_7,brn_2,庚,,,,1 10:00-09:00,,",
        "per_8,brn_2,辛,,护理,,,,",
        "per_1,brn_2,甲,,,,,,",
        "per_9,brn_2,壬,,,,,ent_none,",
        "per_10,brn_2,癸,,,,,,,,多了",
        "per_11,brn_2,子,,,,,,",
    )

    assert told(reply) == [
        (2, "created", []),
        (3, "refused", [("#/branch_id", "branch.unknown")]),
        (4, "refused", [("#/households_max", "less_than_equal")]),
        (5, "refused", [("#/person_id", "missing")]),
        (6, "refused", [("#/availability", "slot_unreadable")]),
        (7, "refused", [("#/branch_id", "member.branch_needed")]),
        (8, "refused", [("#/availability/0/end", "availability.order")]),
        (9, "refused", [("#/skills/0", "string_pattern_mismatch")]),
        (10, "refused", [("#/person_id", "bulk.repeated")]),
        (11, "refused", [("#/leads/0", "place.unknown")]),
        (12, "refused", [("", "csv.too_many_cells")]),
        (13, "created", []),
    ]
    counts = reply.json()
    assert (counts["created"], counts["refused"], counts["changed"]) == (2, 10, 0)
    made = (await listed(world))["per_1"]
    assert (made["name"], made["households_max"], made["dwelling_id"]) == ("甲", 5, "dwl_1")
    assert (made["skills"], made["languages"]) == (["first_aid", "repairs"], ["cmn", "yue"])
    assert made["availability"] == [
        {"weekday": 1, "start": "09:00", "end": "11:30"},
        {"weekday": 7, "start": "14:00", "end": "17:00"},
    ]
    assert made["leads"] == ["bld_1"]


async def test_a_table_sent_again_changes_nothing_and_one_that_differs_only_that(
    world: World,
) -> None:
    rows = ["per_1,brn_1,甲,5,,,,,", "per_2,brn_1,乙,,,,,,"]
    await send(world, *rows)
    before = await listed(world)

    again = await send(world, *rows)
    assert [outcome for _, outcome, _ in told(again)] == ["unchanged", "unchanged"]
    assert await listed(world) == before

    other = await send(world, rows[0], "per_2,brn_1,乙,4,,,,,")
    assert [outcome for _, outcome, _ in told(other)] == ["unchanged", "changed"]
    after = await listed(world)
    assert after["per_1"] == before["per_1"]
    assert (after["per_2"]["households_max"], after["per_2"]["version"]) == (4, 2)


async def test_a_blank_cell_leaves_alone_what_is_known(world: World) -> None:
    await send(world, "per_1,brn_1,甲,5,first_aid,cmn,1 09:00-10:00,bld_1,dwl_1")
    before = (await listed(world))["per_1"]
    reply = await send(world, "per_1,,,,,,,,")
    assert [outcome for _, outcome, _ in told(reply)] == ["unchanged"]
    assert (await listed(world))["per_1"] == before


async def exported(world: World, who: str) -> str:
    token = world.client.token(caller(who))
    headers = {"authorization": f"Bearer {token}", "accept": "text/csv"}
    path = "/api/pairing/v1/members"
    reply = await world.client.raw("GET", path, headers, [b""])
    assert reply.headers["content-type"].startswith("text/csv")
    return reply.body.decode("utf-8-sig")


async def test_the_list_as_a_table_comes_back_unchanged_and_may_be_edited(world: World) -> None:
    await send(world, "per_1,brn_1,甲,5,first_aid,cmn;yue,1 09:00-10:00;3 09:00-10:00,bld_1,dwl_1")
    await world.post(f"/members/{world.ids['members']}/absence", "member", {"until": None})
    out = await exported(world, "staff")

    same = await world.send(IMPORTS, caller("staff"), out)
    assert {outcome for _, outcome, _ in told(same)} == {"unchanged"}

    edited = out.replace("甲", "甲二")
    changed = await world.send(IMPORTS, caller("staff"), edited)
    assert sorted(outcome for _, outcome, _ in told(changed)) == ["changed", "unchanged"]
    # The table bears the version that was read: sent with another edit, it is told to be old.
    late = await world.send(IMPORTS, caller("staff"), out.replace("甲", "甲三"))
    assert ("refused", [("", "store.stale")]) in [row[1:] for row in told(late)]
    assert (await listed(world))["per_1"]["name"] == "甲二"


async def test_a_branch_enters_and_reads_its_own_members_alone(world: World) -> None:
    await send(world, "per_2,brn_2,乙,,,,,,")

    reply = await send(
        world, "per_1,,甲,,,,,,", "per_2,brn_2,占,,,,,,", "per_3,brn_2,丙,,,,,,", who="branch"
    )

    assert told(reply) == [
        (2, "created", []),
        (3, "refused", [("#/person_id", "member.exists")]),
        (4, "refused", [("#/branch_id", "member.other_branch")]),
    ]
    assert (await listed(world))["per_1"]["branch_id"] == "brn_1"
    rows = csv.DictReader(io.StringIO(await exported(world, "branch")))
    assert {row["branch_id"] for row in rows} == {"brn_1"}


async def test_a_member_may_send_no_table(world: World) -> None:
    assert (await send(world, "per_1,brn_1,甲,,,,,,", who="member")).status == 403


async def test_columns_may_be_named_in_words(world: World) -> None:
    header = "人员编号,支部编号,姓名,身份,最多带户,每月小时,可用时段"
    row = "per_1,brn_1,甲,志愿者,2,12,周六 09:00-12:00"
    reply = await send(world, row, header=header)
    assert [outcome for _, outcome, _ in told(reply)] == ["created"]
    made = (await listed(world))["per_1"]
    assert (made["kind"], made["hours_a_month"]) == ("volunteer", 12)


def test_every_named_column_has_its_words() -> None:
    assert set(SHEET.others.values()) == set(NAMED)
    assert len(SHEET.others) == 2 * len(NAMED)


@pytest.mark.parametrize(
    "cell",
    ["[1]", "[", "[[[[", '[{"weekday": "1"}]', "每天", "1 9-10", "周八 09:00-10:00", "9" * 4000],
)
async def test_what_is_no_slot_is_refused_and_breaks_nothing(world: World, cell: str) -> None:
    text = io.StringIO()
    csv.writer(text).writerow(["per_1", "brn_1", cell])
    reply = await send(world, text.getvalue(), header="person_id,branch_id,availability")
    ((_, outcome, errors),) = told(reply)
    assert outcome == "refused"
    assert all(pointer.startswith("#/availability") for pointer, _ in errors)


@pytest.mark.mongo
async def test_a_table_sent_by_two_at_once_makes_each_member_once(real_world: World) -> None:
    rows = [f"per_{n},brn_1,成员{n},,,,,," for n in range(40)]

    replies = await asyncio.gather(*(send(real_world, *rows) for _ in range(3)))

    outcomes = [[outcome for _, outcome, _ in told(reply)] for reply in replies]
    assert {each for row in outcomes for each in row} <= {"created", "unchanged"}
    assert all(
        sorted(row) == ["created", "unchanged", "unchanged"] for row in zip(*outcomes, strict=True)
    )
    made = await listed(real_world)
    assert len([each for each in made if each.startswith("per_") and each[4:].isdigit()]) == 40
