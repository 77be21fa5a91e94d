"""Sealing: what is sealed opens with its key, in its place, unaltered, and in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.store.sealing import Sealer
from shared.errors import Invalid

KEYS = {"new": b"n" * 32, "old": b"o" * 32}


@given(text=st.text(max_size=200), place=st.text(min_size=1, max_size=40))
def test_what_is_sealed_opens_in_its_place_and_in_no_other(text: str, place: str) -> None:
    sealer = Sealer(KEYS)
    sealed = sealer.seal(text, place=place)

    assert sealed.startswith("new.")
    assert sealer.open(sealed, place=place) == text
    with pytest.raises(Invalid, match=r"sealing\.broken"):
        sealer.open(sealed, place=place + "!")


def test_the_same_text_is_never_sealed_alike() -> None:
    sealer = Sealer(KEYS)
    assert sealer.seal("a", place="p") != sealer.seal("a", place="p")


@pytest.mark.parametrize("sealed", ["new.", "new.AAAA", "new.====", "new.not base64 ü", "new"])
def test_what_nobody_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(Invalid, match=r"sealing\.broken"):
        Sealer(KEYS).open(sealed, place="p")


def test_a_text_of_a_key_that_is_gone_says_so_and_no_more() -> None:
    sealed = Sealer(KEYS).seal("secret", place="p")

    with pytest.raises(Invalid) as refused:
        Sealer({"old": KEYS["old"]}).open(sealed, place="p")
    assert (refused.value.code, refused.value.facts) == ("sealing.key_missing", {"place": "p"})
