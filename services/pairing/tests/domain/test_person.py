"""A resident's record: what is refused, what is masked, what is forgotten."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.pairing.domain import person
from services.pairing.domain.erasure import ErasureReason
from services.pairing.domain.person import PersonState
from services.pairing.tests.samples import NOW
from services.pairing.tests.samples_person import PARTICULARS, a_person
from shared.errors import Invalid
from shared.events.pairing_register import PersonErased, PersonRegistered

TODAY = NOW.date()


def test_a_new_resident_is_told_by_id_alone() -> None:
    new, events = person.register(id="per_1", community="hongmiao", told=PARTICULARS, on=TODAY)

    assert new.state is PersonState.REGISTERED
    assert (new.phone, new.languages) == ("13800000000", ("cmn", "zh-sichuan"))
    assert events == [PersonRegistered(person_id="per_1")]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"birth_date": date(2026, 5, 5)}, "person.born_in_future", "/birth_date"),
        ({"birth_date": date(1895, 12, 31)}, "person.born_long_ago", "/birth_date"),
        ({"phone": "12ab"}, "contact.phone", "/phone"),
        ({"languages": ("Chinese",)}, "codes.malformed", "/languages/0"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(
    changes: dict[str, Any], code: str, pointer: str
) -> None:
    told = replace(PARTICULARS, **changes)

    with pytest.raises(Invalid) as refused:
        person.register(id="per_1", community="hongmiao", told=told, on=TODAY)
    assert (refused.value.code, refused.value.facts["pointer"]) == (code, pointer)
    with pytest.raises(Invalid, match=code):
        person.change(a_person(), told=told, on=TODAY)


def test_who_is_born_today_or_130_years_ago_may_be_registered() -> None:
    for born in (TODAY, date(1896, 1, 1)):
        told = replace(PARTICULARS, birth_date=born)
        assert person.change(a_person(), told=told, on=TODAY)[0].birth_date == born


def test_what_is_so_already_is_no_change() -> None:
    assert person.change(a_person(), told=PARTICULARS, on=TODAY) == (a_person(), [])


def test_who_left_lives_nowhere_here_until_they_come_back() -> None:
    gone, _ = person.leave(a_person())
    back, _ = person.come_back(gone, dwelling_id="dwl_2")

    assert (gone.dwelling_id, back.dwelling_id) == (None, "dwl_2")
    assert replace(back, dwelling_id="dwl_1") == a_person()


def test_nothing_of_who_is_erased_remains_but_the_id_and_when() -> None:
    erased, events = person.erase(a_person(), reason=ErasureReason.ORDERED, at=NOW)

    kept = {name for name in erased.__slots__ if getattr(erased, name) not in (None, (), "", 0)}
    assert kept == {"id", "community", "state", "erased_at"}
    assert events == [PersonErased(person_id=erased.id, reason="ordered")]
