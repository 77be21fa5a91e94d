"""The questions that a service type asks beside the description, and the answers to them.

The words are those of Open311 GeoReport v2 (service definition): attribute, datatype, values.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from shared.errors import Invalid

STRING_CHARACTERS_MAX = 200
TEXT_CHARACTERS_MAX = 2000
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Answers = Mapping[str, tuple[str, ...]]
"""By the attribute's code; one value, or several where several may be chosen."""


class Datatype(StrEnum):
    """What an answer has to look like."""

    STRING = "string"
    """One line of at most 200 characters."""
    NUMBER = "number"
    """Decimal, at most 15 digits before the point and 9 after it; kept as it was written."""
    DATETIME = "datetime"
    """RFC 3339 with its zone; kept in UTC."""
    TEXT = "text"
    """Lines of at most 2,000 characters in all."""
    SINGLE = "singlevaluelist"
    MULTI = "multivaluelist"


LISTS = frozenset({Datatype.SINGLE, Datatype.MULTI})


@dataclass(frozen=True, slots=True)
class Value:
    """One of the answers that may be chosen."""

    key: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """One question; not ``variable``: a text to read, which asks for nothing."""

    code: str
    datatype: Datatype
    description_zh: str
    description_en: str
    required: bool = False
    variable: bool = True
    hint_zh: str = ""
    """How to answer (Open311: datatype_description)."""
    hint_en: str = ""
    values: tuple[Value, ...] = ()


def answered(attributes: Sequence[Attribute], given: Mapping[str, Sequence[str]]) -> Answers:
    """The answers as they are kept; blank ones count as not given.

    ``Invalid``, with a pointer to the answer: to a question that is not asked, of the wrong form,
    several where there may be one, one that is no choice, or none where one is required.
    """
    asked = {each.code: each for each in attributes if each.variable}
    kept: dict[str, tuple[str, ...]] = {}
    for number, (code, texts) in enumerate(given.items()):
        attribute = asked.get(code)
        if attribute is None:
            # Its name is the caller's own text and not repeated: the number says which it is.
            raise Invalid("attribute.unknown", pointer="/attributes", number=number + 1)
        values = tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
        if values:
            kept[code] = _read(attribute, values)
    for code, attribute in asked.items():
        if attribute.required and code not in kept:
            raise _fault("attribute.required", attribute)
    return kept


def named_once(names: Sequence[str], place: str, field: str, *, code: str) -> None:
    """``Invalid`` of this code at the first name that was there before."""
    for number, name in enumerate(names):
        if name in names[:number]:
            raise Invalid(code, pointer=f"{place}/{number}/{field}")


def _read(attribute: Attribute, values: tuple[str, ...]) -> tuple[str, ...]:
    if attribute.datatype is Datatype.MULTI:
        return _chosen(attribute, values)
    if len(values) > 1:
        raise _fault("attribute.only_one", attribute)
    if attribute.datatype is Datatype.SINGLE:
        return _chosen(attribute, values)
    return (_written(attribute, values[0]),)


def _chosen(attribute: Attribute, values: tuple[str, ...]) -> tuple[str, ...]:
    """In the order of the choices, so that the same answer always looks the same."""
    keys = [value.key for value in attribute.values]
    if not set(values) <= set(keys):
        raise _fault("attribute.no_choice", attribute)
    return tuple(key for key in keys if key in values)


def _written(attribute: Attribute, text: str) -> str:
    if attribute.datatype is Datatype.NUMBER:
        if not _NUMBER.fullmatch(text):
            raise _fault("attribute.no_number", attribute)
        return text
    if attribute.datatype is Datatype.DATETIME:
        return _moment(attribute, text)
    one_line = attribute.datatype is Datatype.STRING
    limit = STRING_CHARACTERS_MAX if one_line else TEXT_CHARACTERS_MAX
    if len(text) > limit:
        raise _fault("attribute.too_long", attribute, limit=limit)
    if (_CONTROL if one_line else _CONTROL_BUT_LINES).search(text):
        raise _fault("attribute.no_text", attribute)
    return text


def _moment(attribute: Attribute, text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        pass
    raise _fault("attribute.no_datetime", attribute)


def _fault(code: str, attribute: Attribute, **facts: object) -> Invalid:
    return Invalid(code, pointer=f"/attributes/{attribute.code}", **facts)
