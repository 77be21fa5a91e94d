"""Whatever strangers send as a picture is written anew or refused."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shared.errors import Invalid
from shared.photos.photo import JPEG, PNG, SCANS_MAX, WEBP
from shared.photos.pictures import cleaned
from shared.testing_photos import SECRET, picture, telling

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


def test_a_large_jpeg_is_taken_if_it_comes_in_one_pass_and_no_bomb_if_in_several() -> None:
    once, twice = BytesIO(), BytesIO()
    large = Image.new("L", (6000, 5000))
    large.save(once, "JPEG")
    large.save(twice, "JPEG", progressive=True)

    assert outcome(once.getvalue(), JPEG)[0] == ""
    assert outcome(twice.getvalue(), JPEG)[0] == "photo.too_many_pixels"


def test_a_jpeg_of_endless_passes_is_refused_before_any_is_made() -> None:
    sound = picture("JPEG", progressive=True)
    last = sound.rfind(b"\xff\xc4", 0, sound.rfind(b"\xff\xda"))
    bomb = sound[:-2] + sound[last:-2] * SCANS_MAX + sound[-2:]

    assert outcome(sound, JPEG)[0] == ""
    assert outcome(bomb, JPEG) == ("photo.broken", b"")


@pytest.mark.parametrize("mode", ["CMYK", "L", "RGB"])
def test_a_jpeg_of_any_colours_is_kept_as_others_show_it(mode: str) -> None:
    made = BytesIO()
    Image.new(mode, (8, 4)).save(made, "JPEG", icc_profile=SECRET)
    kept = cleaned(made.getvalue(), JPEG)

    with Image.open(BytesIO(kept.content)) as shown:
        assert (shown.mode, shown.size, shown.format) == ("RGB", (8, 4), "JPEG")
    assert SECRET not in kept.content


@pytest.mark.parametrize(("form", "kind"), [("PNG", PNG), ("WEBP", WEBP)])
def test_of_what_moves_the_first_picture_is_kept(form: str, kind: str) -> None:
    made = BytesIO()
    frames = [Image.new("RGB", (8, 4), colour) for colour in ("red", "blue")]
    frames[0].save(made, form, save_all=True, append_images=frames[1:], lossless=True)
    kept = cleaned(made.getvalue(), kind)

    with Image.open(BytesIO(kept.content)) as shown:
        assert getattr(shown, "n_frames", 1) == 1
        red, _, blue = shown.convert("RGB").tobytes()[:3]
    assert red > blue


def test_a_picture_that_lies_on_its_side_is_put_upright_and_says_so_no_more() -> None:
    lying = Image.Exif()
    lying[0x0112] = 6
    for form, kind in (("JPEG", JPEG), ("PNG", PNG), ("WEBP", WEBP)):
        kept = cleaned(picture(form, (40, 30), exif=lying.tobytes()), kind)
        with Image.open(BytesIO(kept.content)) as shown:
            assert (shown.size, dict(shown.getexif())) == ((30, 40), {})
