"""When something is to be done again and again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain.timetable import (
    TIMES_MAX,
    Timetable,
    check_timetable,
    check_window,
    next_slot,
    slots,
)
from shared.days import day_of
from shared.errors import Invalid

DAY = timedelta(days=1)
TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

RULES = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1",
    ]
)
TIMES = st.lists(
    st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59)),
    min_size=1,
    max_size=4,
    unique=True,
)
TABLES = st.builds(
    lambda rule, day, times: Timetable(rule, day, tuple(times)),
    RULES,
    st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    TIMES,
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def table(rhythm: str = "FREQ=DAILY", *times: str) -> Timetable:
    return Timetable(rhythm, TODAY, times or ("22:00",))


def test_a_time_is_by_the_clocks_of_the_community_and_its_key_says_so() -> None:
    (slot,) = slots(table(), NOON, NOON + DAY)
    assert slot.opens_at == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    assert slot.key == "2026-11-24T22:00"


def test_a_time_after_midnight_is_of_the_day_that_the_clocks_show() -> None:
    found = slots(table("FREQ=DAILY", "00:30", "23:30"), NOON, NOON + DAY)
    assert [slot.key for slot in found] == ["2026-11-24T23:30", "2026-11-25T00:30"]


def test_a_rule_that_has_ended_has_no_next_time() -> None:
    over = table("FREQ=DAILY;UNTIL=20261125")
    last = next_slot(over, NOON + DAY)
    assert last is not None
    assert next_slot(over, last.opens_at + DAY) is None


def test_what_comes_once_a_year_is_found_from_the_day_after() -> None:
    yearly = table("FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1", "09:00")
    first = next_slot(yearly, NOON)
    assert first is not None
    second = next_slot(yearly, first.opens_at + timedelta(milliseconds=1))
    assert second is not None
    assert (first.key, second.key) == ("2027-07-01T09:00", "2028-07-01T09:00")


@given(TABLES, MOMENTS, st.integers(0, 40), st.integers(0, 40))
def test_two_spans_that_meet_give_what_their_union_gives(
    drawn: Timetable, since: datetime, first: int, second: int
) -> None:
    middle, end = since + first * DAY, since + (first + second) * DAY
    together = slots(drawn, since, end)
    assert slots(drawn, since, middle) + slots(drawn, middle, end) == together
    assert len({slot.key for slot in together}) == len(together)
    assert list(together) == sorted(together, key=lambda slot: slot.opens_at)


@given(TABLES, MOMENTS)
def test_the_next_time_is_the_first_of_all_that_follow(drawn: Timetable, since: datetime) -> None:
    following = next_slot(drawn, since)
    assert following is not None
    assert following == slots(drawn, since, following.opens_at + DAY)[0]
    assert day_of(following.opens_at) >= drawn.starts_on


@pytest.mark.parametrize(
    ("wrong", "code", "pointer"),
    [
        (Timetable("FREQ=DAILY", date(2019, 1, 1), ("22:00",)), "starts_on", "/t/starts_on"),
        (Timetable("FREQ=DAILY", TODAY + 400 * DAY, ("22:00",)), "starts_on", "/t/starts_on"),
        (Timetable("FREQ=DAILY", TODAY, ()), "times", "/t/times"),
        (Timetable("FREQ=DAILY", TODAY, ("22:00",) * (TIMES_MAX + 1)), "times", "/t/times"),
        (Timetable("FREQ=DAILY", TODAY, ("24:00",)), "time", "/t/times/0"),
        (Timetable("FREQ=DAILY", TODAY, ("08:00", "8:30")), "time", "/t/times/1"),
        (Timetable("FREQ=DAILY", TODAY, ("08:00", "08:00")), "time", "/t/times/1"),
    ],
)
def test_a_timetable_that_is_none_is_refused_with_its_place(
    wrong: Timetable, code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check_timetable(wrong, today=TODAY, pointer="/t")
    assert refused.value.code == f"timetable.{code}"
    assert refused.value.facts["pointer"] == pointer


def test_a_rule_by_the_second_is_refused_at_the_rule() -> None:
    with pytest.raises(Invalid) as refused:
        check_timetable(table("FREQ=SECONDLY"), today=TODAY, pointer="")
    assert refused.value.facts["pointer"] == "/rhythm"


@pytest.mark.parametrize(
    ("times", "minutes", "most"),
    [
        (("22:00", "23:00"), 61, 60),
        (("00:10", "23:50"), 21, 20),
        (("22:00",), 24 * 60 + 1, 24 * 60),
        (("22:00",), 4, 24 * 60),
    ],
)
def test_a_window_that_is_none_or_meets_the_next_is_refused(
    times: tuple[str, ...], minutes: int, most: int
) -> None:
    with pytest.raises(Invalid) as refused:
        check_window(times, minutes, pointer="/window_minutes")
    assert refused.value.facts["most"] == most


def test_a_window_that_ends_as_the_next_begins_is_taken() -> None:
    check_window(("22:00", "23:00"), 60, pointer="")
