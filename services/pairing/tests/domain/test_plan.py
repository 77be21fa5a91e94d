"""Plans: their days, the floor below them, and what is refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain.cadence import FLOORS, after, begin_of
from services.pairing.domain.festival import Festival, LunarDay
from services.pairing.domain.household import RiskLevel
from services.pairing.domain.plan import (
    SPAN_DAYS_MAX,
    CareService,
    Occurrence,
    Plan,
    PlannedService,
    next_occurrence,
    occurrences,
    plan_of,
    usual_plan,
    window,
)
from services.pairing.domain.plan_check import check_plan, is_often_enough
from shared.errors import Invalid

TODAY = date(2026, 11, 24)
NEW_YEAR = date(2027, 1, 1)
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def service(
    kind: CareService = CareService.CHAT,
    rhythm: str | None = None,
    *,
    on: Festival | LunarDay | None = None,
    starts_on: date = TODAY,
    time: str = "10:00",
    hours: int = 4,
) -> PlannedService:
    """One entry of a plan."""
    festival = on if isinstance(on, Festival) else None
    lunar_day = on if isinstance(on, LunarDay) else None
    return PlannedService(kind, rhythm, festival, starts_on, time, hours, lunar_day)


ENTRIES = st.builds(
    service,
    kind=st.sampled_from(CareService),
    rhythm=st.sampled_from(
        [
            "FREQ=DAILY;INTERVAL=10",
            "FREQ=WEEKLY",
            "FREQ=WEEKLY;BYDAY=TU,FR",
            "FREQ=WEEKLY;INTERVAL=2",
            "FREQ=MONTHLY;BYDAY=1MO",
            "FREQ=MONTHLY;BYMONTHDAY=31",
            "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=-1",
            "FREQ=WEEKLY;UNTIL=20280401",
            "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1",
        ]
    ),
    starts_on=st.dates(date(2026, 1, 1), date(2027, 11, 1)),
)
HOLIDAYS = st.builds(service, on=st.sampled_from(Festival))
PLANS = st.lists(st.one_of(ENTRIES, HOLIDAYS), max_size=4).map(tuple)
SPANS = st.tuples(st.dates(date(2026, 6, 1), date(2028, 6, 1)), st.integers(0, 400))
ANCHORS = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(plan=PLANS, span=SPANS, cut=st.integers(0, 400), risk=st.sampled_from(RiskLevel))
def test_two_spans_that_meet_give_what_their_union_gives(
    plan: Plan, span: tuple[date, int], cut: int, risk: RiskLevel
) -> None:
    since, days = span
    middle, until = since + timedelta(days=min(cut, days)), since + timedelta(days=days)
    both = [
        occurrences(plan, risk=risk, since=a, until=b) for a, b in pairwise([since, middle, until])
    ]
    whole = occurrences(plan, risk=risk, since=since, until=until)
    assert (*both[0], *both[1]) == whole
    assert [each.on for each in whole] == sorted({each.on for each in whole})
    assert all(each.key == each.on.isoformat() and each.services for each in whole)


@given(plan=PLANS, since=SPANS, risk=st.sampled_from(RiskLevel), anchor=ANCHORS)
def test_whatever_is_planned_nobody_is_visited_too_rarely(
    plan: Plan, since: tuple[date, int], risk: RiskLevel, anchor: date | None
) -> None:
    period = FLOORS[risk]
    first = after(period, max(since[0], anchor or since[0]))
    last = begin_of(period, first + timedelta(days=400))
    days = [
        each.on for each in occurrences(plan, risk=risk, since=first, until=last, anchor=anchor)
    ]
    begin = first
    while begin < last:
        assert [day for day in days if begin <= day < after(period, begin)]
        begin = after(period, begin)


@given(plan=PLANS, span=SPANS, risk=st.sampled_from(RiskLevel), anchor=ANCHORS)
def test_the_next_visit_is_the_first_of_all_that_come(
    plan: Plan, span: tuple[date, int], risk: RiskLevel, anchor: date | None
) -> None:
    until = span[0] + timedelta(days=800)
    all_ahead = occurrences(plan, risk=risk, since=span[0], until=until, anchor=anchor)
    begun = [each for each in all_ahead if anchor is None or each.on >= anchor]
    assert next_occurrence(plan, risk=risk, since=span[0], anchor=anchor) == begun[0]


def _days(plan: Plan, risk: RiskLevel, days: int = 100, anchor: date | None = None) -> list[str]:
    until = NEW_YEAR + timedelta(days=days)
    found = occurrences(plan, risk=risk, since=NEW_YEAR, until=until, anchor=anchor)
    return [each.on.isoformat() for each in found]


def test_an_empty_plan_is_the_floor_with_a_chat() -> None:
    anchor = date(2026, 10, 31)  # a Saturday
    assert _days((), RiskLevel.HIGH, 15, anchor) == ["2027-01-02", "2027-01-09"]
    assert _days((), RiskLevel.KEY, 60, anchor) == ["2027-01-28", "2027-02-28"]
    assert _days((), RiskLevel.GENERAL, 120, anchor) == ["2027-01-28", "2027-04-28"]
    (first,) = occurrences((), risk=RiskLevel.HIGH, since=NEW_YEAR, until=date(2027, 1, 8))
    assert first.services == (CareService.CHAT,)


def test_the_floor_does_not_fall_before_the_pairing_had_a_period() -> None:
    first = next_occurrence((), risk=RiskLevel.HIGH, since=date(2026, 1, 1), anchor=TODAY)
    assert first.on == TODAY + timedelta(days=7)


def test_a_period_in_which_somebody_comes_anyway_gets_no_floor() -> None:
    plan = (service(CareService.CARRY_SHOPPING, "FREQ=WEEKLY;BYDAY=SA"),)
    assert _days(plan, RiskLevel.HIGH, 15) == ["2027-01-02", "2027-01-09"]
    assert _days(plan, RiskLevel.GENERAL, 15) == ["2027-01-02", "2027-01-09"]


def test_where_a_slower_plan_leaves_a_week_free_the_floor_fills_it() -> None:
    plan = (service(CareService.CLEANING, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),)
    found = occurrences(plan, risk=RiskLevel.HIGH, since=TODAY, until=TODAY + timedelta(days=28))
    assert [(each.on.day, each.services) for each in found] == [
        (24, (CareService.CLEANING,)),
        (2, (CareService.CHAT,)),
        (8, (CareService.CLEANING,)),
        (16, (CareService.CHAT,)),
    ]


def test_services_of_one_day_are_one_visit_with_room_for_all() -> None:
    plan = (
        service(CareService.HOLIDAY_VISIT, on=Festival.MID_AUTUMN, time="15:30", hours=3),
        service(CareService.CHAT, "FREQ=WEEKLY;BYDAY=WE", time="09:00", hours=2),
    )
    day = date(2027, 9, 15)
    (visit,) = occurrences(plan, risk=RiskLevel.KEY, since=day, until=day + timedelta(days=1))
    services = (CareService.CHAT, CareService.HOLIDAY_VISIT)
    assert visit == Occurrence(day, services, "2027-09-15", opens=540, closes=1110)


def test_a_festival_makes_its_visits_for_everyone_with_the_usual_plan() -> None:
    for risk in RiskLevel:
        found = occurrences(usual_plan(TODAY), risk=risk, since=NEW_YEAR, until=date(2028, 1, 1))
        festive = [
            each.on.isoformat() for each in found if CareService.HOLIDAY_VISIT in each.services
        ]
        assert festive == ["2027-02-06", "2027-06-09", "2027-09-15", "2027-10-08"]


def test_an_entry_may_be_for_one_of_several_households() -> None:
    plan = (replace(service(rhythm="FREQ=WEEKLY"), household_id="hsh_1"), service(on=Festival.LABA))
    assert plan_of(plan, "hsh_1") == plan
    assert plan_of(plan, "hsh_2") == plan[1:]


def test_who_looks_too_far_ahead_is_stopped() -> None:
    with pytest.raises(ValueError, match="days at once"):
        occurrences(
            (),
            risk=RiskLevel.HIGH,
            since=TODAY,
            until=TODAY + timedelta(days=SPAN_DAYS_MAX + 1),
        )


@pytest.mark.parametrize(
    ("on", "opens", "closes"),
    [
        # Clocks go forward on 2027-03-28 at 02:00, back on 2026-10-25 at 03:00.
        (date(2027, 3, 27), (9, 0), (23, 0)),
        (date(2027, 3, 28), (8, 0), (22, 0)),
        (date(2026, 10, 24), (8, 0), (22, 0)),
        (date(2026, 10, 25), (9, 0), (23, 0)),
    ],
)
def test_a_window_is_of_the_clocks_on_its_day(
    on: date, opens: tuple[int, int], closes: tuple[int, int]
) -> None:
    visit = Occurrence(on, (CareService.CHAT,), "x", 600, 1440)
    expected = (
        datetime(on.year, on.month, on.day, *opens, tzinfo=UTC),
        datetime(on.year, on.month, on.day, *closes, tzinfo=UTC),
    )
    assert window(visit, BERLIN) == expected


@given(on=st.dates(date(2020, 1, 1), date(2050, 1, 1)), opens=st.integers(0, 1380))
def test_every_window_is_open_for_an_hour_at_least(on: date, opens: int) -> None:
    visit = Occurrence(on, (CareService.CHAT,), "x", opens, opens + 60)
    for zone in (SHANGHAI, BERLIN, ZoneInfo("America/New_York")):
        begin, end = window(visit, zone)
        assert end - begin >= timedelta(hours=1)
        if zone is SHANGHAI:
            assert begin.astimezone(zone).date() == on


@pytest.mark.parametrize(
    ("plan", "code", "pointer"),
    [
        ([service()], "plan.one_way", "/plan/0"),
        ([service(rhythm="FREQ=WEEKLY", on=Festival.LABA)], "plan.one_way", "/plan/0"),
        ([service(rhythm="FREQ=SECONDLY")], "plan.rhythm_part", "/plan/0/rhythm"),
        ([service(on=LunarDay(13, 1))], "plan.lunar_unknown", "/plan/0/lunar_day"),
        (
            [service(on=LunarDay(12, 30, year=2026))],
            "plan.lunar_not_in_year",
            "/plan/0/lunar_day",
        ),
        ([service(on=Festival.LABA, time="24:00")], "plan.time", "/plan/0/time"),
        ([service(on=Festival.LABA, time="9:00")], "plan.time", "/plan/0/time"),
        ([service(on=Festival.LABA, hours=0)], "plan.window", "/plan/0/window_hours"),
        ([service(on=Festival.LABA, time="20:00", hours=5)], "plan.window", "/plan/0/window_hours"),
        (
            [service(on=Festival.LABA, starts_on=date(2019, 1, 1))],
            "plan.starts_on",
            "/plan/0/starts_on",
        ),
        (
            [service(on=Festival.LABA, starts_on=date(2028, 1, 1))],
            "plan.starts_on",
            "/plan/0/starts_on",
        ),
        ([service(on=LunarDay(1, day)) for day in range(1, 22)], "plan.too_long", "/plan"),
        ([service(rhythm="FREQ=WEEKLY"), service(rhythm="FREQ=DAILY")], "plan.overlap", "/plan/1"),
        (
            [service(rhythm="FREQ=MONTHLY;BYMONTHDAY=15"), service(rhythm="FREQ=WEEKLY;BYDAY=TH")],
            "plan.overlap",
            "/plan/1",
        ),
        ([service(on=Festival.LABA), service(on=Festival.LABA)], "plan.overlap", "/plan/1"),
    ],
)
def test_what_cannot_be_planned_is_refused_at_its_place(
    plan: Sequence[PlannedService], code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check_plan(tuple(plan), today=TODAY)
    assert (refused.value.code, refused.value.facts["pointer"]) == (code, pointer)


def test_services_on_one_day_or_one_service_on_many_do_not_overlap() -> None:
    check_plan(
        (
            service(CareService.CHAT, "FREQ=WEEKLY;BYDAY=MO"),
            service(CareService.CHAT, "FREQ=WEEKLY;BYDAY=TH"),
            service(CareService.CLEANING, "FREQ=WEEKLY;BYDAY=TH"),
            service(CareService.CHAT, on=Festival.MID_AUTUMN),
            replace(service(CareService.CHAT, "FREQ=WEEKLY;BYDAY=MO"), household_id="hsh_1"),
        ),
        today=TODAY,
    )


@pytest.mark.parametrize(
    ("rhythm", "enough_for"),
    [
        ("FREQ=WEEKLY", "high key general"),
        ("FREQ=DAILY;INTERVAL=7", "high key general"),
        ("FREQ=DAILY;INTERVAL=8", "key general"),
        ("FREQ=WEEKLY;INTERVAL=2", "key general"),
        ("FREQ=MONTHLY;BYDAY=1MO", "key general"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "general"),
        ("FREQ=MONTHLY;INTERVAL=2", "general"),
        ("FREQ=WEEKLY;INTERVAL=13", "general"),
        ("FREQ=MONTHLY;INTERVAL=4", ""),
        ("FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1", ""),
        ("FREQ=WEEKLY;BYMONTH=1,2,3", ""),
        ("FREQ=WEEKLY;UNTIL=20270601", ""),
    ],
)
def test_a_rhythm_is_often_enough_for_the_floors_that_it_keeps(
    rhythm: str, enough_for: str
) -> None:
    plan = (service(rhythm=rhythm),)
    enough = [risk for risk in RiskLevel if is_often_enough(plan, risk=risk, today=TODAY)]
    assert [risk.value for risk in enough] == enough_for.split()


def test_rhythms_that_share_the_weeks_are_often_enough_together() -> None:
    other = service(
        CareService.CLEANING, "FREQ=WEEKLY;INTERVAL=2", starts_on=TODAY + timedelta(days=7)
    )
    plan = (service(rhythm="FREQ=WEEKLY;INTERVAL=2"), other)
    assert is_often_enough(plan, risk=RiskLevel.HIGH, today=TODAY)


def test_a_plan_of_festivals_leaves_the_rest_to_the_floor() -> None:
    assert all(is_often_enough(usual_plan(TODAY), risk=risk, today=TODAY) for risk in RiskLevel)
