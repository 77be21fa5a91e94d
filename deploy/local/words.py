"""What the runner says, in Chinese or English, and the one way it gives up."""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).with_name("texts.json")


@cache
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    texts: dict[str, dict[str, str]] = json.loads(TEXTS.read_text("utf-8"))
    return texts


def language(environment: Mapping[str, str] | None = None) -> str:
    """``zh`` unless ``LINLI_LANG``, or else ``LANG``, begins with ``en``."""
    environment = os.environ if environment is None else environment
    wanted = environment.get("LINLI_LANG") or environment.get("LANG") or "zh"
    return "en" if wanted.lower().startswith("en") else "zh"


def words(code: str, **facts: object) -> str:
    """The sentence of this code, filled in, in the reader's language."""
    return _catalogue()[code][language()].format_map(facts)


def say(code: str, **facts: object) -> None:
    """One line for the person at the terminal."""
    tell(words(code, **facts))


def tell(line: str) -> None:
    """One ready line for the person at the terminal, at once even where output is piped.

    A terminal that is gone is no reason to stop what is being done.
    """
    with suppress(OSError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


class Halt(Exception):
    """It cannot go on: one clear line for a person, and exit status 1."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return words(self.code, **self.facts)
