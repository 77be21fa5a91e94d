"""Rates: shares, periods in Beijing, and rows that add up."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.rates import (
    DAYS_MAX,
    Counts,
    Dimension,
    Row,
    Share,
    dimensions,
    period,
    summed,
)
from shared.errors import Invalid

COUNTS = st.builds(Counts, *[st.integers(0, 9)] * 6)
ROWS = st.lists(
    st.builds(
        Row, st.tuples(st.sampled_from([None, "a", "b"]), st.sampled_from(["x", "y"])), COUNTS
    )
)


def test_a_share_of_nothing_has_no_rate() -> None:
    assert Share(0, 0).rate is None
    assert Share(3, 4).rate == 0.75


def test_each_rate_has_its_own_whole() -> None:
    counts = Counts(followed_up=10, responded=9, answered=6, resolved=5, rated=4, satisfied=3)

    assert counts.response == Share(9, 10)
    assert counts.resolution == Share(5, 6)
    assert counts.satisfaction == Share(3, 6)


def test_a_period_is_of_whole_days_in_beijing() -> None:
    days = period(date(2026, 11, 1), date(2026, 11, 30))

    assert days.since == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert days.until == datetime(2026, 11, 30, 16, tzinfo=UTC)
    today = period(date(2026, 11, 24), date(2026, 11, 24))
    assert today.until - today.since == timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "code"), [(0, "period.ends_first"), (DAYS_MAX + 1, "period.too_long")]
)
def test_a_period_without_days_or_with_too_many_is_refused(days: int, code: str) -> None:
    first_on = date(2026, 1, 1)
    with pytest.raises(Invalid) as refused:
        period(first_on, first_on + timedelta(days=days - 1))
    assert refused.value.code == code
    period(first_on, first_on + timedelta(days=DAYS_MAX - 1))


@pytest.mark.parametrize("day", [date.min, date(1999, 12, 31), date(3000, 1, 1), date.max])
def test_the_ends_of_the_calendar_are_refused(day: date) -> None:
    for first_on, last_on in ((day, day), (date(2026, 1, 1), day), (day, date(2026, 1, 1))):
        with pytest.raises(Invalid) as refused:
            period(first_on, last_on)
        assert refused.value.code == "period.day_out_of_range"


def test_things_are_told_apart_once_and_by_one_kind_of_period() -> None:
    unit, month = Dimension.UNIT, Dimension.MONTH
    assert dimensions([unit, month, unit]) == (unit, month)
    with pytest.raises(Invalid):
        dimensions([month, Dimension.DAY])


@given(ROWS)
def test_rows_are_added_up_by_key_and_nothing_is_lost(rows: list[Row]) -> None:
    whole = summed(rows)

    keys = [row.key for row in whole]
    assert len(keys) == len(set(keys))
    assert keys == sorted(keys, key=lambda key: [part or "" for part in key])
    for name in ("followed_up", "answered", "satisfied"):
        assert sum(getattr(row.counts, name) for row in whole) == sum(
            getattr(row.counts, name) for row in rows
        )
