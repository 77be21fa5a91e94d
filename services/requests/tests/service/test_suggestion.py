"""Suggestions and the proposals that come of them, over both stores, in any order of events."""

import random

import pytest

from services.requests.domain.assignment import Hold, HoldReason, Refusal, Unit
from services.requests.domain.closure import withdraw
from services.requests.domain.council import Councillor
from services.requests.domain.handling import hand_over, hold
from services.requests.domain.proposal import (
    Declined,
    DeclineReason,
    OriginKind,
    Proposal,
    ProposalState,
)
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.domain.service_type import Visibility
from services.requests.service.decision import TaskDraft
from services.requests.service.proposal import ProposalFilter
from services.requests.tests.chamber import KEEPER, NEIGHBOUR, RESIDENT, Chamber
from services.requests.tests.council_samples import OFFICER, PROPOSER
from services.requests.tests.harness import DISPATCHER, HERE, OWNER
from services.requests.tests.harness import NEIGHBOUR as READER
from services.requests.tests.samples import submission
from shared.clock import derived_id
from shared.errors import NotFound
from shared.testing import called
from shared.testing_service import deliver

WORDS = "建议在小花园加一张长椅\n老人走累了没有地方坐。"
DECLINED = Declined(DeclineReason.NOT_POSSIBLE, "场地不够,明年再议")


async def _suggested(chamber: Chamber, **changes: object) -> ServiceRequest:
    """A suggestion that was given to the council."""
    asked = submission("suggestion", description=WORDS, **changes)
    service = chamber.harness.service
    with called(PROPOSER):
        request = await service.submit(asked, communities=HERE)
    if request.state is RequestState.SUBMITTED:
        await service.accept(request.id, DISPATCHER, seen=None)
        request = await service.assign(request.id, DISPATCHER, seen=None, unit=Unit.COUNCIL)
    return request


async def _withdrawn(chamber: Chamber, request: ServiceRequest) -> None:
    """The council gives it back, and its requester withdraws it."""
    service, refusal = chamber.harness.service, Refusal("no_capacity", None, Unit.STAFF)
    await service.return_(request.id, DISPATCHER, seen=None, refusal=refusal)
    await service.withdraw(request.id, OWNER, seen=None)


async def _proposal_of(chamber: Chamber, request: ServiceRequest) -> Proposal:
    return await chamber.proposals.get(derived_id("prp", request.id))


async def _unseen(chamber: Chamber, draft: Proposal, *others: Councillor) -> None:
    """None of these finds it, by itself or in a list."""
    proposals = chamber.council.proposals
    for other in others:
        with pytest.raises(NotFound):
            await proposals.one(draft.id, other)
        page = await proposals.page(other, ProposalFilter(), cursor=None, limit=10)
        assert page.items == []


async def test_a_suggestion_becomes_a_proposal_in_its_own_words(chamber: Chamber) -> None:
    request = await _suggested(chamber)
    await chamber.tell()

    proposal = await _proposal_of(chamber, request)
    assert proposal.state is ProposalState.SUBMITTED
    assert (proposal.title, proposal.text) == ("建议在小花园加一张长椅", WORDS)
    assert (proposal.proposer_id, proposal.origin.kind) == (PROPOSER, OriginKind.REQUEST)
    told = await chamber.proposals.story(proposal.id)
    assert request.id not in str([envelope.data for envelope in told])
    begun = (await chamber.harness.store.story(request.id))[0]
    assert {envelope.correlationid for envelope in told} == {begun.correlationid}


async def test_what_is_suggested_in_confidence_waits_as_a_draft_for_its_author(
    chamber: Chamber,
) -> None:
    request = await _suggested(chamber, visibility=Visibility.CONFIDENTIAL)
    await chamber.tell()

    draft = await _proposal_of(chamber, request)
    assert draft.state is ProposalState.DRAFT
    told = await chamber.proposals.story(draft.id)
    assert [envelope.data["visibility"] for envelope in told] == ["confidential"]
    await _unseen(chamber, draft, NEIGHBOUR, KEEPER)
    submitted = await chamber.council.agenda.submit(draft.id, RESIDENT, seen=None)
    assert submitted.state is ProposalState.SUBMITTED
    assert await chamber.council.proposals.one(draft.id, KEEPER) == submitted


