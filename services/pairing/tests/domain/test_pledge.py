"""Pledges: goals that can be, reminders in time, and ends that the figures decide."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import pledge
from services.pairing.domain.pledge import (
    DAYS_MAX,
    GRACE,
    OPEN_MAX,
    TARGET_MAX,
    Measure,
    Pledge,
    PledgeState,
    done_of,
    settle,
)
from services.pairing.domain.points import ContributionKind
from services.pairing.domain.tally import Figures
from services.pairing.tests.encouragement_samples import GOAL, a_pledge, pledge_in
from services.pairing.tests.samples import NOW, a_member
from shared.days import start_of
from shared.errors import Conflict, Invalid

END = start_of(date(2026, 6, 1)) + GRACE
TWO_THIRDS = NOW + (start_of(date(2026, 6, 1)) - NOW) * 2 / 3


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"target": 0}, "pledge.target", "/target"),
        ({"target": TARGET_MAX + 1}, "pledge.target", "/target"),
        ({"kind": ContributionKind.DUES}, "pledge.kind_has_no_time", "/kind"),
        ({"last_on": date(2026, 4, 30)}, "period.ends_first", "/last_on"),
        (
            {"last_on": date(2026, 5, 1) + timedelta(days=DAYS_MAX)},
            "period.too_long",
            "/last_on",
        ),
        (
            {"first_on": date(2026, 4, 1), "last_on": date(2026, 5, 3)},
            "pledge.over",
            "/last_on",
        ),
        (
            {"first_on": date(2031, 1, 1), "last_on": date(2031, 1, 31)},
            "pledge.far_away",
            "/first_on",
        ),
    ],
)
def test_a_goal_that_cannot_be_is_refused_by_its_field(
    changes: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        a_pledge(**changes)
    assert (refused.value.code, refused.value.facts["pointer"]) == (code, pointer)


def test_a_pledge_may_end_today_and_no_more_than_ten_are_open() -> None:
    assert a_pledge(last_on=date(2026, 5, 4)).state is PledgeState.OPEN
    with pytest.raises(Conflict, match=r"pledge\.too_many"):
        pledge.make(id="plg_1", member=a_member(), goal=GOAL, open_count=OPEN_MAX, at=NOW)


def test_two_thirds_are_of_the_time_that_is_left_when_it_is_made() -> None:
    later = a_pledge(first_on=date(2026, 6, 1), last_on=date(2026, 6, 3))
    assert later.next_at == start_of(date(2026, 6, 3))


def test_a_goal_is_measured_in_its_own_measure() -> None:
    figures = Figures(records=3, minutes=200)
    assert done_of(GOAL, figures) == 200
    assert done_of(replace(GOAL, measure=Measure.ACTS), figures) == 3


def _told(one: Pledge, done: int, at: Any) -> list[str]:
    found = settle(one, done=done, at=at)
    return [] if found is None else [event.type.split(".")[2] for event in found[1]]


def test_it_is_reminded_of_once_at_two_thirds_of_its_time() -> None:
    made = a_pledge()
    assert made.next_at == TWO_THIRDS
    assert _told(made, 0, TWO_THIRDS - timedelta(milliseconds=1)) == []

    reminded = settle(made, done=599, at=TWO_THIRDS)

    assert reminded is not None
    assert (reminded[0].reminded_at, reminded[0].next_at) == (TWO_THIRDS, END)
    assert _told(reminded[0], 599, END - timedelta(milliseconds=1)) == []


def test_it_is_missed_when_the_branch_had_its_time_to_confirm() -> None:
    assert _told(a_pledge(), 599, END) == ["missed"]
    assert _told(a_pledge(), 600, END) == ["kept"]


def test_what_is_confirmed_late_keeps_it_and_what_is_revoked_opens_it() -> None:
    assert _told(pledge_in(PledgeState.MISSED), 600, END + GRACE) == ["kept"]
    assert _told(pledge_in(PledgeState.KEPT), 599, NOW) == ["reopened"]
    assert _told(pledge_in(PledgeState.KEPT), 599, END) == ["reopened", "missed"]


def test_a_pledge_that_was_given_up_is_left_alone() -> None:
    assert _told(pledge_in(PledgeState.WITHDRAWN), 600, END) == []


def test_the_branch_reminds_once_a_day() -> None:
    once, _ = pledge.remind(a_pledge(), at=NOW)
    with pytest.raises(Conflict, match=r"pledge\.reminded_today"):
        pledge.remind(once, at=NOW + timedelta(hours=2))
    again, _ = pledge.remind(once, at=NOW + timedelta(days=1))
    assert again.reminded_at == NOW + timedelta(days=1)


@given(st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 24 * 90)), min_size=1, max_size=12))
def test_settling_is_settled_and_ends_where_the_figures_say(
    steps: list[tuple[int, int]],
) -> None:
    """Whatever is done or undone, looked at whenever, again and again."""
    one = a_pledge()
    for done, hours in sorted(steps, key=lambda step: step[1]):
        at = NOW + timedelta(hours=hours)
        while (found := settle(one, done=done, at=at)) is not None:
            assert found[0] != one
            one = found[0]
        reached = done >= one.goal.target
        assert (one.state is PledgeState.KEPT) == reached
        assert one.state is not PledgeState.OPEN or at < END
        assert one.next_at is None or one.next_at > at
