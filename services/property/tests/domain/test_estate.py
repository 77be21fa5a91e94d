"""What an estate may look like."""

from dataclasses import replace
from datetime import date

import pytest

from services.property.domain import estate_check as domain
from services.property.domain.estate import (
    Building,
    Dwelling,
    Entrance,
    Management,
    Position,
    Unit,
    plan_of,
)
from services.property.domain.estate_check import DWELLINGS_MAX
from services.property.domain.work_scope import WorkScope
from services.property.tests.estate_samples import a_contractor
from services.property.tests.samples import BUILDINGS, COMPANY, estate
from shared.errors import Invalid
from shared.events.property import EstateRegistered

TODAY = date(2026, 11, 24)


def test_a_registered_estate_is_told_with_every_building_entrance_and_dwelling() -> None:
    new, events = domain.register(estate(version=0))

    assert new.version == 0
    (event,) = events
    assert isinstance(event, EstateRegistered)
    assert (event.estate_id, event.code, event.management) == ("est_1", "south", "contractor")
    assert event.contractor_id == COMPANY
    assert [building.building_id for building in event.buildings] == ["bld_1", "bld_2"]
    first = event.buildings[0].entrances[0]
    assert (first.entrance_id, first.dwelling_ids) == ("ent_11", ("dwl_111", "dwl_112"))


def test_an_estate_is_told_with_its_name_and_with_where_its_buildings_are() -> None:
    located = replace(BUILDINGS[0], position=Position(39.9172, 116.4831))

    (event,) = domain.register(estate(buildings=(located, BUILDINGS[1])))[1]

    assert isinstance(event, EstateRegistered)
    assert event.title == "South yard"
    places = [(building.lat, building.long) for building in event.buildings]
    assert places == [(39.9172, 116.4831), (None, None)]


@pytest.mark.parametrize(
    ("management", "contractor_id"),
    [
        (Management.CONTRACTOR, None),
        (Management.SELF_MANAGED, COMPANY),
        (Management.NONE, COMPANY),
    ],
)
def test_a_company_is_named_exactly_where_a_company_manages(
    management: Management, contractor_id: str | None
) -> None:
    with pytest.raises(Invalid) as refused:
        domain.register(estate(management=management, contractor_id=contractor_id))
    assert refused.value.facts["pointer"] == "/contractor_id"


@pytest.mark.parametrize("management", [Management.SELF_MANAGED, Management.NONE])
def test_an_estate_without_a_company_is_an_estate(management: Management) -> None:
    new, _ = domain.register(estate(management=management, contractor_id=None))
    assert new.contractor_id is None


