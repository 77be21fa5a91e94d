"""How long somebody has to answer, and which rules a community may give itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain.care_offer import Rung
from services.pairing.domain.care_rules import (
    DEFAULT_RULES,
    CareRules,
    RungRule,
    answer_by,
    change,
)
from shared.days import BEIJING
from shared.errors import Invalid
from shared.events.pairing_care import CareRulesAdopted, CareRulesChanged

WEEK, MINUTE = timedelta(days=7), timedelta(minutes=1)
OURS = replace(DEFAULT_RULES, id="crl_1", community="hongmiao")


def beijing(day: int, clock: str) -> datetime:
    hours, minutes = (int(part) for part in clock.split(":"))
    return datetime(2026, 11, day, hours, minutes, tzinfo=BEIJING).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        (beijing(24, "09:00"), beijing(24, "13:00")),
        (beijing(24, "17:00"), beijing(24, "21:00")),
        (beijing(24, "19:00"), beijing(25, "09:00")),  # two hours today, two tomorrow
        (beijing(24, "23:30"), beijing(25, "11:00")),
        (beijing(25, "03:00"), beijing(25, "11:00")),
    ],
)
def test_nobody_has_to_answer_at_night(asked: datetime, until: datetime) -> None:
    due_at = asked + WEEK
    assert answer_by(DEFAULT_RULES, Rung.OWN, at=asked, due_at=due_at) == until
    assert answer_by(DEFAULT_RULES, Rung.OWN, at=asked, due_at=None) == until


@pytest.mark.parametrize(
    ("left", "minutes"),
    [
        (timedelta(hours=2), 30),  # an emergency: a quarter of the two hours
        (timedelta(minutes=20), 10),  # but ten minutes at least
        (timedelta(seconds=1), 10),
    ],
)
def test_what_is_urgent_waits_for_nobody_also_at_night(left: timedelta, minutes: int) -> None:
    at = beijing(24, "23:30")
    until = answer_by(DEFAULT_RULES, Rung.OWN, at=at, due_at=at + left)
    assert until == at + timedelta(minutes=minutes)


def test_what_is_late_already_hurries_nobody_any_more() -> None:
    at = beijing(24, "09:00")
    assert answer_by(DEFAULT_RULES, Rung.OWN, at=at, due_at=at) == beijing(24, "13:00")


MINUTES = st.integers(0, 365 * 24 * 60).map(lambda n: beijing(24, "00:00") + n * MINUTE)


@given(
    at=MINUTES,
    seconds=st.integers(60, 7 * 86400),
    begins=st.integers(0, 23 * 60),
    length=st.integers(60, 24 * 60),
)
def test_the_time_to_answer_is_whole_and_lies_within_the_day(
    at: datetime, seconds: int, begins: int, length: int
) -> None:
    ends = min(begins + length, 24 * 60)
    rungs = dict.fromkeys(Rung, RungRule(seconds, 1, 1))
    rules = replace(DEFAULT_RULES, rungs=rungs, day_begins=begins, day_ends=ends)

    until = answer_by(rules, Rung.OWN, at=at, due_at=None)

    assert until >= at + timedelta(seconds=seconds)
    minute = (until - timedelta(seconds=1)).astimezone(BEIJING)
    assert begins <= minute.hour * 60 + minute.minute < ends
    days = -(-seconds // ((ends - begins) * 60)) + 1
    assert until <= at + timedelta(days=days)


def test_the_first_change_makes_the_common_rules_the_communitys_own() -> None:
    wanted = replace(OURS, share_percent=30)

    changed = change(DEFAULT_RULES, wanted)

    assert changed == (
        replace(wanted, version=0),
        [CareRulesAdopted(care_rules_id="crl_1"), CareRulesChanged(care_rules_id="crl_1")],
    )
    later = replace(wanted, version=2)
    again = change(later, replace(wanted, least_seconds=900))
    assert again is not None
    assert (again[0].version, len(again[1])) == (2, 1)
    assert change(later, wanted) is None
    assert change(DEFAULT_RULES, OURS) is None


def with_rung(rung: Rung, **changes: Any) -> CareRules:
    rungs = {**OURS.rungs, rung: replace(OURS.rungs[rung], **changes)}
    return replace(OURS, rungs=rungs)


@pytest.mark.parametrize(
    ("rules", "code", "pointer"),
    [
        (replace(OURS, rungs={}), "care_rules.rung_missing", "/rungs/own"),
        (with_rung(Rung.POST, answer_seconds=59), "care_rules.seconds", "/answer_seconds"),
        (with_rung(Rung.POST, answer_seconds=604801), "care_rules.seconds", "/answer_seconds"),
        (with_rung(Rung.POST, at_once=0), "care_rules.at_once", "/at_once"),
        (with_rung(Rung.MATCHED, at_once=51), "care_rules.at_once", "/at_once"),
        (with_rung(Rung.OWN, asked_max=0), "care_rules.asked_max", "/asked_max"),
        (with_rung(Rung.POST, asked_max=51), "care_rules.asked_max", "/asked_max"),
        (replace(OURS, day_begins=8 * 60, day_ends=8 * 60 + 59), "care_rules.day", "/day_ends"),
        (replace(OURS, day_begins=20 * 60, day_ends=8 * 60), "care_rules.day", "/day_ends"),
        (replace(OURS, day_ends=24 * 60 + 1), "care_rules.day", "/day_ends"),
        (replace(OURS, share_percent=0), "care_rules.share", "/share_percent"),
        (replace(OURS, share_percent=101), "care_rules.share", "/share_percent"),
        (replace(OURS, least_seconds=0), "care_rules.seconds", "/least_seconds"),
    ],
)
def test_rules_that_make_no_sense_are_refused_by_field(
    rules: CareRules, code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        change(DEFAULT_RULES, rules)
    assert refused.value.code == code
    assert str(refused.value.facts["pointer"]).endswith(pointer)


def test_a_rung_may_be_left_out_but_for_the_households_own_helpers() -> None:
    assert change(DEFAULT_RULES, with_rung(Rung.POST, asked_max=0)) is not None
