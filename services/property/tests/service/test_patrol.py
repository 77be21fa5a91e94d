"""Patrols from the plan to the missed round, over both stores."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from services.property.domain.estate import Position
from services.property.domain.patrol import CallOffReason, Patrol, PatrolState
from services.property.domain.patrol_plan import AHEAD, PatrolPlanState, Rounds
from services.property.domain.patrol_record import Passing
from services.property.domain.route import Drawing
from services.property.domain.work_order import SourceKind
from services.property.service.patrol import Kept
from services.property.service.viewer import Target, Viewer
from services.property.tests.patrol_samples import (
    CHECKPOINTS,
    CLOSES,
    NIGHTLY,
    OPENS,
    passing,
    sighting,
)
from services.property.tests.routine_harness import (
    DAY,
    HOUR,
    MINUTE,
    RoutineWorld,
    fake_routine,
    real_routine,
)
from services.property.tests.samples import COMPANY
from services.property.tests.teams import TEAM, joined_team
from services.property.tests.world import COMMITTEE, CONTRACTOR, OTHER_COMPANY, STRANGERS
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Stale, Unavailable, WrongState
from shared.mongo import Database
from shared.testing_service import deliver

ALL = (passing("GATE", 5), passing("GARAGE", 15), passing("BACK", 25))


@pytest.fixture
async def it(either: Database | None) -> RoutineWorld:
    """Every test runs over both stores."""
    return await real_routine(either) if either else fake_routine()


def states(patrols: list[Patrol]) -> list[str]:
    return [each.state.value for each in patrols]


async def test_a_plan_makes_its_rounds_a_fortnight_ahead_each_once(it: RoutineWorld) -> None:
    plan = await it.plan()
    made = await it.rounds(plan.id)
    assert len(made) == 2 * AHEAD.days
    assert (made[0].opens_at, made[0].closes_at) == (OPENS, CLOSES)
    await it.routine.rounds.settle(plan.id, since=it.clock.now())
    assert len(await it.rounds(plan.id)) == len(made)


async def test_news_of_a_plan_twice_and_shuffled_leaves_the_same_rounds(it: RoutineWorld) -> None:
    plan = await it.plan()
    target = Target(COMMITTEE, plan.id)
    await it.routine.patrol_plans.change(target, replace(NIGHTLY, window_minutes=30))
    it.clock.move(8 * DAY)
    await it.sweep()
    before = await it.rounds(plan.id)
    told = [each for each in it.world.told if ".patrol_plan." in each.type]
    random.Random(7).shuffle(told)
    for envelope in (*told, *told):
        await deliver(it.world.hearings, envelope)
    assert await it.rounds(plan.id) == before
    keys = [each.key for each in before]
    assert len(set(keys)) == len(keys)


async def test_a_change_takes_back_the_rounds_from_tomorrow_on_and_leaves_tonights(
    it: RoutineWorld,
) -> None:
    plan = await it.plan()
    noons = Rounds(replace(NIGHTLY.timetable, times=("12:00",)), 30)
    await it.routine.patrol_plans.change(Target(COMMITTEE, plan.id, 1), noons)
    await it.world.settle()
    kept = [each for each in await it.rounds(plan.id) if each.state is PatrolState.PLANNED]
    gone = [each for each in await it.rounds(plan.id) if each.state is PatrolState.CANCELLED]
    assert kept[0].opens_at == OPENS
    assert {each.closes_at - each.opens_at for each in kept[1:]} == {30 * MINUTE}
    assert {each.cancel_reason for each in gone} == {CallOffReason.PLAN}
    assert len(gone) == 2 * AHEAD.days - 1


async def test_however_many_replicas_make_rounds_at_once_each_is_made_once(
    it: RoutineWorld,
) -> None:
    route = await it.route()
    plan = await it.routine.patrol_plans.make(COMMITTEE, route.id, NIGHTLY)
    now = it.clock.now()
    await asyncio.gather(*(it.replica().rounds.settle(plan.id, since=now) for _ in range(4)))
    await it.world.settle()
    assert len(await it.rounds(plan.id)) == 2 * AHEAD.days
    assert it.world.types().count("patrol.planned") == 2 * AHEAD.days


async def test_rounds_that_a_crash_left_out_are_made_when_the_news_comes_again(
    it: RoutineWorld,
) -> None:
    route = await it.route()
    plan = await it.routine.patrol_plans.make(COMMITTEE, route.id, NIGHTLY)
    kept, saved = it.stores.patrols.save, 0

    async def save_until_it_breaks(*args: object, **more: object) -> object:
        nonlocal saved
        saved += 1
        if saved > 5:
            raise Unavailable("store.unavailable")
        return await kept(*args, **more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(it.stores.patrols, "save", save_until_it_breaks)
        with pytest.raises(Unavailable):
            await it.routine.rounds.settle(plan.id, since=it.clock.now())
    assert len(await it.rounds(plan.id)) == 5
    await it.world.settle()
    assert len(await it.rounds(plan.id)) == 2 * AHEAD.days


async def test_a_plan_that_ends_while_its_rounds_are_made_keeps_none(it: RoutineWorld) -> None:
    route = await it.route()
    plan = await it.routine.patrol_plans.make(COMMITTEE, route.id, NIGHTLY)
    made = it.routine.rounds
    kept = it.stores.patrols.save
    ended = False

    async def save_late(*args: object, **more: object) -> object:
        nonlocal ended
        if not ended:
            ended = True
            await it.routine.patrol_plans.end(Target(COMMITTEE, plan.id), reason="moved")
        return await kept(*args, **more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(it.stores.patrols, "save", save_late)
        await made.settle(plan.id, since=it.clock.now())
    left = [each for each in await it.rounds(plan.id) if each.state is PatrolState.PLANNED]
    assert [each.opens_at for each in left] == [OPENS]


async def test_a_route_that_is_retired_ends_its_plans_and_one_planned_meanwhile(
    it: RoutineWorld,
) -> None:
    plan = await it.plan()
    late = await it.routine.patrol_plans.make(COMMITTEE, plan.route_id, NIGHTLY)
    route = await it.stores.routes.get(plan.route_id)
    await it.routine.routes.retire(Target(COMMITTEE, route.id))
    await it.world.settle()
    for each in (plan, late):
        assert (await it.stores.patrol_plans.get(each.id)).state is PatrolPlanState.ENDED
        left = await it.rounds(each.id, state=PatrolState.PLANNED.value)
        assert [patrol.opens_at for patrol in left] == [OPENS]
    with pytest.raises(WrongState):
        await it.routine.patrol_plans.make(COMMITTEE, plan.route_id, NIGHTLY)


async def test_the_worker_keeps_rounds_ahead_week_after_week(it: RoutineWorld) -> None:
    plan = await it.plan()
    for _ in range(30):
        it.clock.move(DAY)
        await it.sweep()
        now = it.clock.now()
        ahead = [each for each in await it.rounds(plan.id) if each.opens_at >= now]
        assert 14 <= len(ahead) <= 28
    done = [each for each in await it.rounds(plan.id) if each.closes_at <= it.clock.now()]
    assert set(states(done)) == {"missed"}
    assert len(done) == 60


async def test_a_missed_round_is_told_the_same_day_once_by_however_many_replicas(
    it: RoutineWorld,
) -> None:
    patrol = await it.first()
    it.clock.moment = CLOSES - MINUTE
    await it.sweep()
    assert "patrol.missed" not in it.world.types()
    it.clock.moment = CLOSES
    replicas = [it.replica() for _ in range(4)]
    changed = await asyncio.gather(*(each.patrols.ring() for each in replicas))
    assert sum(changed) == 1
    await it.sweep()
    assert it.world.types().count("patrol.missed") == 1
    assert (await it.stores.patrols.get(patrol.id)).state is PatrolState.MISSED


async def test_after_a_standstill_every_round_that_nobody_walked_is_told_once(
    it: RoutineWorld,
) -> None:
    plan = await it.plan()
    it.clock.move(45 * DAY)
    for _ in range(3):
        await it.sweep()
    over = [each for each in await it.rounds(plan.id) if each.closes_at <= it.clock.now()]
    assert len(over) == 90
    assert set(states(over)) == {"missed"}
    assert it.world.types().count("patrol.missed") == 90


async def test_a_round_that_is_walked_is_done_and_nothing_is_missed(it: RoutineWorld) -> None:
    patrol = await it.first()
    it.clock.moment = OPENS + 30 * MINUTE
    kept = await it.bring(patrol, *ALL)
    assert kept.patrol.state is PatrolState.DONE
    it.clock.moment = CLOSES + HOUR
    await it.sweep()
    assert it.world.types().count("patrol.done") == 1
    assert "patrol.missed" not in it.world.types()


async def test_what_a_phone_sends_again_is_known_and_writes_nothing(it: RoutineWorld) -> None:
    patrol = await it.first()
    it.clock.moment = OPENS + 30 * MINUTE
    odd = replace(ALL[0], taken_at=ALL[0].taken_at + timedelta(microseconds=7))
    first = await it.bring(patrol, odd, findings=[sighting()])
    again = await it.bring(patrol, odd, findings=[sighting()])
    assert again.patrol == first.patrol
    assert [item.known for item in (*again.records, *again.findings)] == [True, True]


async def test_two_phones_of_one_round_at_once_lose_nothing(it: RoutineWorld) -> None:
    patrol = await it.first()
    it.clock.moment = OPENS + 30 * MINUTE
    await asyncio.gather(*(it.bring(patrol, each) for each in ALL), it.bring(patrol, ALL[1]))
    after = await it.stores.patrols.get(patrol.id)
    assert after.state is PatrolState.DONE
    assert sorted(each.passing.code for each in after.records) == ["BACK", "GARAGE", "GATE"]
    await it.world.news()
    assert it.world.types().count("patrol.done") == 1
    assert it.world.types().count("patrol.begun") == 1


async def test_a_record_that_fifty_phones_send_at_once_is_kept_once(it: RoutineWorld) -> None:
    patrol = await it.first()
    it.clock.moment = OPENS + 30 * MINUTE
    sent = [it.bring(patrol, ALL[0], findings=[sighting()]) for _ in range(50)]
    outcomes = await asyncio.gather(*sent, return_exceptions=True)
    kept = [each for each in outcomes if isinstance(each, Kept)]
    assert all(isinstance(each, Kept | Stale) for each in outcomes)
    assert sum(not each.records[0].known for each in kept) == 1
    await it.world.settle()
    assert len((await it.stores.patrols.get(patrol.id)).records) == 1
    assert len(await it.orders()) == 1


async def test_a_phone_that_was_offline_makes_a_missed_round_good(it: RoutineWorld) -> None:
    patrol = await it.first()
    it.clock.moment = CLOSES + HOUR
    await it.sweep()
    kept = await it.bring(patrol, *ALL)
    assert kept.patrol.state is PatrolState.DONE
    assert kept.patrol.late
    story = await it.routine.patrols.story(COMMITTEE, patrol.id)
    assert [each.type.split(".")[2] for each in story] == [
        "planned",
        "opened",
        "missed",
        "begun",
        "recorded",
        "done",
    ]


async def test_a_finding_becomes_one_work_order_however_often_it_is_heard(it: RoutineWorld) -> None:
    patrol = await it.first()
    it.clock.moment = OPENS + 30 * MINUTE
    other = sighting(id="fnd_2", severity=1)
    await it.bring(patrol, findings=[sighting(), other])
    await it.world.settle()
    found = [each for each in it.world.told if each.type == "property.patrol.found.v1"]
    for envelope in found * 2:
        await deliver(it.world.hearings, envelope)
    orders = await it.orders()
    assert sorted(order.severity for order in orders) == [1, 3]
    assert {(order.source.kind, order.source.id) for order in orders} == {
        (SourceKind.PATROL, patrol.id)
    }


async def test_photos_are_claimed_and_a_bad_one_refuses_its_record_alone(it: RoutineWorld) -> None:
    patrol = await it.first()
    it.clock.moment = OPENS + 30 * MINUTE
    photo = await it.world.photo()
    good = replace(ALL[0], photo_ids=(photo,))
    bad = replace(ALL[1], photo_ids=("pho_none",))
    kept = await it.bring(patrol, good, bad)
    assert kept.records[0].fault is None
    fault = kept.records[1].fault
    assert isinstance(fault, Invalid)
    assert fault.facts["pointer"] == "/records/1/photo_ids/0"
    assert (await it.world.photos.read(COMMITTEE, photo))[0].id == photo


@pytest.mark.parametrize("who", STRANGERS)
async def test_a_stranger_sees_nothing_of_patrols(it: RoutineWorld, who: str) -> None:
    stranger = STRANGERS[who]
    patrol = await it.first()
    routine = it.routine
    for get, id_ in (
        (routine.routes.get, patrol.route_id),
        (routine.patrol_plans.get, patrol.plan_id),
        (routine.patrols.get, patrol.id),
    ):
        with pytest.raises(NotFound):
            await get(stranger, id_)
    with pytest.raises(NotFound):
        await it.bring(patrol, ALL[0], viewer=stranger)
    where = {"estate_id": patrol.estate_id}
    for page in (routine.routes.page, routine.patrol_plans.page, routine.patrols.page):
        assert (await page(stranger, where, cursor=None, limit=10)).items == []


async def test_the_committee_looks_on_and_does_not_walk(it: RoutineWorld) -> None:
    patrol = await it.first()
    with pytest.raises(NotAllowed):
        await it.bring(patrol, ALL[0], viewer=COMMITTEE)


async def test_when_the_company_changes_the_next_has_what_stands_and_what_is_to_come(
    it: RoutineWorld,
) -> None:
    plan = await it.plan()
    it.clock.moment = CLOSES
    await it.sweep()
    await it.hire("cmp_next")
    it.clock.move(DAY)
    await it.sweep()
    rounds = await it.rounds(plan.id)
    assert [each.contractor_id for each in rounds[:2]] == [COMPANY, COMPANY]
    assert {each.contractor_id for each in rounds[3:]} == {"cmp_next"}
    then, now = CONTRACTOR, Viewer(CONTRACTOR.communities, "cmp_next")
    assert (await it.routine.patrols.get(then, rounds[0].id)).state is PatrolState.MISSED
    assert (await it.routine.routes.get(now, plan.route_id)).id == plan.route_id
    for gone in (
        it.routine.routes.get(then, plan.route_id),
        it.routine.patrols.get(now, rounds[0].id),
    ):
        with pytest.raises(NotFound):
            await gone


async def test_volunteers_walk_the_rounds_of_their_team_and_see_no_others(
    it: RoutineWorld,
) -> None:
    for envelope in joined_team("per_li"):
        await it.world.hear(envelope)
    company = await it.plan()
    ours = replace(NIGHTLY, team_id=TEAM)
    plan = await it.routine.patrol_plans.make(COMMITTEE, company.route_id, ours)
    await it.world.settle()
    first = (await it.rounds(plan.id))[0]
    it.clock.moment = OPENS + 30 * MINUTE
    await it.sweep()
    patrols = it.routine.patrols
    member, other = [await patrols.eyes(COMMITTEE, who) for who in ("per_li", "per_wu")]
    seen = await patrols.page(member, {}, cursor=None, limit=100)
    assert {each.team_id for each in seen.items} == {TEAM}
    assert (await patrols.page(other, {}, cursor=None, limit=100)).items == []
    assert (await patrols.get(member, first.id)).checkpoints != ()
    for stranger in ("per_wu", None):
        with pytest.raises((NotFound, NotAllowed)):
            await it.bring(first, ALL[0], viewer=COMMITTEE, volunteer=stranger)
    with pytest.raises(NotFound):
        await it.bring(first, ALL[0])
    with pytest.raises(NotFound):
        await patrols.get(member, (await it.rounds(company.id))[0].id)
    kept = await it.bring(first, *ALL, viewer=COMMITTEE, volunteer="per_li")
    assert (kept.patrol.state, kept.patrol.contractor_id) == (PatrolState.DONE, None)


async def test_an_estate_that_nobody_looks_after_is_walked_by_volunteers_or_not_planned(
    it: RoutineWorld,
) -> None:
    route = await it.route()
    await it.hire(None)
    it.clock.move(MINUTE)
    with pytest.raises(Invalid) as nobody:
        await it.routine.patrol_plans.make(COMMITTEE, route.id, NIGHTLY)
    assert nobody.value.facts["pointer"] == "/team_id"
    ours = replace(NIGHTLY, team_id=TEAM)
    assert await it.routine.patrol_plans.make(COMMITTEE, route.id, ours)


async def test_a_company_says_which_estate_it_looks_at(it: RoutineWorld) -> None:
    plan = await it.plan()
    with pytest.raises(Invalid) as which:
        await it.routine.routes.page(CONTRACTOR, {}, cursor=None, limit=10)
    assert which.value.facts["pointer"] == "query:estate_id"
    where = {"estate_id": plan.estate_id}
    found = await it.routine.patrol_plans.page(CONTRACTOR, where, cursor=None, limit=10)
    assert [each.id for each in found.items] == [plan.id]


async def test_a_route_is_drawn_and_planned_only_where_the_viewer_sees(it: RoutineWorld) -> None:
    route = await it.route()
    with pytest.raises(Invalid) as unseen:
        await it.routine.routes.draw(OTHER_COMPANY, route.estate_id, Drawing("R", CHECKPOINTS))
    assert unseen.value.facts["pointer"] == "/estate_id"
    with pytest.raises(Invalid) as unknown:
        await it.routine.patrol_plans.make(OTHER_COMPANY, route.id, NIGHTLY)
    assert unknown.value.facts["pointer"] == "/route_id"


async def test_a_stale_decision_on_a_plan_is_refused(it: RoutineWorld) -> None:
    plan = await it.plan()
    await it.routine.patrol_plans.end(Target(COMMITTEE, plan.id, 1), reason="moved")
    with pytest.raises(Stale):
        await it.routine.patrol_plans.change(Target(COMMITTEE, plan.id, 1), NIGHTLY)


async def test_a_round_is_called_off_with_its_reason_and_only_in_time(it: RoutineWorld) -> None:
    patrol = await it.first()
    off = await it.routine.patrols.cancel(
        Target(COMMITTEE, patrol.id), reason=CallOffReason.WEATHER, by="per_wang"
    )
    assert (off.cancel_reason, off.cancelled_by) == (CallOffReason.WEATHER, "per_wang")
    with pytest.raises(WrongState):
        await it.bring(patrol, ALL[0])


async def test_the_list_goes_from_the_latest_on_page_by_page_within_a_day(it: RoutineWorld) -> None:
    await it.plan()
    seen: list[Patrol] = []
    cursor, where = None, {"opens_at": {"$gte": OPENS, "$lt": OPENS + 3 * DAY}}
    while True:
        page = await it.routine.patrols.page(CONTRACTOR, where, cursor=cursor, limit=2)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    opens = [each.opens_at for each in seen]
    assert opens == sorted(opens, reverse=True)
    assert len(set(opens)) == 6


async def test_records_long_after_are_refused_as_a_whole(it: RoutineWorld) -> None:
    patrol = await it.first()
    it.clock.moment = CLOSES + 73 * HOUR
    with pytest.raises(Conflict):
        await it.bring(patrol, ALL[0])


async def test_a_record_from_elsewhere_does_not_pass_a_checkpoint(it: RoutineWorld) -> None:
    patrol = await it.first()
    it.clock.moment = OPENS + 30 * MINUTE
    far = Passing("r1", "GATE", OPENS + MINUTE, Position(31.2, 121.5))
    kept = await it.bring(patrol, far, *ALL[1:])
    assert kept.patrol.state is PatrolState.UNDER_WAY
    assert kept.patrol.records[0].metres_off is not None
    assert kept.patrol.records[0].metres_off > 1_000_000


async def test_a_key_of_another_estate_sees_no_rounds(it: RoutineWorld) -> None:
    await it.plan()
    bound = Viewer(CONTRACTOR.communities, CONTRACTOR.company, ("est_other",))
    assert (await it.routine.patrols.page(bound, {}, cursor=None, limit=10)).items == []
