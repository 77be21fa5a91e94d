"""Reports from phones over both stores: at once, together, late; and what of them is kept how."""

import asyncio
from datetime import timedelta

import pytest

from services.pairing.domain import post
from services.pairing.domain.household import RiskLevel
from services.pairing.domain.post import Remit
from services.pairing.domain.visit import CancelReason, VisitState
from services.pairing.domain.visit_report import (
    Attendance,
    DangerSign,
    HelpService,
    WelfareOutcome,
)
from services.pairing.service.household import Purpose
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.visit import Found, Mine
from services.pairing.service.visit_clock import VisitClock
from services.pairing.service.visit_sight import TOLD_FOR
from services.pairing.tests.harness import HERE, branch, me
from services.pairing.tests.visit_harness import DAY, VisitHarness, reported
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from shared.events.pairing_visit import VisitHelpRequested, VisitMissed

HOUR = timedelta(hours=1)


async def told(visiting: VisitHarness, visit_id: str) -> list[str]:
    return [each.type.split(".")[2] for each in await visiting.store.story(visit_id)]


async def test_the_same_report_five_times_at_once_and_again_two_days_later_is_one(
    visiting: VisitHarness,
) -> None:
    await visiting.paired([1], await visiting.base.household())
    due = await visiting.due(await visiting.one())
    tap = reported(tapped_at=visiting.clock.now(), sent_at=visiting.clock.now())

    await asyncio.gather(*(visiting.report(due, tap) for _ in range(5)))
    visiting.clock.move(2 * DAY)
    again = await visiting.report(due, tap)

    assert (again.state, len(again.check_ins)) == (VisitState.COMPLETED, 1)
    assert await told(visiting, due.id) == ["scheduled", "due", "completed"]


async def test_two_helpers_who_report_together_are_both_kept(visiting: VisitHarness) -> None:
    await visiting.paired([1, 2], await visiting.base.household())
    due = await visiting.due(await visiting.one())

    nobody = reported(1, outcome=Attendance.NO_ANSWER)
    await asyncio.gather(visiting.report(due, nobody, 1), visiting.report(due, reported(2), 2))

    after = await visiting.store.get(due.id)
    assert after.state is VisitState.COMPLETED
    by_person = {each.person_id: each.outcome for each in after.participants}
    assert by_person == {
        "per_member1": Attendance.NO_ANSWER,
        "per_member2": Attendance.DONE,
    }


async def test_somebody_elses_visit_is_not_there_whatever_is_tried(visiting: VisitHarness) -> None:
    await visiting.paired([1], await visiting.base.household())
    due = await visiting.due(await visiting.one())
    found = Found(WelfareOutcome.WELL)
    for onlooker in (me("per_member2"), me("per_member1", ("elsewhere",)), branch("brn_2")):
        for attempt in (
            visiting.visits.get(due.id, onlooker),
            visiting.visits.story(due.id, onlooker),
            visiting.visits.check_in(due.id, onlooker, reported(), seen=99),
            visiting.visits.report(due.id, onlooker, by="per_x", purpose=Purpose.VISIT),
            visiting.visits.make_sure(due.id, onlooker, found, by="per_x", seen=None),
            visiting.visits.verify(due.id, onlooker, by="per_x", seen=None),
            visiting.visits.cancel(due.id, onlooker, seen=None),
        ):
            with pytest.raises(NotFound) as refused:
                await attempt
            assert refused.value.code == "store.not_found"
        page = await visiting.visits.page(onlooker, state=None, cursor=None, limit=9)
        assert page.items == []


async def test_a_report_before_its_time_and_long_after_it_is_refused(
    visiting: VisitHarness,
) -> None:
    await visiting.paired([1], await visiting.base.household())
    visit = await visiting.one()
    with pytest.raises(Conflict, match=r"visit\.too_early"):
        await visiting.report(visit, reported())
    visiting.clock.moment = visit.window_end + 4 * DAY
    with pytest.raises(Conflict, match=r"visit\.too_late"):
        await visiting.report(visit, reported(tapped_at=visit.window_start + HOUR))


async def test_a_stale_report_is_refused_and_a_repeat_of_one_is_not(visiting: VisitHarness) -> None:
    await visiting.paired([1], await visiting.base.household())
    due = await visiting.due(await visiting.one())
    onlooker = me("per_member1")
    with pytest.raises(Stale):
        await visiting.visits.check_in(due.id, onlooker, reported(), seen=due.version - 1)
    await visiting.visits.check_in(due.id, onlooker, reported(), seen=due.version)
    again = await visiting.visits.check_in(due.id, onlooker, reported(), seen=due.version)
    assert len(again.check_ins) == 1


