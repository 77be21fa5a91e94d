"""Every refusal of this service has its sentence, with the facts that it gets."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.pairing.domain import care_task, contribution, household, pairing
from shared.texts import LANGS, catalogue, placeholders

SOURCES = Path(__file__).parents[1]
CODE = re.compile(
    r"(?:Invalid|Conflict|NotAllowed)\(\s*\"([a-z_]+\.[a-z_]+)\"((?:[^()]|\([^()]*\))*)\)"
)
NOUNS: Mapping[str, Mapping[Any, Mapping[Any, Any]]] = {
    "household": household.TRANSITIONS,
    "pairing": pairing.TRANSITIONS,
    "care_task": care_task.TRANSITIONS,
    "contribution": contribution.TRANSITIONS,
}


def _refusals() -> list[tuple[str, str]]:
    sources = [path for path in SOURCES.rglob("*.py") if "tests" not in path.parts]
    return [found for path in sources for found in CODE.findall(path.read_text("utf-8"))]


def test_every_code_that_is_raised_has_its_sentences() -> None:
    refusals = _refusals()
    assert len(refusals) > 15
    for code, facts in refusals:
        for lang in LANGS:
            assert all(f"{name}=" in facts for name in placeholders(catalogue()[code][lang])), code


@pytest.mark.parametrize("noun", NOUNS)
def test_every_state_and_action_has_a_word(noun: str) -> None:
    table = NOUNS[noun]
    actions = {action for row in table.values() for action in row}
    for value in [*table, *actions]:
        assert f"label.{noun}.{value}" in catalogue()
    assert f"{noun}.wrong_state" in catalogue()
