"""How near two homes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain.estate import Estate
from services.pairing.domain.whereabouts import (
    Nearness,
    Place,
    Way,
    metres_between,
    places_of,
    way_between,
)
from shared.events.property import BuildingFacts, EntranceFacts

GATE = Place("est_1", "bld_1", "ent_1", 39.9150, 116.4700)
LATS, LONGS = st.floats(-90, 90), st.floats(-180, 180)
PLACES = st.builds(
    Place,
    st.sampled_from(["est_1", "est_2"]),
    st.sampled_from(["bld_1", "bld_2", "bld_3"]),
    st.sampled_from(["ent_1", "ent_2"]),
    st.none() | LATS,
    st.none() | LONGS,
)


def test_every_dwelling_of_an_estate_has_its_place() -> None:
    entrance = EntranceFacts(entrance_id="ent_1", code="1", dwelling_ids=("dwl_1", "dwl_2"))
    other = EntranceFacts(entrance_id="ent_2", code="2", dwelling_ids=("dwl_3",))
    building = BuildingFacts(
        building_id="bld_1", code="A", entrances=(entrance, other), lat=39.9, long=116.4
    )
    estate = Estate("est_1", "hongmiao", 1, (building,), ("dwl_1", "dwl_2", "dwl_3"))

    places = places_of(estate)

    assert places.keys() == {"dwl_1", "dwl_2", "dwl_3"}
    assert places["dwl_3"] == Place("est_1", "bld_1", "ent_2", 39.9, 116.4)


@pytest.mark.parametrize(
    ("other", "way"),
    [
        (Place("est_1", "bld_1", "ent_1"), Way(Nearness.SAME_ENTRANCE)),
        (Place("est_1", "bld_1", "ent_2", 1.0, 1.0), Way(Nearness.SAME_BUILDING)),
        (Place("est_1", "bld_2", "ent_1", 39.9159, 116.4700), Way(Nearness.WALK, 100)),
        (Place("est_2", "bld_2", "ent_1", 39.9150, 116.4700), Way(Nearness.WALK, 0)),
        (Place("est_1", "bld_2", "ent_1"), Way(Nearness.SAME_ESTATE)),
        (Place("est_2", "bld_2", "ent_1"), Way(Nearness.UNKNOWN)),
        (None, Way(Nearness.UNKNOWN)),
    ],
)
def test_the_nearest_that_is_known_is_said(other: Place | None, way: Way) -> None:
    assert way_between(GATE, other) == way


# Published distances: one degree of a great circle is 111.195 km on the mean sphere; Beijing
# (39.9042 N, 116.4074 E) to Shanghai (31.2304 N, 121.4737 E) is 1,067 to 1,068 km.
def test_distances_are_those_of_the_globe() -> None:
    def at(lat: float, long: float) -> Place:
        return Place("est_1", f"bld_{lat}_{long}", "ent_1", lat, long)

    assert metres_between(at(0, 0), at(0, 1)) == 111_195
    assert metres_between(at(0, 0), at(1, 0)) == 111_195
    assert metres_between(at(0, 179.5), at(0, -179.5)) == 111_195
    beijing_shanghai = metres_between(at(39.9042, 116.4074), at(31.2304, 121.4737))
    assert beijing_shanghai == pytest.approx(1_067_500, abs=1_000)
    assert metres_between(at(90, 0), at(-90, 0)) == pytest.approx(20_015_114, abs=2)


@given(one=PLACES, other=PLACES)
def test_there_and_back_is_the_same_way(one: Place, other: Place) -> None:
    way = way_between(one, other)

    assert way == way_between(other, one)
    assert (way.metres is None) == (way.nearness is not Nearness.WALK)
    assert way.metres is None or 0 <= way.metres <= 20_015_115
