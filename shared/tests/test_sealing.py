"""Sealing: what is sealed opens with its key, in its place, unaltered, and in no other way."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Unavailable
from shared.sealing import Sealer, read_keys

KEYS = {"new": b"n" * 32, "old": b"o" * 32}
SECRET = b"the signing secret of an endpoint"
KEY = base64.urlsafe_b64encode(b"\xfb" * 32).decode()
OTHER = base64.b64encode(b"\xfc" * 32).decode().rstrip("=")


@given(content=st.binary(max_size=200), place=st.text(min_size=1, max_size=40))
def test_what_is_sealed_opens_in_its_place_and_in_no_other(content: bytes, place: str) -> None:
    sealer = Sealer(KEYS)
    sealed = sealer.seal(content, place=place)

    assert sealed.startswith("new.")
    assert sealer.open(sealed, place=place) == content
    with pytest.raises(Unavailable, match=r"sealing\.broken"):
        sealer.open(sealed, place=place + "!")


def test_what_is_sealed_shows_nothing_of_itself() -> None:
    sealed = Sealer(KEYS).seal(SECRET, place="p")

    assert SECRET not in base64.urlsafe_b64decode(sealed.removeprefix("new."))


def test_the_same_content_is_never_sealed_alike() -> None:
    sealer = Sealer(KEYS)
    assert sealer.seal(b"a", place="p") != sealer.seal(b"a", place="p")


@given(at=st.integers(min_value=0, max_value=len(SECRET) + 27), bit=st.integers(0, 7))
def test_what_was_tampered_with_anywhere_does_not_open(at: int, bit: int) -> None:
    sealer = Sealer(KEYS)
    raw = bytearray(base64.urlsafe_b64decode(sealer.seal(SECRET, place="p").partition(".")[2]))
    raw[at] ^= 1 << bit

    with pytest.raises(Unavailable, match=r"sealing\.broken"):
        sealer.open(f"new.{base64.urlsafe_b64encode(raw).decode()}", place="p")


@pytest.mark.parametrize("sealed", ["new.", "new.AAAA", "new.====", "new.not base64 ü", "new"])
def test_what_nobody_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(Unavailable, match=r"sealing\.broken"):
        Sealer(KEYS).open(sealed, place="p")


def test_a_new_key_seals_while_the_old_one_still_opens() -> None:
    before = Sealer({"old": KEYS["old"]}).seal(SECRET, place="p")
    both = Sealer(KEYS)

    assert both.open(before, place="p") == SECRET
    assert both.seal(SECRET, place="p").startswith("new.")


@pytest.mark.parametrize(
    "sealed",
    [Sealer(KEYS).seal(SECRET, place="p"), "a secret left open", ""],
    ids=["sealed", "left open", "empty"],
)
def test_a_text_of_a_key_that_is_gone_says_so_and_nothing_of_itself(sealed: str) -> None:
    with pytest.raises(Unavailable) as refused:
        Sealer({"old": KEYS["old"]}).open(sealed, place="p")
    assert (refused.value.code, refused.value.facts) == ("sealing.key_missing", {"place": "p"})


@pytest.mark.parametrize("keys", [{}, {"k": b"k" * 16}, {**KEYS, "k": b"k" * 33}])
def test_a_sealer_needs_keys_of_32_bytes(keys: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(keys)


def test_the_first_key_comes_first_whatever_way_it_is_written() -> None:
    keys = read_keys(f"2026={KEY}, 2025={OTHER}", named=True)

    assert list(keys.items()) == [("2026", b"\xfb" * 32), ("2025", b"\xfc" * 32)]


def test_a_key_without_an_id_has_one_that_never_changes() -> None:
    both = read_keys(f"{KEY}, {OTHER}")

    assert list(both.values()) == [b"\xfb" * 32, b"\xfc" * 32]
    assert list(both)[1:] == list(read_keys(OTHER)) == ["db7b0165fa7d"]


def test_keys_with_and_without_ids_stand_side_by_side() -> None:
    assert list(read_keys(f"{KEY},a={OTHER}"))[1] == "a"


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "short",
        "!",
        base64.b64encode(b"x" * 31).decode(),
        f"a={KEY},",
        f"a={KEY},a={OTHER}",
        f"{KEY},{KEY}",
        f"={KEY}",
        "a=AAAA",
        "a=!!",
        f"a b={KEY}",
        f"a=b={KEY}",
        "a=",
        "a=ü",
    ],
)
def test_keys_that_cannot_be_used_are_refused_and_not_quoted(text: str, named: bool) -> None:
    with pytest.raises(ValueError, match=r"not set|32 bytes in base64|id of its own") as refused:
        read_keys(text, named=named)
    assert not text or text not in str(refused.value)


def test_where_keys_are_named_one_without_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="key 2 needs an id"):
        read_keys(f"a={KEY},{OTHER}", named=True)
