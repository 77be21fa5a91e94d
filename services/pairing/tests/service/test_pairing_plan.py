"""Plans and calendars of pairings, over both stores."""

from dataclasses import replace
from datetime import date

import pytest

from services.pairing.domain.festival import Festival
from services.pairing.domain.household import RiskLevel
from services.pairing.domain.pairing import PairingMode
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.pairing import Proposal
from services.pairing.tests.harness import HERE, Harness, harness_over, me
from services.pairing.tests.pairs import DAY, MONTHLY, WEEKLY, active, change_risk, now, proposed
from shared.errors import Invalid, NotFound, Stale


async def test_a_plan_is_refused_at_the_proposal_and_later(harness: Harness) -> None:
    helper, home = await harness.member(), await harness.household()
    slow = Proposal(PairingMode.ONE_ONE, (helper.id,), (home.id,), (MONTHLY,))
    with pytest.raises(Invalid, match=r"plan\.too_seldom"):
        await harness.pairings.propose(slow, communities=HERE)
    pairing = await harness.paired([helper], home)
    twice = (WEEKLY, replace(WEEKLY, time="09:00"))
    with pytest.raises(Invalid, match=r"plan\.overlap"):
        await harness.plans.change(pairing.id, twice, communities=HERE)
    with pytest.raises(Stale):
        await harness.plans.change(pairing.id, (WEEKLY,), communities=HERE, seen=99)
    assert (await now(harness, pairing)) == pairing


async def test_a_pairing_comes_with_the_great_festivals_and_with_what_is_planned(
    harness: Harness,
) -> None:
    pairing = await proposed(harness)
    festivals = {each.festival for each in pairing.plan}
    assert {Festival.SPRING_FESTIVAL, Festival.MID_AUTUMN} < festivals
    planned = await harness.plans.change(pairing.id, (), communities=HERE)
    assert planned.plan == ()


async def test_the_calendar_shows_each_household_and_to_each_what_is_theirs(
    harness: Harness,
) -> None:
    pairing = await active(harness, homes=2)
    first, second = pairing.household_ids
    await change_risk(harness, second, RiskLevel.GENERAL)
    span = {"first_on": date(2026, 12, 1), "last_on": date(2027, 2, 28)}

    whole = await harness.plans.calendar(pairing.id, Onlooker(HERE), **span)
    helper = await harness.plans.calendar(pairing.id, me("per_member1"), **span)
    resident = await harness.plans.calendar(pairing.id, me("per_of_dwl_2"), **span)

    counts = {home: sum(home == each for each, _ in whole) for home in (first, second)}
    # Weekly, in one week at the Spring Festival instead; once a quarter, by that festival.
    assert counts == {first: 13, second: 1}
    assert helper == whole
    assert {home for home, _ in resident} == {second}
    with pytest.raises(NotFound):
        await harness.plans.calendar(pairing.id, me("per_member7"), **span)


async def test_who_rests_has_no_days_until_the_end_of_the_rest(harness: Harness) -> None:
    pairing = await active(harness)
    span = {"first_on": date(2026, 12, 1), "last_on": date(2026, 12, 31)}
    until = harness.clock.now() + 14 * DAY
    await harness.pairings.pause(pairing.id, until=until, communities=HERE)
    days = await harness.plans.calendar(pairing.id, Onlooker(HERE), **span)
    assert [day.on.isoformat() for _, day in days] == [
        "2026-12-08",
        "2026-12-15",
        "2026-12-22",
        "2026-12-29",
    ]
    await harness.pairings.pause(pairing.id, until=None, communities=HERE)
    assert await harness.plans.calendar(pairing.id, Onlooker(HERE), **span) == []


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 12, 2), date(2026, 12, 1)),
        (date(2026, 1, 1), date(2027, 1, 1)),
        (date(1, 1, 1), date(9999, 12, 31)),
        (date(9999, 12, 31), date(9999, 12, 31)),
        (date(9999, 12, 20), None),
        (None, date(9999, 12, 31)),
        (date(1, 1, 1), date(1, 1, 1)),
    ],
)
async def test_a_calendar_has_bounds(first: date | None, last: date | None) -> None:
    harness = await harness_over(None)
    pairing = await active(harness)
    with pytest.raises(Invalid, match=r"plan\.calendar"):
        await harness.plans.calendar(pairing.id, Onlooker(HERE), first_on=first, last_on=last)
