"""Plates as people and cameras write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain.plate import alike, masked, plate_number
from services.property.service.digests import Digests
from shared.errors import Invalid

DIGESTS = Digests(b"k" * 32)


@pytest.mark.parametrize(
    ("written", "plate"),
    [
        ("京A12345", "京A12345"),
        ("京a·12345", "京A12345"),
        (" 京 A-12345 ", "京A12345"),
        ("京Ａ１２３４５", "京A12345"),
        ("京AD12345", "京AD12345"),
        ("使224578", "使224578"),
        ("沪A1234学", "沪A1234学"),
        ("粤Z1234港", "粤Z1234港"),
        ("WJ京1234X", "WJ京1234X"),
    ],
)
def test_a_plate_is_read_whatever_stands_between_its_signs(written: str, plate: str) -> None:
    assert plate_number(written, pointer="/plate") == plate


@pytest.mark.parametrize(
    "written", ["", "京", "A123", "京A1234567890", "京A<script>", "京津冀晋蒙"]
)
def test_what_is_no_plate_is_refused_at_its_field(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        plate_number(written, pointer="/plate")
    assert refused.value.facts == {"pointer": "/plate"}


@given(st.text(max_size=40))
def test_any_text_is_a_plate_or_refused(text: str) -> None:
    try:
        plate = plate_number(text, pointer="/plate")
    except Invalid:
        return
    assert plate_number(plate, pointer="/plate") == plate
    hidden = masked(plate)
    assert hidden is not None
    assert len(hidden) == len(plate)
    assert "*" in hidden


def test_what_a_camera_confuses_is_one_plate_and_what_it_does_not_is_two() -> None:
    assert alike("京AOI234") == alike("京A01234")
    assert DIGESTS.plate("est_1", "京AOI234") == DIGESTS.plate("est_1", "京A01234")
    assert DIGESTS.plate("est_1", "京A12345") != DIGESTS.plate("est_1", "京A12346")


def test_a_hash_says_nothing_across_estates_keys_or_purposes() -> None:
    here = DIGESTS.plate("est_1", "京A12345")
    assert here != DIGESTS.plate("est_2", "京A12345")
    assert here != Digests(b"x" * 32).plate("est_1", "京A12345")
    assert DIGESTS.code("est_1", "12345678") != DIGESTS.plate("est_1", "12345678")


def test_a_masked_plate_shows_its_ends() -> None:
    assert masked("京A12345") == "京A***45"
    assert masked(None) is None
