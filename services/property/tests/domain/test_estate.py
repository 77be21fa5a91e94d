"""What an estate may look like."""

from dataclasses import replace

import pytest

from services.property.domain import estate as domain
from services.property.domain.estate import (
    DWELLINGS_MAX,
    Building,
    Dwelling,
    Entrance,
    Management,
    Position,
    plan_of,
)
from services.property.tests.samples import BUILDINGS, COMPANY, estate
from shared.errors import Invalid
from shared.events.property import EstateRegistered


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
