"""Deadline rules over any store: the default, a change, and who sees it when."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.requests.domain.deadline_rules import (
    DEFAULT_RULES,
    CalendarKind,
    DeadlineRules,
    promise_of,
)
from services.requests.domain.service_type import SlaClass
from services.requests.domain.working_hours import YearDays
from services.requests.service.deadline_rules import FRESH_FOR, DeadlineRulesService
from services.requests.tests.harness import Harness
from shared.errors import Stale
from shared.testing import FakeClock

HERE = "hongmiao"
ORDINARY = DEFAULT_RULES.classes[SlaClass.ORDINARY]


def changed(**facts: object) -> DeadlineRules:
    rule = replace(ORDINARY, **facts)  # type: ignore[arg-type]
    return replace(DEFAULT_RULES, classes={**DEFAULT_RULES.classes, SlaClass.ORDINARY: rule})


async def test_a_change_makes_the_default_ones_own(harness: Harness) -> None:
    rules = harness.deadline_rules
    assert await rules.get(HERE) == DEFAULT_RULES
    saved = await rules.change(HERE, changed(seconds=100_000), seen=1)
    assert (saved.version, saved.community) == (2, HERE)
    again = await rules.change(HERE, changed(seconds=200_000), seen=2)
    assert again.version == 3
    assert await rules.get(HERE) == again
    assert await rules.get("elsewhere") == DEFAULT_RULES
    told = [envelope.type for envelope in await harness.rules.story(saved.id)]
    assert told == [
        "requests.deadline_rules.adopted.v1",
        "requests.deadline_rules.changed.v1",
        "requests.deadline_rules.changed.v1",
    ]


async def test_of_two_who_change_the_default_at_once_one_wins(harness: Harness) -> None:
    tries = [
        harness.deadline_rules.change(HERE, changed(seconds=100_000 + n), seen=1) for n in range(2)
    ]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DeadlineRules", "Stale"]


async def test_a_change_of_what_has_moved_on_is_stale(harness: Harness) -> None:
    await harness.deadline_rules.change(HERE, changed(seconds=100_000), seen=None)
    with pytest.raises(Stale):
        await harness.deadline_rules.change(HERE, changed(seconds=200_000), seen=1)


async def test_ones_own_change_is_promised_at_once_anothers_within_seconds(
    harness: Harness,
) -> None:
    clock = FakeClock()
    mine, other = (DeadlineRulesService(harness.rules, clock) for _ in range(2))
    assert (await other.promise(HERE, SlaClass.ORDINARY)).seconds == ORDINARY.seconds
    assert (await mine.promise(HERE, SlaClass.ORDINARY)).seconds == ORDINARY.seconds
    await mine.change(HERE, changed(seconds=100_000), seen=None)
    assert (await mine.promise(HERE, SlaClass.ORDINARY)).seconds == 100_000
    clock.move(FRESH_FOR)
    assert (await other.promise(HERE, SlaClass.ORDINARY)).seconds == 100_000


async def test_a_promise_in_working_hours_bears_the_holidays_to_come(harness: Harness) -> None:
    clock = FakeClock(datetime(2026, 9, 30, 16, 30, tzinfo=UTC))  # 1 October in Beijing
    rules = DeadlineRulesService(harness.rules, clock)
    working = replace(
        changed(calendar=CalendarKind.WORKING),
        years=(YearDays(2027, ("2027-01-01",), ("2027-01-02",)),),
    )
    await rules.change(HERE, working, seen=None)
    hours = (await rules.promise(HERE, SlaClass.ORDINARY)).hours
    assert hours is not None
    national_day = tuple(f"2026-10-0{day}" for day in range(1, 8))
    assert hours.holidays == (*national_day, "2027-01-01")
    assert hours.make_up_days == ("2026-10-10", "2027-01-02")
    clock.move(timedelta(days=1))
    again = (await rules.promise(HERE, SlaClass.ORDINARY)).hours
    assert again is not None
    assert again.holidays == (*national_day[1:], "2027-01-01")
    assert (await rules.promise(HERE, SlaClass.EMERGENCY)).hours is None


def test_a_year_that_the_community_tells_stands_for_the_known_one() -> None:
    own = replace(
        changed(calendar=CalendarKind.WORKING), years=(YearDays(2026, ("2026-12-31",), ()),)
    )
    at = datetime(2026, 1, 1, tzinfo=UTC)
    hours = promise_of(own, SlaClass.ORDINARY, at=at).hours
    assert hours is not None
    assert (hours.holidays, hours.make_up_days) == (("2026-12-31",), ())
