"""Festivals against the days that were published, and lunar days that there are not."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain.festival import (
    YEARS,
    Festival,
    LunarDay,
    check,
    days_of,
    days_of_festival,
    festivals_of,
)
from shared.errors import Invalid

# Written down by hand from the calendars of the Hong Kong Observatory and the State Council's
# notices on holidays, not from any library.
PUBLISHED = {
    Festival.SPRING_FESTIVAL: (
        "2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03"
    ),
    Festival.NEW_YEARS_EVE: (
        "2024-02-09 2025-01-28 2026-02-16 2027-02-05 2028-01-25 2029-02-12 2030-02-02"
    ),
    Festival.LANTERN: (
        "2024-02-24 2025-02-12 2026-03-03 2027-02-20 2028-02-09 2029-02-27 2030-02-17"
    ),
    Festival.QINGMING: (
        "2024-04-04 2025-04-04 2026-04-05 2027-04-05 2028-04-04 2029-04-04 2030-04-05"
    ),
    Festival.DRAGON_BOAT: (
        "2024-06-10 2025-05-31 2026-06-19 2027-06-09 2028-05-28 2029-06-16 2030-06-05"
    ),
    Festival.MID_AUTUMN: (
        "2024-09-17 2025-10-06 2026-09-25 2027-09-15 2028-10-03 2029-09-22 2030-09-12"
    ),
    Festival.DOUBLE_NINTH: (
        "2024-10-11 2025-10-29 2026-10-18 2027-10-08 2028-10-26 2029-10-16 2030-10-05"
    ),
    Festival.WINTER_SOLSTICE: (
        "2024-12-21 2025-12-21 2026-12-22 2027-12-22 2028-12-21 2029-12-21 2030-12-22"
    ),
    Festival.LABA: "2024-01-18 2025-01-07 2026-01-26 2027-01-15 2028-01-04 2029-01-22 2030-01-11",
}


@pytest.mark.parametrize("festival", Festival)
def test_festivals_fall_on_the_published_days(festival: Festival) -> None:
    computed = [festivals_of(year)[festival].isoformat() for year in range(2024, 2031)]
    assert computed == PUBLISHED[festival].split()


@given(year=st.integers(YEARS.start, YEARS.stop - 1))
def test_every_year_has_each_festival_once_and_in_its_season(year: int) -> None:
    for festival in set(Festival) - {Festival.LABA}:
        (day,) = days_of_festival(festival, year)
        assert day.year == year
    spring, (eve,) = (
        festivals_of(year)[Festival.SPRING_FESTIVAL],
        days_of_festival(Festival.NEW_YEARS_EVE, year),
    )
    assert date(year, 1, 21) <= spring <= date(year, 2, 21)
    assert spring - eve == timedelta(days=1)


@given(year=st.integers(YEARS.start, YEARS.stop - 1))
def test_laba_is_in_every_lunar_year_though_not_in_every_solar_one(year: int) -> None:
    around = [day for each in (year, year + 1) for day in days_of_festival(Festival.LABA, each)]
    spring = festivals_of(year + 1)[Festival.SPRING_FESTIVAL]
    assert [day for day in around if 20 <= (spring - day).days <= 24]


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (LunarDay(0, 1), "plan.lunar_unknown"),
        (LunarDay(13, 1), "plan.lunar_unknown"),
        (LunarDay(8, 0), "plan.lunar_unknown"),
        (LunarDay(8, 31), "plan.lunar_unknown"),
        (LunarDay(8, 15, year=1066), "plan.lunar_unknown"),
        (LunarDay(8, 15, year=9999), "plan.lunar_unknown"),
        # The twelfth month of 2025 has 29 days: its New Year's Eve is the 29th.
        (LunarDay(12, 30, year=2025), "plan.lunar_not_in_year"),
        # 2025 has a leap sixth month, of 29 days, and no leap fifth one.
        (LunarDay(6, 30, year=2025, leap=True), "plan.lunar_not_in_year"),
        (LunarDay(5, 5, year=2025, leap=True), "plan.lunar_not_in_year"),
        (LunarDay(6, 1, leap=True), "plan.lunar_leap_every_year"),
    ],
)
def test_a_lunar_day_that_does_not_exist_is_refused(day: LunarDay, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(day, pointer="/lunar_day")
    assert (refused.value.code, refused.value.facts["pointer"]) == (code, "/lunar_day")


@pytest.mark.parametrize(
    ("day", "on"),
    [
        (LunarDay(6, 29, year=2025, leap=True), "2025-08-22"),
        (LunarDay(6, 30, year=2025), "2025-07-24"),
        (LunarDay(12, 29, year=2025), "2026-02-16"),
    ],
)
def test_a_day_of_one_lunar_year_falls_once(day: LunarDay, on: str) -> None:
    check(day, pointer="")
    found = [each for year in range(2020, 2031) for each in days_of(day, year)]
    assert found == [date.fromisoformat(on)]


def test_the_thirtieth_of_every_year_is_kept_on_the_last_day_of_a_short_month() -> None:
    eves = [days_of_festival(Festival.NEW_YEARS_EVE, year) for year in YEARS]
    assert [days_of(LunarDay(12, 30), year) for year in YEARS] == eves


@given(
    month=st.integers(1, 12), day=st.integers(1, 30), since=st.integers(YEARS.start, YEARS.stop - 9)
)
def test_a_lunar_birthday_comes_once_in_every_lunar_year(month: int, day: int, since: int) -> None:
    birthday = LunarDay(month, day)
    check(birthday, pointer="")
    days = [each for year in range(since, since + 9) for each in days_of(birthday, year)]
    assert all(350 <= (later - day).days <= 390 for day, later in pairwise(days))
    assert 8 <= len(days) <= 10
