"""Visits outside of the rhythm, over both stores: asked for, or made because a risk has risen."""

from datetime import timedelta

import pytest

from services.pairing.domain.circumstances import circumstances_of
from services.pairing.domain.household import Household, RiskLevel
from services.pairing.domain.plan import CareService
from services.pairing.domain.visit import CancelReason, Visit, VisitState
from services.pairing.domain.visit_asking import EXTRA_MAX
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.visit_asking import Wanted
from services.pairing.tests.harness import HERE, THERE, branch
from services.pairing.tests.visit_harness import DAY, VisitHarness, reported
from shared.errors import Conflict, Invalid
from shared.events.pairing_register import HouseholdChanged

STAFF = Onlooker(HERE)
HOUR = timedelta(hours=1)


async def rises(visiting: VisitHarness, home: Household, risk: RiskLevel) -> Household:
    """The household's risk is told anew, as staff do, and heard of."""
    known = await visiting.base.backing.households.get(home.id)
    told = {"risk_level": risk}
    changed = await visiting.base.households.change(home.id, told, communities=HERE)
    assert circumstances_of(changed) != circumstances_of(known)
    await visiting.hear_all()
    return changed


async def extras(visiting: VisitHarness) -> list[Visit]:
    return [each for each in await visiting.all() if each.extra]


async def test_who_asks_gets_a_visit_within_a_day_that_the_plan_does_not_take_away(
    visiting: VisitHarness,
) -> None:
    pairing = await visiting.paired([1], await visiting.at_risk("dwl_1", RiskLevel.GENERAL))
    wanted = Wanted(pairing.id, services=(CareService.CARRY_SHOPPING,))

    made = await visiting.asking.ask(branch(), wanted)
    await visiting.hear_all()
    await visiting.rota.settle(pairing.id)
    await visiting.worker.sweep()

    kept = await visiting.store.get(made.id)
    assert (kept.extra, kept.state, kept.services) == (True, VisitState.DUE, ("carry_shopping",))
    assert kept.window_end - kept.window_start == DAY
    assert (await visiting.report(kept, reported())).state is VisitState.COMPLETED


async def test_one_that_nobody_makes_is_missed_and_made_up_for(visiting: VisitHarness) -> None:
    pairing = await visiting.paired([1], await visiting.at_risk("dwl_1", RiskLevel.GENERAL))
    made = await visiting.asking.ask(STAFF, Wanted(pairing.id, hours=2))
    await visiting.run(visiting.clock.now() + 3 * HOUR, step=HOUR)

    assert (await visiting.store.get(made.id)).state is VisitState.MISSED
    assert (await visiting.one(makes_up=made.id)).state is VisitState.SCHEDULED


async def test_whom_one_does_not_see_or_who_is_not_visited_is_refused(
    visiting: VisitHarness,
) -> None:
    home = await visiting.at_risk("dwl_1", RiskLevel.GENERAL)
    pairing = await visiting.paired([1], home)
    asked = visiting.asking
    for onlooker in (branch("brn_2"), Onlooker(THERE)):
        with pytest.raises(Invalid, match=r"pairing\.unknown"):
            await asked.ask(onlooker, Wanted(pairing.id))
    with pytest.raises(Invalid, match=r"pairing\.unknown"):
        await asked.ask(STAFF, Wanted("prg_none"))
    with pytest.raises(Invalid, match=r"pairing\.other_household"):
        await asked.ask(STAFF, Wanted(pairing.id, household_id="hsh_none"))
    for opens_at in (visiting.clock.now() - HOUR, visiting.clock.now() + 31 * DAY):
        with pytest.raises(Invalid, match=r"visit\.opens_at"):
            await asked.ask(STAFF, Wanted(pairing.id, opens_at=opens_at))
    for _ in range(EXTRA_MAX):
        await asked.ask(STAFF, Wanted(pairing.id))
    with pytest.raises(Conflict, match=r"visit\.extra_full"):
        await asked.ask(STAFF, Wanted(pairing.id))
    await visiting.base.pairings.pause(pairing.id, communities=HERE)
    with pytest.raises(Conflict, match=r"visit\.not_visited"):
        await asked.ask(STAFF, Wanted(pairing.id))


async def test_of_several_households_one_has_to_be_named(visiting: VisitHarness) -> None:
    homes = [await visiting.at_risk(f"dwl_{n}", RiskLevel.GENERAL) for n in (1, 2)]
    pairing = await visiting.paired([1], *homes)
    with pytest.raises(Invalid, match=r"visit\.which_household"):
        await visiting.asking.ask(STAFF, Wanted(pairing.id))
    made = await visiting.asking.ask(STAFF, Wanted(pairing.id, household_id=homes[1].id))
    assert made.household_id == homes[1].id


