"""What the command line says, in the language of who typed it."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import click

from shared.errors import LinliError
from shared.settings import BadSettings
from shared.texts import LANGS, Lang, choose_lang, has, text


class Failed(Exception):
    """Said in words already; the command ends with 1."""


class Words:
    """Speaks one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def of(self, code: str, **facts: object) -> str:
        """The sentence for a code."""
        return text(code, self.lang, **facts)

    def say(self, code: str, **facts: object) -> None:
        """Print a sentence."""
        click.echo(self.of(code, **facts))

    def fail(self, code: str, **facts: object) -> NoReturn:
        """Say in one line what is wrong, and end with 1."""
        raise Failed(self.of(code, **facts))

    def fault(self, error: Exception) -> str:
        """One line for each thing that is wrong; never a setting's value."""
        if isinstance(error, BadSettings):
            lines = (f"{f.variable}: {self._why(f.kind, f.why, f.facts)}" for f in error.faults)
            return "\n".join(lines)
        if isinstance(error, LinliError):
            return self.of(error.code, **error.facts)
        if isinstance(error, OSError) and error.filename:
            return f"{error.filename}: {error.strerror}"
        return str(error)

    def _why(self, kind: str, why: str, facts: Mapping[str, Any]) -> str:
        code = f"validation.{kind}"
        return self.of(code, **facts) if has(code) else why


def lang_of(arguments: Sequence[str]) -> Lang:
    """``--lang``, else ``LINLI_LANG``, else ``LANG``, else Chinese."""
    for at, word in enumerate(arguments):
        name, _, value = word.partition("=")
        if name == "--lang":
            told = value or "".join(arguments[at + 1 : at + 2])
            return choose_lang(told) if told in LANGS else choose_lang(None)
    return choose_lang(os.environ.get("LINLI_LANG") or os.environ.get("LANG"))
