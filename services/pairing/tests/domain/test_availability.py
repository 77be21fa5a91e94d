"""Slots of a week: which there are, which are refused, and what two lists have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain.availability import TimeSlot, check_slots, common_minutes
from shared.errors import Invalid

MONDAY = TimeSlot(1, "09:00", "11:30")


@st.composite
def slots(draw: st.DrawFn) -> TimeSlot:
    start = draw(st.integers(0, 24 * 60 - 1))
    end = draw(st.integers(start + 1, 24 * 60))
    return TimeSlot(
        draw(st.integers(1, 7)), *(f"{at // 60:02}:{at % 60:02}" for at in (start, end))
    )


def minutes(slot: TimeSlot) -> set[tuple[int, int]]:
    """Every minute of the slot, one by one."""
    bounds = [int(clock[:2]) * 60 + int(clock[3:]) for clock in (slot.start, slot.end)]
    return {(slot.weekday, minute) for minute in range(*bounds)}


@pytest.mark.parametrize(
    ("slot", "code", "place"),
    [
        (TimeSlot(0, "09:00", "10:00"), "availability.weekday", "weekday"),
        (TimeSlot(8, "09:00", "10:00"), "availability.weekday", "weekday"),
        (TimeSlot(1, "9:00", "10:00"), "availability.clock", "start"),
        (TimeSlot(1, "09:00", "10:60"), "availability.clock", "end"),
        (TimeSlot(1, "09:00", "24:01"), "availability.clock", "end"),
        (TimeSlot(1, "09:00", "10:00\n"), "availability.clock", "end"),
        (TimeSlot(1, "09:00", "٠٩:٣٠"), "availability.clock", "end"),
        (TimeSlot(1, "09:00", "09:00"), "availability.order", "end"),
        (TimeSlot(1, "24:00", "09:00"), "availability.order", "end"),
    ],
)
def test_what_is_no_slot_is_refused_with_its_place(slot: TimeSlot, code: str, place: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_slots((MONDAY, slot), field="availability")
    assert caught.value.code == code
    assert caught.value.facts["pointer"] == f"/availability/1/{place}"


def test_slots_come_back_in_the_order_of_the_week() -> None:
    evening, sunday = TimeSlot(1, "18:00", "24:00"), TimeSlot(7, "00:00", "24:00")
    assert check_slots((sunday, evening, MONDAY), field="a") == (MONDAY, evening, sunday)


def test_slots_that_touch_are_two_and_slots_that_overlap_are_refused() -> None:
    assert len(check_slots((MONDAY, TimeSlot(1, "11:30", "12:00")), field="a")) == 2
    with pytest.raises(Invalid, match=r"availability\.overlaps"):
        check_slots((TimeSlot(1, "11:29", "12:00"), MONDAY), field="a")


def test_more_slots_than_a_week_needs_are_refused() -> None:
    with pytest.raises(Invalid, match=r"availability\.too_many"):
        check_slots((MONDAY,) * 43, field="a")


@given(slots(), slots())
def test_two_slots_have_the_minutes_in_common_that_are_in_both(
    one: TimeSlot, other: TimeSlot
) -> None:
    assert common_minutes([one], [other]) == len(minutes(one) & minutes(other))


@given(st.lists(slots(), max_size=6))
def test_a_list_is_taken_exactly_if_no_minute_is_in_it_twice(week: list[TimeSlot]) -> None:
    whole = [minute for slot in week for minute in minutes(slot)]
    if len(whole) == len(set(whole)):
        assert set(check_slots(tuple(week), field="a")) == set(week)
    else:
        with pytest.raises(Invalid, match=r"availability\.overlaps"):
            check_slots(tuple(week), field="a")
