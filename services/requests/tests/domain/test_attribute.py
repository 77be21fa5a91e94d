"""The questions of a service type, and what answers them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.attribute import Attribute, Datatype, Value, answered
from shared.errors import Invalid

VALUES = (Value("a", "甲", "A"), Value("b", "乙", "B"), Value("c", "丙", "C"))


def question(datatype: Datatype, *, required: bool = False, variable: bool = True) -> Attribute:
    """A question of this kind, with choices if it is to have some."""
    listed = datatype in (Datatype.SINGLE, Datatype.MULTI)
    values = VALUES if listed else ()
    return Attribute("q", datatype, "问题", "Question", required, variable, values=values)


def answer(datatype: Datatype, *texts: str) -> tuple[str, ...]:
    return answered([question(datatype)], {"q": texts}).get("q", ())


@pytest.mark.parametrize(
    ("datatype", "sent", "kept"),
    [
        (Datatype.STRING, ["  3号楼 "], ("3号楼",)),
        (Datatype.STRING, ["", " "], ()),
        (Datatype.STRING, ["字" * 200], ("字" * 200,)),
        (Datatype.TEXT, ["一\n二\t三"], ("一\n二\t三",)),
        (Datatype.NUMBER, ["18.50"], ("18.50",)),
        (Datatype.NUMBER, ["-3"], ("-3",)),
        (Datatype.DATETIME, ["2026-05-04T08:30:00+08:00"], ("2026-05-04T00:30:00Z",)),
        (Datatype.SINGLE, ["b"], ("b",)),
        (Datatype.SINGLE, ["b", "b"], ("b",)),
        (Datatype.MULTI, ["c", "a", "c"], ("a", "c")),
    ],
)
def test_an_answer_is_kept_in_one_form(
    datatype: Datatype, sent: list[str], kept: tuple[str, ...]
) -> None:
    assert answer(datatype, *sent) == kept


@pytest.mark.parametrize(
    ("datatype", "sent", "code"),
    [
        (Datatype.STRING, ["字" * 201], "attribute.too_long"),
        (Datatype.STRING, ["一\n二"], "attribute.no_text"),
        (Datatype.STRING, ["一", "二"], "attribute.only_one"),
        (Datatype.TEXT, ["字" * 2001], "attribute.too_long"),
        (Datatype.TEXT, ["一\x00"], "attribute.no_text"),
        *[
            (Datatype.NUMBER, [text], "attribute.no_number")
            for text in ("three", "1e9", "NaN", "Infinity", "0x10", "1,5", "٣", "1.", "9" * 16)
        ],
        *[
            (Datatype.DATETIME, [text], "attribute.no_datetime")
            for text in (
                "2026-05-04",
                "2026-05-04T08:30:00",
                "tomorrow",
                "0001-01-01T00:00:00+08:00",
                "9999-12-31T23:59:59-08:00",
            )
        ],
        (Datatype.SINGLE, ["d"], "attribute.no_choice"),
        (Datatype.SINGLE, ["a", "b"], "attribute.only_one"),
        (Datatype.MULTI, ["a", "A"], "attribute.no_choice"),
    ],
)
def test_an_answer_of_the_wrong_form_is_refused_at_its_question(
    datatype: Datatype, sent: list[str], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        answer(datatype, *sent)

    assert refused.value.code == code
    assert refused.value.facts["pointer"] == "/attributes/q"


@pytest.mark.parametrize("given", [{}, {"q": ()}, {"q": ("  ",)}])
def test_what_is_required_must_be_answered(given: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(Invalid) as refused:
        answered([question(Datatype.STRING, required=True)], given)

    assert refused.value.code == "attribute.required"


@pytest.mark.parametrize("attributes", [[], [question(Datatype.TEXT, variable=False)]])
def test_an_answer_that_nobody_asked_for_is_refused_without_repeating_it(
    attributes: list[Attribute],
) -> None:
    with pytest.raises(Invalid) as refused:
        answered(attributes, {"q": ("130 0000 0000",)})

    assert refused.value.code == "attribute.unknown"
    assert "130" not in str(refused.value)


@given(
    st.sampled_from(Datatype),
    st.lists(st.text() | st.sampled_from(["a", "b", "c", "1.5", "2026-05-04T08:30:00Z"])),
)
def test_what_is_kept_is_kept_the_same_when_sent_again(datatype: Datatype, sent: list[str]) -> None:
    attributes = [question(datatype)]
    try:
        kept = answered(attributes, {"q": sent})
    except Invalid:
        return

    assert answered(attributes, kept) == kept
    assert sum(len(text) for text in kept.get("q", ())) <= 2000


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment_is_kept_as_that_moment(moment: datetime) -> None:
    (kept,) = answer(Datatype.DATETIME, moment.isoformat())

    assert datetime.fromisoformat(kept) == moment
