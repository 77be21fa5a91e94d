"""Months as the people of a community count them, written ``2026-11``; they sort as texts."""

import re
from datetime import date, datetime

from shared.days import Period, day_of, start_of
from shared.errors import Invalid

YEAR_MIN, YEAR_MAX = 2000, 2999
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def month_of(moment: datetime) -> str:
    """The month that it is in Beijing at this moment."""
    return day_of(moment).strftime("%Y-%m")


def following(month: str) -> str:
    """The month after it."""
    return start_after(month).strftime("%Y-%m")


def span_of(month: str) -> Period:
    """From its first moment until before the first of the next, in Beijing."""
    return Period(start_of(date.fromisoformat(f"{month}-01")), start_of(start_after(month)))


def start_after(month: str) -> date:
    """The first day of the month after it."""
    year, number = int(month[:4]), int(month[5:])
    return date(year + 1, 1, 1) if number == 12 else date(year, number + 1, 1)


def check_month(month: str, *, pointer: str) -> None:
    """Passes if it is one; ``Invalid`` ``month.unknown`` if not."""
    found = _MONTH.fullmatch(month)
    if found is None or not YEAR_MIN <= int(found[1]) <= YEAR_MAX:
        raise Invalid("month.unknown", pointer=pointer)
