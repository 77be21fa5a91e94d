"""A whole estate from a table, over both stores."""

from dataclasses import replace
from typing import Any

import pytest

from services.property.domain.estate import Position
from services.property.domain.estate_table import Line
from services.property.service.estate import BuildingDraft, DwellingDraft, EntranceDraft
from services.property.service.estate_correction import Said
from services.property.service.viewer import Target
from services.property.tests.world import COMMITTEE, DRAFT, STRANGERS, World
from shared.bulk import Outcome
from shared.errors import Invalid, NotFound

SAID = Said("per_staff", "the plan came in")
HOMES = (DwellingDraft("101", "dwl_a"), DwellingDraft("102", "dwl_b"))
BUILT = replace(
    DRAFT,
    buildings=(BuildingDraft("1", id="bld_a", entrances=(EntranceDraft("1", "ent_a", HOMES),)),),
)
NEW = [
    Line(2, "2", floors=6, position=Position(39.9, 116.4)),
    Line(3, "2", "1"),
    Line(4, "2", "1", "101", id="dwl_c"),
    Line(5, "3", "1", "101"),
    Line(6, "1", "1", "103"),
]


def refused(outcome: Outcome[Any]) -> tuple[str, str] | None:
    """The field at fault and what is wrong with it."""
    fault = outcome.fault
    return (str(fault.facts["pointer"]), fault.code) if isinstance(fault, Invalid) else None


async def test_what_is_missing_is_added_by_one_correction_and_again_nothing_changes(
    world: World,
) -> None:
    estate = await world.estate(BUILT)
    at = Target(COMMITTEE, estate.id)

    outcomes = await world.registry.tables.load(at, NEW, SAID)

    assert [each.known for each in outcomes if each.thing] == [False] * 5
    after = await world.estates.get(COMMITTEE, estate.id)
    assert after.version == 2
    one, two, three = after.buildings
    assert [home.code for home in one.entrances[0].dwellings] == ["101", "102", "103"]
    assert (two.floors, two.position) == (6, Position(39.9, 116.4))
    assert two.entrances[0].dwellings[0].id == "dwl_c"
    assert three.entrances[0].dwellings[0].code == "101"
    assert after.corrections[0].reason == SAID.reason

    again = await world.registry.tables.load(at, NEW, SAID)
    assert [each.known for each in again] == [True] * 5
    assert [each.thing and each.thing.id for each in again] == [
        each.thing and each.thing.id for each in outcomes
    ]
    assert await world.estates.get(COMMITTEE, estate.id) == after


async def test_a_dry_run_tells_the_same_and_keeps_nothing(world: World) -> None:
    estate = await world.estate(BUILT)
    at = Target(COMMITTEE, estate.id)
    outcomes = await world.registry.tables.load(at, NEW, SAID, dry_run=True)
    assert [each.known for each in outcomes if each.thing] == [False] * 5
    assert await world.estates.get(COMMITTEE, estate.id) == estate


BROKEN = {
    ("/entrance", "estate.row_incomplete"): Line(3, "9", None, "1"),
    ("/floors", "estate.not_a_building"): Line(3, "9", "1", floors=6),
    ("/id", "estate.id_taken"): Line(3, "9", "1", "101", id="dwl_a"),
    ("/id", "estate.id_elsewhere"): Line(3, "9", "1", "101", id="dwl_far"),
    ("/dwelling", "estate.code_twice"): Line(3, "1", "1", "101", id="dwl_other"),
    ("/dwelling", "estate.part_closed"): Line(3, "1", "1", "102"),
    ("/closed", "estate.part_closed"): Line(3, "9", closed=True),
    ("/estate", "estate.row_elsewhere"): Line(3, "9", estate="north"),
}


async def test_half_of_the_rows_broken_leaves_the_others_done(world: World) -> None:
    estate = await world.estate(BUILT)
    far = BuildingDraft(
        "1", entrances=(EntranceDraft("1", None, (DwellingDraft("1", "dwl_far"),)),)
    )
    await world.estate(replace(DRAFT, code="far", buildings=(far,)))
    at = Target(COMMITTEE, estate.id)
    await world.registry.corrections.close(at, "dwl_b", SAID)
    rows = [
        row
        for n, broken in enumerate(BROKEN.values())
        for row in (replace(broken, number=2 * n), Line(2 * n + 1, "5", "1", f"{n}"))
    ]

    outcomes = await world.registry.tables.load(at, rows, SAID)

    assert [refused(each) for each in outcomes[::2]] == list(BROKEN)
    assert [refused(each) for each in outcomes[1::2]] == [None] * len(BROKEN)
    after = await world.estates.get(COMMITTEE, estate.id)
    assert [building.code for building in after.buildings] == ["1", "5"]
    assert len(after.buildings[1].entrances[0].dwellings) == len(BROKEN)


async def test_nothing_is_added_to_what_is_closed(
    world: World,
) -> None:
    estate = await world.estate(BUILT)
    at = Target(COMMITTEE, estate.id)
    await world.registry.corrections.close(at, "bld_a", SAID)
    row = Line(2, "1", "1", "101")

    (outcome,) = await world.registry.tables.load(at, [row], SAID)
    assert refused(outcome) == ("/building", "estate.part_closed")

    named = Line(2, "1", id="bld_new")
    (outcome,) = await world.registry.tables.load(at, [named], SAID)
    assert refused(outcome) == ("/building", "estate.part_closed")


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
async def test_strangers_find_no_estate_to_add_to(world: World, stranger: object) -> None:
    estate = await world.estate(BUILT)
    with pytest.raises(NotFound):
        await world.registry.tables.load(Target(stranger, estate.id), NEW, SAID)  # type: ignore[arg-type]
