"""What is left out of a stored document, and what must not be."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shared.mongo.form import Form


@dataclass(frozen=True, slots=True)
class Thing:
    id: str
    community: str
    version: int
    place: str | None
    note: str | None = None
    colour: str | None = "red"
    tags: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)


CODEC = TypeAdapter(Thing)
FORM = Form(Thing)
TEXTS = st.none() | st.text(max_size=3)


@given(TEXTS, TEXTS, TEXTS, st.lists(st.text(max_size=2)).map(tuple))
def test_what_is_kept_of_an_aggregate_gives_the_same_aggregate(
    place: str | None, note: str | None, colour: str | None, tags: tuple[str, ...]
) -> None:
    thing = Thing("thg_1", "hongmiao", 3, place, note, colour, tags)
    kept = FORM.kept(CODEC.dump_python(thing))
    FORM.restore(kept)
    assert CODEC.validate_python(kept) == thing


def test_none_is_left_out_but_where_a_default_would_come_back_instead() -> None:
    thing = Thing("thg_1", "hongmiao", 3, None, None, None)
    kept: dict[str, Any] = FORM.kept(CODEC.dump_python(thing))
    assert kept.keys() == {"id", "community", "version", "colour", "tags", "facts"}


def test_another_version_is_the_same_in_all_else() -> None:
    thing = Thing("thg_1", "hongmiao", 3, "here", tags=("a",), facts={"b": "c"})
    assert FORM.at_version(thing, 4) == Thing(
        "thg_1", "hongmiao", 4, "here", tags=("a",), facts={"b": "c"}
    )


def test_a_kind_whose_fields_have_no_place_is_refused() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Loose:
        id: str
        community: str
        version: int

    with pytest.raises(TypeError, match="Loose"):
        Form(Loose)
