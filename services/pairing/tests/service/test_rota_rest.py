"""No rest swallows a visit: what fell into it is made up for once visits go on, and once alone."""

from datetime import timedelta

from services.pairing.domain.household import ConsentScope, RiskLevel
from services.pairing.domain.visit import CancelReason, Visit, VisitState
from services.pairing.service.onlooker import Onlooker
from services.pairing.tests.harness import HERE
from services.pairing.tests.visit_harness import DAY, VisitHarness

HOUR = timedelta(hours=1)


async def paired_quarterly(visiting: VisitHarness) -> tuple[str, Visit]:
    """A pairing whose household is visited once a quarter, and its first visit, a day ahead."""
    home = await visiting.at_risk("dwl_1", RiskLevel.GENERAL)
    pairing = await visiting.paired([1], home)
    begun = visiting.clock.now()
    while not await visiting.all(state="scheduled"):
        await visiting.run(visiting.clock.now() + DAY, step=DAY)
        assert visiting.clock.now() < begun + 200 * DAY
    visit = (await visiting.all(state="scheduled"))[-1]
    await visiting.run(visit.window_start - DAY, step=DAY)
    return pairing.id, visit


async def test_a_pause_over_the_quarters_only_visit_is_followed_by_one_the_day_after(
    visiting: VisitHarness,
) -> None:
    pairing_id, visit = await paired_quarterly(visiting)
    await visiting.base.pairings.pause(pairing_id, communities=HERE)
    await visiting.run(visit.window_end + DAY, step=HOUR)
    lost = await visiting.store.get(visit.id)
    assert (lost.state, lost.cancel_reason) == (VisitState.CANCELLED, CancelReason.PAUSED)

    await visiting.base.pairings.resume(pairing_id, communities=HERE)
    await visiting.hear_all()
    again = await visiting.one(state="scheduled")
    assert (again.makes_up, again.missed_before) == (visit.id, 0)
    assert again.window_start - visiting.clock.now() <= 2 * DAY

    await visiting.rota.settle(pairing_id)
    assert await visiting.one(state="scheduled") == again


async def test_a_short_pause_does_not_lose_the_visit_that_makes_up_for_a_missed_one(
    visiting: VisitHarness,
) -> None:
    pairing_id, visit = await paired_quarterly(visiting)
    await visiting.run(visit.window_end, step=HOUR)
    made_up = await visiting.one(makes_up=visit.id)

    await visiting.base.pairings.pause(pairing_id, communities=HERE)
    await visiting.hear_all()
    await visiting.run(visiting.clock.now() + HOUR, step=HOUR)
    assert (await visiting.store.get(made_up.id)).state is VisitState.CANCELLED
    await visiting.base.pairings.resume(pairing_id, communities=HERE)
    await visiting.hear_all()

    again = await visiting.one(state="scheduled")
    assert again.missed_before == 1
    assert again.window_start - visiting.clock.now() <= 3 * DAY


async def test_a_visit_missed_just_before_a_pause_is_made_up_for_after_it(
    visiting: VisitHarness,
) -> None:
    pairing_id, visit = await paired_quarterly(visiting)
    await visiting.run(visit.window_end - HOUR, step=HOUR)
    visiting.clock.move(HOUR)
    await visiting.worker.sweep()  # missed and told, but not heard before the pause is
    await visiting.base.pairings.pause(pairing_id, communities=HERE)
    await visiting.hear_all()
    assert (await visiting.store.get(visit.id)).state is VisitState.MISSED
    assert await visiting.all(state="scheduled") == []

    await visiting.base.pairings.resume(pairing_id, communities=HERE)
    await visiting.hear_all()
    again = await visiting.one(state="scheduled")
    assert (again.makes_up, again.missed_before) == (visit.id, 1)


async def test_a_consent_to_help_alone_for_some_days_loses_no_visit(
    visiting: VisitHarness,
) -> None:
    _, visit = await paired_quarterly(visiting)
    home = await visiting.base.backing.households.get(visit.household_id)
    home = await visiting.base.consent(home, ConsentScope.HELP)
    await visiting.run(visit.window_end + DAY, step=HOUR)
    await visiting.base.consent(await visiting.base.backing.households.get(home.id))
    await visiting.hear_all()
    assert (await visiting.one(state="scheduled")).makes_up == visit.id


async def test_what_a_branch_has_called_off_is_not_made_up_for_after_a_pause(
    visiting: VisitHarness,
) -> None:
    pairing_id, visit = await paired_quarterly(visiting)
    await visiting.visits.cancel(visit.id, Onlooker(HERE), seen=None)
    await visiting.base.pairings.pause(pairing_id, communities=HERE)
    await visiting.run(visit.window_end + DAY, step=HOUR)
    await visiting.base.pairings.resume(pairing_id, communities=HERE)
    await visiting.hear_all()
    assert await visiting.all(state="scheduled") == []
