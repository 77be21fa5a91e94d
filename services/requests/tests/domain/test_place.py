"""Where something is and how to reach somebody, as far as it can be."""

import pytest

from services.requests.domain.contact import Contact, contact
from services.requests.domain.place import position
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
