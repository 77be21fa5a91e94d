"""Days as the people of a community count them: by the clocks of Beijing, all over China."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """The day that it is in Beijing at this moment."""
    return moment.astimezone(BEIJING).date()


def start_of(day: date) -> datetime:
    """The moment at which this day begins in Beijing, in UTC."""
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)
