"""What a mask lets through."""

from hypothesis import given
from hypothesis import strategies as st

from shared.masks import masked_name, masked_phone


@given(
    name=st.text(min_size=1, max_size=100), phone=st.from_regex(r"\+?[0-9]{5,15}", fullmatch=True)
)
def test_a_mask_hides_all_but_the_first_character_and_the_last_four_digits(
    name: str, phone: str
) -> None:
    shown = masked_name(name)
    assert (len(shown), shown[0]) == (len(name), name[0])
    assert set(shown[1:]) <= {"*"}

    digits = masked_phone(phone)
    assert digits is not None
    assert len(digits) == len(phone)
    hidden = digits[:-4] if len(phone) >= 8 else digits
    assert set(hidden) == {"*"}
    assert phone.endswith(digits.strip("*"))


def test_who_has_no_number_has_none_behind_the_mask_either() -> None:
    assert masked_phone(None) is None
