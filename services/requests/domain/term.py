"""Terms counted in months, by the calendar of Beijing."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from shared.days import start_of


def months_later(day: date, months: int) -> date:
    """The day of the same number so many months later, or that month's last.

    Civil Code (民法典) art. 202: a term counted in months ends on the corresponding day; where the
    month has none, on its last.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def end_of(day: date) -> datetime:
    """The moment at which this day is over in Beijing, in UTC."""
    return start_of(day + timedelta(days=1))
