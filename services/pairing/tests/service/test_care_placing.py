"""Asking for help in time: several at once, silence, and helpers who are gone; over both stores."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.pairing.domain import member
from services.pairing.domain.care_asking import UnplacedReason
from services.pairing.domain.care_offer import Rung
from services.pairing.domain.care_rules import DEFAULT_RULES, RungRule
from services.pairing.domain.care_task import CareTask, CareTaskState
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import Pairing
from services.pairing.service.care_placing import CarePlacingService
from services.pairing.service.care_task import CareTaskFilter, Mine
from services.pairing.service.onlooker import Onlooker
from services.pairing.tests.harness import HERE, THERE, Harness, assigned, me
from services.pairing.tests.samples import NOW
from shared.errors import Conflict, NotFound, Stale, WrongState
from shared.events.pairing_care import CareTaskOfferWithdrawn
from shared.events.pairing_members import MemberAway, MemberLeft

HOUR = timedelta(hours=1)


async def paired(harness: Harness, count: int = 2) -> Pairing:
    """So many helpers of one consenting household."""
    home = await harness.household()
    members = [await harness.member(number) for number in range(1, count + 1)]
    return await harness.paired(members, home)


async def ask_at_once(harness: Harness, at_once: int) -> None:
    """From now on so many of a household's helpers are asked at a time, an hour each."""
    rungs = {**DEFAULT_RULES.rungs, Rung.OWN: RungRule(3600, at_once, 50)}
    wanted = replace(DEFAULT_RULES, rungs=rungs)
    await harness.care_rules.change(HERE[0], wanted, seen=None)


def told(story: list[object]) -> list[str]:
    return [each.type.split(".")[2] for each in story]  # type: ignore[attr-defined]


async def types(harness: Harness, task: CareTask) -> list[str]:
    return told(list(await harness.backing.care_tasks.story(task.id)))


async def test_of_fifty_who_accept_at_once_one_does_it_and_all_others_are_told(
    harness: Harness,
) -> None:
    await ask_at_once(harness, 50)
    await paired(harness, 50)
    await harness.hear(assigned())
    task = await harness.task_of()
    assert len(task.asked_ids) == 50

    outcomes = await asyncio.gather(
        *(harness.care_tasks.accept(task.id, me(who), seen=None) for who in task.asked_ids),
        return_exceptions=True,
    )

    (won,) = [each for each in outcomes if isinstance(each, CareTask)]
    lost = [each for each in outcomes if each is not won]
    assert len(lost) == 49
    assert {type(each) for each in lost} == {WrongState}
    after = await harness.task_of()
    assert after == won
    assert after.asked_ids == (won.helper_person_id,)
    assert await types(harness, task) == ["offered"] * 50 + ["accepted", "offer_withdrawn"]
    (withdrawn,) = [
        CareTaskOfferWithdrawn.model_validate(each.data)
        for each in await harness.backing.care_tasks.story(task.id)
        if each.type == CareTaskOfferWithdrawn.type
    ]
    assert len(set(withdrawn.helper_ids) - {won.helper_id}) == 49


async def test_of_two_who_answer_on_the_same_version_the_second_is_told_that_it_moved_on(
    harness: Harness,
) -> None:
    await ask_at_once(harness, 2)
    await paired(harness)
    await harness.hear(assigned())
    task = await harness.task_of()

    await harness.care_tasks.accept(task.id, me("per_member1"), seen=task.version)
    with pytest.raises(Stale):
        await harness.care_tasks.accept(task.id, me("per_member2"), seen=task.version)
    with pytest.raises(NotFound):
        await harness.care_tasks.complete(
            task.id, me("per_member2"), note=None, minutes=5, seen=None
        )


