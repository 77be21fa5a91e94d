"""Days in Beijing, whatever the moment is in UTC, and periods of them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.days import day_of, on_the_wall, period, start_of
from shared.errors import Invalid

DAYS = st.dates(date(1921, 7, 1), date(2999, 12, 31))


@given(DAYS)
def test_a_day_begins_when_it_says_and_not_a_millisecond_earlier(day: date) -> None:
    assert day_of(start_of(day)) == day
    assert day_of(start_of(day) - timedelta(milliseconds=1)) == day - timedelta(days=1)


def test_midnight_is_that_of_beijing_in_the_summer_time_of_old_as_well() -> None:
    assert start_of(date(2026, 11, 24)) == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert start_of(date(1988, 7, 1)) == datetime(1988, 6, 30, 15, tzinfo=UTC)


def test_a_moment_is_told_as_the_clock_on_the_wall_has_it() -> None:
    assert on_the_wall(datetime(2026, 11, 23, 16, 5, 59, tzinfo=UTC)) == "2026-11-24 00:05"


@given(DAYS, st.integers(0, 400))
def test_a_period_is_of_its_whole_days(first_on: date, more: int) -> None:
    last_on = min(first_on + timedelta(days=more), date(2999, 12, 31))

    found = period(first_on, last_on, days_max=401)

    assert day_of(found.since) == first_on
    assert day_of(found.until - timedelta(milliseconds=1)) == last_on


def test_a_fault_is_told_where_the_day_was_told() -> None:
    with pytest.raises(Invalid) as refused:
        period(date(2026, 2, 2), date(2026, 2, 1), days_max=5, where="/")
    assert (refused.value.code, refused.value.facts["pointer"]) == (
        "period.ends_first",
        "/last_on",
    )
