"""Every sentence in both languages, and every code that is raised among them."""

import ast
import re
from collections.abc import Mapping
from functools import cache

import pytest

from shared.testing_texts import everywhere, raised
from shared.texts import LANGS, Lang, catalogue, choose_lang, label, placeholders, text

DOCSTRINGS = ("about.", "form.")
"""What docstrings say word for word, words of the field in Chinese among them."""

DOCUMENTED = ("field.", "operation.", "scope.", "answer.", *DOCSTRINGS)
"""Parts that describe the API (``tests/contracts/test_docs.py``)."""
NOT_RAISED = ("label.", "title.", "validation.", "page.", "cli.", *DOCUMENTED)
"""Parts of the catalogue that are read by a name made up at run time."""


@cache
def said() -> set[str]:
    """Every text in the sources, whole."""
    return {
        node.value
        for node in everywhere()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def made_up() -> list[re.Pattern[str]]:
    """Texts that are put together with something variable: ``f"{noun}.wrong_state"``."""
    return [
        re.compile("".join(_pattern(part) for part in node.values))
        for node in everywhere()
        if isinstance(node, ast.JoinedStr) and any(_is_telling(part) for part in node.values)
    ]


def _is_telling(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and any(char.isalpha() for char in str(part.value))


def _pattern(part: ast.expr) -> str:
    return re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z0-9_]+"


def fault_of(code: str, sentences: Mapping[Lang, str]) -> str | None:
    if set(sentences) != set(LANGS):
        return "is not there in both languages"
    if not all(sentence.strip() for sentence in sentences.values()):
        return "says nothing"
    if placeholders(sentences["zh"]) != placeholders(sentences["en"]):
        return "tells other facts in the other language"
    if not sentences["en"].isascii() and not code.startswith(("page.language", *DOCSTRINGS)):
        return "is no English"
    return None


def test_each_sentence_is_there_in_both_languages_with_the_same_facts() -> None:
    found = {code: fault_of(code, sentences) for code, sentences in catalogue().items()}
    assert len(found) > 800
    assert {code: fault for code, fault in found.items() if fault} == {}


@pytest.mark.parametrize(
    "sentences",
    [
        {"zh": "一"},
        {"zh": "一", "en": " "},
        {"zh": "{a}", "en": "one"},
        {"zh": "一", "en": "一"},
    ],
)
def test_a_sentence_that_is_not_whole_is_found(sentences: dict[Lang, str]) -> None:
    assert fault_of("some.code", sentences)
    assert fault_of("some.code", {"zh": "一 {a}", "en": "one {a}"}) is None


def test_every_code_that_is_raised_has_a_sentence() -> None:
    codes = {code for code, _ in raised(everywhere())}
    assert len(codes) > 70
    assert sorted(codes - set(catalogue())) == []


def test_a_sentence_asks_for_no_fact_that_its_error_does_not_give() -> None:
    lacking = {
        code: wanted - facts
        for code, facts in raised(everywhere())
        if None not in facts and (wanted := placeholders(catalogue()[code]["en"])) - facts
    }
    assert lacking == {}


def test_every_sentence_is_said_somewhere() -> None:
    kept = {code for code in catalogue() if not code.startswith(NOT_RAISED)}

    rest = kept - said()
    patterns = made_up()
    assert [code for code in sorted(rest) if not any(p.fullmatch(code) for p in patterns)] == []


def test_the_command_lines_sentences_are_all_used() -> None:
    kept = {code for code in catalogue() if code.startswith(("cli.", "page."))}

    assert sorted(kept - said()) == []


def test_a_sentence_takes_its_facts_and_survives_a_missing_one() -> None:
    assert text("auth.scope_missing", "en", scope="a:b:c") == "The scope a:b:c is needed."
    assert text("auth.scope_missing", "en") == "The scope - is needed."
    assert text("nobody.knows", "en") == "nobody.knows"


@pytest.mark.parametrize(
    ("told", "zh"),
    [
        ("2026-11-24T16:30:00+00:00", "2026-11-25 00:30"),
        ("2026-11-25T00:30:59.123000+08:00", "2026-11-25 00:30"),
        ("2026-11-24T16:30:00Z", "2026-11-25 00:30"),
        ("2026-02-30T00:00:00Z", "2026-02-30T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("2026-11-24", "2026-11-24"),
    ],
)
def test_a_moment_is_told_by_the_clocks_of_its_readers(told: str, zh: str) -> None:
    assert f" {zh}\uff0c" in text("meeting.not_yet", "zh", at=told)
    english = text("meeting.not_yet", "en", at=told)
    assert ("(Beijing time)" in english) == (told != zh)


def test_a_fact_cannot_reach_into_anything() -> None:
    assert text("auth.scope_missing", "en", scope="{0.__class__}") == (
        "The scope {0.__class__} is needed."
    )


def test_a_value_without_a_label_is_its_own_word() -> None:
    assert label("whatever_it_is", "zh") == "whatever_it_is"


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        (None, "zh"),
        ("", "zh"),
        ("*", "zh"),
        ("en", "en"),
        ("EN-us", "en"),
        ("zh-CN,en;q=0.9", "zh"),
        ("en;q=0.2, zh-TW;q=0.8", "zh"),
        ("en;q=0.8, zh;q=0.2", "en"),
        ("fr, en;q=0.1", "en"),
        ("en;q=x", "zh"),
        ("en;q=0", "zh"),
        ("en_US.UTF-8", "en"),
        ("C.UTF-8", "zh"),
        ("," * 1000, "zh"),
    ],
)
def test_the_language_is_the_one_preferred_and_else_chinese(header: str | None, lang: str) -> None:
    assert choose_lang(header) == lang
