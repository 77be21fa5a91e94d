"""What the clock tells of a mediation: each thing once, whenever it looks and however often."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain import mediation_steps as steps
from services.requests.domain.mediation import (
    ENDING_BEFORE,
    TERM_RUNS,
    Mediation,
    MediationAction,
    MediationState,
)
from services.requests.domain.mediation_alarm import tick
from services.requests.tests.mediation_samples import ACT, NOW, ORAL, SOON, in_state
from shared.events.requests_mediation import MediationPerformanceDelayed, MediationTermEnding

S = MediationState
DAY = timedelta(days=1)
TERM = ("term_ending", "term_over")


def heard(case: Mediation, *moments: datetime) -> tuple[Mediation, list[str]]:
    """The case after the clock looked at these moments, and the participles of what it told."""
    told: list[str] = []
    for at in moments:
        decided = tick(case, at=at)
        if decided is not None:
            case, events = decided
            told += [event.type.split(".")[2] for event in events]
    return case, told


def ends_of(case: Mediation) -> datetime:
    assert case.term_ends_at is not None
    return case.term_ends_at


def test_a_term_is_told_a_week_before_its_end_and_at_it_each_once() -> None:
    for state in TERM_RUNS:
        case = in_state(state)
        near, over = ends_of(case) - ENDING_BEFORE, ends_of(case)
        assert tick(case, at=near - timedelta(microseconds=1)) is None
        warned, told = heard(case, near, near + DAY, over - timedelta(microseconds=1))
        assert told == ["term_ending"]
        assert heard(warned, over, over, over + 90 * DAY)[1] == ["term_over"]


def test_after_a_standstill_both_are_told_at_once_and_in_order() -> None:
    case = in_state(S.MEDIATING)
    silent, told = heard(case, ends_of(case) + 40 * DAY, ends_of(case) + 41 * DAY)
    assert told == [*TERM]
    assert silent.alarm_at is None
    assert silent.state is S.MEDIATING


@given(st.lists(st.integers(0, 60), max_size=20))
def test_however_often_the_clock_looks_it_tells_each_once(days: list[int]) -> None:
    case = in_state(S.MEDIATING)
    moments = [NOW + day * DAY for day in sorted(days)]
    _, told = heard(case, *moments)
    last = max(moments, default=NOW)
    due = [ends_of(case) - ENDING_BEFORE, ends_of(case)]
    assert told == [name for name, at in zip(TERM, due, strict=True) if at <= last]


def test_of_a_term_that_was_extended_it_is_told_anew() -> None:
    case, _ = heard(in_state(S.MEDIATING), SOON + 60 * DAY)
    everybody = [party.id for party in case.parties]
    longer, _ = steps.extend(case, consenting=everybody, at=SOON + 61 * DAY)
    assert longer.alarm_at == ends_of(longer) - ENDING_BEFORE
    assert heard(longer, ends_of(longer))[1] == [*TERM]


def test_what_was_agreed_failed_or_given_up_has_no_term_any_more() -> None:
    for action in (MediationAction.AGREE, MediationAction.FAIL, MediationAction.WITHDRAW):
        after, _ = ACT[action](in_state(S.MEDIATING))
        assert after.alarm_at is None
        assert tick(after, at=ends_of(after) + 90 * DAY) is None


def test_talks_after_a_breach_have_a_term_that_is_told_of() -> None:
    again, _ = ACT[MediationAction.RESUME](in_state(S.BREACHED))
    assert heard(again, ends_of(again))[1] == [*TERM]


def test_an_agreement_that_nobody_said_was_performed_is_told_after_its_last_day() -> None:
    due_on = date(2026, 5, 20)
    agreed, _ = steps.agree(
        in_state(S.MEDIATING), agreement=replace(ORAL, performance_due_on=due_on), at=SOON
    )
    for case in (agreed, steps.perform(agreed)[0]):
        alarm_at = case.alarm_at
        assert alarm_at is not None
        assert tick(case, at=alarm_at - timedelta(microseconds=1)) is None
        decided = tick(case, at=alarm_at + DAY)
        assert decided is not None
        late, [event] = decided
        assert isinstance(event, MediationPerformanceDelayed)
        assert (event.due_on, event.mediator_ids) == (due_on, case.mediator_ids)
        assert tick(late, at=alarm_at + 90 * DAY) is None
    fulfilled, _ = steps.fulfil(steps.perform(agreed)[0])
    assert fulfilled.alarm_at is None


def test_who_mediates_is_told_and_until_when() -> None:
    case = in_state(S.ACCEPTED)
    decided = tick(case, at=ends_of(case) - ENDING_BEFORE)
    assert decided is not None
    [event] = decided[1]
    assert isinstance(event, MediationTermEnding)
    assert (event.mediator_ids, event.term_ends_at) == (case.mediator_ids, ends_of(case))
