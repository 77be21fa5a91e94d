"""Which time counts (工作日历): day and night, or working hours with holidays and make-up days.

An estate's clock is Beijing's, which has known no summer time since 1991.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
MONDAY_TO_FRIDAY = (1, 2, 3, 4, 5)
DAYS_WITHOUT_WORK_MAX = 400
"""More days in a row than this without any work are a mistake in the data, not a calendar."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours of the day that count, on weekdays but for holidays, and on make-up days (调休).

    ``opens`` and ``closes`` are minutes of the day in Beijing, ``weekdays`` are ISO's (1: Monday),
    ``holidays`` and ``make_up_days`` are ISO dates. A make-up day works whatever weekday it is.
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
