"""From what strangers say of a place to an estate of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.estate import Outline, Site
from services.requests.domain.place import Position
from services.requests.domain.whereabouts import (
    NEAR_METRES_MAX,
    Spot,
    Whereabouts,
    centre,
    metres,
    spot,
)
from shared.errors import Invalid

EAST = Outline(
    "est_e",
    "红庙东院",
    {
        "bld_e1": Site("1", Position(39.917, 116.483)),
        "bld_e11": Site("11", Position(39.919, 116.485)),
        "bld_e3": Site("3"),
    },
)
WEST = Outline("est_w", "红庙东院西区", {"bld_w1": Site("1", Position(39.917, 116.470))})
BARE = Outline("est_b", "", {"bld_b1": Site("1")})
ALL = (EAST, WEST, BARE)


@pytest.mark.parametrize(
    ("address_id", "found"),
    [
        ("est_w", Spot("est_w")),
        ("bld_e11", Spot("est_e", "bld_e11")),
        ("bld_b1", Spot("est_b", "bld_b1")),
    ],
)
def test_an_id_says_which_estate_or_building(address_id: str, found: Spot) -> None:
    far = Position(31.2, 121.5)
    assert spot(ALL, Whereabouts(address_id, far, "红庙东院西区")) == found


def test_a_point_is_in_the_estate_of_the_nearest_building() -> None:
    assert spot(ALL, Whereabouts(position=Position(39.9172, 116.4701))) == Spot("est_w")
    assert spot(ALL, Whereabouts(position=Position(39.9180, 116.4840))) == Spot("est_e")


def test_a_point_far_from_every_building_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        spot(ALL, Whereabouts(position=Position(39.95, 116.483)))
    assert refused.value.code == "open311.too_far"


def test_where_no_place_of_a_building_is_known_a_point_goes_to_the_largest_estate() -> None:
    more = Outline("est_c", "", {"bld_c1": Site("1"), "bld_c2": Site("2")})
    assert spot((BARE, more), Whereabouts(position=Position(39.95, 116.4))) == Spot("est_c")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("朝阳区红庙东院1号楼北侧", Spot("est_e", "bld_e1")),
        ("红庙东院 11 号楼", Spot("est_e", "bld_e11")),
        ("红庙东院西区1号楼", Spot("est_w", "bld_w1")),
        ("红庙东院1号楼和3号楼之间", Spot("est_e")),
        ("红庙东院花园", Spot("est_e")),
        ("某条路", Spot("est_e")),
    ],
)
def test_words_name_the_estate_and_the_building_or_else_it_is_the_largest(
    words: str, found: Spot
) -> None:
    assert spot(ALL, Whereabouts(address=words)) == found


@pytest.mark.parametrize(
    ("where", "code", "pointer"),
    [
        (Whereabouts(), "open311.no_place", "/lat"),
        (Whereabouts("est_9"), "open311.address_id", "/address_id"),
        (Whereabouts(address="远" * 201), "open311.address_too_long", "/address_string"),
    ],
)
def test_what_is_no_place_is_refused(where: Whereabouts, code: str, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        spot(ALL, where)
    assert (refused.value.code, refused.value.facts["pointer"]) == (code, pointer)


def test_a_community_without_estates_has_no_places() -> None:
    with pytest.raises(Invalid):
        spot((), Whereabouts(address="红庙东院"))


def test_the_middle_of_an_estate_is_that_of_its_known_buildings() -> None:
    assert centre(EAST) == Position(39.918, 116.484)
    assert centre(BARE) is None


LATS, LONGS = st.floats(39.90, 39.94), st.floats(116.46, 116.50)


@given(LATS, LONGS)
def test_a_point_finds_an_estate_exactly_if_one_of_its_buildings_is_near(
    lat: float, long: float
) -> None:
    point = Position(lat, long)
    near = {
        outline.id: min(metres(point, s.position) for s in outline.sites.values() if s.position)
        for outline in (EAST, WEST)
    }
    if min(near.values()) > NEAR_METRES_MAX:
        with pytest.raises(Invalid):
            spot(ALL, Whereabouts(position=point))
    else:
        assert near[spot(ALL, Whereabouts(position=point)).estate_id] == min(near.values())


def test_a_degree_is_as_long_as_it_is_there() -> None:
    assert metres(Position(39.9, 116.4), Position(40.9, 116.4)) == pytest.approx(111_320, rel=0.01)
    assert metres(Position(39.9, 116.4), Position(39.9, 117.4)) == pytest.approx(85_400, rel=0.01)