async def test_no_answer_is_escalated_at_once_where_the_risk_is_high_and_only_there(
    visiting: VisitHarness,
) -> None:
    await visiting.paired([1], await visiting.at_risk("dwl_1", RiskLevel.HIGH))
    await visiting.paired([2], await visiting.at_risk("dwl_2", RiskLevel.KEY))
    nobody = reported(outcome=Attendance.NO_ANSWER)
    states = {}
    await visiting.run(visiting.clock.now() + 40 * DAY, step=6 * HOUR)
    for number, dwelling in ((1, "dwl_1"), (2, "dwl_2")):
        coming = await visiting.all(dwelling_id=dwelling, state="scheduled")
        due = await visiting.due(coming[0])
        states[dwelling] = (await visiting.report(due, nobody, number)).state
    assert states == {"dwl_1": VisitState.ESCALATED, "dwl_2": VisitState.NO_ANSWER}


async def test_help_is_asked_for_where_the_household_lives_and_its_name_is_not_told(
    visiting: VisitHarness,
) -> None:
    home = await visiting.base.household()
    await visiting.paired([1], home)
    due = await visiting.due(await visiting.one())
    await visiting.report(due, reported(help_service=HelpService.HEAT))
    asked = [e for e in await visiting.store.story(due.id) if e.type == VisitHelpRequested.type]
    assert [each.data for each in asked] == [
        {
            "visit_id": due.id,
            "service_code": "repair.heat",
            "dwelling_id": "dwl_1",
            "estate_id": "est_hongmiao",
        }
    ]
    assert home.id not in str(asked[0].data)


async def test_what_was_wished_for_is_there_for_the_next_visit(visiting: VisitHarness) -> None:
    await visiting.paired([1], await visiting.base.household())
    first = await visiting.due(await visiting.one())
    await visiting.report(first, reported(next_wishes="想吃饺子"))
    await visiting.run(visiting.clock.now() + 8 * DAY, step=DAY)
    later = [each for each in await visiting.all() if each.window_start > first.window_start]
    read = await visiting.visits.report(
        later[0].id, me("per_member1"), by="per_member1", purpose=Purpose.VISIT
    )
    assert read.wishes_before == ("想吃饺子",)
    readings = await visiting.visits.readings(later[0].id, branch(), cursor=None, limit=9)
    assert [each.by for each in readings.items] == ["per_member1"]


async def test_a_branch_cancels_for_good_and_nobody_verifies_their_own(
    visiting: VisitHarness,
) -> None:
    pairing = await visiting.paired([1], await visiting.base.household())
    visit = await visiting.one()
    cancelled = await visiting.visits.cancel(visit.id, branch(), seen=visit.version)
    assert cancelled.cancel_reason is CancelReason.BY_BRANCH
    await visiting.rota.settle(pairing.id)
    assert (await visiting.one()).state is VisitState.CANCELLED

    await visiting.run(visiting.clock.now() + 8 * DAY, step=DAY)
    due = await visiting.due((await visiting.all(state="scheduled"))[0])
    await visiting.report(due, reported())
    with pytest.raises(NotAllowed):
        await visiting.visits.verify(due.id, me("per_member1"), by="per_member1", seen=None)
    elder = me("per_of_dwl_1")
    verified = await visiting.visits.verify(due.id, elder, by="per_of_dwl_1", seen=None)
    assert verified.verified_by == "per_of_dwl_1"


async def test_replicas_that_ring_together_tell_each_thing_once(visiting: VisitHarness) -> None:
    for number in (1, 2, 3):
        await visiting.paired([number], await visiting.base.household(f"dwl_{number}"))
    last = (await visiting.all())[-1]
    visiting.clock.moment = last.window_end
    others = [VisitClock(visiting.store, visiting.registers, visiting.clock) for _ in range(2)]
    await asyncio.gather(visiting.ringing.ring(), *(each.ring() for each in others))
    await visiting.ringing.ring()
    for visit in await visiting.all():
        assert await told(visiting, visit.id) == ["scheduled", "due", "missed"]


@pytest.mark.mongo
async def test_what_was_seen_lies_sealed_in_the_store(really_visiting: VisitHarness) -> None:
    visiting = really_visiting
    await visiting.paired([1], await visiting.base.household())
    due = await visiting.due(await visiting.one())
    said = reported(note="冰箱空了", danger_signs=(DangerSign.NO_FOOD,), next_wishes="牛奶")
    await visiting.report(due, said)
    assert visiting.database is not None
    [raw] = await visiting.database.records("visits").find({"_id": due.id})
    kept = str(raw)
    assert not [word for word in ("冰箱", "no_food", "牛奶", "chk_1") if word in kept]
    assert raw["check_ins"].startswith("k1.")
    again = await visiting.store.get(due.id)
    assert again.check_ins[0].note == "冰箱空了"


