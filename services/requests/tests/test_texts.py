"""Every state and action has a word in the reader's language."""

import pytest

from services.requests.domain.request import Action, RequestState
from shared.texts import LANGS, label


@pytest.mark.parametrize("value", [*RequestState, *Action])
def test_states_and_actions_read_as_words(value: str) -> None:
    words = {label(f"request.{value}", lang) for lang in LANGS}

    assert len(words) == len(LANGS)
    assert f"request.{value}" not in words
