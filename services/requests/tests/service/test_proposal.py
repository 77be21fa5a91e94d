"""Proposals and meetings over both stores: who may do what with which, and what lists show."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.requests.domain.agenda import Wording
from services.requests.domain.meeting import PROPOSALS_MAX, MeetingState
from services.requests.domain.need import Need
from services.requests.domain.proposal import (
    Declined,
    DeclineReason,
    Origin,
    OriginKind,
    ProposalState,
)
from services.requests.domain.survey import SurveyState
from services.requests.service.meeting import MeetingFilter
from services.requests.service.proposal import ProposalFilter
from services.requests.tests.chamber import (
    KEEPER,
    NEIGHBOUR,
    RESIDENT,
    STRANGER,
    Chamber,
    voter,
)
from services.requests.tests.council_samples import WORDING, plan
from services.requests.tests.harness import HERE
from services.requests.tests.harness import NEIGHBOUR as READER
from services.requests.tests.survey_samples import in_state
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Stale, WrongState
from shared.events.requests_survey import SurveyClosed


async def test_a_draft_is_worded_by_its_proposer_alone(chamber: Chamber) -> None:
    agenda = chamber.council.agenda
    draft = await agenda.draft(RESIDENT, WORDING, community=HERE[0])
    other = Wording("装三盏路灯", "一盏不够。")

    revised = await agenda.revise(draft.id, RESIDENT, seen=draft.version, wording=other)
    assert (revised.title, revised.version) == (other.title, draft.version + 1)
    with pytest.raises(Stale):
        await agenda.revise(draft.id, RESIDENT, seen=draft.version, wording=WORDING)
    with pytest.raises(NotAllowed):
        await agenda.revise(draft.id, KEEPER, seen=None, wording=WORDING)
    with pytest.raises(NotAllowed):
        await agenda.submit(draft.id, KEEPER, seen=None)
    for outsider in (NEIGHBOUR, STRANGER):
        with pytest.raises(NotFound):
            await agenda.revise(draft.id, outsider, seen=None, wording=WORDING)


async def test_lists_show_drafts_to_their_proposers_and_keepers_only(chamber: Chamber) -> None:
    agenda, proposals = chamber.council.agenda, chamber.council.proposals
    draft = await agenda.draft(RESIDENT, WORDING, community=HERE[0])
    need = await chamber.needed()
    submitted = await chamber.submitted(need)

    async def seen(who: object, **wanted: object) -> list[str]:
        found = await proposals.page(
            who,  # type: ignore[arg-type]
            ProposalFilter(**wanted),  # type: ignore[arg-type]
            cursor=None,
            limit=50,
        )
        return [proposal.id for proposal in found.items]

    assert await seen(KEEPER) == [submitted.id, draft.id]
    assert await seen(NEIGHBOUR) == [submitted.id]
    assert await seen(RESIDENT) == [submitted.id]
    assert await seen(RESIDENT, mine=True) == [submitted.id, draft.id]
    assert await seen(RESIDENT, mine=True, state=ProposalState.DRAFT) == [draft.id]
    assert await seen(NEIGHBOUR, state=ProposalState.DRAFT) == []
    assert await seen(KEEPER, state=ProposalState.DRAFT) == [draft.id]
    assert await seen(NEIGHBOUR, origin_id=need.survey_id) == [submitted.id]
    assert await seen(STRANGER) == []

    await agenda.withdraw(draft.id, RESIDENT, seen=None)
    assert await seen(NEIGHBOUR) == [submitted.id]
    with pytest.raises(NotFound):
        await proposals.one(draft.id, NEIGHBOUR)
    await agenda.withdraw(submitted.id, RESIDENT, seen=None)
    assert await seen(NEIGHBOUR) == [submitted.id]


async def test_a_need_that_a_survey_found_becomes_a_proposal_and_leads_its_thread(
    chamber: Chamber,
) -> None:
    need = await chamber.needed()
    proposal = await chamber.submitted(need)

    assert proposal.origin == Origin(OriginKind.SURVEY, need.survey_id, need.finding_id)
    thread = await chamber.council.threads.read(proposal.id, NEIGHBOUR, READER)
    assert thread.need is not None
    assert (thread.need.finding.text, thread.need.finding.count) == ("老年助餐", 12)
    assert [project.text for project in thread.need.projects] == ["食堂送餐上门"]


async def test_a_need_that_nobody_found_is_the_origin_of_nothing(chamber: Chamber) -> None:
    need = await chamber.needed()
    unfinished = replace(in_state(SurveyState.CLOSED), id="svy_closed")
    told = SurveyClosed(survey_id=unfinished.id, estate_id="est_1")
    await chamber.surveys.save(unfinished, [told])

    for survey_id, finding_id, community in (
        (need.survey_id, "no_finding", HERE[0]),
        ("svy_none", "meals", HERE[0]),
        ("svy_closed", "meals", HERE[0]),
        (need.survey_id, "meals", "elsewhere"),
    ):
        with pytest.raises(Invalid) as caught:
            await chamber.council.agenda.draft(
                RESIDENT, WORDING, community=community, need=Need(survey_id, finding_id)
            )
        assert caught.value.facts["pointer"] == "/finding"


async def test_a_story_is_for_who_may_see_the_proposal(chamber: Chamber) -> None:
    draft = await chamber.council.agenda.draft(RESIDENT, WORDING, community=HERE[0])

    told = await chamber.council.proposals.story(draft.id, RESIDENT)
    assert [envelope.type for envelope in told] == ["requests.proposal.drafted.v1"]
    with pytest.raises(NotFound):
        await chamber.council.proposals.story(draft.id, NEIGHBOUR)


async def test_a_proposal_is_listed_on_a_planned_meeting_of_its_own_community(
    chamber: Chamber,
) -> None:
    agenda, gatherings = chamber.council.agenda, chamber.council.meetings
    proposal = await chamber.submitted(await chamber.needed())
    off = await chamber.meeting()
    await gatherings.cancel(off.id, KEEPER, seen=None)
    both = replace(KEEPER, communities=(*HERE, "elsewhere"))
    there = await gatherings.call(off.plan, off.convening, community="elsewhere")

    with pytest.raises(WrongState):
        await agenda.list_(proposal.id, KEEPER, seen=None, meeting_id=off.id)
    for who, meeting_id in ((KEEPER, "mtg_none"), (KEEPER, there.id), (both, there.id)):
        with pytest.raises(NotFound):
            await agenda.list_(proposal.id, who, seen=None, meeting_id=meeting_id)
    on = await chamber.meeting()
    listed = await agenda.list_(proposal.id, KEEPER, seen=None, meeting_id=on.id)
    assert listed.meeting_id == on.id
    assert [one.id for one in await gatherings.agenda(on)] == [proposal.id]


async def test_an_agenda_is_bounded_and_moving_within_it_takes_no_room(chamber: Chamber) -> None:
    agenda, meeting = chamber.council.agenda, await chamber.meeting()
    need = await chamber.needed()
    for _ in range(PROPOSALS_MAX):
        proposal = await chamber.submitted(need)
        await agenda.list_(proposal.id, KEEPER, seen=None, meeting_id=meeting.id)

    await agenda.list_(proposal.id, KEEPER, seen=None, meeting_id=meeting.id)
    one_more = await chamber.submitted(need)
    with pytest.raises(Conflict):
        await agenda.list_(one_more.id, KEEPER, seen=None, meeting_id=meeting.id)


async def test_of_many_that_are_listed_at_the_same_instant_no_more_find_a_place_than_there_are(
    chamber: Chamber,
) -> None:
    agenda, meeting = chamber.council.agenda, await chamber.meeting()
    need = await chamber.needed()
    proposals = [await chamber.submitted(need) for _ in range(PROPOSALS_MAX + 4)]
    for proposal in proposals[: PROPOSALS_MAX - 2]:
        await agenda.list_(proposal.id, KEEPER, seen=None, meeting_id=meeting.id)

    late = proposals[PROPOSALS_MAX - 2 :]
    outcomes = await asyncio.gather(
        *(agenda.list_(each.id, KEEPER, seen=None, meeting_id=meeting.id) for each in late),
        return_exceptions=True,
    )

    refused = [each for each in outcomes if isinstance(each, Conflict)]
    assert [each.code for each in refused] == ["meeting.agenda_full"] * 4
    listed = await chamber.council.meetings.agenda(meeting)
    assert sorted(each.place or 0 for each in listed) == list(range(1, PROPOSALS_MAX + 1))


async def test_nothing_is_deliberated_before_its_meeting_or_at_one_that_is_cancelled(
    chamber: Chamber,
) -> None:
    agenda, meeting = chamber.council.agenda, await chamber.meeting()
    proposal = await chamber.submitted(await chamber.needed())
    await agenda.list_(proposal.id, KEEPER, seen=None, meeting_id=meeting.id)

    with pytest.raises(WrongState) as early:
        await agenda.deliberate(proposal.id, KEEPER, seen=None)
    await chamber.council.meetings.cancel(meeting.id, KEEPER, seen=None)
    chamber.clock.move(timedelta(days=1))
    with pytest.raises(WrongState) as cancelled:
        await agenda.deliberate(proposal.id, KEEPER, seen=None)
    assert (early.value.code, cancelled.value.code) == ("meeting.not_yet", "meeting.not_planned")
    another = await chamber.meeting()
    await agenda.list_(proposal.id, KEEPER, seen=None, meeting_id=another.id)
    chamber.clock.move(timedelta(days=1))
    taken_up = await agenda.deliberate(proposal.id, KEEPER, seen=None)
    assert taken_up.state is ProposalState.DELIBERATING


async def test_a_proposal_that_comes_on_no_agenda_says_why(chamber: Chamber) -> None:
    proposal = await chamber.submitted()
    outside = Declined(DeclineReason.OUTSIDE_REMIT, "请找12345")

    refused = await chamber.council.agenda.decline(proposal.id, KEEPER, seen=None, declined=outside)

    assert (refused.state, refused.declined) == (ProposalState.NOT_LISTED, outside)
    told = (await chamber.proposals.story(proposal.id))[-1]
    assert told.data["reason"] == "outside_remit"
    assert "12345" not in str(told.data)


async def test_seconding_at_the_same_moment_loses_nobody(chamber: Chamber) -> None:
    proposal = await chamber.submitted()
    for name in ("per_a", "per_b", "per_c"):
        await chamber.council.agenda.second(proposal.id, voter(name), seen=None)

    kept = await chamber.proposals.get(proposal.id)
    assert kept.seconders == ("per_a", "per_b", "per_c")


async def test_a_withdrawn_proposal_is_over(chamber: Chamber) -> None:
    proposal = await chamber.submitted()
    agenda = chamber.council.agenda

    with pytest.raises(NotAllowed):
        await agenda.withdraw(proposal.id, KEEPER, seen=None)
    gone = await agenda.withdraw(proposal.id, RESIDENT, seen=None)
    assert gone.state is ProposalState.WITHDRAWN
    with pytest.raises(WrongState):
        await agenda.second(proposal.id, voter("per_a"), seen=None)


async def test_a_meeting_goes_from_its_call_to_its_minutes(chamber: Chamber) -> None:
    gatherings = chamber.council.meetings
    meeting = await chamber.meeting()
    moved = plan(chamber.clock.now() + timedelta(days=2), place="小花园")

    changed = await gatherings.change(meeting.id, KEEPER, seen=meeting.version, plan=moved)
    with pytest.raises(WrongState):
        await gatherings.hold(meeting.id, KEEPER, seen=None, attendance=("per_a",))
    chamber.clock.move(timedelta(days=2))
    await gatherings.hold(meeting.id, KEEPER, seen=changed.version, attendance=("per_a", "per_b"))
    kept = await gatherings.minute(meeting.id, KEEPER, seen=None, text="讨论了路灯。")

    assert (kept.state, kept.plan.place) == (MeetingState.HELD, "小花园")
    assert kept.minutes is not None
    assert kept.minutes.by == KEEPER.id
    told = [envelope.type.split(".")[2] for envelope in await gatherings.story(kept.id, KEEPER)]
    assert told == ["called", "changed", "held", "minuted"]
    with pytest.raises(NotFound):
        await gatherings.one(meeting.id, STRANGER)


async def test_a_year_shows_how_many_meetings_are_still_due(chamber: Chamber) -> None:
    gatherings = chamber.council.meetings
    year = await gatherings.year(HERE[0], None)
    assert (year.year, year.held, year.planned, year.due, year.short) == (2026, 0, 0, 2, 2)

    held, cancelled, _ = [await chamber.meeting() for _ in range(3)]
    await gatherings.cancel(cancelled.id, KEEPER, seen=None)
    chamber.clock.move(timedelta(days=1))
    await gatherings.hold(held.id, KEEPER, seen=None, attendance=("per_a",))

    year = await gatherings.year(HERE[0], 2026)
    assert (year.held, year.planned, year.short) == (1, 1, 0)
    assert (await gatherings.year("elsewhere", 2026)).held == 0


async def test_meetings_are_listed_by_year_and_state(chamber: Chamber) -> None:
    gatherings = chamber.council.meetings
    first, second = await chamber.meeting(1), await chamber.meeting(60)
    await gatherings.cancel(first.id, KEEPER, seen=None)

    async def seen(**wanted: object) -> list[str]:
        found = await gatherings.page(
            NEIGHBOUR,
            MeetingFilter(**wanted),  # type: ignore[arg-type]
            cursor=None,
            limit=50,
        )
        return [meeting.id for meeting in found.items]

    assert await seen() == [second.id, first.id]
    assert await seen(year=2027) == [second.id]
    assert await seen(state=MeetingState.CANCELLED) == [first.id]
