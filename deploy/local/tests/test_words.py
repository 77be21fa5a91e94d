"""Every sentence exists in both languages and fits the code that says it."""

import json
import re
import string
from pathlib import Path

import pytest

from deploy.local import words

CATALOGUE = json.loads(words.TEXTS.read_text("utf-8"))
SOURCES = [path.read_text("utf-8") for path in Path(words.__file__).parent.glob("*.py")]
SAID = {code for source in SOURCES for code in re.findall(r'"([a-z]+\.[a-z_]+)"', source)} & set(
    CATALOGUE
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_each_sentence_is_in_both_languages_with_the_same_facts_on_one_line(code: str) -> None:
    chinese, english = CATALOGUE[code]["zh"], CATALOGUE[code]["en"]
    assert fields(chinese) == fields(english)
    assert "\n" not in chinese + english


def test_what_is_halted_or_said_is_in_the_catalogue_and_nothing_else_is() -> None:
    told = {
        code
        for source in SOURCES
        for code in re.findall(r'(?:Halt|say|words)\(\s*"([^"]+)"', source)
    }
    assert told <= set(CATALOGUE)
    assert set(CATALOGUE) == SAID


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LINLI_LANG": "en"}, "en"),
        ({"LANG": "en", "LINLI_LANG": "zh"}, "zh"),
    ],
)
def test_chinese_is_spoken_unless_english_is_asked_for(
    environment: dict[str, str], expected: str
) -> None:
    assert words.language(environment) == expected


def test_a_halt_reads_as_one_line_with_its_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_LANG", "en")
    line = str(words.Halt("port.busy", port=8001, variable="PORT_REQUESTS"))
    assert "8001" in line
    assert "PORT_REQUESTS" in line
