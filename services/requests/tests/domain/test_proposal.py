"""The life of a proposal: every pair of state and action, and what each step asks for."""

from datetime import timedelta

import pytest

from services.requests.domain import agenda, decision
from services.requests.domain.agenda import SECONDERS_MAX, Wording
from services.requests.domain.council import Councillor, may_read, must_propose
from services.requests.domain.decision import TASKS_MAX, Done
from services.requests.domain.proposal import (
    TRANSITIONS,
    Origin,
    OriginKind,
    Proposal,
    ProposalAction,
    ProposalState,
    visibility_of,
)
from services.requests.tests.council_samples import (
    ACT,
    AFTER,
    CLOSES,
    COMMUNITY,
    NOW,
    PROPOSER,
    WORDING,
    drafted,
    proposal_in,
    task,
)
from shared.errors import Conflict, Invalid, LinliError, NotAllowed, WrongState
from shared.testing import refused_by_table

S = ProposalState
IN_CONFIDENCE = Origin(OriginKind.REQUEST, "req_1", confidential=True)


@pytest.mark.parametrize("action", ProposalAction)
@pytest.mark.parametrize("state", ProposalState)
def test_every_action_in_every_state_follows_the_table(
    state: ProposalState, action: ProposalAction
) -> None:
    proposal = proposal_in(state)
    assert proposal.state is state

    if action in TRANSITIONS[state]:
        after, events = ACT[action](proposal)
        assert after.state is TRANSITIONS[state][action]
        assert events
    elif action in (ProposalAction.ADOPT, ProposalAction.NOT_ADOPT):
        with pytest.raises(WrongState):
            ACT[action](proposal)
    else:
        with refused_by_table("proposal", state, action):
            ACT[action](proposal)


def test_the_table_is_that_of_the_domain_model() -> None:
    leads = {
        state: {after for after in actions.values() if after is not state}
        for state, actions in TRANSITIONS.items()
    }

    assert leads == {
        S.DRAFT: {S.SUBMITTED, S.WITHDRAWN},
        S.SUBMITTED: {S.LISTED, S.NOT_LISTED, S.WITHDRAWN},
        S.LISTED: {S.DELIBERATING, S.WITHDRAWN},
        S.NOT_LISTED: set(),
        S.DELIBERATING: {S.VOTING, S.WITHDRAWN},
        S.VOTING: {S.ADOPTED, S.NOT_ADOPTED},
        S.ADOPTED: {S.PUBLICISED},
        S.NOT_ADOPTED: set(),
        S.PUBLICISED: {S.IMPLEMENTING},
        S.IMPLEMENTING: {S.DONE},
        S.DONE: {S.EVALUATED},
        S.EVALUATED: set(),
        S.WITHDRAWN: set(),
    }


@pytest.mark.parametrize(
    ("wording", "pointer"),
    [
        (Wording("  ", "为什么"), "/title"),
        (Wording("灯" * 81, "为什么"), "/title"),
        (Wording("路灯", "\n"), "/text"),
        (Wording("路灯", "灯" * 4001), "/text"),
    ],
)
def test_words_that_are_missing_or_too_many_are_refused(wording: Wording, pointer: str) -> None:
    with pytest.raises(Invalid) as caught:
        agenda.draft(wording, id="prp_1", community=COMMUNITY, proposer_id=PROPOSER, at=NOW)
    assert caught.value.facts["pointer"] == pointer
    with pytest.raises(Invalid):
        agenda.revise(drafted(), wording)


def test_a_person_seconds_once_and_nobody_their_own() -> None:
    proposal, _ = agenda.submit(drafted())
    once, events = agenda.second(proposal, by="per_a")

    assert once.seconders == ("per_a",)
    assert [event.model_dump()["times"] for event in events] == [1]
    for again in ("per_a", PROPOSER):
        with pytest.raises(Conflict):
            agenda.second(once, by=again)


