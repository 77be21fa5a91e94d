"""Kept as long as the rule says and no longer; in dispute, kept; made anonymous, and still told."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.requests.domain.anonymity import AnonymityReason
from services.requests.domain.mediation import MediationState
from services.requests.domain.proposal import ProposalState
from services.requests.domain.request import ENDED, RequestState
from services.requests.domain.retention import DEFAULT_RULES, RetentionRules
from services.requests.tests.council_samples import proposal_in
from services.requests.tests.harness import DISPATCHER, NEIGHBOUR, STRANGER
from services.requests.tests.privacy_harness import PEOPLE, WORDS, PrivacyHarness
from services.requests.tests.samples import RESIDENT
from services.requests.worker import KeptSweeper
from shared.errors import Conflict, Invalid, NotFound, Stale, Unavailable, WrongState
from shared.events.requests_council import ProposalSeconded
from shared.testing import called

ASKED_FOR = AnonymityReason.ASKED_FOR
HERE = "hongmiao"


@pytest.mark.parametrize("state", sorted(ENDED))
async def test_what_ended_long_ago_is_made_anonymous(
    privacy: PrivacyHarness, state: RequestState
) -> None:
    request = await privacy.lived(state)
    before = await privacy.requests.story(request.id)

    assert await privacy.anonymity.sweep() == 1

    after = await privacy.requests.get(request.id)
    assert (after.state, after.number) == (request.state, request.number)
    assert after.anonymised_at == privacy.clock.now()
    held = await privacy.raw(request)
    assert [each for each in (*WORDS, *PEOPLE) if each in held] == []
    for photo in request.photos:
        assert await privacy.files.read(photo.id) is None
    story = await privacy.requests.story(request.id)
    assert [(each.id, each.type, each.time) for each in story[:-1]] == [
        (each.id, each.type, each.time) for each in before
    ]
    assert story[-1].type == "requests.request.anonymised.v1"
    assert (story[-1].data["reason"], story[-1].data["rules_version"]) == ("retention", 1)
    assert await privacy.requests.unfinished(limit=10) == []
    assert await privacy.anonymity.sweep() == 0


@pytest.mark.parametrize("state", sorted(set(RequestState) - ENDED))
async def test_what_is_not_over_is_kept_however_old(
    privacy: PrivacyHarness, state: RequestState
) -> None:
    request = await privacy.lived(state)
    assert await privacy.anonymity.sweep() == 0
    assert await privacy.requests.get(request.id) == request


async def test_it_is_kept_to_the_last_day(privacy: PrivacyHarness) -> None:
    request = await privacy.lived()
    assert request.closed_at is not None
    kept_until = request.closed_at + timedelta(days=DEFAULT_RULES.request_days)
    privacy.clock.moment = kept_until - timedelta(milliseconds=1)
    assert await privacy.anonymity.sweep() == 0
    privacy.clock.moment = kept_until
    assert await privacy.anonymity.sweep() == 1


async def test_each_community_has_its_own_rule_and_it_is_told_which_was_applied(
    privacy: PrivacyHarness,
) -> None:
    request = await privacy.lived()
    privacy.clock.moment = request.submitted_at + timedelta(days=100)
    await privacy.rules.change("elsewhere", RetentionRules(30, 30), seen=None)
    assert await privacy.anonymity.sweep() == 0
    await privacy.rules.change(HERE, RetentionRules(60, 60), seen=1)
    rules = await privacy.rules.change(HERE, RetentionRules(50, 60), seen=2)
    assert rules.version == 3
    assert await privacy.anonymity.sweep() == 1
    told = (await privacy.requests.story(request.id))[-1].data
    assert told["rules_version"] == 3


async def test_rules_change_by_versions_and_within_bounds(privacy: PrivacyHarness) -> None:
    assert await privacy.rules.get(HERE) == DEFAULT_RULES
    same = RetentionRules(DEFAULT_RULES.request_days, DEFAULT_RULES.survey_days)
    assert (await privacy.rules.change(HERE, same, seen=1)).version == 1
    changed = await privacy.rules.change(HERE, RetentionRules(400, 30), seen=1)
    assert await privacy.rules.get(HERE) == changed
    with pytest.raises(Stale):
        await privacy.rules.change(HERE, RetentionRules(500, 30), seen=1)
    story = [each.data for each in await privacy.kept_rules.story(changed.id)]
    assert [each["request_days"] for each in story] == [DEFAULT_RULES.request_days, 400]
    for days, pointer in ((RetentionRules(29, 30), "request"), (RetentionRules(30, 9e9), "survey")):  # type: ignore[arg-type]
        with pytest.raises(Invalid) as caught:
            await privacy.rules.change(HERE, days, seen=None)
        assert caught.value.facts["pointer"] == f"/{pointer}_days"


@pytest.mark.parametrize(
    "state", [MediationState.MEDIATING, MediationState.PERFORMING, MediationState.BREACHED]
)
async def test_while_there_is_a_dispute_about_it_nothing_goes(
    privacy: PrivacyHarness, state: MediationState
) -> None:
    request = await privacy.lived()
    await privacy.disputed(request, state)
    assert await privacy.anonymity.sweep() == 0
    with pytest.raises(Conflict) as caught:
        await privacy.anonymity.on_demand(request.id, DISPATCHER, seen=None, reason=ASKED_FOR)
    assert caught.value.code == "request.in_dispute"
    assert await privacy.requests.get(request.id) == request


async def test_one_that_is_kept_keeps_no_other_waiting(privacy: PrivacyHarness) -> None:
    for _ in range(25):
        await privacy.disputed(await privacy.lived(), MediationState.MEDIATING)
    free = await privacy.lived()
    assert await privacy.anonymity.sweep() == 1
    assert (await privacy.requests.get(free.id)).anonymised_at is not None


async def test_the_cases_behind_it_lose_their_parties_as_well(privacy: PrivacyHarness) -> None:
    request = await privacy.lived()
    case = await privacy.disputed(request, MediationState.FULFILLED)
    steps = [(each.id, each.type) for each in await privacy.cases.story(case.id)]

    await privacy.anonymity.sweep()

    after = await privacy.cases.get(case.id)
    assert (after.state, len(after.parties), len(after.sessions)) == (
        case.state,
        len(case.parties),
        len(case.sessions),
    )
    assert after.subject == ""
    assert {(party.name, party.person_id, party.phone) for party in after.parties} == {
        ("", None, None)
    }
    story = await privacy.cases.story(case.id)
    assert [(each.id, each.type) for each in story[: len(steps)]] == steps
    assert story[-1].type == "requests.mediation.anonymised.v1"
    held = await privacy.raw(request, [case])
    for said in ("王大妈", "per_wang", "漏水", "五百元", *PEOPLE):
        assert said not in held


@pytest.mark.parametrize("state", [ProposalState.DRAFT, ProposalState.LISTED])
async def test_a_proposal_made_of_it_keeps_what_was_public_and_no_proposer(
    privacy: PrivacyHarness, state: ProposalState
) -> None:
    request = await privacy.lived()
    made = replace(
        proposal_in(state),
        version=0,
        proposer_id=RESIDENT,
        origin_id=request.id,
        seconders=("per_other",),
    )
    event = ProposalSeconded(proposal_id=made.id, by="per_other", times=1)
    with called(RESIDENT):
        proposal = await privacy.proposals.save(made, [event])
    await privacy.told()

    await privacy.anonymity.sweep()

    after = await privacy.proposals.get(proposal.id)
    assert after.proposer_id == f"anon_{request.id}"
    assert after.seconders == ("per_other",)
    public = state is ProposalState.LISTED
    assert (after.title, after.text) == ((made.title, made.text) if public else ("", ""))
    first, last = await privacy.proposals.story(proposal.id)
    assert (first.actor, first.data["by"]) == (f"anon_{request.id}", "per_other")
    assert last.type == "requests.proposal.anonymised.v1"
    assert await privacy.proposals.unfinished(limit=10) == []


async def test_staff_may_do_it_sooner_for_a_reason(privacy: PrivacyHarness) -> None:
    request = await privacy.lived(RequestState.WITHDRAWN)
    privacy.clock.moment = request.submitted_at + timedelta(days=1)
    assert await privacy.anonymity.sweep() == 0

    saved = await privacy.anonymity.on_demand(
        request.id, DISPATCHER, seen=request.version, reason=ASKED_FOR
    )

    assert saved.anonymised_at == privacy.clock.now()
    told = (await privacy.requests.story(request.id))[-1].data
    assert (told["reason"], told["rules_version"]) == ("asked_for", None)
    again = await privacy.anonymity.on_demand(
        request.id, DISPATCHER, seen=saved.version, reason=ASKED_FOR
    )
    assert again == saved


async def test_it_is_for_those_who_may_see_it_as_it_is_now(privacy: PrivacyHarness) -> None:
    request = await privacy.lived()
    for reader in (STRANGER, NEIGHBOUR):
        with pytest.raises(NotFound):
            await privacy.anonymity.on_demand(request.id, reader, seen=None, reason=ASKED_FOR)
    with pytest.raises(Stale):
        await privacy.anonymity.on_demand(request.id, DISPATCHER, seen=1, reason=ASKED_FOR)
    running = await privacy.lived(RequestState.IN_PROGRESS)
    with pytest.raises(WrongState):
        await privacy.anonymity.on_demand(running.id, DISPATCHER, seen=None, reason=ASKED_FOR)


async def test_two_at_once_do_it_once(privacy: PrivacyHarness) -> None:
    for _ in range(3):
        await privacy.lived()
    done = await asyncio.gather(privacy.anonymity.sweep(), privacy.anonymity.sweep())
    assert sum(done) == 3
    assert await privacy.requests.unfinished(limit=10) == []


async def test_what_was_left_undone_is_done_by_the_next_round(
    privacy: PrivacyHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: str) -> None:
        raise Unavailable("store.unavailable")

    request = await privacy.lived()
    with monkeypatch.context() as patched:
        patched.setattr(privacy.files, "drop", away)
        with pytest.raises(Unavailable):
            await privacy.anonymity.sweep()
    [left] = await privacy.requests.unfinished(limit=10)
    assert left.id == request.id

    await privacy.anonymity.sweep()

    assert await privacy.requests.unfinished(limit=10) == []
    for photo in request.photos:
        assert await privacy.files.read(photo.id) is None


async def test_a_bug_in_one_is_no_others(
    privacy: PrivacyHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await privacy.lived(), await privacy.lived()
    real = privacy.requests.story

    async def story(request_id: str, **facts: Any) -> Any:
        if request_id == bad.id:
            raise ValueError
        return await real(request_id, **facts)

    monkeypatch.setattr(privacy.requests, "story", story)
    assert await privacy.anonymity.sweep() == 1
    assert (await privacy.requests.get(good.id)).anonymised_at is not None


async def test_the_service_looks_by_itself_again_and_again(privacy: PrivacyHarness) -> None:
    stop, made = asyncio.Event(), []
    sweeper = KeptSweeper({"request": privacy.anonymity.sweep}, every_seconds=0.01)
    working = asyncio.create_task(sweeper.run(stop))
    async with asyncio.timeout(10):
        for _ in range(2):
            made.append(await privacy.lived())
            while (await privacy.requests.get(made[-1].id)).anonymised_at is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    stop.set()
    await working
