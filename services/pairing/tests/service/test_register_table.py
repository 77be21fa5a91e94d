"""Tables of the register on the real store: at once, twice, and where something is taken."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from services.pairing.domain.household import Category, RiskLevel
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.register_table import TableRow
from services.pairing.tests.harness import HERE, Harness
from shared.errors import LinliError

pytestmark = pytest.mark.mongo

AT_ONCE = 4
HOME: dict[str, Any] = {
    "person_ids": ("per_1",),
    "categories": (Category.HARDSHIP,),
    "risk_level": RiskLevel.KEY,
}


def _people(count: int) -> list[TableRow]:
    return [
        TableRow(number, f"P-{number}", HERE[0], changes={"name": f"示例{number}"})
        for number in range(2, count + 2)
    ]


def _home(number: int, dwelling_id: str) -> TableRow:
    changes = {**HOME, "dwelling_id": dwelling_id}
    return TableRow(number, f"H-{number}", HERE[0], changes=changes)


async def test_a_table_sent_several_times_at_once_makes_each_resident_once(real: Harness) -> None:
    tables = await asyncio.gather(*(real.person_tables.enter(_people(50)) for _ in range(AT_ONCE)))

    kept = await real.backing.people.find({}, limit=1000)
    assert Counter(each.external_ref for each in kept) == {f"P-{n}": 1 for n in range(2, 52)}
    for outcomes in tables:
        assert [each.fault for each in outcomes] == [None] * 50
    before = [each.thing.before for table in tables for each in table if each.thing]
    assert before.count(0) == 50


async def test_a_household_table_sent_several_times_at_once_makes_each_once(
    real: Harness,
) -> None:
    rows = [_home(2, "dwl_1"), _home(3, "dwl_2")]
    enter, staff = real.household_tables.enter, Onlooker(HERE)
    tables = await asyncio.gather(*(enter(rows, staff) for _ in range(AT_ONCE)))

    kept = await real.backing.households.find({})
    assert sorted(each.dwelling_id for each in kept) == ["dwl_1", "dwl_2"]
    assert [each.fault for table in tables for each in table] == [None] * 2 * AT_ONCE


async def test_a_dwelling_that_is_taken_is_told_at_its_row(real: Harness) -> None:
    first, second = await real.household_tables.enter(
        [_home(2, "dwl_1"), _home(3, "dwl_1")], Onlooker(HERE)
    )

    faults = [each.fault for each in (first, second) if each.fault is not None]
    assert [each.code for each in faults if isinstance(each, LinliError)] == ["household.exists"]
    assert len(await real.backing.households.find({})) == 1
