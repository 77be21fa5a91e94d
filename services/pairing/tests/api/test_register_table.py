"""Residents and households in tables: in, out, back in, and what is wrong with a row."""

import csv
import io
from typing import Any

import pytest

from services.pairing.api.register_table_forms import (
    HOUSEHOLD_COLUMNS,
    HOUSEHOLDS,
    PERSON_COLUMNS,
    PERSONS,
)
from services.pairing.tests.api.world import BASE, World, caller
from shared.testing_web import Reply, english
from shared.texts import LANGS, label

PEOPLE, HOMES = f"{BASE}/persons/imports", f"{BASE}/households/imports"
PEOPLE_HEADER = "外部编号,姓名,电话,出生日期,户,语言"
HOMES_HEADER = (
    "外部编号,户,成员外部编号,类别,风险等级,需求,适合时段,紧急联系人,紧急联系人电话,"
    "紧急联系人关系,同意日期,同意方式,同意范围,同意截止"
)
HOME = (
    "H-1,dwl_2,P-1;P-2,高龄空巢;困难,高风险,chat;cleaning,周三 14:00-17:00,示例丁,"
    "138 0000 0000,子女,2026-04-01,书面,走访和帮扶,2030/12/31"
)


async def people(world: World, *rows: str, who: str = "branch") -> Reply:
    return await world.send(PEOPLE, caller(who), "\r\n".join([PEOPLE_HEADER, *rows]))


async def homes(world: World, *rows: str, header: str = HOMES_HEADER) -> Reply:
    return await world.send(HOMES, caller("branch"), "\r\n".join([header, *rows]))


async def two_people(world: World) -> None:
    await people(world, "P-1,示例甲,,1940-01-01,dwl_2,cmn", "P-2,示例乙,,,dwl_2,")


def told(reply: Reply) -> list[tuple[int, str, list[tuple[str, str]]]]:
    """Row, outcome, and of what is wrong the place and the code."""
    assert reply.status == 200, reply.body
    return [
        (row["row"], row["outcome"], [(e["pointer"], e["code"]) for e in row["errors"]])
        for row in reply.json()["rows"]
    ]


def outcomes(reply: Reply) -> list[str]:
    return [outcome for _, outcome, _ in told(reply)]


async def record(world: World, noun: str, id_: str) -> dict[str, Any]:
    shown: dict[str, Any] = (await world.get(f"/{noun}/{id_}?purpose=review", "branch")).json()
    return shown


async def test_each_resident_is_entered_by_itself_and_what_is_wrong_hinders_no_other(
    world: World,
) -> None:
    reply = await people(
        world,
        "P-1,示例甲,010-5550 0100,1940年3月1日,dwl_2,cmn; yue",
        "P-2,示例乙,abc,,,",
        "P-3,示例丙,,2100-01-01,,",
        "P-4,示例丁,,,dwl_9,",
        ",示例戊,,,,",
        "P-6,,,,,",
        "P-1,示例庚,,,,",
        "P-8,示例辛,,1948/10/1,,cmn",
        "P-9,示例壬,,soon,,Mandarin!",
    )

    assert told(reply) == [
        (2, "created", []),
        (3, "refused", [("#/phone", "contact.phone")]),
        (4, "refused", [("#/birth_date", "person.born_in_future")]),
        (5, "refused", [("#/dwelling_id", "dwelling.unknown")]),
        (6, "refused", [("#/external_ref", "table.no_reference")]),
        (7, "refused", [("#/name", "table.needed")]),
        (8, "refused", [("#/external_ref", "bulk.repeated")]),
        (9, "created", []),
        (
            10,
            "refused",
            [
                ("#/birth_date", "date_from_datetime_parsing"),
                ("#/languages/0", "string_pattern_mismatch"),
            ],
        ),
    ]
    shown = await record(world, "persons", reply.json()["rows"][0]["id"])
    assert (shown["name"], shown["phone"], shown["birth_date"]) == (
        "示例甲",
        "01055500100",
        "1940-03-01",
    )
    assert shown["languages"] == ["cmn", "yue"]


async def test_the_same_table_again_changes_nothing_and_a_corrected_one_what_it_says(
    world: World,
) -> None:
    row = "P-1,示例甲,13800000000,1940-03-01,dwl_2,cmn"
    first = await people(world, row)
    again = await people(world, row)
    corrected = await people(world, "P-1,,13900000000,,,")

    assert [*outcomes(first), *outcomes(again), *outcomes(corrected)] == [
        "created",
        "unchanged",
        "changed",
    ]
    ids = {reply.json()["rows"][0]["id"] for reply in (first, again, corrected)}
    assert len(ids) == 1
    shown = await record(world, "persons", ids.pop())
    assert (shown["name"], shown["phone"], shown["version"]) == ("示例甲", "13900000000", 2)


