"""Terms in months, and days as Beijing has them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.term import end_of, months_later
from shared.days import day_of

DAYS = st.dates(date(2020, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 5, 4), 1, date(2026, 6, 4)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 30), 14, date(2028, 1, 30)),
    ],
)
def test_a_month_ends_on_the_corresponding_day_or_the_last(
    day: date, months: int, expected: date
) -> None:
    assert months_later(day, months) == expected


@given(DAYS, st.integers(0, 60))
def test_so_many_months_are_that_many_on_the_calendar(day: date, months: int) -> None:
    later = months_later(day, months)

    assert later.year * 12 + later.month == day.year * 12 + day.month + months
    assert later.day <= day.day
    assert later.day == day.day or months_later(later + timedelta(days=1), 0).day == 1


@given(DAYS)
def test_a_day_is_over_at_midnight_in_beijing(day: date) -> None:
    over = end_of(day)

    assert over.tzinfo is UTC
    assert over.hour == 16
    assert day_of(over - timedelta(microseconds=1)) == day
    assert day_of(over) == day + timedelta(days=1)


def test_a_late_evening_in_utc_is_the_next_day_in_beijing() -> None:
    assert day_of(datetime(2026, 5, 4, 16, 0, tzinfo=UTC)) == date(2026, 5, 5)
