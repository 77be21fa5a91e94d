"""Every refusal of a URL has its sentence, with the facts that it gets.

The codes are put together from a word, so the test of all codes in ``shared`` does not see them.
"""

import re
from inspect import getsource

from services.notifications.domain import address
from shared.texts import LANGS, catalogue, placeholders

REFUSAL = re.compile(r"_bad\(\"([a-z_]+)\"((?:[^()]|\([^()]*\))*)\)")


def test_every_refusal_of_a_url_has_its_sentences() -> None:
    refusals = REFUSAL.findall(getsource(address))
    assert len(refusals) > 8
    for why, facts in refusals:
        sentences = catalogue()[f"endpoint.url_{why}"]
        for lang in LANGS:
            assert all(f"{name}=" in facts for name in placeholders(sentences[lang])), why