async def test_a_risk_that_rises_to_high_brings_one_visit_within_a_day_however_often_it_is_heard(
    visiting: VisitHarness,
) -> None:
    home = await visiting.at_risk("dwl_1", RiskLevel.GENERAL)
    await visiting.paired([1], home)
    await rises(visiting, home, RiskLevel.KEY)
    assert await extras(visiting) == []

    risen = visiting.clock.now()
    await rises(visiting, home, RiskLevel.HIGH)
    event = HouseholdChanged(household_id=home.id)
    for _ in range(2):
        await visiting.base.hear(event)
        await visiting.rota.settle((await visiting.all())[0].pairing_id)

    (made,) = await extras(visiting)
    assert made.window_end == risen + DAY
    await visiting.run(risen + HOUR, step=HOUR)
    await visiting.report(made, reported())
    await visiting.run(risen + 2 * DAY, step=HOUR)
    assert len(await extras(visiting)) == 1


async def test_two_pairings_of_one_household_make_one_such_visit(visiting: VisitHarness) -> None:
    home = await visiting.at_risk("dwl_1", RiskLevel.GENERAL)
    await visiting.paired([1], home)
    await visiting.paired([2], home)
    await rises(visiting, home, RiskLevel.HIGH)
    assert len(await extras(visiting)) == 1


async def test_heard_after_two_days_it_is_made_late_and_after_two_weeks_no_more(
    visiting: VisitHarness,
) -> None:
    for days, count in ((2, 1), (14, 0)):
        home = await visiting.at_risk(f"dwl_{count + 1}", RiskLevel.GENERAL)
        pairing = await visiting.paired([days], home)
        told = {"risk_level": RiskLevel.HIGH}
        await visiting.base.households.change(home.id, told, communities=HERE)
        visiting.clock.move(days * DAY)
        await visiting.rota.settle(pairing.id)
        made = [each for each in await extras(visiting) if each.household_id == home.id]
        assert len(made) == count
        assert all(each.window_end > visiting.clock.now() for each in made)


async def test_what_was_over_when_the_pairing_was_paused_is_told_missed_after_a_standstill(
    visiting: VisitHarness,
) -> None:
    pairing = await visiting.paired([1], await visiting.at_risk("dwl_1", RiskLevel.HIGH))
    visit = await visiting.due(await visiting.one())
    visiting.clock.moment = visit.window_end + DAY
    await visiting.base.pairings.pause(pairing.id, communities=HERE)

    await visiting.hear_all()
    await visiting.worker.sweep()

    assert (await visiting.store.get(visit.id)).state is VisitState.MISSED


async def test_what_was_paused_in_its_time_is_cancelled_even_after_a_standstill(
    visiting: VisitHarness,
) -> None:
    pairing = await visiting.paired([1], await visiting.at_risk("dwl_1", RiskLevel.HIGH))
    visit = await visiting.due(await visiting.one())
    await visiting.base.pairings.pause(pairing.id, communities=HERE)
    visiting.clock.moment = visit.window_end + DAY

    await visiting.worker.sweep()

    cancelled = await visiting.store.get(visit.id)
    assert cancelled.cancel_reason is CancelReason.PAUSED


async def test_who_leaves_can_report_for_three_days_what_they_did_before(
    visiting: VisitHarness,
) -> None:
    await visiting.paired([1, 2], await visiting.at_risk("dwl_1", RiskLevel.HIGH))
    visit = await visiting.due(await visiting.one())
    done = visiting.clock.now() + HOUR
    visiting.clock.move(2 * HOUR)
    (leaver,) = await visiting.base.backing.members.find({"person_id": "per_member1"})
    await visiting.base.members.leave(leaver.id, STAFF, seen=None)
    await visiting.hear_all()
    visiting.clock.move(2 * HOUR)
    after = await visiting.store.get(visit.id)
    assert "per_member1" not in {each.person_id for each in after.participants}

    with pytest.raises(Conflict, match=r"visit\.too_late"):
        await visiting.report(visit, reported(tapped_at=visiting.clock.now()))
    made = await visiting.report(visit, reported(tapped_at=done, sent_at=visiting.clock.now()))

    assert made.state is VisitState.COMPLETED
    assert made.completed_at == done
    assert leaver.id in made.helper_ids
