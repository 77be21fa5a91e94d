"""A year of an estate: no visit lost, none made twice, every missed one told and made up for."""

import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from services.pairing.domain.plan import occurrences
from services.pairing.domain.visit import Visit, VisitState
from services.pairing.tests.visit_harness import DAY, VisitHarness, visit_harness_over
from services.pairing.tests.year import STEP, Year
from shared.days import day_of
from shared.events.pairing_visit import VisitMissed

SEED = 20261124
BEGINS = datetime(2026, 1, 4, 18, tzinfo=UTC)


async def lived(harness: VisitHarness, *, homes: int, days: int) -> Year:
    """So many days of so many care households."""
    harness.clock.moment = BEGINS
    year = Year(harness, random.Random(SEED))
    await year.settle_in(homes)
    await year.live(days)
    return year


async def planned(year: Year) -> set[tuple[str, str, date]]:
    """Pairing, household and day of all that must have been made: reckoned anew from the plans."""
    found = set()
    for pairing_id, begun in year.begun.items():
        pairing = await year.harness.base.backing.pairings.get(pairing_id)
        ended = year.ended.get(pairing_id, year.today)
        for household_id in year.pairings[pairing_id].household_ids:
            home = await year.home_of(household_id)
            days = occurrences(
                pairing.plan, risk=home.risk_level, since=begun + DAY, until=ended, anchor=begun
            )
            found |= {
                (pairing_id, household_id, each.on)
                for each in days
                if each.on not in year.disturbed[pairing_id]
            }
    return found


async def check(year: Year) -> Counter[VisitState]:
    """What must hold after any time, whatever happened in it."""
    visits = await year.harness.all()
    of_plan = [each for each in visits if each.makes_up is None]
    made = {(each.pairing_id, each.household_id, each.on): each for each in of_plan}
    assert len(made) == len(of_plan), "a visit was made twice"
    wanted = await planned(year)
    assert sorted(wanted - made.keys()) == [], "a visit was lost"
    given_up = [each for each in wanted if made[each].state is VisitState.CANCELLED]
    assert given_up == [], "a visit was cancelled without a reason"
    now = year.harness.clock.now()
    assert [each.id for each in visits if each.window_end <= now - STEP and waits(each)] == []
    check_missed(year, visits)
    return Counter(each.state for each in visits)


def waits(visit: Visit) -> bool:
    return visit.state in (VisitState.SCHEDULED, VisitState.DUE, VisitState.NO_ANSWER)


def check_missed(year: Year, visits: list[Visit]) -> None:
    """Every missed one was told once, the same day, and somebody goes again."""
    by_id = {each.id: each for each in visits}
    told = [each for each in year.told if each.type == VisitMissed.type]
    assert len({each.subject for each in told}) == len(told), "told twice"
    later = defaultdict(list)
    for each in visits:
        later[each.pairing_id, each.household_id].append(each)
    for envelope in told:
        visit = by_id[envelope.subject]
        following = [
            each
            for each in later[visit.pairing_id, visit.household_id]
            if each.on > visit.on and each.on <= visit.on + timedelta(days=100)
        ]
        stopped = (
            visit.pairing_id in year.ended
            or year.disturbed[visit.pairing_id]
            or year.today - visit.on < timedelta(days=8)
        )
        assert following or stopped, "nobody goes again"
    check_noticed(year, by_id)
    missed = {each.id for each in visits if each.state is VisitState.MISSED}
    assert missed <= {each.subject for each in told}, "missed, and not a word"


def check_noticed(year: Year, by_id: dict[str, Visit]) -> None:
    """On the day itself, but for the days on which the service stood still."""
    for envelope in year.told:
        if envelope.type != VisitMissed.type:
            continue
        visit = by_id[envelope.subject]
        standing = year.stopped_from <= visit.window_end < year.stopped_until
        noticed_by = year.stopped_until + STEP if standing else visit.window_end + STEP
        assert visit.window_end <= envelope.time <= noticed_by
        assert standing or day_of(envelope.time) == visit.on


async def test_ten_weeks_of_a_few_households() -> None:
    year = await lived(await visit_harness_over(None), homes=12, days=70)
    states = await check(year)
    assert states[VisitState.COMPLETED] > 20
    assert states[VisitState.MISSED] > 0


@pytest.mark.mongo
async def test_a_year_of_the_estate(really_visiting: VisitHarness) -> None:
    year = await lived(really_visiting, homes=133, days=365)
    states = await check(year)
    assert states[VisitState.COMPLETED] > 2_000
    assert states[VisitState.MISSED] > 50
    assert len(year.ended) > 5
