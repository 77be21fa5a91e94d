"""What the clock does to a consent: one reminder, one end, whenever somebody looks."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import household
from services.pairing.domain.consent_term import REMIND_BEFORE, remind_at
from services.pairing.domain.household import HouseholdState, consents
from services.pairing.domain.household_alarm import tick
from services.pairing.tests.samples import NOW, a_consent, a_household, consenting
from shared.events.pairing_register import HouseholdConsentExpired, HouseholdConsentExpiring

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("lasts", "reminded_after"),
    [(365 * DAY, 351 * DAY), (28 * DAY, 14 * DAY), (10 * DAY, 5 * DAY), (DAY / 24, DAY / 48)],
)
def test_the_reminder_comes_two_weeks_before_the_end_or_half_way(
    lasts: timedelta, reminded_after: timedelta
) -> None:
    assert remind_at(NOW, NOW + lasts) == NOW + reminded_after
    assert consenting(until=NOW + lasts).alarm_at == NOW + reminded_after


def test_a_consent_without_an_end_is_never_looked_at() -> None:
    assert consenting().alarm_at is None
    assert tick(consenting(), at=NOW + 10_000 * DAY) is None


@given(
    lasts=st.integers(1, 24 * 400),
    looks=st.lists(st.integers(0, 24 * 500), min_size=1, max_size=20),
)
def test_whenever_somebody_looks_one_reminder_and_one_end_are_told_in_their_time(
    lasts: int, looks: list[int]
) -> None:
    until = NOW + timedelta(hours=lasts)
    home, told = consenting(until=until), []
    for hours in sorted(looks):
        at = NOW + timedelta(hours=hours)
        while (decided := tick(home, at=at)) is not None:
            home, events = decided
            told += [(type(event), at) for event in events]

    last = NOW + timedelta(hours=max(looks))
    reminders = [at for kind, at in told if kind is HouseholdConsentExpiring]
    ends = [at for kind, at in told if kind is HouseholdConsentExpired]
    assert len(ends) == (last >= until)
    assert all(at >= until for at in ends)
    assert len(reminders) <= 1
    assert all(until - REMIND_BEFORE <= at < until for at in reminders)
    assert (home.state is HouseholdState.EXPIRED) == (last >= until)
    assert not consents(home, at=max(last, until))


def test_a_consent_given_anew_is_reminded_of_anew() -> None:
    soon = NOW + 30 * DAY
    decided = tick(consenting(until=soon), at=soon - DAY)
    assert decided is not None
    assert (decided[0].reminded_at, decided[0].alarm_at) == (soon - DAY, soon)

    later = a_consent(at=soon - DAY, until=soon + 365 * DAY)
    anew, _ = household.consent(decided[0], given=later, at=soon - DAY)

    assert (anew.reminded_at, anew.alarm_at) == (None, soon + 351 * DAY)
    assert [each.until for each in anew.former_consents] == [soon]


def test_who_took_the_consent_back_is_not_told_that_it_runs_out() -> None:
    withdrawn, _ = household.withdraw_consent(consenting(until=NOW + DAY), at=NOW)

    assert tick(withdrawn, at=NOW + 2 * DAY) is None


def test_only_the_newest_of_former_consents_are_kept() -> None:
    home = a_household()
    for number in range(25):
        given_at = NOW + number * DAY
        home, _ = household.consent(home, given=a_consent(at=given_at), at=given_at)

    kept = [each.at for each in home.former_consents]
    assert kept == [NOW + number * DAY for number in range(4, 24)]