async def test_who_does_not_answer_in_time_is_passed_over_and_sees_it_no_more(
    harness: Harness,
) -> None:
    await paired(harness)
    await harness.hear(assigned())
    assert await harness.placing.ring() == 0

    harness.clock.move(4 * HOUR)
    assert await harness.placing.ring() == 1
    assert await harness.placing.ring() == 0

    task = await harness.task_of()
    assert (task.state, task.asked_ids) == (CareTaskState.OFFERED, ("per_member2",))
    with pytest.raises(NotFound):
        await harness.care_tasks.get(task.id, me("per_member1"))
    with pytest.raises(Conflict):
        await harness.care_tasks.accept(task.id, me("per_member1"), seen=None)
    assert await types(harness, task) == ["offered", "offer_lapsed", "offered"]


async def test_silence_to_the_end_gives_the_request_back_however_late_the_clock_looks(
    harness: Harness,
) -> None:
    await paired(harness)
    await harness.hear(assigned())

    for _ in range(3):
        harness.clock.move(timedelta(days=2))  # nobody looked for two days
        await harness.placing.ring()

    task = await harness.task_of()
    assert (task.state, task.unplaced_reason) == (CareTaskState.UNPLACED, UnplacedReason.NO_ANSWER)
    assert (await types(harness, task))[-2:] == ["offer_lapsed", "unplaced"]


async def test_two_replicas_pass_over_the_silent_once_between_them(harness: Harness) -> None:
    await paired(harness, 3)
    for number in range(8):
        await harness.hear(assigned(f"req_{number}"))
    other = CarePlacingService(harness.placing._parts, harness.placing._asking, harness.clock)

    harness.clock.move(4 * HOUR)
    await asyncio.gather(*(each.ring() for each in (harness.placing, other, harness.placing)))

    for number in range(8):
        task = await harness.task_of(f"req_{number}")
        assert await types(harness, task) == ["offered", "offer_lapsed", "offered"]