def test_seconders_are_bounded() -> None:
    proposal, _ = agenda.submit(drafted())
    for number in range(SECONDERS_MAX):
        proposal, _ = agenda.second(proposal, by=f"per_{number}")

    with pytest.raises(Conflict) as caught:
        agenda.second(proposal, by="per_more")
    assert caught.value.code == "proposal.seconders_full"


def test_a_direct_proposal_needs_two_seconders_and_one_from_a_need_none() -> None:
    lonely, _ = agenda.second(agenda.submit(drafted())[0], by="per_a")
    with pytest.raises(WrongState) as caught:
        agenda.list_(lonely, meeting_id="mtg_1", place=1)
    assert caught.value.code == "proposal.not_seconded"

    for origin in (Origin(OriginKind.REQUEST, "req_1"), Origin(OriginKind.SURVEY, "srv_1", "f1")):
        wanted, _ = agenda.submit(drafted(origin))
        assert agenda.list_(wanted, meeting_id="mtg_1", place=1)[0].state is S.LISTED


def test_a_listed_proposal_may_move_to_another_meeting() -> None:
    moved, events = agenda.list_(proposal_in(S.LISTED), meeting_id="mtg_2", place=1)

    assert moved.meeting_id == "mtg_2"
    assert [event.model_dump()["meeting_id"] for event in events] == ["mtg_2"]


def test_minutes_are_kept_with_who_wrote_them() -> None:
    proposal = proposal_in(S.DELIBERATING)

    assert proposal.minutes is not None
    assert (proposal.minutes.by, proposal.minutes.at) == ("per_officer", NOW)
    for text in (" ", "字" * 20_001):
        with pytest.raises(Invalid):
            agenda.minute(proposal, text=text, by="per_x", at=NOW)


def test_a_draft_made_in_confidence_is_told_to_nobody_until_it_is_submitted() -> None:
    draft, told = agenda.draft(
        WORDING,
        id="prp_1",
        community=COMMUNITY,
        proposer_id=PROPOSER,
        at=NOW,
        origin=IN_CONFIDENCE,
    )
    _, revised = agenda.revise(draft, WORDING)
    _, withdrawn = agenda.withdraw(draft)
    submitted, public = agenda.submit(draft)

    for event in (*told, *revised, *withdrawn):
        assert event.model_dump()["visibility"] == "confidential"
    assert [event.model_dump()["visibility"] for event in public] == ["public"]
    assert visibility_of(submitted) == "public"


def test_a_draft_is_its_proposers_and_the_keepers_and_what_is_submitted_is_everybodys() -> None:
    proposer = Councillor(PROPOSER, (COMMUNITY,), manages=False)
    neighbour = Councillor("per_b", (COMMUNITY,), manages=False)
    keeper = Councillor("per_c", (COMMUNITY,), manages=True)
    stranger = Councillor(PROPOSER, ("elsewhere",), manages=True)

    def readers(proposal: Proposal) -> list[bool]:
        return [may_read(who, proposal) for who in (proposer, keeper, neighbour, stranger)]

    assert readers(drafted()) == [True, True, False, False]
    assert readers(proposal_in(S.SUBMITTED)) == [True, True, True, False]
    must_propose(proposer, drafted())
    with pytest.raises(NotAllowed):
        must_propose(keeper, drafted())


def test_a_decision_is_carried_out_after_its_time_on_show() -> None:
    shown = proposal_in(S.PUBLICISED)
    assert shown.publication is not None
    assert shown.publication.until == CLOSES + timedelta(days=7)

    with pytest.raises(WrongState) as caught:
        decision.implement(shown, [task(1)], at=shown.publication.until - timedelta(seconds=1))
    assert caught.value.code == "proposal.on_show"
    assert decision.implement(shown, [task(1)], at=shown.publication.until)[0].tasks


@pytest.mark.parametrize("days", [0, 61, -7])
def test_a_publication_of_no_sensible_length_is_refused(days: int) -> None:
    with pytest.raises(Invalid):
        decision.publicise(proposal_in(S.ADOPTED), days=days, at=CLOSES)