@pytest.mark.parametrize(
    ("buildings", "pointer"),
    [
        ((BUILDINGS[0], replace(BUILDINGS[1], code="1")), "/buildings/1/code"),
        (
            (
                replace(
                    BUILDINGS[0],
                    entrances=(Entrance("ent_a", "1", ()), Entrance("ent_b", "1", ())),
                ),
            ),
            "/buildings/0/entrances/1/code",
        ),
        (
            (
                Building(
                    "bld_a",
                    "1",
                    (Entrance("ent_a", "1", (Dwelling("dwl_a", "1"), Dwelling("dwl_b", "1"))),),
                ),
            ),
            "/buildings/0/entrances/0/dwellings/1/code",
        ),
    ],
)
def test_neighbours_of_one_code_are_refused_with_their_place(
    buildings: tuple[Building, ...], pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        domain.register(estate(buildings=buildings))
    assert refused.value.code == "estate.code_twice"
    assert refused.value.facts["pointer"] == pointer


def test_the_same_code_behind_another_entrance_is_fine() -> None:
    new, _ = domain.register(estate())
    assert {d.code for e in new.buildings[0].entrances for d in e.dwellings} == {"101", "102"}


def test_an_id_used_twice_is_refused_wherever_it_is() -> None:
    twice = (
        Building("bld_a", "1", (Entrance("ent_a", "1", (Dwelling("dwl_a", "1"),)),)),
        Building("bld_b", "2", (Entrance("ent_b", "1", (Dwelling("dwl_a", "1"),)),)),
    )
    with pytest.raises(Invalid, match=r"estate\.id_twice"):
        domain.register(estate(buildings=twice))


def test_more_dwellings_than_a_document_holds_are_refused() -> None:
    homes = tuple(Dwelling(f"dwl_{n}", str(n)) for n in range(DWELLINGS_MAX + 1))
    full = (Building("bld_a", "1", (Entrance("ent_a", "1", homes[:-1]),)),)
    over = (Building("bld_a", "1", (Entrance("ent_a", "1", homes),)),)

    domain.register(estate(buildings=full))
    with pytest.raises(Invalid, match=r"estate\.too_many_dwellings"):
        domain.register(estate(buildings=over))


def test_a_plan_knows_each_entrance_s_building() -> None:
    plan = plan_of(estate())
    assert plan.buildings == {"bld_1", "bld_2"}
    assert plan.building_of_entrance == {"ent_11": "bld_1", "ent_12": "bld_1", "ent_21": "bld_2"}


def test_a_company_never_registered_handles_everything() -> None:
    plan = plan_of(estate(), on=TODAY)
    assert {scope: plan.handles(scope) for scope in WorkScope} == dict.fromkeys(WorkScope, COMPANY)


def test_a_registered_company_handles_what_its_contract_names_while_it_holds() -> None:
    contract = a_contractor()
    plan = plan_of(estate(), contractor=contract, on=TODAY)
    assert plan.handles(WorkScope.SECURITY) == COMPANY
    assert plan.handles(WorkScope.REPAIR) is None

    over = plan_of(estate(), contractor=contract, on=date(2027, 1, 1))
    assert over.contractor_id is None
    assert {over.handles(scope) for scope in WorkScope} == {None}


def test_a_plan_leaves_homes_out_that_are_closed_or_within_what_is() -> None:
    assert list(plan_of(estate()).homes) == ["dwl_111", "dwl_112", "dwl_121"]
    for closed, left in (
        ("dwl_111", ["dwl_112", "dwl_121"]),
        ("ent_11", ["dwl_121"]),
        ("bld_1", []),
    ):
        plan = plan_of(estate(closed_ids=(closed,)))
        assert list(plan.homes) == left
        assert plan.buildings == {"bld_1", "bld_2"}


@pytest.mark.parametrize(
    ("units", "code", "pointer"),
    [
        ((Unit("unt_1", "a", "A", ("bld_9",)),), "estate.unit_of_nothing", "/units/0"),
        ((Unit("unt_1", "a", "A", ("ent_11",)),), "estate.unit_of_nothing", "/units/0"),
        (
            (Unit("unt_1", "a", "A", ("bld_1",)), Unit("unt_2", "b", "B", (), ("ent_12",))),
            "estate.unit_overlaps",
            "/units/1",
        ),
        (
            (Unit("unt_1", "a", "A", ("bld_2",)), Unit("unt_2", "b", "B", ("bld_2",))),
            "estate.unit_overlaps",
            "/units/1",
        ),
        (
            (Unit("unt_1", "a", "A", ("bld_1",)), Unit("unt_2", "a", "B", ("bld_2",))),
            "estate.code_twice",
            "/units/1/code",
        ),
    ],
)
def test_a_place_is_in_one_unit_at_most(units: tuple[Unit, ...], code: str, pointer: str) -> None:
    with pytest.raises(Invalid) as caught:
        domain.register(estate(units=units))
    assert (caught.value.code, caught.value.facts["pointer"]) == (code, pointer)


def test_a_code_is_free_again_once_what_bore_it_is_closed() -> None:
    again = replace(BUILDINGS[1], id="bld_3", code="1", entrances=())
    both = (*BUILDINGS, again)
    with pytest.raises(Invalid, match=r"estate\.code_twice"):
        domain.register(estate(buildings=both))
    (event,) = domain.register(estate(buildings=both, closed_ids=("bld_1",)))[1]
    assert isinstance(event, EstateRegistered)
    assert [each.building_id for each in event.buildings] == ["bld_1", "bld_2", "bld_3"]
    assert [each.building_id for each in event.in_use] == ["bld_2", "bld_3"]


@pytest.mark.parametrize(
    ("buildings", "code"),
    [
        (tuple(Building(f"bld_{n}", str(n), ()) for n in range(201)), "estate.too_many_parts"),
        (
            (Building("b", "1", tuple(Entrance(f"e{n}", str(n), ()) for n in range(51))),),
            "estate.too_many_parts",
        ),
        ((Building("b", "1", (), None, 0),), "estate.floors"),
        ((Building("b", "1", (), None, 201),), "estate.floors"),
    ],
)
def test_an_estate_of_no_size_is_refused(buildings: tuple[Building, ...], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        domain.register(estate(buildings=buildings))
    assert caught.value.code == code
