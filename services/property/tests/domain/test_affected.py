"""Who is affected: a riser, an entrance, a building, or all of the estate."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain.affected import Affected, affected, placed
from services.property.domain.estate import Building, Dwelling, Entrance, plan_of
from services.property.domain.incident import Place
from services.property.tests.samples import estate, plan
from shared.errors import Invalid

HOMES = ("101", "102", "201", "202", "1002", "1011", "B1", "2-02")


def tower() -> Entrance:
    """An entrance with homes of all sorts of codes."""
    return Entrance("ent_t", "1", tuple(Dwelling(f"dwl_{code}", code) for code in HOMES))


TOWER = plan_of(replace(estate(), buildings=(Building("bld_t", "T", (tower(),)),)))


def test_an_entrance_is_all_homes_behind_it() -> None:
    found = affected(plan(), placed(plan(), Place(entrance_id="ent_11")))
    assert found == Affected(("bld_1",), ("ent_11",), ("dwl_111", "dwl_112"))


def test_a_building_is_all_its_entrances() -> None:
    found = affected(plan(), Place(building_id="bld_1"))
    assert found == Affected(("bld_1",), (), ("dwl_111", "dwl_112", "dwl_121"))


def test_a_place_that_is_not_known_reaches_the_whole_estate() -> None:
    found = affected(plan(), Place(note="by the gate"))
    assert found == Affected(("bld_1", "bld_2"), (), ("dwl_111", "dwl_112", "dwl_121"))


@pytest.mark.parametrize(
    ("riser", "codes"),
    [
        ("02", ["102", "202", "1002", "2-02"]),
        ("2", ["102", "202", "1002"]),
        ("01", ["101", "201"]),
        ("11", ["1011"]),
    ],
)
def test_a_riser_is_the_homes_one_above_another(riser: str, codes: list[str]) -> None:
    place = placed(TOWER, Place(entrance_id="ent_t", riser=riser))
    found = affected(TOWER, place)
    assert [one.removeprefix("dwl_") for one in found.dwelling_ids] == codes
    assert found.part
    assert found.entrance_ids == ("ent_t",)


@pytest.mark.parametrize(
    "place",
    [
        Place(entrance_id="ent_t", riser="07"),
        Place(entrance_id="ent_t", riser=".*"),
        Place(building_id="bld_t", riser="02"),
        Place(riser="02"),
    ],
)
def test_a_riser_without_homes_or_without_an_entrance_is_refused(place: Place) -> None:
    with pytest.raises(Invalid) as refused:
        placed(TOWER, place)
    assert refused.value.code == "incident.riser_unknown"
    assert refused.value.facts["pointer"] == "/place/riser"


@given(riser=st.sampled_from(["01", "02", "1", "2", "11"]))
def test_the_narrower_place_never_reaches_more(riser: str) -> None:
    places = [
        Place(),
        Place("bld_t"),
        Place(entrance_id="ent_t"),
        Place(None, "ent_t", None, riser),
    ]
    reached = [set(affected(TOWER, placed(TOWER, place)).dwelling_ids) for place in places]
    for wider, narrower in pairwise(reached):
        assert narrower <= wider
    assert reached[-1]