async def test_a_task_that_cannot_go_on_keeps_no_other_waiting(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await paired(harness)
    for number in range(3):
        await harness.hear(assigned(f"req_{number}"))
    broken = await harness.task_of("req_0")
    asking_of = harness.placing._asking.of

    async def of(case: object) -> object:
        if case.origin.request_id == "req_0":  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return await asking_of(case)  # type: ignore[arg-type]

    monkeypatch.setattr(harness.placing._asking, "of", of)
    harness.clock.move(4 * HOUR)
    assert await harness.placing.ring() == 2
    assert (await harness.backing.care_tasks.get(broken.id)).asked_ids == ("per_member1",)
    monkeypatch.undo()
    assert await harness.placing.ring() == 1


async def now(harness: Harness, member_id: str, decide: Callable[[Member], member.Outcome]) -> None:
    """Something happens to a member."""
    found = await harness.backing.members.get(member_id)
    await harness.backing.members.save(*decide(found))


def away(found: Member) -> member.Outcome:
    return member.go_away(found, until=None, at=NOW)


async def gone(harness: Harness, pairing: Pairing, kind: type[MemberLeft | MemberAway]) -> None:
    """The pairing's first helper goes, and it is heard twice."""
    helper_id = pairing.helper_ids[0]
    await now(harness, helper_id, member.leave if kind is MemberLeft else away)
    for _ in "12":
        await harness.hear_told(harness.backing.members, helper_id, kind)


@pytest.mark.parametrize("kind", [MemberLeft, MemberAway])
async def test_what_a_helper_who_is_gone_was_asked_or_had_promised_goes_to_others(
    harness: Harness, kind: type[MemberLeft | MemberAway]
) -> None:
    pairing = await paired(harness)
    await harness.hear(assigned("req_1"))
    await harness.hear(assigned("req_2"))
    promised = await harness.task_of("req_2")
    await harness.care_tasks.accept(promised.id, me("per_member1"), seen=None)
    await harness.care_tasks.start(promised.id, me("per_member1"), seen=None)

    await gone(harness, pairing, kind)

    for request_id in ("req_1", "req_2"):
        task = await harness.task_of(request_id)
        assert (task.state, task.asked_ids) == (CareTaskState.OFFERED, ("per_member2",))
    steps = ["offered", "accepted", "started", "given_back", "offered"]
    assert await types(harness, promised) == steps


@pytest.mark.parametrize("promised", [False, True])
async def test_who_leaves_one_community_keeps_what_they_are_asked_in_another(
    harness: Harness, promised: bool
) -> None:
    await paired(harness)
    await harness.hear(assigned())
    task = await harness.task_of()
    if promised:
        task = await harness.care_tasks.accept(task.id, me("per_member1"), seen=None)
    elsewhere = await harness.member(1, THERE[0])

    await now(harness, elsewhere.id, member.leave)
    await harness.hear_told(harness.backing.members, elsewhere.id, MemberLeft)

    assert await harness.backing.care_tasks.get(task.id) == task


async def test_a_helper_who_is_back_before_it_is_heard_keeps_what_was_theirs(
    harness: Harness,
) -> None:
    pairing = await paired(harness)
    await harness.hear(assigned())
    helper_id = pairing.helper_ids[0]
    await now(harness, helper_id, away)
    await now(harness, helper_id, member.come_back)

    story = await harness.backing.members.story(helper_id)
    told_away = next(each for each in story if each.type == MemberAway.type)
    await harness.hear(MemberAway.model_validate(told_away.data), told_away)

    assert (await harness.task_of()).asked_ids == ("per_member1",)


async def test_who_is_away_is_not_asked_in_the_first_place(harness: Harness) -> None:
    pairing = await paired(harness)
    await now(harness, pairing.helper_ids[0], away)

    await harness.hear(assigned())

    assert (await harness.task_of()).asked_ids == ("per_member2",)


async def test_a_helper_gives_back_what_they_cannot_do_after_all(harness: Harness) -> None:
    await paired(harness)
    await harness.hear(assigned())
    task = await harness.task_of()
    await harness.care_tasks.accept(task.id, me("per_member1"), seen=None)

    back = await harness.care_tasks.give_back(task.id, me("per_member1"), seen=None, reason=None)

    assert (back.state, back.asked_ids) == (CareTaskState.OFFERED, ("per_member2",))
    with pytest.raises(NotFound):
        await harness.care_tasks.get(task.id, me("per_member1"))


async def test_ones_own_offers_and_tasks_are_listed_apart(harness: Harness) -> None:
    await paired(harness)
    for request_id in ("req_offer", "req_task", "req_done"):
        await harness.hear(assigned(request_id))
    for request_id in ("req_task", "req_done"):
        task = await harness.task_of(request_id)
        await harness.care_tasks.accept(task.id, me("per_member1"), seen=None)
    done = await harness.task_of("req_done")
    await harness.care_tasks.complete(done.id, me("per_member1"), note=None, minutes=9, seen=None)

    async def listed(mine: Mine | None, onlooker: Onlooker | None = None) -> list[str]:
        page = await harness.care_tasks.page(
            onlooker or me("per_member1"), CareTaskFilter(mine=mine), cursor=None, limit=9
        )
        return [task.request_id for task in page.items]

    assert await listed(Mine.OFFERS) == ["req_offer"]
    assert await listed(Mine.TASKS) == ["req_task"]
    assert sorted(await listed(None)) == ["req_done", "req_offer", "req_task"]
    assert await listed(None, me("per_member2")) == []


async def test_a_helper_is_told_nothing_of_who_else_was_asked(harness: Harness) -> None:
    await ask_at_once(harness, 2)
    await paired(harness, 3)
    await harness.hear(assigned())
    task = await harness.task_of()
    await harness.care_tasks.decline(task.id, me("per_member1"), seen=None)
    await harness.care_tasks.accept(task.id, me("per_member2"), seen=None)

    own = await harness.care_tasks.story(task.id, me("per_member2"))
    whole = await harness.care_tasks.story(task.id, Onlooker(HERE))

    assert told(list(own)) == ["offered", "accepted"]
    assert told(list(whole)) == [
        "offered",
        "offered",
        "declined",
        "offered",
        "accepted",
        "offer_withdrawn",
    ]
