"""Whatever strangers send as a picture is written anew or refused."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.requests.domain.photo import JPEG, PNG, WEBP
from services.requests.store.picture import cleaned
from services.requests.tests.guests import SECRET, telling
from shared.errors import Invalid

PICTURES = {JPEG: telling("JPEG"), PNG: telling("PNG"), WEBP: telling("WEBP")}
FAULTS = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8)


def outcome(content: bytes, kind: str) -> tuple[str, bytes]:
    """What it is refused by, if it is, and what is kept of it."""
    try:
        return "", cleaned(content, kind).content
    except Invalid as refused:
        return refused.code, b""


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(sorted(PICTURES)), faults=FAULTS, cut=st.floats(0, 1))
def test_bytes_gone_wrong_are_a_picture_or_none_and_never_a_fault(
    kind: str, faults: list[tuple[float, int]], cut: float
) -> None:
    content = bytearray(PICTURES[kind])
    for where, value in faults:
        content[int(where * len(content))] = value

    code, kept = outcome(bytes(content[: int(len(content) * (0.5 + cut / 2))]), kind)

    assert code in ("", "photo.broken", "photo.too_many_pixels")
    assert SECRET not in kept


@given(kind=st.sampled_from(sorted(PICTURES)), content=st.binary(max_size=200))
def test_any_bytes_are_refused_without_a_fault(kind: str, content: bytes) -> None:
    assert outcome(content, kind) == ("photo.broken", b"")
