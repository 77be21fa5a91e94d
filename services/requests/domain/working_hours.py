"""Which time counts (工作日历): day and night, or working hours with holidays and make-up days.

An estate's clock is Beijing's (``shared.days``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from shared.days import day_of, start_of

MONDAY_TO_FRIDAY = (1, 2, 3, 4, 5)
MINUTES_OF_DAY = 24 * 60
DAYS_WITHOUT_WORK_MAX = 400
"""More days in a row without any work are a mistake in the data; from then on all time counts."""
_A_DAY = timedelta(days=1)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class YearDays:
    """How a year differs from its weekdays, as ISO dates: holidays, and make-up days (调休)."""

    year: int
    holidays: tuple[str, ...]
    make_up_days: tuple[str, ...]


def _days(year: int, *spans: tuple[int, int, int]) -> tuple[str, ...]:
    """ISO dates from (month, first day, last day)."""
    return tuple(
        date(year, month, day).isoformat()
        for month, first, last in spans
        for day in range(first, last + 1)
    )


PUBLIC_HOLIDAYS: Mapping[int, YearDays] = {
    # The State Council's notice of 2025-11-04 on the holidays of 2026, in its order (copy at
    # saidakeji.com/show-9783.html). Later years are data that staff enter once they are published.
    2026: YearDays(
        2026,
        _days(2026, (1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27))
        + _days(2026, (10, 1, 7)),
        _days(2026, (1, 4, 4), (2, 14, 14), (2, 28, 28), (5, 9, 9), (9, 20, 20), (10, 10, 10)),
    )
}


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours of the day that count, on weekdays but for holidays, and on make-up days.

    ``opens`` and ``closes`` are minutes of the day in Beijing, ``weekdays`` are ISO's (1: Monday),
    ``holidays`` and ``make_up_days`` ISO dates. A make-up day is worked whatever weekday it is. A
    day of which nothing is said goes by its weekday.
    """

    opens: int
    closes: int
    weekdays: tuple[int, ...] = MONDAY_TO_FRIDAY
    holidays: tuple[str, ...] = ()
    make_up_days: tuple[str, ...] = ()

    def works(self, day: date) -> bool:
        """Whether there is work on this day at all."""
        name = day.isoformat()
        if name in self.make_up_days:
            return True
        return day.isoweekday() in self.weekdays and name not in self.holidays


def counted(hours: WorkingHours | None, start: datetime, end: datetime) -> timedelta:
    """How much of the time from start to end counts; none if the end is not after the start."""
    if end <= start:
        return timedelta(0)
    if hours is None:
        return end - start
    total = timedelta(0)
    for opens, closes in _worked(hours, start):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def passed(hours: WorkingHours | None, start: datetime, span: timedelta) -> datetime:
    """The first moment from ``start`` on at which so much time that counts has passed."""
    if hours is None or span <= timedelta(0):
        return start + span
    for opens, closes in _worked(hours, start):
        if closes - opens >= span:
            return opens + span
        span -= closes - opens
    raise AssertionError  # pragma: no cover  the spans never end


def _worked(hours: WorkingHours, start: datetime) -> Iterator[Span]:
    """The spans that count from ``start`` on, in order, in UTC, without end."""
    day, idle = day_of(start), 0
    while idle < DAYS_WITHOUT_WORK_MAX:
        idle += 1
        if hours.works(day):
            midnight = start_of(day)
            opens = max(start, midnight + timedelta(minutes=hours.opens))
            closes = midnight + timedelta(minutes=hours.closes)
            if opens < closes:
                idle = 0
                yield opens, closes
        day += _A_DAY
    yield max(start, start_of(day)), datetime.max.replace(tzinfo=UTC)