async def test_what_was_not_asked_in_public_is_put_before_all_by_its_author_alone(
    chamber: Chamber,
) -> None:
    request = await _suggested(chamber, visibility=Visibility.STAFF)
    await chamber.tell()

    draft = await _proposal_of(chamber, request)
    assert draft.state is ProposalState.DRAFT
    await _unseen(chamber, draft, NEIGHBOUR)
    assert await chamber.council.proposals.one(draft.id, KEEPER) == draft  # who read it anyway


async def test_a_confidence_that_is_taken_back_is_nobody_elses_afterwards(
    chamber: Chamber,
) -> None:
    request = await _suggested(chamber, visibility=Visibility.CONFIDENTIAL)
    await chamber.tell()
    await _withdrawn(chamber, request)
    await chamber.tell()

    draft = await _proposal_of(chamber, request)
    assert draft.state is ProposalState.WITHDRAWN
    await _unseen(chamber, draft, NEIGHBOUR, KEEPER)
    assert await chamber.council.proposals.one(draft.id, RESIDENT) == draft


async def test_a_listed_proposal_has_its_suggestion_in_progress_and_a_refused_one_resolved(
    chamber: Chamber,
) -> None:
    listed, refused = await _suggested(chamber), await _suggested(chamber)
    await chamber.tell()
    meeting, agenda = await chamber.meeting(), chamber.council.agenda

    with called(OFFICER):
        await agenda.list_(derived_id("prp", listed.id), KEEPER, seen=None, meeting_id=meeting.id)
        await agenda.decline(derived_id("prp", refused.id), KEEPER, seen=None, declined=DECLINED)
    await chamber.tell()

    taken_up = await chamber.request(listed.id)
    assert (taken_up.state, taken_up.handler_id) == (RequestState.IN_PROGRESS, OFFICER)
    answered = await chamber.request(refused.id)
    assert (answered.state, answered.resolution) == (RequestState.RESOLVED, DECLINED.note)


@pytest.mark.parametrize("seed", range(5))
async def test_from_suggestion_to_evaluation_in_any_order_of_events(
    chamber: Chamber, seed: int
) -> None:
    chance = random.Random(seed)
    request = await _suggested(chamber)
    await chamber.tell(chance)
    proposal = await _proposal_of(chamber, request)
    listed = await chamber.council.agenda.list_(
        proposal.id, KEEPER, seen=None, meeting_id=(await chamber.meeting()).id
    )
    doing = await chamber.implementing(TaskDraft("noise", "est_1", "加一张长椅"), proposal=listed)
    await chamber.tell(chance)
    work = await chamber.request(doing.tasks[0].request_id)
    with called(PROPOSER):
        await chamber.harness.store.save(*withdraw(work, at=chamber.clock.now()))
    await chamber.tell(chance)
    assert (await chamber.request(request.id)).state is RequestState.IN_PROGRESS
    await chamber.council.decisions.finish(doing.id, KEEPER, seen=None)
    await chamber.tell(chance)

    done = await chamber.request(request.id)
    assert done.state is RequestState.RESOLVED
    assert doing.vote is not None
    assert done.resolution == doing.vote.resolution
    told = await chamber.harness.types(request.id)
    assert told == ["submitted", "accepted", "assigned", "started", "resolved"]
    thread = await chamber.council.threads.read(doing.id, RESIDENT, OWNER)
    assert thread.suggestion is not None
    assert thread.suggestion.id == request.id
    others = await chamber.council.threads.read(doing.id, NEIGHBOUR, READER)
    assert others.suggestion is None


