"""What somebody wrote never becomes markup, and a page needs nothing from elsewhere."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from shared.web.markup import Html, page, tag, together


class Read(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self, told: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(told)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


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
