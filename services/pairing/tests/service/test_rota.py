"""Visits are made ahead, once each, and follow whatever becomes of a pairing and its people."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from services.pairing.domain import rota
from services.pairing.domain.household import ConsentScope, RiskLevel
from services.pairing.domain.pairing import EndReason
from services.pairing.domain.plan import CareService, PlannedService, usual_plan
from services.pairing.domain.rota import LEAD_DAYS
from services.pairing.domain.visit import CancelReason, VisitState
from services.pairing.domain.visit_report import Attendance
from services.pairing.service.rota import RotaService
from services.pairing.tests.harness import HERE
from services.pairing.tests.visit_harness import DAY, VisitHarness, reported
from shared.days import BEIJING, day_of
from shared.events.pairing_visit import VisitMissed, VisitUnassigned

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


async def test_a_weeks_visits_are_made_as_soon_as_a_pairing_begins(visiting: VisitHarness) -> None:
    home = await visiting.base.household()
    pairing = await visiting.paired([1], home)

    visit = await visiting.one()
    assert visit.state is VisitState.SCHEDULED
    assert (visit.pairing_id, visit.household_id) == (pairing.id, home.id)
    assert (visit.dwelling_id, visit.branch_ids) == ("dwl_1", ("brn_1",))
    assert [each.person_id for each in visit.participants] == ["per_member1"]
    assert visit.window_start > visiting.clock.now()
    assert visit.window_start - visiting.clock.now() <= WEEK


async def test_a_household_at_high_risk_has_a_visit_in_each_week_of_a_quarter(
    visiting: VisitHarness,
) -> None:
    await visiting.paired([1], await visiting.base.household())
    begun = visiting.clock.now()
    await visiting.run(begun + 13 * WEEK, step=DAY)

    visits = await visiting.all(makes_up=None)
    weeks = {
        visit.on.isocalendar()[:2] for visit in visits if visit.window_end <= begun + 13 * WEEK
    }
    assert len(weeks) >= 12
    assert len({(visit.household_id, visit.key) for visit in visits}) == len(visits)


async def test_sweeps_again_and_by_others_make_nothing_twice(visiting: VisitHarness) -> None:
    for number in (1, 2, 3):
        await visiting.paired([number], await visiting.base.household(f"dwl_{number}"))
    others = [
        RotaService(visiting.rotas, visiting.store, visiting.registers, visiting.clock)
        for _ in range(2)
    ]
    for _ in range(4):
        visiting.clock.move(3 * DAY)
        await asyncio.gather(visiting.rota.sweep(), *(each.sweep() for each in others))
        await visiting.rota.sweep()

    visits = await visiting.all()
    assert len({(visit.pairing_id, visit.key) for visit in visits}) == len(visits) >= 6
    for visit in visits:
        story = await visiting.store.story(visit.id)
        assert [each.type.split(".")[2] for each in story] == ["scheduled"]


async def test_a_pause_cancels_and_a_return_in_time_makes_again_what_it_cancelled(
    visiting: VisitHarness,
) -> None:
    pairing = await visiting.paired([1], await visiting.base.household())
    visit = await visiting.one()

    await visiting.base.pairings.pause(pairing.id, communities=HERE)
    await visiting.hear_all()
    cancelled = await visiting.one()
    assert (cancelled.state, cancelled.cancel_reason) == (
        VisitState.CANCELLED,
        CancelReason.PAUSED,
    )
    await visiting.run(visiting.clock.now() + HOUR, step=HOUR)
    assert len(await visiting.all()) == 1

    await visiting.base.pairings.resume(pairing.id, communities=HERE)
    await visiting.hear_all()
    again = await visiting.one()
    assert (again.id, again.state) == (visit.id, VisitState.SCHEDULED)


async def test_a_consent_that_ends_cancels_at_once_whatever_is_heard_first(
    visiting: VisitHarness,
) -> None:
    home = await visiting.base.household()
    await visiting.paired([1], home)
    opened = await visiting.due(await visiting.one())
    await visiting.base.households.withdraw_consent(home.id, communities=HERE)
    await visiting.hear_all()

    closed = await visiting.store.get(opened.id)
    assert closed.state is VisitState.CANCELLED
    await visiting.run(visiting.clock.now() + 4 * WEEK, step=DAY)
    assert {visit.state for visit in await visiting.all()} <= {
        VisitState.CANCELLED,
        VisitState.COMPLETED,
    }


async def test_a_consent_to_help_alone_is_none_to_visits(visiting: VisitHarness) -> None:
    home = await visiting.base.household(consent=False)
    await visiting.paired([1], await visiting.base.consent(home, ConsentScope.HELP))
    assert await visiting.all() == []

    await visiting.base.consent(await visiting.base.backing.households.get(home.id))
    await visiting.hear_all()
    assert len(await visiting.all()) == 1


async def test_the_end_of_a_pairing_is_the_end_of_its_visits(visiting: VisitHarness) -> None:
    pairing = await visiting.paired([1], await visiting.base.household())
    await visiting.base.pairings.end(pairing.id, reason=EndReason.MOVED, communities=HERE)
    await visiting.hear_all()
    await visiting.run(visiting.clock.now() + 3 * WEEK, step=DAY)
    visit = await visiting.one()
    assert (visit.state, visit.cancel_reason) == (VisitState.CANCELLED, CancelReason.ENDED)


async def test_a_helper_who_is_away_stops_no_visit_and_the_branch_is_told_at_once(
    visiting: VisitHarness,
) -> None:
    home = await visiting.base.household()
    await visiting.paired([1], home)
    helper = (await visiting.base.backing.members.find({}))[0]
    stand_in = await visiting.base.member(2)

    await visiting.goes(helper)
    told = await visiting.hear_all()
    alone = await visiting.one()
    assert (alone.state, alone.participants) == (VisitState.SCHEDULED, ())
    assert [each.type for each in told if each.type == VisitUnassigned.type]

    await visiting.stands_in(stand_in, helper, home)
    await visiting.hear_all()
    covered = await visiting.one()
    assert [(each.member_id, each.stands_in) for each in covered.participants] == [
        (stand_in.id, True)
    ]

    await visiting.returns(helper)
    await visiting.hear_all()
    assert (await visiting.one()).helper_ids == (helper.id,)


async def test_of_several_helpers_those_who_are_there_go(visiting: VisitHarness) -> None:
    await visiting.paired([1, 2], await visiting.base.household())
    first, second = await visiting.base.backing.members.find({})
    await visiting.goes(first, visiting.clock.now() + 20 * DAY)
    await visiting.hear_all()
    assert (await visiting.one()).helper_ids == (second.id,)

    await visiting.run(visiting.clock.now() + 3 * WEEK, step=DAY)
    last = (await visiting.all())[-1]
    assert set(last.helper_ids) == {first.id, second.id}


async def test_events_twice_and_in_any_order_leave_the_same_visits(
    visiting: VisitHarness,
) -> None:
    pairing = await visiting.paired([1], await visiting.base.household())
    await visiting.base.pairings.pause(pairing.id, communities=HERE)
    told = await visiting.base.backing.pairings.story(pairing.id)
    await visiting.hear_all()
    before = await visiting.all()
    for envelope in [*reversed(told), *told]:
        for each in visiting.hearings:
            if each.binding == envelope.type:
                event = each.event
                assert event is not None
                await each.handler(event.model_validate(envelope.data), envelope)
    await visiting.hear_all()
    assert await visiting.all() == before


async def test_a_sweep_that_read_before_a_pause_leaves_nothing_behind(
    visiting: VisitHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairing = await visiting.paired([1], await visiting.base.household())
    visiting.clock.move(3 * WEEK)
    held = await visiting.registers.rounds([pairing.id])

    async def stale(_: object) -> object:
        monkeypatch.undo()
        await visiting.base.pairings.pause(pairing.id, communities=HERE)
        await visiting.hear_all()
        return held

    monkeypatch.setattr(type(visiting.registers), "rounds", lambda _, ids: stale(ids))
    await visiting.rota.sweep()
    # What was over before the pause is missed, and that is told.
    await visiting.worker.sweep()
    states = [each.state for each in await visiting.all()]
    assert VisitState.MISSED in states
    assert set(states) <= {VisitState.MISSED, VisitState.CANCELLED}


async def test_a_festival_makes_its_visits_in_time_for_everyone(visiting: VisitHarness) -> None:
    """The Spring Festival of 2027 is on 6 February."""
    visiting.clock.moment = datetime(2027, 1, 25, 4, tzinfo=UTC)
    pairings = []
    for number, dwelling in enumerate(("dwl_1", "dwl_2", "dwl_3"), start=1):
        home = await visiting.at_risk(dwelling, RiskLevel.GENERAL)
        pairings.append(await visiting.paired([number], home))
    for pairing in pairings:
        await visiting.plan(pairing, usual_plan(date(2027, 1, 25)))
    festival = date(2027, 2, 6)
    await visiting.run(
        datetime(2027, 2, 6, tzinfo=BEIJING).astimezone(UTC) - (LEAD_DAYS - 1) * DAY, step=DAY
    )
    visits = [each for each in await visiting.all() if each.on == festival]
    assert {each.pairing_id for each in visits} == {each.id for each in pairings}
    assert all("holiday_visit" in each.services for each in visits)


async def test_two_days_of_standstill_are_made_up_for_late_and_once(
    visiting: VisitHarness,
) -> None:
    await visiting.paired([1], await visiting.base.household())
    first = await visiting.one()
    visiting.clock.moment = first.window_end + 2 * DAY
    told = await visiting.run(visiting.clock.now() + HOUR, step=HOUR)

    missed = await visiting.store.get(first.id)
    assert missed.state is VisitState.MISSED
    assert [each.subject for each in told if each.type == VisitMissed.type] == [first.id]
    made_up = await visiting.one(makes_up=first.id)
    assert made_up.missed_before == 1
    assert made_up.window_start > visiting.clock.now()


async def test_a_missed_visit_is_noticed_the_same_day_and_made_up_for(
    visiting: VisitHarness,
) -> None:
    await visiting.paired([1], await visiting.base.household())
    first = await visiting.one()
    await visiting.run(first.window_end, step=HOUR)

    missed = await visiting.store.get(first.id)
    assert missed.state is VisitState.MISSED
    assert missed.participants[0].outcome is Attendance.NO_SHOW
    again = await visiting.one(makes_up=first.id)
    assert again.on == first.on + DAY
    assert (
        again.window_start.astimezone(BEIJING).time()
        == first.window_start.astimezone(BEIJING).time()
    )

    done = await visiting.due(again)
    await visiting.report(done, reported())
    await visiting.run(visiting.clock.now() + 2 * DAY, step=HOUR)
    assert await visiting.all(makes_up=again.id) == []


async def test_a_late_report_completes_what_was_missed_and_nobody_goes_again(
    visiting: VisitHarness,
) -> None:
    await visiting.paired([1], await visiting.base.household())
    first = await visiting.one()
    await visiting.run(first.window_end, step=HOUR)
    tap = reported(tapped_at=first.window_start + HOUR)
    late = await visiting.report(first, tap)
    assert (late.state, late.completed_at) == (VisitState.COMPLETED, first.window_start + HOUR)
    await visiting.hear_all()
    made_up = await visiting.one(makes_up=first.id)
    assert (made_up.state, made_up.cancel_reason) == (
        VisitState.CANCELLED,
        CancelReason.DONE_ALREADY,
    )


async def test_a_plan_that_changes_takes_its_visits_along(visiting: VisitHarness) -> None:
    pairing = await visiting.paired([1], await visiting.base.household())
    before = await visiting.one()
    today = day_of(visiting.clock.now())
    day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[(before.on + DAY).weekday()]
    planned = PlannedService(
        CareService.CLEANING, f"FREQ=WEEKLY;BYDAY={day}", None, today, "10:00", 2
    )
    await visiting.plan(pairing, (planned,))
    await visiting.hear_all()

    by_state = {each.state: each for each in await visiting.all()}
    assert by_state[VisitState.CANCELLED].id == before.id
    assert by_state[VisitState.SCHEDULED].services == ("cleaning",)


async def test_more_risk_is_more_visits(visiting: VisitHarness) -> None:
    home = await visiting.at_risk("dwl_1", RiskLevel.GENERAL)
    await visiting.paired([1], home)
    calm = len(await visiting.all())
    await visiting.change_risk(await visiting.base.backing.households.get(home.id), RiskLevel.HIGH)
    await visiting.hear_all()
    await visiting.run(visiting.clock.now() + 2 * WEEK, step=DAY)
    assert len(await visiting.all(makes_up=None)) >= calm + 2


async def test_what_cannot_be_made_for_one_keeps_no_other_waiting(
    visiting: VisitHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = await visiting.paired([1], await visiting.base.household("dwl_1"))
    good = await visiting.paired([2], await visiting.base.household("dwl_2"))
    whole = rota.errands

    def broken(round_: rota.Round, **facts: object) -> object:
        if round_.pairing.id == bad.id:
            raise RuntimeError("a plan that nobody can reckon")
        return whole(round_, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(rota, "errands", broken)
    before = len(await visiting.all())
    visiting.clock.move(WEEK)
    await visiting.rota.sweep()
    added = (await visiting.all())[before:]
    assert {each.pairing_id for each in added} == {good.id}


async def test_what_is_planned_for_one_of_two_households_makes_visits_there_alone(
    visiting: VisitHarness,
) -> None:
    homes = [await visiting.base.household(f"dwl_{number}") for number in (1, 2)]
    pairing = await visiting.paired([1], *homes)
    daily = PlannedService(
        CareService.CARRY_SHOPPING,
        "FREQ=DAILY",
        None,
        day_of(visiting.clock.now()),
        "10:00",
        2,
        household_id=homes[0].id,
    )
    await visiting.base.plans.change(pairing.id, (daily,), communities=HERE)
    await visiting.hear_all()

    carried = [each for each in await visiting.all() if "carry_shopping" in each.services]
    assert len(carried) >= LEAD_DAYS - 1
    assert {each.household_id for each in carried} == {homes[0].id}


async def test_one_of_two_households_rests_and_the_other_is_visited(
    visiting: VisitHarness,
) -> None:
    homes = [await visiting.base.household(f"dwl_{number}") for number in (1, 2)]
    pairing = await visiting.paired([1], *homes)
    await visiting.base.people.rest(
        pairing.id, homes[0].id, until=visiting.clock.now() + 3 * WEEK, communities=HERE
    )
    begun = visiting.clock.now()
    await visiting.run(begun + 2 * WEEK, step=DAY)
    open_ = [each for each in await visiting.all() if each.state is not VisitState.CANCELLED]
    assert {each.household_id for each in open_} == {homes[1].id}

    visiting.clock.move(WEEK)
    await visiting.base.following.go_on_due()
    await visiting.run(begun + 5 * WEEK, step=DAY)
    later = [each for each in await visiting.all() if each.window_start > begun + 3 * WEEK]
    assert {each.household_id for each in later} == {home.id for home in homes}
