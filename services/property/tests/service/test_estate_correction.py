"""Correcting estates, over both stores: what changes, what stays, and what is told of it."""

from dataclasses import replace
from datetime import date

import pytest

from services.property.domain.contractor import Terms
from services.property.domain.estate import Estate, Management
from services.property.domain.work_scope import WorkScope
from services.property.service.contractor import ContractorDraft
from services.property.service.estate import BuildingDraft, DwellingDraft, EntranceDraft
from services.property.service.estate_correction import PartDraft, Said, UnitDraft
from services.property.service.viewer import Target
from services.property.tests.samples import COMMUNITY, COMPANY
from services.property.tests.world import COMMITTEE, DRAFT, STRANGERS, World
from shared.errors import Conflict, Invalid, NotFound, Stale
from shared.events.property_estate import EstateCorrected

SAID = Said("per_staff", "the plan of 1987 was wrong")
HOMES = (DwellingDraft("101", "dwl_a"), DwellingDraft("102"))
BUILT = replace(
    DRAFT,
    buildings=(
        BuildingDraft("1", id="bld_a", entrances=(EntranceDraft("1", "ent_a", HOMES),)),
        BuildingDraft("2"),
    ),
)
CONTRACT = ContractorDraft(
    COMMUNITY, "Anju", Terms(date(2026, 1, 1), date(2026, 12, 31), (WorkScope.SECURITY,)),
    contractor_id=COMPANY,
)  # fmt: skip


def told_last(world: World) -> EstateCorrected:
    """The last telling of an estate, as others hear it."""
    return EstateCorrected.model_validate(world.told[-1].data)


async def target(world: World) -> Target:
    """An estate to correct, seen as it is."""
    estate = await world.estate(BUILT)
    await world.settle()
    return Target(COMMITTEE, estate.id, estate.version)


async def test_a_correction_is_told_with_all_of_the_estate_and_its_reason_stays_here(
    world: World,
) -> None:
    at = await target(world)

    after = await world.registry.corrections.amend(at, {"name": "West yard"}, SAID)

    assert (after.name, after.version) == ("West yard", 2)
    (note,) = after.corrections
    assert (note.version, note.by, note.reason) == (2, SAID.by, SAID.reason)
    await world.settle()
    told = told_last(world)
    assert (told.title, len(told.buildings)) == ("West yard", 2)
    assert SAID.reason not in str(world.told[-1].data)


async def test_what_is_so_already_is_told_to_nobody(world: World) -> None:
    at = await target(world)
    same = await world.registry.corrections.amend(at, {"name": DRAFT.name}, SAID)
    assert same.version == 1
    assert same.corrections == ()


async def test_what_was_built_is_new_and_what_is_recoded_keeps_its_id(world: World) -> None:
    corrections, at = world.registry.corrections, await target(world)

    recoded = await corrections.alter(at, "dwl_a", {"code": "103"}, SAID)
    at = replace(at, seen=recoded.version)
    added = await corrections.add(at, PartDraft("ent_a", "101"), SAID)

    (entrance,) = added.buildings[0].entrances
    codes = {home.code: home.id for home in entrance.dwellings}
    assert codes["103"] == "dwl_a"
    assert codes["101"] not in {"dwl_a", codes["102"]}


async def test_an_id_that_codes_gave_before_is_not_given_to_another_home(world: World) -> None:
    """102 becomes 104, and a new 102 is built: its derived id is that of the old one."""
    corrections, at = world.registry.corrections, await target(world)
    estate = await world.estates.get(COMMITTEE, at.id)
    old = estate.buildings[0].entrances[0].dwellings[1].id
    await corrections.alter(at, old, {"code": "104"}, SAID)

    added = await corrections.add(replace(at, seen=None), PartDraft("ent_a", "102"), SAID)

    homes = {home.code: home.id for home in added.buildings[0].entrances[0].dwellings}
    assert homes["104"] == old
    assert homes["102"] != old


async def test_what_is_closed_stays_known_and_may_be_reopened(world: World) -> None:
    corrections, at = world.registry.corrections, await target(world)

    await corrections.close(at, "ent_a", SAID)
    await world.settle()
    told = told_last(world)
    assert told.closed_ids == ("ent_a",)
    assert "dwl_a" in told.dwelling_ids
    assert [len(building.entrances) for building in told.in_use] == [0, 0]
    at = replace(at, seen=None)
    with pytest.raises(Conflict, match=r"estate\.closed_already"):
        await corrections.close(at, "ent_a", SAID)
    with pytest.raises(Invalid, match=r"estate\.parent_closed"):
        await corrections.add(at, PartDraft("ent_a", "105"), SAID)

    again = await corrections.reopen(at, "ent_a", SAID)
    assert again.closed_ids == ()
    with pytest.raises(Conflict, match=r"estate\.in_use"):
        await corrections.reopen(at, "ent_a", SAID)


async def test_a_closed_building_is_not_reopened_over_the_one_in_its_place(world: World) -> None:
    corrections, at = world.registry.corrections, await target(world)
    await corrections.close(at, "bld_a", SAID)
    at = replace(at, seen=None)
    await corrections.add(at, PartDraft(None, "1"), SAID)
    with pytest.raises(Invalid, match=r"estate\.code_twice"):
        await corrections.reopen(at, "bld_a", SAID)


