"""What helpers make of what they are asked, over both stores."""

import pytest

from services.pairing.domain.care_asking import UnplacedReason
from services.pairing.domain.care_task import CareTaskState
from services.pairing.service.care_task import CareTaskFilter
from services.pairing.service.household import Purpose
from services.pairing.service.onlooker import Onlooker
from services.pairing.tests.harness import HERE, THERE, Harness, assigned, me
from shared.errors import Conflict, NotFound, Stale


async def _offered(harness: Harness) -> str:
    """A task offered to the first of two helpers."""
    home = await harness.household()
    await harness.paired([await harness.member(1), await harness.member(2)], home)
    await harness.hear(assigned())
    return (await harness.task_of()).id


async def test_the_helper_accepts_and_reports_it_done(harness: Harness) -> None:
    task_id = await _offered(harness)

    accepted = await harness.care_tasks.accept(task_id, me("per_member1"), seen=1)
    done = await harness.care_tasks.complete(
        task_id, me("per_member1"), note="米和油", minutes=45, seen=2
    )

    assert accepted.state is CareTaskState.ACCEPTED
    assert (done.state, done.minutes) == (CareTaskState.COMPLETED, 45)
    assert done.completed_at == harness.clock.now()


async def test_who_reads_anothers_note_is_on_record_and_who_wrote_it_is_not(
    harness: Harness,
) -> None:
    task_id = await _offered(harness)
    tasks, helper, staff = harness.care_tasks, me("per_member1"), Onlooker(HERE)
    await tasks.shown(task_id, staff, by="per_staff", purpose=Purpose.HELP)
    await tasks.accept(task_id, helper, seen=None)
    await tasks.complete(task_id, helper, note="米和油", minutes=45, seen=None)
    await tasks.shown(task_id, helper, by="per_member1", purpose=Purpose.HELP)
    read = await tasks.shown(task_id, staff, by="per_staff", purpose=Purpose.REVIEW)

    assert read.note == "米和油"
    on_record = await tasks.readings(task_id, staff, cursor=None, limit=9)
    assert [(each.by, each.purpose) for each in on_record.items] == [("per_staff", "review")]


async def test_refusals_go_from_helper_to_helper_and_then_it_is_unplaced(
    harness: Harness,
) -> None:
    task_id = await _offered(harness)

    second = await harness.care_tasks.decline(task_id, me("per_member1"), seen=None)
    assert second.state is CareTaskState.OFFERED
    assert second.asked_ids == ("per_member2",)
    with pytest.raises(Conflict) as over:
        await harness.care_tasks.accept(task_id, me("per_member1"), seen=None)
    assert over.value.facts == {"state": "care_offer.declined"}
    with pytest.raises(NotFound):
        await harness.care_tasks.get(task_id, me("per_member1"))
    last = await harness.care_tasks.decline(task_id, me("per_member2"), seen=None)

    assert (last.state, last.unplaced_reason) == (
        CareTaskState.UNPLACED,
        UnplacedReason.DECLINED,
    )
    told = [each.type.split(".")[2] for each in await harness.backing.care_tasks.story(task_id)]
    assert told == ["offered", "declined", "offered", "declined", "unplaced"]


@pytest.mark.parametrize(
    "onlooker", [me("per_member2"), me("per_nobody"), me("per_member1", THERE), Onlooker(())]
)
async def test_somebody_elses_task_is_not_there_whatever_is_tried(
    harness: Harness, onlooker: Onlooker
) -> None:
    task_id = await _offered(harness)

    for attempt in (
        harness.care_tasks.get(task_id, onlooker),
        harness.care_tasks.story(task_id, onlooker),
        harness.care_tasks.accept(task_id, onlooker, seen=99),
        harness.care_tasks.decline(task_id, onlooker, seen=None),
        harness.care_tasks.complete(task_id, onlooker, note=None, minutes=5, seen=None),
    ):
        with pytest.raises(NotFound) as refused:
            await attempt
        assert refused.value.code == "store.not_found"
    page = await harness.care_tasks.page(onlooker, CareTaskFilter(), cursor=None, limit=9)
    assert page.items == []


async def test_a_stale_answer_is_refused_and_changes_nothing(harness: Harness) -> None:
    task_id = await _offered(harness)

    with pytest.raises(Stale):
        await harness.care_tasks.accept(task_id, me("per_member1"), seen=7)
    assert (await harness.task_of()).version == 1


async def test_lists_show_members_theirs_and_communities_all(harness: Harness) -> None:
    task_id = await _offered(harness)
    await harness.hear(assigned("req_2", dwelling_id=None))

    async def ids(onlooker: Onlooker, state: CareTaskState | None = None) -> list[str]:
        page = await harness.care_tasks.page(onlooker, CareTaskFilter(state), cursor=None, limit=9)
        return [each.id for each in page.items]

    assert await ids(me("per_member1")) == [task_id]
    assert await ids(me("per_member1"), CareTaskState.ACCEPTED) == []
    assert len(await ids(Onlooker(HERE))) == 2
    assert await ids(Onlooker(HERE), CareTaskState.OFFERED) == [task_id]
