"""Exemplars: by figures of days that are over, and by no other hand than another's."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import exemplar, thanks
from services.pairing.domain.exemplar import Merit, ranked
from services.pairing.domain.tally import Figures, Row
from services.pairing.tests.encouragement_samples import APRIL, MERIT, an_exemplar
from services.pairing.tests.samples import NOW, SECRETARY, a_member
from shared.errors import Conflict, Invalid, NotAllowed

ROWS = st.lists(
    st.builds(
        Row,
        st.integers(0, 99).map(lambda number: (f"mem_{number:02}",)),
        st.builds(Figures, st.integers(1, 9), st.integers(0, 90), st.just(0), st.integers(0, 30)),
    ),
    unique_by=lambda row: row.key,
    max_size=20,
)


@given(ROWS)
def test_the_place_is_one_more_than_those_who_did_more(rows: list[Row]) -> None:
    merits = ranked(rows)

    assert sorted(each.member_id for each in merits) == sorted(row.key[0] for row in rows)
    assert [each.place for each in merits] == sorted(each.place for each in merits)
    for merit in merits:
        better = [
            row
            for row in rows
            if (row.figures.points, row.figures.minutes) > (merit.points, merit.minutes)
        ]
        assert (merit.place, merit.members) == (len(better) + 1, len(rows))


def test_whoever_is_named_stands_there_with_their_figures() -> None:
    named = an_exemplar()

    assert (named.merit, named.first_on, named.last_on) == (MERIT, *APRIL)
    assert (named.named_by, named.named_at) == (SECRETARY, NOW)


def test_nobody_is_named_before_the_days_are_over_or_without_a_record() -> None:
    today = date(2026, 4, 1), date(2026, 5, 4)
    with pytest.raises(Invalid, match=r"exemplar\.days_not_over"):
        exemplar.name(
            id="exm_1", member=a_member(), days=today, ranking=[MERIT], by=SECRETARY, at=NOW
        )
    with pytest.raises(Conflict, match=r"exemplar\.nothing_confirmed"):
        exemplar.name(id="exm_1", member=a_member(), days=APRIL, ranking=[], by=SECRETARY, at=NOW)


def test_nobody_names_or_thanks_themselves() -> None:
    member = a_member()
    with pytest.raises(NotAllowed, match=r"exemplar\.own"):
        exemplar.name(
            id="exm_1", member=member, days=APRIL, ranking=[MERIT], by=member.person_id, at=NOW
        )
    with pytest.raises(NotAllowed, match=r"thanks\.own"):
        thanks.give(id="thk_1", member=member, by=member.person_id, at=NOW)


def test_the_same_figures_are_not_told_again_and_others_are() -> None:
    named = an_exemplar()
    assert exemplar.recount(named, ranking=[MERIT], at=NOW) is None

    fewer = exemplar.recount(named, ranking=[replace(MERIT, points=40, place=2)], at=NOW)
    none = exemplar.recount(named, ranking=[replace(MERIT, member_id="mem_2")], at=NOW)

    assert fewer is not None
    assert (fewer[0].merit.points, fewer[0].recounted_at) == (40, NOW)
    assert none is not None
    assert none[0].merit == Merit("mem_1", records=0, minutes=0, points=0, place=2, members=2)


def test_words_of_thanks_are_in_no_event() -> None:
    given_, (event,) = thanks.give(
        id="thk_1", member=a_member(), by=SECRETARY, at=NOW, words="谢谢您照顾王奶奶"
    )
    assert given_.words == "谢谢您照顾王奶奶"
    assert "王奶奶" not in event.model_dump_json()
