"""What somebody wrote never becomes markup, and a page needs nothing from elsewhere."""

import re

from hypothesis import given
from hypothesis import strategies as st

from shared.testing_pages import Read
from shared.web.markup import Html, links, page, tag, together

WRITTEN = st.text(st.characters(exclude_characters="\x00\r", exclude_categories=["Cs"]))


@given(WRITTEN, WRITTEN)
def test_text_and_values_come_out_as_they_were_written(words: str, value: str) -> None:
    read = Read(tag("p", words, tag("input", value=value)))

    assert read.text == words
    assert read.tags == [("p", {}), ("input", {"value": value})]


def test_attributes_that_are_not_there_are_not_shown() -> None:
    shown = tag(
        "option", "a", selected=True, disabled=False, value=None, class_="b", aria_label="c"
    )

    assert shown == '<option selected class="b" aria-label="c">a</option>'


def test_what_is_markup_already_is_not_escaped_again() -> None:
    assert together("<", tag("br"), Html("&amp;")) == "&lt;<br>&amp;"


def test_a_page_runs_no_script_and_loads_nothing() -> None:
    answer = page("题目", tag("p", "<script>"), "zh", 201)

    assert answer.status_code == 201
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert b"<script" not in answer.body
    assert answer.headers["content-language"] == "zh"


def style() -> str:
    told = page("题目", Html(), "zh").body
    return bytes(told).decode().split("<style>")[1].split("</style>")[0]


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    digits = colour if len(colour) == 6 else "".join(2 * each for each in colour)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_of_words_stands_out_from_the_page_for_old_eyes() -> None:
    words = set(re.findall(r"(?<![-\w])color:#([0-9a-f]{3,6})", style())) - {"fff"}
    assert len(words) >= 4
    for colour in words:
        assert 1.05 / (luminance(colour) + 0.05) >= 7, colour


def test_whatever_is_tapped_is_as_large_as_a_finger_and_words_grow_with_the_readers_own_size() -> (
    None
):
    for target in ("input,select,textarea,button", ".choice", ".links a,summary"):
        rules = re.search(re.escape(target) + r"\{([^}]*)\}", style())
        assert rules is not None, target
        assert "min-height:3rem" in rules[1], target
    assert "px" not in style().replace("1px", "").replace("2px", "").replace("3px", "")


def test_links_to_choose_from_are_a_list() -> None:
    read = Read(links([tag("a", "一", href="?a"), tag("a", "二", href="?b")]))

    assert [name for name, _ in read.tags] == ["ul", "li", "a", "li", "a"]