async def test_units_keep_their_ids_and_one_left_out_is_closed(world: World) -> None:
    corrections, at = world.registry.corrections, await target(world)
    first = await corrections.set_units(at, (UnitDraft("a", "A", None, ("bld_a",)),), SAID)
    (unit,) = first.units
    at = replace(at, seen=None)

    renamed = UnitDraft("a", "North", unit.id, ("bld_a",))
    after = await corrections.set_units(at, (renamed,), SAID)
    assert [(each.id, each.name) for each in after.units] == [(unit.id, "North")]

    without = await corrections.set_units(at, (UnitDraft("b", "B", None, ("bld_a",)),), SAID)
    assert without.closed_ids == (unit.id,)
    assert len(without.units) == 2
    back = await corrections.set_units(at, (renamed,), SAID)
    assert unit.id not in back.closed_ids
    with pytest.raises(Invalid, match=r"estate\.unit_unknown"):
        await corrections.set_units(at, (UnitDraft("c", "C", "unt_nobody"),), SAID)


async def test_of_two_who_correct_what_they_saw_one_has_to_look_again(world: World) -> None:
    at = await target(world)
    await world.registry.corrections.amend(at, {"name": "West yard"}, SAID)
    with pytest.raises(Stale):
        await world.registry.corrections.amend(at, {"name": "East yard"}, SAID)


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_an_estate_is_not_there_for_strangers_to_correct(world: World, stranger: str) -> None:
    at = replace(await target(world), viewer=STRANGERS[stranger])
    with pytest.raises(NotFound):
        await world.registry.corrections.close(at, "bld_a", SAID)


async def test_a_dwelling_s_id_is_used_on_one_estate(world: World) -> None:
    await target(world)
    with pytest.raises(Conflict, match=r"estate\.id_elsewhere"):
        await world.estate(replace(BUILT, community="elsewhere"))
    bare = await world.estate(replace(DRAFT, code="north", buildings=(BuildingDraft("1", "b"),)))
    entered = PartDraft("b", "1", "ent_z")
    at = Target(COMMITTEE, bare.id)
    await world.registry.corrections.add(at, entered, SAID)
    with pytest.raises(Conflict, match=r"estate\.id_elsewhere"):
        await world.registry.corrections.add(at, PartDraft("ent_z", "101", "dwl_a"), SAID)
    with pytest.raises(Invalid, match=r"estate\.id_taken"):
        await world.registry.corrections.add(at, replace(entered, code="2"), SAID)


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (PartDraft("dwl_a", "1"), "estate.parent"),
        (PartDraft("nowhere", "1"), "estate.parent"),
        (PartDraft("bld_a", "2", floors=3), "estate.not_a_building"),
        (PartDraft(None, "1"), "estate.code_twice"),
    ],
)
async def test_a_part_that_cannot_be_is_refused(world: World, part: PartDraft, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        await world.registry.corrections.add(await target(world), part, SAID)
    assert caught.value.code == code


async def contracted(world: World) -> tuple[Estate, str]:
    """An estate of a company with a contract for security this year; the contract's record."""
    company = await world.registry.contractors.register(CONTRACT)
    return await world.estate(BUILT), company.id


async def test_a_plan_obeys_the_contract_until_it_ends_and_then_nobody_manages(
    world: World,
) -> None:
    estate, _ = await contracted(world)
    plan = await world.plans.plan(estate.id)
    assert plan is not None
    assert plan.handles(WorkScope.SECURITY) == COMPANY
    assert plan.handles(WorkScope.REPAIR) is None

    world.clock.moment = world.clock.moment.replace(month=12, day=31, hour=16)
    assert [await sweep() for sweep in world.registry.sweeps.values()] == [1]
    assert [await sweep() for sweep in world.registry.sweeps.values()] == [0]
    await world.settle()

    after = await world.estates.get(COMMITTEE, estate.id)
    assert (after.management, after.contractor_id) == (Management.NONE, None)
    assert told_last(world).contractor_id is None
    plan = await world.plans.plan(estate.id)
    assert plan is not None
    assert plan.contractor_id is None


async def test_the_end_of_a_contract_heard_twice_or_after_its_renewal_takes_nothing_away(
    world: World,
) -> None:
    estate, record = await contracted(world)
    await world.settle()
    await world.registry.contractors.end(Target(COMMITTEE, record), reason="sold")
    (ended,) = await world.news()
    await world.hear(ended)
    at = Target(COMMITTEE, estate.id)
    named = {"management": Management.CONTRACTOR, "contractor_id": COMPANY}
    await world.registry.corrections.amend(at, named, SAID)

    await world.hear(ended)  # once more: somebody wants the company there

    assert (await world.estates.get(COMMITTEE, estate.id)).contractor_id == COMPANY
    terms = Terms(date(2026, 11, 1), None, (WorkScope.REPAIR,))
    await world.registry.contractors.renew(Target(COMMITTEE, record), terms)
    other = await world.estate(replace(DRAFT, code="north"))
    await world.hear(ended)
    assert (await world.estates.get(COMMITTEE, other.id)).contractor_id == COMPANY
