"""Where something is and how to reach somebody, as far as it can be."""

import pytest

from services.requests.domain.contact import Contact, contact
from services.requests.domain.estate import Estate, Site, locate
from services.requests.domain.place import Position, metres_between, position
from shared.errors import Invalid


@pytest.mark.parametrize(("lat", "long"), [(39.915, 116.49), (18.2, 109.5), (53.5, 122.3)])
def test_a_point_in_the_country_is_taken(lat: float, long: float) -> None:
    assert (position(lat, long).lat, position(lat, long).long) == (lat, long)


@pytest.mark.parametrize(
    ("lat", "long"), [(116.49, 39.915), (0, 0), (51.5, -0.1), (39.9, 200), (float("nan"), 116)]
)
def test_a_point_elsewhere_is_refused(lat: float, long: float) -> None:
    with pytest.raises(Invalid, match=r"position\.elsewhere"):
        position(lat, long)


def test_a_phone_number_comes_without_what_stands_between_its_digits() -> None:
    told = contact("王阿姨", "+86 (138) 0013-8000", "wang@example.cn")

    assert told == Contact("王阿姨", "+8613800138000", "wang@example.cn")


@pytest.mark.parametrize(
    ("phone", "email", "code"),
    [
        (None, None, "contact.no_way"),
        ("1234", None, "contact.phone"),
        ("1" * 16, None, "contact.phone"),
        ("一三八", None, "contact.phone"),
        ("٠١٢٣٤٥٦٧٨٩", None, "contact.phone"),
        (None, "wang", "contact.email"),
        (None, "a@b", "contact.email"),
        (None, "a b@example.cn", "contact.email"),
    ],
)
def test_what_reaches_nobody_is_refused(phone: str | None, email: str | None, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        contact("王阿姨", phone, email)


HERE = Position(39.917, 116.483)
ESTATE = Estate("est_1", "hongmiao", 1, frozenset(), sites={"bld_1": Site("1", HERE)})


@pytest.mark.parametrize(
    ("other", "metres"),
    [
        (HERE, 0),
        (Position(39.926993, 116.483), 1_111),  # a hundredth of a degree of a meridian
        (Position(39.917, 116.494727), 1_000),
    ],
)
def test_the_way_between_two_points_is_what_it_is_on_the_ground(
    other: Position, metres: float
) -> None:
    assert metres_between(HERE, other) == pytest.approx(metres, abs=2)
    assert metres_between(other, HERE) == pytest.approx(metres, abs=2)


def test_a_place_in_the_estate_or_near_it_is_taken() -> None:
    locate(ESTATE, building_id="bld_1", position=Position(39.918, 116.484))
    locate(ESTATE, building_id=None, position=Position(39.934, 116.483))
    locate(ESTATE, building_id=None, position=None)


def test_where_no_building_is_known_to_stand_any_point_will_do() -> None:
    unplaced = Estate("est_1", "hongmiao", 1, frozenset(), sites={"bld_1": Site("1")})

    locate(unplaced, building_id="bld_1", position=Position(31.2, 121.5))


@pytest.mark.parametrize(
    ("building_id", "point", "code"),
    [
        ("bld_9", None, "building.unknown"),
        ("bld_9", HERE, "building.unknown"),
        (None, Position(39.936, 116.483), "position.far"),
        ("bld_1", Position(31.2, 121.5), "position.far"),
    ],
)
def test_a_place_that_is_none_of_the_estates_is_refused(
    building_id: str | None, point: Position | None, code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        locate(ESTATE, building_id=building_id, position=point)
