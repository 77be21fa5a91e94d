"""When a venue is open, and what of that may be booked."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain.booking import (
    TRANSITIONS,
    Booking,
    BookingAction,
    BookingEnd,
    BookingState,
    cancel,
    miss,
    use,
)
from services.property.domain.venue import (
    QUARTER,
    Offer,
    Opening,
    SpecialDay,
    VenueRules,
    check_time,
    quarters,
    set_rules,
)
from shared.days import day_of, start_of
from shared.errors import Conflict, Invalid
from shared.testing import refused_by_table

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # a Tuesday, 16:00 in Beijing
TOMORROW = date(2026, 11, 25)
OFFER = Offer((Opening(3, "09:00", "12:00"), Opening(3, "14:00", "24:00")), (), 30, 180, 14)
RULES = VenueRules("vru_1", "hm", 0, "est_1", "fac_1", OFFER)
BOOKING = Booking(
    id="bkg_1",
    community="hm",
    version=1,
    state=BookingState.BOOKED,
    estate_id="est_1",
    facility_id="fac_1",
    dwelling_id="dwl_1",
    person_id="per_1",
    booked_at=NOW,
    starts_at=NOW,
    ends_at=NOW + timedelta(hours=1),
    quarters=quarters(NOW, NOW + timedelta(hours=1)),
)


def at(hours: float, day: date = TOMORROW) -> datetime:
    return start_of(day) + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("since", "until", "code", "pointer"),
    [
        (at(9.1), at(10), "booking.quarters", "/starts_at"),
        (at(9), at(10) + timedelta(seconds=1), "booking.quarters", "/ends_at"),
        (at(9), at(9.25), "booking.length", "/ends_at"),
        (at(10), at(9), "booking.length", "/ends_at"),
        (at(14), at(17.25), "booking.length", "/ends_at"),
        (NOW - QUARTER, NOW + QUARTER, "booking.past", "/starts_at"),
        (at(9, date(2026, 12, 9)), at(10, date(2026, 12, 9)), "booking.too_far_ahead", None),
        (at(8.75), at(9.75), "booking.closed", "/starts_at"),
        (at(11.5), at(12.25), "booking.closed", "/starts_at"),
        (at(11), at(14), "booking.closed", "/starts_at"),
        (at(23.5), at(24.5), "booking.closed", "/starts_at"),
        (at(9, date(2026, 11, 26)), at(10, date(2026, 11, 26)), "booking.closed", "/starts_at"),
    ],
)
def test_what_cannot_be_booked_is_refused_at_its_place(
    since: datetime, until: datetime, code: str, pointer: str | None
) -> None:
    with pytest.raises(Invalid) as caught:
        check_time(OFFER, since, until, at=NOW)
    assert caught.value.code == code
    assert pointer in (None, caught.value.facts["pointer"])


def test_a_venue_is_booked_until_midnight_and_to_the_last_day_ahead() -> None:
    check_time(OFFER, at(22), at(24), at=NOW)
    last = date(2026, 12, 2)
    check_time(replace(OFFER, ahead_days=8), at(9, last), at(10, last), at=NOW)
    with pytest.raises(Invalid, match=r"booking\.too_far_ahead"):
        check_time(replace(OFFER, ahead_days=7), at(9, last), at(10, last), at=NOW)


def test_a_special_day_counts_instead_of_its_weekday() -> None:
    closed = replace(OFFER, special_days=(SpecialDay(TOMORROW),))
    with pytest.raises(Invalid, match=r"booking\.closed"):
        check_time(closed, at(9), at(10), at=NOW)
    early = replace(OFFER, special_days=(SpecialDay(TOMORROW, "06:00", "07:00"),))
    check_time(early, at(6), at(7), at=NOW)
    assert early.open_on(TOMORROW) == (("06:00", "07:00"),)


@pytest.mark.parametrize(
    ("told", "code", "pointer"),
    [
        ({"opening_hours": (Opening(0, "09:00", "10:00"),)}, "venue.weekday", "0/weekday"),
        ({"opening_hours": (Opening(1, "9:00", "10:00"),)}, "venue.time", "0/open_from"),
        ({"opening_hours": (Opening(1, "09:00", "24:15"),)}, "venue.time", "0/open_until"),
        ({"opening_hours": (Opening(1, "09:10", "10:00"),)}, "venue.time", "0/open_from"),
        ({"opening_hours": (Opening(1, "10:00", "10:00"),)}, "venue.ends_first", "0/open_until"),
        (
            {"opening_hours": (Opening(1, "09:00", "11:00"), Opening(1, "10:45", "12:00"))},
            "venue.hours_meet",
            "/opening_hours/1",
        ),
        ({"opening_hours": (Opening(1, "09:00", "10:00"),) * 22}, "venue.too_many_hours", "hours"),
        ({"special_days": (SpecialDay(TOMORROW),) * 2}, "venue.day_twice", "/special_days/1/day"),
        ({"special_days": (SpecialDay(TOMORROW),) * 61}, "venue.too_many_days", "/special_days"),
        ({"special_days": (SpecialDay(TOMORROW, "09:00"),)}, "venue.time", "/special_days/0"),
        ({"least_minutes": 20}, "venue.minutes", "/least_minutes"),
        ({"most_minutes": 15}, "venue.minutes", "/most_minutes"),
        ({"most_minutes": 735}, "venue.minutes", "/most_minutes"),
        ({"ahead_days": 91}, "venue.ahead_days", "/ahead_days"),
    ],
)
def test_rules_that_make_no_sense_are_refused_at_their_place(
    told: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as caught:
        set_rules(RULES, replace(OFFER, **told))
    assert caught.value.code == code
    assert str(caught.value.facts["pointer"]).endswith(pointer)


@given(
    since=st.integers(0, 95), length=st.integers(1, 16), first=st.integers(0, 95), n=st.integers(1)
)
def test_what_may_be_booked_lies_in_open_hours_and_is_made_of_its_quarters(
    since: int, length: int, first: int, n: int
) -> None:
    def clock(quarter: int) -> str:
        return f"{quarter // 4:02}:{quarter % 4 * 15:02}"

    last = min(96, first + 1 + n % 96)
    hours = (Opening(3, clock(first), clock(last)),)
    offer, _ = set_rules(RULES, Offer(hours, (), 15, 720, 14))
    start = at(0) + since * QUARTER
    end = start + length * QUARTER
    fits = first <= since and since + length <= last
    if fits and length <= 48:
        check_time(offer.offer, start, end, at=NOW)
    else:
        with pytest.raises(Invalid):
            check_time(offer.offer, start, end, at=NOW)
    held = quarters(start, end)
    assert (held[0], held[-1] + QUARTER, len(held)) == (start, end, length)
    assert day_of(start) == TOMORROW


def acted(action: BookingAction, booking: Booking) -> Any:
    if action is BookingAction.CANCEL:
        return cancel(booking, BookingEnd.DESK, at=NOW)
    return (use if action is BookingAction.USE else miss)(booking, at=NOW)


@pytest.mark.parametrize("action", BookingAction)
@pytest.mark.parametrize("state", BookingState)
def test_a_booking_moves_as_its_table_says_and_frees_what_nobody_uses(
    state: BookingState, action: BookingAction
) -> None:
    booking = replace(BOOKING, state=state)
    if action not in TRANSITIONS[state]:
        with refused_by_table("booking", state, action):
            acted(action, booking)
        return
    after, events = acted(action, booking)
    assert after.state is TRANSITIONS[state][action]
    assert after.holds is (action is BookingAction.USE)
    assert len(events) == 1


def test_a_person_cancels_before_it_begins_and_the_desk_says_who_came_after_that() -> None:
    with pytest.raises(Conflict, match=r"booking\.begun"):
        cancel(BOOKING, BookingEnd.PERSON, at=NOW)
    for act in (use, miss):
        with pytest.raises(Conflict, match=r"booking\.not_begun"):
            act(BOOKING, at=NOW - QUARTER)