async def test_a_suggestion_withdrawn_while_it_is_on_an_agenda_takes_its_proposal_along(
    chamber: Chamber,
) -> None:
    request = await _suggested(chamber)
    await chamber.tell()
    proposal_id = derived_id("prp", request.id)
    meeting = await chamber.meeting()
    await chamber.council.agenda.list_(proposal_id, KEEPER, seen=None, meeting_id=meeting.id)
    await chamber.tell()
    await chamber.harness.service.withdraw(request.id, OWNER, seen=None)
    await chamber.tell(random.Random(2))

    assert (await chamber.proposals.get(proposal_id)).state is ProposalState.WITHDRAWN
    assert (await chamber.request(request.id)).state is RequestState.WITHDRAWN


async def test_what_was_withdrawn_before_the_council_heard_of_it_becomes_no_proposal(
    chamber: Chamber,
) -> None:
    request = await _suggested(chamber)
    await _withdrawn(chamber, request)

    await chamber.tell(random.Random(3))

    assert await chamber.proposals.find({"community": HERE[0]}) == []


async def test_a_withdrawal_between_the_reading_and_the_proposal_is_seen_afterwards(
    chamber: Chamber,
) -> None:
    """The withdrawal was heard while there was no proposal yet, and then the handler crashed."""
    request = await _suggested(chamber)
    story = await chamber.harness.store.story(request.id)
    assigned = next(e for e in story if e.type == "requests.request.assigned.v1")
    await deliver(chamber.hearings, assigned)
    await _withdrawn(chamber, request)

    await deliver(chamber.hearings, assigned)

    assert (await _proposal_of(chamber, request)).state is ProposalState.WITHDRAWN


async def test_a_vote_goes_on_although_the_suggestion_is_withdrawn(chamber: Chamber) -> None:
    request = await _suggested(chamber)
    await chamber.tell()
    proposal_id = derived_id("prp", request.id)
    meeting = await chamber.meeting()
    await chamber.council.agenda.list_(proposal_id, KEEPER, seen=None, meeting_id=meeting.id)
    await chamber.tell()
    await chamber.voting(await chamber.proposals.get(proposal_id))
    await chamber.harness.service.withdraw(request.id, OWNER, seen=None)
    await chamber.tell()

    assert (await chamber.proposals.get(proposal_id)).state is ProposalState.VOTING


async def test_what_went_another_way_is_left_alone(chamber: Chamber) -> None:
    request = await _suggested(chamber)
    await chamber.tell()
    moved, events = hand_over(
        await chamber.request(request.id), unit=Unit.STAFF, at=chamber.clock.now()
    )
    kept = await chamber.harness.store.save(moved, events)
    await chamber.council.agenda.decline(
        derived_id("prp", request.id), KEEPER, seen=None, declined=DECLINED
    )
    await chamber.tell()

    assert await chamber.request(request.id) == kept


async def test_a_suggestion_on_hold_is_resolved_with_its_proposal(chamber: Chamber) -> None:
    request = await _suggested(chamber)
    await chamber.tell()
    proposal = await chamber.council.agenda.list_(
        derived_id("prp", request.id),
        KEEPER,
        seen=None,
        meeting_id=(await chamber.meeting()).id,
    )
    await chamber.tell()
    waits = Hold(HoldReason.OTHERS, chamber.clock.now())
    await chamber.harness.store.save(*hold(await chamber.request(request.id), hold=waits))
    await chamber.council.agenda.withdraw(proposal.id, RESIDENT, seen=None)
    await chamber.tell()

    assert (await chamber.request(request.id)).state is RequestState.RESOLVED


async def test_what_is_another_units_is_no_business_of_the_council(chamber: Chamber) -> None:
    with called(PROPOSER):
        await chamber.harness.service.submit(submission("care.shopping"), communities=HERE)
    await chamber.tell()

    assert await chamber.proposals.find({"community": HERE[0]}) == []
