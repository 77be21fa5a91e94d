"""Rhythms: what RFC 5545 says of them, by dateutil's own reading, and what nobody may send."""

import itertools
import time
from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.recurrence import days_between
from shared.rhythm import (
    INTERVALS_MAX,
    RHYTHM_CHARACTERS_MAX,
    WEEKDAYS,
    read_rhythm,
)

MONDAY = date(2026, 1, 5)
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
WEEKDAY_LISTS = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=4, unique=True)
PARTS = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"]
MONTHS = st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True)


def _listed(values: list[object]) -> str:
    return ",".join(str(value) for value in values)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule of the RFC, most of them such as are taken."""
    frequency = draw(st.sampled_from(sorted(INTERVALS_MAX)))
    parts = [f"FREQ={frequency}"]
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, INTERVALS_MAX[frequency]))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(WEEKDAYS))}")
    if draw(st.booleans()) or frequency == "YEARLY":
        parts.append(f"BYMONTH={_listed(list(draw(MONTHS)))}")
    if frequency == "WEEKLY" and draw(st.booleans()):
        parts.append(f"BYDAY={_listed(list(draw(WEEKDAY_LISTS)))}")
    if frequency in ("MONTHLY", "YEARLY"):
        parts += draw(st.sampled_from([_by_day, _by_nth, _by_position]))(draw)
    return ";".join(draw(st.permutations(parts)))


def _by_day(draw: st.DrawFn) -> list[str]:
    numbers = st.integers(-31, 31).filter(bool)
    days = draw(st.lists(numbers, min_size=1, max_size=4, unique=True))
    return [f"BYMONTHDAY={_listed(list(days))}"]


def _by_nth(draw: st.DrawFn) -> list[str]:
    nth = st.sampled_from(["", "1", "2", "+3", "4", "5", "-1", "-2", "-5"])
    days = draw(st.lists(st.tuples(nth, st.sampled_from(WEEKDAYS)), min_size=1, max_size=3))
    return [f"BYDAY={_listed([number + day for number, day in days])}"]


def _by_position(draw: st.DrawFn) -> list[str]:
    days = draw(WEEKDAY_LISTS)
    position = draw(st.integers(-5 * len(days), 5 * len(days)).filter(bool))
    return [f"BYDAY={_listed(list(days))}", f"BYSETPOS={position}"]


def _by_dateutil(rule: str, start: date, since: date, until: date) -> list[date]:
    begin = datetime(start.year, start.month, start.day)  # noqa: DTZ001
    found = rrulestr(rule, dtstart=begin)
    days = (moment.date() for moment in found)
    ahead = itertools.takewhile(lambda day: day < until, days)
    return [day for day in ahead if day >= since]


@settings(max_examples=100, deadline=None)
@given(rule=rules(), start=DAYS, ahead=st.integers(0, 1500), span=st.integers(0, 500))
def test_a_rule_falls_as_dateutil_says_of_the_whole_of_it(
    rule: str, start: date, ahead: int, span: int
) -> None:
    try:
        rhythm = read_rhythm(rule, start)
    except Invalid:
        assume(False)
    since = start + timedelta(days=ahead - 100)
    until = since + timedelta(days=span)
    assert days_between(rhythm, since, until) == _by_dateutil(rule, start, since, until)


@settings(max_examples=100, deadline=None)
@given(rule=rules(), start=DAYS)
def test_what_is_taken_comes_within_little_more_than_a_year(rule: str, start: date) -> None:
    try:
        rhythm = read_rhythm(rule, start)
    except Invalid:
        assume(False)
    days = days_between(rhythm, start, start + timedelta(days=800))
    assert len(days) >= 2
    assert max((b - a).days for a, b in itertools.pairwise([start, *days])) <= 400


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=WEEKLY;BYDAY=TU,FR", "2026-01-06 2026-01-09 2026-01-13"),
        ("RRULE:FREQ=WEEKLY", "2026-01-05 2026-01-12 2026-01-19"),
        ("freq=weekly;interval=2;byday=we", "2026-01-07 2026-01-21 2026-02-04"),
        ("FREQ=MONTHLY;BYDAY=1MO", "2026-01-05 2026-02-02 2026-03-02"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31 2026-02-28 2026-03-31"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-30 2026-02-27 2026-03-31"),
        ("FREQ=MONTHLY;INTERVAL=3", "2026-01-05 2026-04-05 2026-07-05"),
        ("FREQ=YEARLY;BYMONTH=7,10;BYMONTHDAY=1", "2026-07-01 2026-10-01 2027-07-01"),
        ("FREQ=WEEKLY;UNTIL=20260112", "2026-01-05 2026-01-12"),
    ],
)
def test_what_people_plan_falls_where_they_expect_it(rule: str, days: str) -> None:
    found = days_between(read_rhythm(rule, MONDAY), MONDAY, date(2028, 1, 1))
    assert [day.isoformat() for day in found[:3]] == days.split()


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("", "plan.rhythm_malformed"),
        ("every week", "plan.rhythm_malformed"),
        ("FREQ=", "plan.rhythm_malformed"),
        ("FREQ=WEEKLY;", "plan.rhythm_malformed"),
        ("FREQ=WEEKLY;FREQ=DAILY", "plan.rhythm_malformed"),
        ("FREQ=WEEKLY\nDTSTART:20260101", "plan.rhythm_part"),
        ("DTSTART:20260101\nRRULE:FREQ=WEEKLY", "plan.rhythm_part"),
        ("FREQ=SECONDLY", "plan.rhythm_part"),
        ("FREQ=MINUTELY", "plan.rhythm_part"),
        ("FREQ=HOURLY", "plan.rhythm_part"),
        ("FREQ=WEEKLY;COUNT=999999999999", "plan.rhythm_part"),
        ("FREQ=WEEKLY;COUNT=3", "plan.rhythm_part"),
        ("FREQ=WEEKLY;BYHOUR=1,2,3", "plan.rhythm_part"),
        ("FREQ=DAILY;BYEASTER=0", "plan.rhythm_part"),
        ("FREQ=YEARLY;BYYEARDAY=366", "plan.rhythm_part"),
        ("FREQ=YEARLY;BYWEEKNO=53", "plan.rhythm_part"),
        ("FREQ=WEEKLY;BYDAY=1MO", "plan.rhythm_part"),
        ("FREQ=MONTHLY;BYDAY=9MO", "plan.rhythm_part"),
        ("FREQ=MONTHLY;BYDAY=0MO", "plan.rhythm_part"),
        ("FREQ=MONTHLY;BYDAY=MONDAY", "plan.rhythm_part"),
        ("FREQ=MONTHLY;BYDAY=MO,-1TU", "plan.rhythm_part"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "plan.rhythm_part"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "plan.rhythm_part"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "plan.rhythm_part"),
        ("FREQ=MONTHLY;BYMONTHDAY=\u0661\u0665", "plan.rhythm_part"),
        ("FREQ=MONTHLY;BYMONTH=13;BYMONTHDAY=1", "plan.rhythm_part"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=5", "plan.rhythm_part"),
        ("FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=2", "plan.rhythm_part"),
        ("FREQ=MONTHLY;BYSETPOS=400;BYDAY=MO", "plan.rhythm_part"),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=MO;BYSETPOS=-1", "plan.rhythm_part"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTH=1;BYMONTHDAY=1", "plan.rhythm_part"),
        ("FREQ=WEEKLY;WKST=XX", "plan.rhythm_part"),
        ("FREQ=WEEKLY;BYMONTH=1,,2", "plan.rhythm_part"),
        ("FREQ=WEEKLY;INTERVAL=0", "plan.rhythm_interval"),
        ("FREQ=WEEKLY;INTERVAL=-1", "plan.rhythm_interval"),
        ("FREQ=WEEKLY;INTERVAL=14", "plan.rhythm_interval"),
        ("FREQ=DAILY;INTERVAL=" + "9" * 99, "plan.rhythm_interval"),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", "plan.rhythm_interval"),
        ("FREQ=WEEKLY;UNTIL=20250101", "plan.rhythm_until"),
        ("FREQ=WEEKLY;UNTIL=25260101", "plan.rhythm_until"),
        ("FREQ=WEEKLY;UNTIL=99991231T235959Z", "plan.rhythm_until"),
        ("FREQ=WEEKLY;UNTIL=20260231", "plan.rhythm_until"),
        ("FREQ=WEEKLY;UNTIL=tomorrow", "plan.rhythm_until"),
        ("FREQ=YEARLY", "plan.rhythm_yearly"),
        ("FREQ=YEARLY;BYMONTH=2", "plan.rhythm_yearly"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "plan.rhythm_never"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "plan.rhythm_never"),
        ("FREQ=YEARLY;BYMONTH=2;BYDAY=5MO", "plan.rhythm_never"),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", "plan.rhythm_never"),
        ("FREQ=DAILY;INTERVAL=30;BYMONTH=2", "plan.rhythm_never"),
        ("FREQ=WEEKLY;INTERVAL=13;BYMONTH=2", "plan.rhythm_never"),
        ("FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 99), "plan.rhythm_long"),
        ("X" * 1_000_000, "plan.rhythm_long"),
    ],
)
def test_a_rule_that_is_none_or_hostile_is_refused_by_name(rule: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_rhythm(rule, MONDAY)
    assert refused.value.code == code
    assert len(str(refused.value)) < 100


def test_a_day_that_the_start_implies_must_exist_as_well() -> None:
    with pytest.raises(Invalid, match=r"plan\.rhythm_never"):
        read_rhythm("FREQ=MONTHLY;INTERVAL=12", date(2028, 2, 29))


@settings(max_examples=150, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=RHYTHM_CHARACTERS_MAX + 9),
        st.lists(
            st.tuples(
                st.sampled_from(PARTS),
                st.one_of(
                    st.sampled_from([*INTERVALS_MAX, *WEEKDAYS, "SECONDLY", "-1", "29,30,31"]),
                    st.integers(-400, 400).map(str),
                ),
            ),
            max_size=6,
        ).map(lambda pairs: ";".join(f"{name}={value}" for name, value in pairs)),
    )
)
def test_whatever_is_sent_is_refused_or_ends_soon(text: str) -> None:
    begun = time.process_time()
    try:
        days = days_between(read_rhythm(text, MONDAY), MONDAY, date(2029, 1, 1))
    except Invalid:
        return
    assert len(days) <= 1100
    assert time.process_time() - begun < 5  # a rule that never matches takes dateutil minutes
