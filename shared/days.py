"""Days as the people of a community count them: by the clocks of Beijing, all over China."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.errors import Invalid

BEIJING = ZoneInfo("Asia/Shanghai")
YEAR_MIN, YEAR_MAX = 1900, 2999


@dataclass(frozen=True, slots=True)
class Period:
    """From a moment, until before another."""

    since: datetime
    until: datetime


def day_of(moment: datetime) -> date:
    """The day that it is in Beijing at this moment."""
    return moment.astimezone(BEIJING).date()


def on_the_wall(moment: datetime) -> str:
    """The moment as a clock and a calendar on the wall show it in Beijing, to the minute."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def start_of(day: date) -> datetime:
    """The moment at which this day begins in Beijing, in UTC; of the first day that there is, the
    first moment that there is."""
    if day == date.min:
        return datetime.min.replace(tzinfo=UTC)
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)


def period(
    first_on: date,
    last_on: date,
    *,
    days_max: int,
    year_min: int = YEAR_MIN,
    where: str = "query:",
) -> Period:
    """Whole days in Beijing, both included; ``where`` they were told, for the pointer to a fault.

    ``Invalid`` if they end first, are more than ``days_max``, or are of another age.
    """
    for name, day in (("first_on", first_on), ("last_on", last_on)):
        if not year_min <= day.year <= YEAR_MAX:
            limits = {"least": year_min, "most": YEAR_MAX}
            raise Invalid("period.day_out_of_range", pointer=f"{where}{name}", **limits)
    days = (last_on - first_on).days + 1
    if days < 1:
        raise Invalid("period.ends_first", pointer=f"{where}last_on")
    if days > days_max:
        raise Invalid("period.too_long", pointer=f"{where}last_on", limit=days_max)
    return Period(start_of(first_on), start_of(last_on + timedelta(days=1)))
