"""Every refusal of this service has its sentence, with the facts that it gets."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.notifications.domain import delivery, endpoint
from shared.texts import LANGS, catalogue, placeholders

SOURCES = Path(__file__).parents[1]
CODE = re.compile(
    r"(?:Invalid|Conflict|NotFound|Stale|Unavailable|Awaited)\(\s*\"([a-z_]+\.[a-z_]+)\""
    r"((?:[^()]|\([^()]*\))*)\)"
)
BAD_URL = re.compile(r"_bad\(\"([a-z_]+)\"((?:[^()]|\([^()]*\))*)\)")
NOUNS: Mapping[str, Mapping[Any, Mapping[Any, Any]]] = {
    "endpoint": endpoint.TRANSITIONS,
    "delivery": delivery.TRANSITIONS,
}


def _refusals() -> list[tuple[str, str]]:
    sources = [path for path in SOURCES.rglob("*.py") if "tests" not in path.parts]
    found = []
    for path in sources:
        text = path.read_text("utf-8")
        found += CODE.findall(text)
        found += [(f"endpoint.url_{why}", facts) for why, facts in BAD_URL.findall(text)]
    return found


def test_every_code_that_is_raised_has_its_sentences() -> None:
    refusals = _refusals()
    assert len(refusals) > 20
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