async def test_an_unknown_dwelling_is_told_before_anything_is_kept(
    visiting: VisitHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await visiting.base.household()
    await visiting.paired([1], home)
    due = await visiting.due(await visiting.one())

    async def nowhere(_: str) -> str | None:
        return None

    monkeypatch.setattr(visiting.base.backing.estates, "estate_of", nowhere)
    with pytest.raises(Invalid, match=r"dwelling\.unknown"):
        await visiting.report(due, reported(help_service=HelpService.GAS))
    assert (await visiting.store.get(due.id)).check_ins == ()


async def test_who_holds_the_post_for_visits_is_told_of_what_is_missed(
    visiting: VisitHarness,
) -> None:
    holder_id = await hold_the_post(visiting, 9)
    await visiting.paired([1], await visiting.base.household())
    visit = await visiting.one()
    await sees_nothing(visiting, visit.id, "per_member9")
    await visiting.run(visit.window_end, step=HOUR)
    story = await visiting.store.story(visit.id)
    [missed] = [each.data for each in story if each.type == VisitMissed.type]
    assert missed["post_holder_ids"] == [holder_id]
    assert missed["branch_ids"] == ["brn_1"]
    assert (await visiting.store.get(visit.id)).told_person_ids == ("per_member9",)


async def test_who_was_told_of_an_alarm_sees_to_it_and_learns_no_more_than_that_takes(
    visiting: VisitHarness,
) -> None:
    await hold_the_post(visiting, 9)
    home = await visiting.base.household()
    await visiting.paired([1], home)
    due = await visiting.due(await visiting.one())
    await visiting.report(due, reported(outcome=Attendance.NO_ANSWER, note="没人应"))
    holder, found = me("per_member9"), Found(WelfareOutcome.WELL, minutes=20)

    page = await visiting.visits.mine(holder, Mine.TOLD, cursor=None, limit=9)
    assert [each.id for each in page.items] == [due.id]
    for purpose, reader in ((Purpose.VISIT, holder), (Purpose.HELP, branch())):
        contact = await visiting.visits.contact(due.id, reader, by="per_x", purpose=purpose)
        assert contact.household.id == home.id
    looks = await visiting.log.page(home, cursor=None, limit=9)
    assert [each.purpose for each in looks.items] == ["help", "visit"]
    with pytest.raises(NotFound):
        await visiting.visits.report(due.id, holder, by="per_x", purpose=Purpose.VISIT)
    for other in (me("per_member1"), me("per_member2"), me("per_of_dwl_1"), branch("brn_2")):
        with pytest.raises(NotFound):
            await visiting.visits.contact(due.id, other, by="per_x", purpose=Purpose.VISIT)
        with pytest.raises(NotFound):
            await visiting.visits.make_sure(due.id, other, found, by="per_x", seen=None)

    made = await visiting.visits.make_sure(due.id, holder, found, by="per_member9", seen=None)
    assert made.state is VisitState.COMPLETED
    assert (await visiting.visits.get(due.id, holder)).id == due.id
    visiting.clock.moment = due.window_end + TOLD_FOR
    await sees_nothing(visiting, due.id, "per_member9")


async def sees_nothing(visiting: VisitHarness, visit_id: str, person_id: str) -> None:
    with pytest.raises(NotFound):
        await visiting.visits.get(visit_id, me(person_id))
    page = await visiting.visits.mine(me(person_id), Mine.TOLD, cursor=None, limit=9)
    assert page.items == []


async def hold_the_post(visiting: VisitHarness, number: int) -> str:
    """The member of this number holds the post that looks after visits; their id."""
    holder = await visiting.base.member(number)
    at = visiting.clock.now()
    made, told_of = post.register(
        id="pst_care",
        community=HERE[0],
        code="care",
        remit=Remit("助老岗", "Care", request_categories=("care",)),
    )
    held, more = post.appoint(made, member=holder, since=at, until=None, at=at)
    await visiting.posts.save(held, [*told_of, *more])
    return holder.id


async def test_a_list_shows_each_their_own(visiting: VisitHarness) -> None:
    await visiting.paired([1], await visiting.base.household("dwl_1"))
    await visiting.paired([2], await visiting.base.household("dwl_2"))

    async def homes(onlooker: Onlooker) -> set[str]:
        page = await visiting.visits.page(onlooker, state=None, cursor=None, limit=9)
        return {each.dwelling_id for each in page.items}

    assert await homes(me("per_member1")) == {"dwl_1"}
    assert await homes(me("per_of_dwl_2")) == {"dwl_2"}
    assert await homes(branch()) == {"dwl_1", "dwl_2"}
    assert await homes(branch("brn_2")) == set()
    assert await homes(Onlooker(HERE)) == {"dwl_1", "dwl_2"}