def test_every_task_is_told_with_the_request_that_it_becomes() -> None:
    shown = proposal_in(S.PUBLICISED)
    after, events = decision.implement(shown, [task(1), task(2)], at=AFTER)

    assert after.task_request_ids == ("req_1", "req_2")
    assert [event.type for event in events] == [
        "requests.proposal.commenced.v1",
        "requests.proposal_task.set.v1",
        "requests.proposal_task.set.v1",
    ]
    with pytest.raises(Invalid):
        decision.implement(shown, [], at=AFTER)


def test_tasks_are_bounded() -> None:
    tasks = [task(number) for number in range(TASKS_MAX)]
    full, _ = decision.implement(proposal_in(S.PUBLICISED), tasks, at=AFTER)

    with pytest.raises(Conflict):
        decision.set_task(full, task(99))


def test_it_is_done_with_the_last_task_and_each_task_ends_once() -> None:
    proposal, _ = decision.implement(proposal_in(S.PUBLICISED), [task(1), task(2)], at=AFTER)
    first = decision.end_task(proposal, Done("req_1", "closed"), at=AFTER)
    assert first is not None

    assert first[0].state is S.IMPLEMENTING
    assert decision.end_task(first[0], Done("req_1", "closed"), at=AFTER) is None
    assert decision.end_task(first[0], Done("req_other", "closed"), at=AFTER) is None
    last = decision.end_task(first[0], Done("req_2", "closed"), at=AFTER)
    assert last is not None
    assert last[0].state is S.DONE
    assert last[0].done_at == AFTER
    assert [event.type.split(".")[2] for event in last[1]] == ["ended", "done"]
    assert decision.end_task(last[0], Done("req_2", "closed"), at=AFTER) is None


def test_a_task_goes_on_as_the_request_that_its_own_was_merged_into() -> None:
    proposal, _ = decision.implement(proposal_in(S.PUBLICISED), [task(1), task(2)], at=AFTER)
    decided = decision.move_task(proposal, request_id="req_1", into_id="req_2")
    assert decided is not None
    moved, events = decided

    assert moved.task_request_ids == ("req_2",)
    assert [event.model_dump()["request_id"] for event in events] == ["req_2"]
    assert decision.move_task(moved, request_id="req_1", into_id="req_2") is None
    ended = decision.end_task(moved, Done("req_2", "closed"), at=AFTER)
    assert ended is not None
    assert ended[0].state is S.DONE


def test_a_task_that_could_not_be_done_leaves_the_end_to_people() -> None:
    proposal, _ = decision.implement(proposal_in(S.PUBLICISED), [task(1)], at=AFTER)
    with pytest.raises(WrongState) as caught:
        decision.finish(proposal, at=AFTER)
    assert caught.value.code == "proposal.tasks_open"

    ended = decision.end_task(proposal, Done("req_1", "rejected"), at=AFTER)
    assert ended is not None
    assert ended[0].state is S.IMPLEMENTING
    assert decision.finish(ended[0], at=AFTER)[0].state is S.DONE


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_mark_outside_one_to_five_is_refused(score: int) -> None:
    with pytest.raises(Invalid):
        decision.check_score(score)


def test_an_evaluation_needs_somebody_who_evaluated() -> None:
    done = proposal_in(S.DONE)

    with pytest.raises(WrongState):
        decision.evaluate(done, scores=(0, 0, 0, 0, 0))
    assert decision.evaluate(done, scores=(0, 0, 0, 0, 1))[0].scores == (0, 0, 0, 0, 1)


@pytest.mark.parametrize("state", [state for state in S if state is not S.DONE])
def test_residents_evaluate_only_what_is_done(state: ProposalState) -> None:
    decision.may_evaluate(proposal_in(S.DONE))
    with pytest.raises(LinliError) as caught:
        decision.may_evaluate(proposal_in(state))
    assert caught.value.facts == {"state": f"proposal.{state}"}