async def test_a_household_comes_with_its_people_and_its_consent_on_paper(world: World) -> None:
    await two_people(world)
    reply = await homes(world, HOME)
    again = await homes(world, HOME)

    assert [*told(reply), *told(again)] == [(2, "created", []), (2, "unchanged", [])]
    shown = await record(world, "households", reply.json()["rows"][0]["id"])
    assert shown["state"] == "consented"
    assert shown["categories"] == ["elderly_empty_nest", "hardship"]
    assert (shown["risk_level"], shown["needs"]) == ("high", ["chat", "cleaning"])
    assert shown["suitable_times"] == [{"weekday": 3, "start": "14:00", "end": "17:00"}]
    assert shown["emergency_contact"]["relation"] == "child"
    assert len(shown["person_ids"]) == 2
    consent = shown["consent"]
    assert (consent["at"], consent["until"]) == ("2026-03-31T16:00:00Z", "2030-12-31T16:00:00Z")
    assert (consent["by"], consent["method"]) == (shown["person_ids"][0], "written")


async def test_an_old_table_does_not_undo_what_was_taken_back_and_a_newer_form_does(
    world: World,
) -> None:
    await two_people(world)
    made = (await homes(world, HOME)).json()["rows"][0]["id"]
    await world.delete(f"/households/{made}/consent", "staff")

    old = await homes(world, HOME)
    assert outcomes(old) == ["unchanged"]
    assert (await record(world, "households", made))["state"] == "withdrawn"

    before = HOME.replace("2026-04-01", "2026-05-01")
    assert told(await homes(world, before)) == [
        (2, "refused", [("#/at", "household.consent_withdrawn_since")])
    ]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        (("dwl_2", "dwl_9"), "#/dwelling_id", "dwelling.unknown"),
        (("P-2", "P-7"), "#/person_refs", "table.person_unknown"),
        (("高龄空巢;困难", ""), "#/categories", "table.needed"),
        (("高龄空巢", "富裕"), "#/categories/0", "enum"),
        (("高风险", "3"), "#/risk_level", "enum"),
        (("子女", "老板"), "#/emergency_contact/relation", "enum"),
        (("138 0000 0000", "没有"), "#/emergency_contact/phone", "contact.phone"),
        (("周三 14:00-17:00", "下午"), "#/suitable_times", "slot_unreadable"),
        (("2026-04-01", ""), "#/consent/at", "missing"),
        (("2026-04-01", "2100-01-01"), "#/until", "household.consent_in_past"),
        (("2030/12/31", "2026-04-02"), "#/until", "household.consent_in_past"),
    ],
)
async def test_a_household_is_entered_whole_or_not_at_all(
    world: World, change: tuple[str, str], pointer: str, code: str
) -> None:
    await two_people(world)

    reply = await homes(world, HOME.replace(*change))

    assert told(reply) == [(2, "refused", [(pointer, code)])]
    listed = (await world.get("/households", "branch")).json()["items"]
    assert [each["id"] for each in listed] == [world.ids["households"]]


async def test_a_household_that_left_is_not_silently_known(world: World) -> None:
    await two_people(world)
    made = (await homes(world, HOME)).json()["rows"][0]["id"]
    await world.post(f"/households/{made}/departure", "branch", {"reason": "moved"})

    assert told(await homes(world, HOME)) == [(2, "refused", [("", "household.wrong_state")])]
    assert outcomes(await homes(world, HOME.replace("H-1", "H-2"))) == ["created"]


@pytest.mark.parametrize("noun", ["persons", "households"])
async def test_what_is_exported_can_be_sent_back_as_it_is(world: World, noun: str) -> None:
    await two_people(world)
    await homes(world, HOME)
    table = await world.client.call(
        "GET",
        f"{BASE}/{noun}/records?purpose=review",
        caller("branch"),
        headers=english(accept="text/csv"),
    )
    before = table.body.decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(before)))) >= 2

    back = await world.send(f"{BASE}/{noun}/imports", caller("branch"), before)
    after = await world.client.call(
        "GET",
        f"{BASE}/{noun}/records?purpose=review",
        caller("branch"),
        headers=english(accept="text/csv"),
    )

    assert set(outcomes(back)) == {"unchanged"}
    assert after.body.decode("utf-8-sig") == before


async def test_a_row_that_changed_since_it_was_read_is_left_alone(world: World) -> None:
    made = (await people(world, "P-1,示例甲,,,,")).json()["rows"][0]["id"]
    await people(world, "P-1,示例乙,,,,")

    reply = await world.send(PEOPLE, caller("branch"), f"id,name,version\n{made},示例丙,1\n")

    assert told(reply) == [(2, "refused", [("", "store.stale")])]
    assert (await record(world, "persons", made))["name"] == "示例乙"


async def test_the_ids_of_another_community_change_nothing_there(world: World) -> None:
    made = (await people(world, "P-1,示例甲,,,,")).json()["rows"][0]["id"]

    reply = await world.send(
        PEOPLE, caller("branch@elsewhere"), f"id,external_ref,name\n{made},P-1,示例丙\n"
    )
    fresh = await world.send(PEOPLE, caller("branch@elsewhere"), "external_ref,name\nP-1,示例丁\n")

    assert told(reply) == [(2, "refused", [("#/person_id", "person.exists")])]
    assert outcomes(fresh) == ["created"]
    assert (await record(world, "persons", made))["name"] == "示例甲"


def test_every_column_that_has_words_can_be_read_by_them() -> None:
    for sheet, columns in ((PERSONS, PERSON_COLUMNS), (HOUSEHOLDS, HOUSEHOLD_COLUMNS)):
        for column in columns:
            for lang in LANGS:
                assert sheet.others[label(f"register_column.{column}", lang)] == column
