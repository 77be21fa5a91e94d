"""Time that counts: always, or in working hours with holidays and make-up days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.working_hours import (
    DAYS_WITHOUT_WORK_MAX,
    PUBLIC_HOLIDAYS,
    WorkingHours,
    counted,
    passed,
)
from shared.days import BEIJING

YEAR = PUBLIC_HOLIDAYS[2026]
NINE_TO_FIVE = WorkingHours(9 * 60, 17 * 60, holidays=YEAR.holidays, make_up_days=YEAR.make_up_days)
A_DAY = timedelta(hours=8)

moments = st.integers(0, 353 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
spans = st.timedeltas(timedelta(0), timedelta(days=10))
calendars = st.one_of(
    st.none(),
    st.just(NINE_TO_FIVE),
    st.builds(
        WorkingHours,
        opens=st.integers(0, 600),
        closes=st.integers(601, 1440),
        weekdays=st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))),
        holidays=st.just(YEAR.holidays),
        make_up_days=st.just(YEAR.make_up_days),
    ),
)


def beijing(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        # Friday noon and eight hours: the rest of Friday, and Monday until noon.
        (beijing(3, 6, 12), A_DAY, beijing(3, 9, 12)),
        # Before it opens, and after it closed.
        (beijing(3, 9, 3), timedelta(hours=1), beijing(3, 9, 10)),
        (beijing(3, 9, 20), timedelta(hours=1), beijing(3, 10, 10)),
        # Ends with the day, not with the beginning of the next.
        (beijing(3, 9, 9), A_DAY, beijing(3, 9, 17)),
        # Spring Festival: 14 February (Saturday) is worked, then nine days are not.
        (beijing(2, 13, 17), 2 * A_DAY, beijing(2, 24, 17)),
        # National Day: Wednesday 30 September, back on Thursday 8, and Saturday 10 is worked.
        (beijing(9, 30, 9), 4 * A_DAY, beijing(10, 10, 17)),
        (beijing(3, 7), timedelta(0), beijing(3, 7)),
    ],
)
def test_a_span_of_work_ends_when_people_would_say(
    start: datetime, span: timedelta, end: datetime
) -> None:
    assert passed(NINE_TO_FIVE, start, span) == end


def test_the_holidays_of_2026_are_those_of_the_notice() -> None:
    assert (len(YEAR.holidays), len(YEAR.make_up_days)) == (33, 6)
    off_weekdays = [day for day in map(date.fromisoformat, YEAR.holidays) if day.isoweekday() < 6]
    assert len(off_weekdays) == 13 + len(YEAR.make_up_days)  # 13 days by law, the rest is worked
    assert all(date.fromisoformat(day).isoweekday() > 5 for day in YEAR.make_up_days)


@given(calendars, moments, spans)
def test_the_end_of_a_span_is_the_first_moment_at_which_it_has_counted(
    hours: WorkingHours | None, start: datetime, span: timedelta
) -> None:
    end = passed(hours, start, span)
    assert counted(hours, start, end) == span
    if span:
        assert counted(hours, start, end - timedelta(microseconds=1)) < span


@given(calendars, moments, spans, spans)
def test_time_counts_the_same_in_parts_as_in_one(
    hours: WorkingHours | None, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    parts = counted(hours, start, middle) + counted(hours, middle, end)
    assert parts == counted(hours, start, end) <= end - start


@given(calendars, moments, st.integers(0, 24 * 20))
def test_time_counts_as_one_who_looks_at_every_minute_would_say(
    hours: WorkingHours | None, start: datetime, quarters: int
) -> None:
    start = start.replace(minute=0, second=0, microsecond=0)
    minutes = [start + timedelta(minutes=n) for n in range(15 * quarters)]
    works = {day: _works(hours, day) for day in {at.astimezone(BEIJING).date() for at in minutes}}
    seen = sum(_counts(hours, works, minute.astimezone(BEIJING)) for minute in minutes)
    end = start + timedelta(minutes=15 * quarters)
    assert counted(hours, start, end) == timedelta(minutes=seen)


def _works(hours: WorkingHours | None, day: date) -> bool:
    if hours is None or day.isoformat() in hours.make_up_days:
        return True
    return day.isoweekday() in hours.weekdays and day.isoformat() not in hours.holidays


def _counts(hours: WorkingHours | None, works: dict[date, bool], minute: datetime) -> bool:
    if hours is None:
        return True
    return works[minute.date()] and hours.opens <= minute.hour * 60 + minute.minute < hours.closes


def test_an_end_before_the_start_counts_nothing() -> None:
    assert counted(None, beijing(3, 2), beijing(3, 1)) == timedelta(0)


def test_a_calendar_without_any_work_does_not_hang() -> None:
    never = WorkingHours(9 * 60, 17 * 60, weekdays=())
    end = passed(never, beijing(3, 2), timedelta(hours=1))
    assert end == beijing(3, 2) + timedelta(days=DAYS_WITHOUT_WORK_MAX, hours=1)
