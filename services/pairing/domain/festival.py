"""Festivals and days of the Chinese lunar calendar (农历), and on which day they fall.

Computed by tyme4py, which only this file knows (``docs/decisions/0021``): GB/T 33661-2017.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from tyme4py.lunar import LunarDay as TymeDay
from tyme4py.lunar import LunarMonth, LunarYear
from tyme4py.solar import SolarDay, SolarTerm

from shared.errors import Invalid

YEARS = range(2020, 2101)
"""The lunar years that may be named: those for which the tests compare it with published days."""
_DAY = timedelta(days=1)


class Festival(StrEnum):
    """A day of the year on which a household is not to be alone."""

    NEW_YEARS_EVE = "new_years_eve"
    SPRING_FESTIVAL = "spring_festival"
    LANTERN = "lantern"
    QINGMING = "qingming"
    DRAGON_BOAT = "dragon_boat"
    MID_AUTUMN = "mid_autumn"
    DOUBLE_NINTH = "double_ninth"
    WINTER_SOLSTICE = "winter_solstice"
    LABA = "laba"


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar calendar: of every year, or with ``year`` of that lunar year alone.

    Of every year, the 30th of a month that has 29 days is kept on the 29th, as birthdays are.
    ``leap``: of the leap month of that number, which only a year by itself can name.
    """

    month: int
    day: int
    year: int | None = None
    leap: bool = False


_LUNAR: Mapping[Festival, tuple[int, int]] = {
    Festival.SPRING_FESTIVAL: (1, 1),
    Festival.LANTERN: (1, 15),
    Festival.DRAGON_BOAT: (5, 5),
    Festival.MID_AUTUMN: (8, 15),
    Festival.DOUBLE_NINTH: (9, 9),
    Festival.LABA: (12, 8),
}
_SOLAR: Mapping[Festival, str] = {
    Festival.QINGMING: "清明",
    Festival.WINTER_SOLSTICE: "冬至",
}


def check(day: LunarDay, *, pointer: str) -> None:
    """``Invalid`` for a lunar day that does not exist, in its year or in any."""
    bounds = 1 <= day.month <= 12 and 1 <= day.day <= 30
    if not bounds or (day.year is not None and day.year not in YEARS):
        raise Invalid("plan.lunar_unknown", pointer=pointer, month=day.month, day=day.day)
    if day.year is None:
        if day.leap:
            raise Invalid("plan.lunar_leap_every_year", pointer=pointer)
        return
    if _days_in(day.year, day.month, day.leap) < day.day:
        raise Invalid(
            "plan.lunar_not_in_year",
            pointer=pointer,
            year=day.year,
            month=day.month,
            day=day.day,
        )


def festivals_of(year: int) -> Mapping[Festival, date]:
    """On which days of this solar year they fall; of two the first, and 腊八 may fall on none."""
    falls = ((festival, days_of_festival(festival, year)) for festival in Festival)
    return {festival: days[0] for festival, days in falls if days}


@lru_cache(maxsize=1024)
def days_of_festival(festival: Festival, year: int) -> tuple[date, ...]:
    """On which days of this solar year it falls."""
    if festival in _SOLAR:
        # Terms are counted from the winter solstice before the year: its own is the next year's.
        of = year + 1 if festival is Festival.WINTER_SOLSTICE else year
        return (_date(SolarTerm(of, _SOLAR[festival]).get_julian_day().get_solar_day()),)
    if festival is Festival.NEW_YEARS_EVE:
        return tuple(day - _DAY for day in days_of_festival(Festival.SPRING_FESTIVAL, year))
    return days_of(LunarDay(*_LUNAR[festival]), year)


@lru_cache(maxsize=16_384)
def days_of(day: LunarDay, year: int) -> tuple[date, ...]:
    """On which days of this solar year a checked lunar day falls: none, one or two."""
    lunar_years = (year - 1, year) if day.year is None else (day.year,)
    falls = (_falls(day, lunar_year) for lunar_year in lunar_years)
    return tuple(each for each in falls if each.year == year)


def _falls(day: LunarDay, lunar_year: int) -> date:
    number = min(day.day, _days_in(lunar_year, day.month, day.leap))
    month = -day.month if day.leap else day.month
    return _date(TymeDay(lunar_year, month, number).get_solar_day())


def _days_in(lunar_year: int, month: int, leap: bool) -> int:
    """29 or 30; 0 for a leap month that this year has not."""
    if leap and LunarYear(lunar_year).get_leap_month() != month:
        return 0
    days: int = LunarMonth(lunar_year, -month if leap else month).get_day_count()
    return days


def _date(day: SolarDay) -> date:
    return date(day.get_year(), day.get_month(), day.get_day())
