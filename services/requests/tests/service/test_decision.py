"""Decisions over both stores: tasks become requests, and their ends the decision's."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from services.requests.domain.assignment import Refusal, Unit
from services.requests.domain.closure import close
from services.requests.domain.handling import accept, assign, reject, resolve, start
from services.requests.domain.joining import merge
from services.requests.domain.proposal import ProposalState
from services.requests.domain.request import Channel, RequestState
from services.requests.service.decision import TaskDraft
from services.requests.tests.chamber import KEEPER, NEIGHBOUR, RESIDENT, Chamber, voter
from services.requests.tests.council_samples import OFFICER
from services.requests.tests.harness import HERE, OWNER
from services.requests.tests.harness import NEIGHBOUR as READER
from services.requests.tests.samples import submission
from shared.clock import derived_id
from shared.errors import Invalid, WrongState
from shared.testing import called

ANYTHING = "noise"  # a dispatcher decides who does it
LAMPS = TaskDraft(ANYTHING, "est_1", "在三号楼前装两盏路灯")
BENCH = TaskDraft(ANYTHING, "est_1", "修好小花园的长椅", dwelling_id="dwl_1")


async def _close(chamber: Chamber, request_id: str) -> None:
    """Staff handle the request to its end."""
    at = chamber.clock.now()
    request = await chamber.request(request_id)
    if request.state is RequestState.SUBMITTED:
        request = await chamber.harness.store.save(*accept(request, at=at))
        request = await chamber.harness.store.save(*assign(request, unit=Unit.STAFF, at=at))
    request = await chamber.harness.store.save(*start(request, handler_id="per_staff", at=at))
    request = await chamber.harness.store.save(*resolve(request, at=at, handler_id="per_staff"))
    await chamber.harness.store.save(*close(request, at=at + timedelta(days=30)))


async def test_a_decisions_tasks_become_requests_and_it_is_done_with_the_last(
    chamber: Chamber,
) -> None:
    with called(OFFICER):
        doing = await chamber.implementing(LAMPS, BENCH)
    assert doing.state is ProposalState.IMPLEMENTING

    await chamber.tell()
    for task in doing.tasks:
        request = await chamber.request(task.request_id)
        assert request.channel is Channel.COUNCIL
        assert (request.description, request.dwelling_id) == (task.description, task.dwelling_id)
        assert request.requester_id == OFFICER
        told = (await chamber.harness.store.story(request.id))[0]
        assert told.correlationid == (await chamber.proposals.story(doing.id))[0].correlationid

    await _close(chamber, doing.tasks[0].request_id)
    await chamber.tell()
    assert (await chamber.proposals.get(doing.id)).state is ProposalState.IMPLEMENTING
    await _close(chamber, doing.tasks[1].request_id)
    await chamber.tell()
    done = await chamber.proposals.get(doing.id)
    assert done.state is ProposalState.DONE
    assert [task.outcome for task in done.tasks] == ["closed", "closed"]


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_comes_twice_and_in_disorder_ends_alike(chamber: Chamber, seed: int) -> None:
    chance = random.Random(seed)
    doing = await chamber.implementing(LAMPS, BENCH)
    await chamber.tell(chance)
    for task in doing.tasks:
        await _close(chamber, task.request_id)
    await chamber.tell(chance)

    done = await chamber.proposals.get(doing.id)
    assert done.state is ProposalState.DONE
    told = [envelope.type for envelope in await chamber.proposals.story(doing.id)]
    assert told.count("requests.proposal_task.ended.v1") == 2
    assert told.count("requests.proposal.done.v1") == 1
    assert len(await chamber.harness.store.find({"community": HERE[0]})) == 2


async def test_a_task_that_was_refused_may_be_replaced_or_left(chamber: Chamber) -> None:
    doing = await chamber.implementing(LAMPS)
    decisions = chamber.council.decisions
    await chamber.tell()
    request = await chamber.request(doing.tasks[0].request_id)
    rejected = reject(request, refusal=Refusal("not_lawful"), at=chamber.clock.now())
    await chamber.harness.store.save(*rejected)
    with pytest.raises(WrongState):
        await decisions.finish(doing.id, KEEPER, seen=None)
    await chamber.tell()
    stuck = await chamber.proposals.get(doing.id)
    assert [task.outcome for task in stuck.tasks] == ["rejected"]
    assert stuck.state is ProposalState.IMPLEMENTING

    more = await decisions.set_task(doing.id, KEEPER, seen=None, draft=BENCH)
    assert more.task_request_ids[1] == derived_id("req", more.tasks[1].id)
    await chamber.tell()
    await _close(chamber, more.tasks[1].request_id)
    await chamber.tell()
    finished = await decisions.finish(doing.id, KEEPER, seen=None)
    assert finished.state is ProposalState.DONE


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("closed_before_it_is_told", [True, False])
async def test_a_merged_requests_task_goes_on_with_the_one_it_was_merged_into(
    chamber: Chamber, seed: int, closed_before_it_is_told: bool
) -> None:
    chance, store = random.Random(seed), chamber.harness.store
    doing = await chamber.implementing(LAMPS, BENCH)
    await chamber.tell(chance)
    service, at = chamber.harness.service, chamber.clock.now()
    others = [await service.submit(submission("noise"), communities=HERE) for _ in range(2)]
    first, second = [await chamber.request(task.request_id) for task in doing.tasks]
    for request, into in ((first, second), (second, others[0]), (others[0], others[1])):
        request = await store.save(*accept(await chamber.request(request.id), at=at))
        await store.save(*merge(request, into=await chamber.request(into.id), at=at))
    if not closed_before_it_is_told:
        await chamber.tell(chance)
        moved = await chamber.proposals.get(doing.id)
        assert moved.task_request_ids == (others[1].id,)
    await _close(chamber, others[1].id)
    await chamber.tell(chance)
    for reader, seen in ((READER, None), (OWNER, others[1].id)):  # it is no task's of the council's
        for task in (await chamber.council.threads.read(doing.id, NEIGHBOUR, reader)).tasks:
            assert (task.request and task.request.id) == seen

    done = await chamber.proposals.get(doing.id)
    assert done.state is ProposalState.DONE
    assert [task.outcome for task in done.tasks] == ["closed", "closed"]


async def test_a_task_of_a_type_that_is_offered_no_more_is_over_at_once(chamber: Chamber) -> None:
    doing = await chamber.implementing(LAMPS)
    types = chamber.harness.service_types
    kind = await types.offered(HERE[0], LAMPS.service_code)
    await types.change(HERE[0], replace(kind, active=False), seen=None)

    await chamber.tell()

    assert await chamber.harness.store.find({"community": HERE[0]}) == []
    assert [t.outcome for t in (await chamber.proposals.get(doing.id)).tasks] == ["rejected"]


@pytest.mark.parametrize(
    ("draft", "pointer"),
    [
        (TaskDraft("teleport", "est_1", "装"), "/tasks/1/service_code"),
        (TaskDraft(ANYTHING, "est_9", "装"), "/tasks/1/estate_id"),
        (TaskDraft(ANYTHING, "est_1", "装", dwelling_id="dwl_9"), "/tasks/1/dwelling_id"),
        (
            TaskDraft(ANYTHING, "est_1", "装", attributes={"no_question": ("x",)}),
            "/tasks/1/attributes",
        ),
    ],
)
async def test_a_task_that_nobody_can_ask_for_is_refused_by_its_place(
    chamber: Chamber, draft: TaskDraft, pointer: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await chamber.implementing(LAMPS, draft)
    assert caught.value.facts["pointer"] == pointer


async def test_residents_evaluate_what_is_done_each_once(chamber: Chamber) -> None:
    decisions = chamber.council.decisions
    doing = await chamber.implementing(LAMPS)
    with pytest.raises(WrongState):
        await decisions.mark(doing.id, NEIGHBOUR, 5)
    await chamber.tell()
    await _close(chamber, doing.tasks[0].request_id)
    await chamber.tell()

    with pytest.raises(WrongState):
        await decisions.evaluate(doing.id, KEEPER, seen=None)
    for who, score in ((NEIGHBOUR, 2), (RESIDENT, 5), (NEIGHBOUR, 4), (voter("per_a"), 4)):
        await decisions.mark(doing.id, who, score)
    with pytest.raises(Invalid):
        await decisions.mark(doing.id, RESIDENT, 6)
    evaluated = await decisions.evaluate(doing.id, KEEPER, seen=None)

    assert evaluated.state is ProposalState.EVALUATED
    assert evaluated.scores == (0, 0, 0, 2, 1)
    with pytest.raises(WrongState):
        await decisions.mark(doing.id, RESIDENT, 1)


async def test_the_thread_leads_from_the_proposal_to_what_came_of_it(chamber: Chamber) -> None:
    doing = await chamber.implementing(LAMPS)
    threads = chamber.council.threads
    early = await threads.read(doing.id, NEIGHBOUR, READER)
    assert [task.request for task in early.tasks] == [None]
    await chamber.tell()
    await _close(chamber, doing.tasks[0].request_id)
    await chamber.tell()

    thread = await threads.read(doing.id, NEIGHBOUR, READER)

    assert thread.proposal.state is ProposalState.DONE
    assert thread.meeting is not None
    assert thread.meeting.id == doing.meeting_id
    (task,) = thread.tasks
    assert task.request is not None
    assert task.request.state is RequestState.CLOSED
    assert thread.suggestion is None
