"""Terms counted in months, by the calendar of Beijing."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from services.requests.domain.working_hours import BEIJING


def months_later(day: date, months: int) -> date:
    """The day of the same number so many months later, or that month's last.

    Civil Code (民法典) art. 202: a term counted in months ends on the corresponding day; where the
    month has none, on its last.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def day_of(moment: datetime) -> date:
    """The day that it is in Beijing at this moment."""
    return moment.astimezone(BEIJING).date()


def end_of(day: date) -> datetime:
    """The moment at which this day is over in Beijing, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), BEIJING).astimezone(UTC)
