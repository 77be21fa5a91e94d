"""What was promised, and by when: clocks that stand still, and what they say."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.deadline import (
    PAUSES_MAX,
    PROMISES,
    Milestone,
    Pause,
    Promise,
    Stage,
    awaited,
    due_by,
    left,
    milestone_at,
    next_clock_at,
    paused,
    reached,
    resumed,
    times_late,
    used,
)
from services.requests.domain.deadline_rules import CalendarKind
from services.requests.domain.service_type import SLA_SPANS, SlaClass
from services.requests.domain.working_hours import WorkingHours, counted
from services.requests.tests.domain.test_working_hours import calendars
from shared.texts import LANGS, label

START = datetime(2026, 5, 6, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
UTILITY = PROMISES[SlaClass.UTILITY]


@dataclass(frozen=True)
class Ask:
    """The clocks' side of a request."""

    submitted_at: datetime = START
    accepted_at: datetime | None = START
    acknowledged_at: datetime | None = None
    first_contact_at: datetime | None = None
    promise: Promise | None = UTILITY
    pauses: tuple[Pause, ...] = ()
    told_missed: tuple[Milestone, ...] = ()
    told_late: int = 0
    stage: Stage = Stage.ON_TIME


def after(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@st.composite
def some_pauses(draw: st.DrawFn) -> tuple[Pause, ...]:
    """Pauses in order, of which the last may last."""
    steps = draw(st.lists(st.integers(0, 60 * 60), max_size=10))
    at, ends = START, []
    for minutes in steps:
        at += timedelta(minutes=minutes)
        ends.append(at)
    pairs = zip(ends[::2], [*ends[1::2], None], strict=False)
    return tuple(Pause(start, end) for start, end in pairs)


@pytest.mark.parametrize("sla_class", SlaClass)
def test_the_seed_promises_the_figures_of_the_standard(sla_class: SlaClass) -> None:
    promise = PROMISES[sla_class]
    assert due_by(Ask(promise=promise)) == START + SLA_SPANS[sla_class]
    assert promise.acknowledge_seconds <= promise.first_contact_seconds < promise.seconds
    assert promise.accept_seconds <= 2 * 3600


def test_nothing_is_due_of_what_nobody_accepted() -> None:
    ask = Ask(accepted_at=None)
    assert (due_by(ask), left(ask, after(1)), times_late(ask, after(999))) == (None, None, 0)
    assert awaited(ask) == [Milestone.ACCEPTED]
    assert milestone_at(ask, Milestone.ACKNOWLEDGED) is None
    assert next_clock_at(ask) == milestone_at(ask, Milestone.ACCEPTED) == after(1)


def test_an_old_request_without_a_promise_has_no_clocks() -> None:
    ask = Ask(promise=None)
    assert (due_by(ask), left(ask, after(1)), next_clock_at(ask)) == (None, None, None)


def test_a_pause_moves_the_due_time_by_its_length() -> None:
    ask = Ask(pauses=(Pause(after(2), after(5)), Pause(after(10), after(11))))
    assert due_by(ask) == after(24 + 3 + 1)
    assert left(ask, after(10.5)) == (24 - 10 + 3) * HOUR


def test_while_it_pauses_nothing_is_due_and_what_is_left_stands_still() -> None:
    ask = Ask(pauses=(Pause(after(20)),))
    assert due_by(ask) is None
    assert left(ask, after(21)) == left(ask, after(500)) == 4 * HOUR
    assert next_clock_at(replace(ask, told_missed=tuple(Milestone), stage=Stage.MOST)) is None


def test_what_was_reached_before_the_pause_stays_reached() -> None:
    assert milestone_at(Ask(pauses=(Pause(after(20)),)), Milestone.ACKNOWLEDGED) == after(2)


def test_what_happened_or_was_told_is_awaited_no_more() -> None:
    assert awaited(Ask()) == [Milestone.ACKNOWLEDGED, Milestone.FIRST_CONTACT]
    assert awaited(Ask(acknowledged_at=START)) == [Milestone.FIRST_CONTACT]
    assert awaited(Ask(acknowledged_at=START, first_contact_at=START)) == []
    assert awaited(Ask(told_missed=(Milestone.FIRST_CONTACT,))) == [Milestone.ACKNOWLEDGED]


@pytest.mark.parametrize(
    ("hours", "times"), [(23.9, 0), (24, 1), (29.9, 1), (30, 2), (36, 3), (24 + 6 * 400, 31)]
)
def test_being_late_counts_at_due_and_after_each_span_again(hours: float, times: int) -> None:
    assert times_late(Ask(), after(hours)) == times


@given(calendars, st.integers(1, 15 * 24 * 3600), some_pauses())
def test_a_time_is_reached_at_the_first_moment_at_which_it_is_used(
    hours: WorkingHours | None, seconds: int, pauses: tuple[Pause, ...]
) -> None:
    promise = replace(UTILITY, hours=hours)
    end = reached(promise, START, seconds, pauses)
    if end is None:
        assert used(promise, START, after(24 * 3650), pauses) < timedelta(seconds=seconds)
        assert pauses[-1].end is None
    else:
        assert used(promise, START, end, pauses) == timedelta(seconds=seconds)
        assert end == START or used(
            promise, START, end - timedelta(microseconds=1), pauses
        ) < timedelta(seconds=seconds)


@given(calendars, some_pauses(), st.integers(0, 500))
def test_what_is_used_and_what_pauses_is_all_the_time_that_counts(
    hours: WorkingHours | None, pauses: tuple[Pause, ...], until: int
) -> None:
    promise, at = replace(UTILITY, hours=hours), after(until)
    idle = sum(
        (counted(hours, min(p.start, at), min(p.end or at, at)) for p in pauses), timedelta(0)
    )
    assert used(promise, START, at, pauses) + idle == counted(hours, START, at)


@given(st.lists(st.tuples(st.booleans(), st.integers(-5, 50)), max_size=60))
def test_pauses_stay_in_order_whatever_the_clocks_of_replicas_say(
    steps: list[tuple[bool, int]],
) -> None:
    pauses: tuple[Pause, ...] = ()
    at = START
    for pausing, minutes in steps:
        at += timedelta(minutes=minutes)
        pauses = paused(pauses, at=at) if pausing else resumed(pauses, at=at)
    moments = [moment for pause in pauses for moment in (pause.start, pause.end) if moment]
    assert moments == sorted(moments)
    assert all(pause.end is not None for pause in pauses[:-1])


def test_pauses_are_bounded_and_beyond_them_time_counts() -> None:
    pauses: tuple[Pause, ...] = ()
    for n in range(PAUSES_MAX + 5):
        pauses = resumed(paused(pauses, at=after(n)), at=after(n + 0.5))
    assert len(pauses) == PAUSES_MAX
    before, later = (used(UTILITY, START, after(PAUSES_MAX + n), pauses) for n in (0, 4))
    assert later - before == 4 * HOUR


@pytest.mark.parametrize(
    "name",
    [
        *(f"stage.{stage.name.lower()}" for stage in Stage),
        *(f"milestone.{milestone}" for milestone in Milestone),
        *(f"calendar.{kind}" for kind in CalendarKind),
    ],
)
def test_every_stage_milestone_and_calendar_reads_as_words(name: str) -> None:
    words = {label(name, lang) for lang in LANGS}
    assert len(words) == len(LANGS)
    assert name not in words
