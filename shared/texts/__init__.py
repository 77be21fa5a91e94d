"""Every sentence a person reads, by code, in Chinese and English: data beside this file, one file
per part.

``{"request.wrong_state": {"zh": "... {state} ...", "en": "... {state} ..."}}``. A fact whose value
has a label (``label.<value>``) is shown by that label, so that a state reads as a word of the
reader's language; a moment (RFC 3339) by the clocks of Beijing, as its readers' are.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from importlib import resources
from string import Formatter
from typing import Any, Final, Literal, cast

from shared.days import BEIJING

Lang = Literal["zh", "en"]
LANGS: Final[tuple[Lang, ...]] = ("zh", "en")
DEFAULT_LANG: Final[Lang] = "zh"

Catalogue = dict[str, dict[Lang, str]]

_EVERYWHERE = frozenset({"shared", "csv", "keys"})
_OF_SOME = {
    "photos": frozenset({"requests", "property"}),
    "rhythm": frozenset({"pairing", "property"}),
}
_NO_ERRORS = frozenset(
    {"about", "answer", "field", "form", "label", "operation", "page", "scope", "timeline", "title"}
)

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_MOMENT_FORM: dict[Lang, str] = {"zh": "%Y-%m-%d %H:%M", "en": "%Y-%m-%d %H:%M (Beijing time)"}


@lru_cache(maxsize=1)
def parts() -> dict[str, Catalogue]:
    """The parts by name: ``shared``, ``requests``, ``requests_survey``."""
    return {
        part.name.removesuffix(".json"): json.loads(part.read_text("utf-8"))
        for part in sorted(resources.files(__name__).iterdir(), key=lambda entry: entry.name)
        if part.name.endswith(".json")
    }


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """All parts together; ``ValueError`` if two parts hold the same code."""
    whole: Catalogue = {}
    for name, entries in parts().items():
        twice = whole.keys() & entries.keys()
        if twice:
            raise ValueError(f"{name} repeats {sorted(twice)}")
        whole.update(entries)
    return whole


def errors(service: str, lang: Lang) -> dict[str, str]:
    """What can go wrong with a call of this service: each code and its sentence, facts as
    ``{names}``. An error's code has two parts, the noun and what is wrong with it."""
    told = {
        code: sentences[lang]
        for name, entries in parts().items()
        if name in _EVERYWHERE or service in _OF_SOME.get(name, {name.split("_")[0]})
        for code, sentences in entries.items()
        if code.count(".") == 1 and code.split(".")[0] not in _NO_ERRORS
    }
    return dict(sorted(told.items()))


def has(code: str) -> bool:
    """Whether the catalogue holds this code."""
    return code in catalogue()


def text(code: str, lang: Lang = DEFAULT_LANG, **facts: object) -> str:
    """The sentence for a code; a fact that is missing leaves a dash, an unknown code is its own
    sentence."""
    sentences = catalogue().get(code)
    if sentences is None:
        return code
    return _Filling(lang).vformat(sentences[lang], (), facts)


def label(value: object, lang: Lang = DEFAULT_LANG) -> str:
    """The word for a value of a state, a kind or a scope; the value itself if it has none."""
    sentences = catalogue().get(f"label.{value}")
    return sentences[lang] if sentences else str(value)


def choose_lang(accept_language: str | None) -> Lang:
    """The language that an ``Accept-Language`` header (RFC 9110, 12.5.4) or a ``LANG`` value
    prefers; else Chinese."""
    best: tuple[float, Lang] = (0.0, DEFAULT_LANG)
    for range_, weight in _ranges(accept_language or ""):
        if range_[:2] in LANGS and weight > best[0]:
            best = (weight, cast(Lang, range_[:2]))
    return best[1]


def placeholders(sentence: str) -> set[str]:
    """The names of the facts that a sentence takes."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def _ranges(header: str) -> Iterable[tuple[str, float]]:
    for item in header[:200].split(","):
        tag, _, parameter = item.partition(";")
        name, _, value = parameter.strip().partition("=")
        try:
            weight = float(value) if name == "q" else 1.0
        except ValueError:
            weight = 0.0
        yield tag.strip().lower().replace("_", "-"), weight


class _Filling(Formatter):
    """Formats with labels, and never fails on a missing fact: an error about an error helps
    nobody."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> str:
        return _shown(kwargs[key], self._lang) if key in kwargs else "-"


def _shown(value: object, lang: Lang) -> str:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value).astimezone(BEIJING)
        except (ValueError, OverflowError):
            return value
        return moment.strftime(_MOMENT_FORM[lang])
    return label(value, lang)
