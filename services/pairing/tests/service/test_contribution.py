"""Records of what members did, from the draft or the member's word to the branch's, over both
stores."""

from datetime import date

import pytest

from services.pairing.domain.contribution import Contribution, ContributionState, ReturnReason
from services.pairing.domain.deed import Correction, Deed
from services.pairing.domain.points import ContributionKind
from services.pairing.service.contribution import Target, Wanted
from services.pairing.service.onlooker import Onlooker
from services.pairing.tests.harness import HERE, THERE, Harness, assigned, branch, me
from shared.bulk import Outcome
from shared.days import start_of
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from shared.events.pairing import CareTaskCompleted

MEETING = Deed(ContributionKind.MEETING, start_of(date(2026, 11, 20)), minutes=90)
NOTHING = Correction()


async def _drafted(harness: Harness) -> str:
    """A contribution of the first member, drafted from a care task."""
    home = await harness.household()
    await harness.paired([await harness.member(1)], home)
    await harness.hear(assigned())
    task_id = (await harness.task_of()).id
    await harness.care_tasks.accept(task_id, me("per_member1"), seen=None)
    await harness.care_tasks.complete(task_id, me("per_member1"), note="米", minutes=45, seen=None)
    await harness.hear_told(harness.backing.care_tasks, task_id, CareTaskCompleted)
    (draft,) = await harness.backing.contributions.find({"care_task_id": task_id})
    return draft.id


async def _told(harness: Harness, by: str = "per_member1") -> Contribution:
    """A meeting that the first member, who is registered, went to."""
    return await harness.contributions.report(me(by), MEETING, by=by)


async def test_a_record_is_submitted_by_its_member_and_confirmed_by_its_branch(
    harness: Harness,
) -> None:
    draft_id = await _drafted(harness)
    mine, ours = me("per_member1"), branch()

    await harness.contributions.submit(Target(draft_id, mine, 1), NOTHING)
    returned = await harness.contributions.give_back(
        Target(draft_id, ours, 2), by="per_sec", reason=ReturnReason.WRONG_TIME, note="应为半小时"
    )
    assert returned.state is ContributionState.RETURNED
    await harness.contributions.submit(Target(draft_id, mine, 3), Correction(minutes=30))
    confirmed = await harness.contributions.confirm(Target(draft_id, ours, 4), by="per_sec")

    assert (confirmed.points, confirmed.rule_version) == (5, 1)
    assert confirmed.confirmed_at == harness.clock.now()
    assert await harness.contributions.get(draft_id, ours) == confirmed


async def test_a_branch_confirms_many_at_once_and_again_and_what_is_refused_hinders_no_other(
    harness: Harness,
) -> None:
    await harness.member(1)
    told = [await _told(harness) for _ in range(3)]
    own = await harness.contributions.report(
        branch(), MEETING, by="per_sec", member_id=told[0].member_id
    )
    ids = [told[0].id, "ctr_none", own.id, told[1].id, told[2].id]
    targets = [Target(each, branch(), 9 if each == told[2].id else None) for each in ids]

    first = await harness.contributions.confirm_all(targets, by="per_sec")
    again = await harness.contributions.confirm_all(targets, by="per_sec")

    def said(outcomes: list[Outcome[Contribution]]) -> list[str]:
        return [
            type(each.fault).__name__ if each.fault else "known" if each.known else "confirmed"
            for each in outcomes
        ]

    assert [each.external_ref for each in first] == ids
    assert said(first) == ["confirmed", "NotFound", "NotAllowed", "confirmed", "Stale"]
    assert said(again) == ["known", "NotFound", "NotAllowed", "known", "Stale"]
    with pytest.raises(Invalid) as twice:
        await harness.contributions.confirm_all([targets[0]] * 2, by="per_sec")
    assert twice.value.facts["pointer"] == "/items/1"


async def test_a_member_tells_what_they_did_and_who_is_none_cannot(harness: Harness) -> None:
    member = await harness.member(1)

    told = await _told(harness)

    assert (told.state, told.member_id, told.deed) == (
        ContributionState.SUBMITTED,
        member.id,
        MEETING,
    )
    assert await harness.contributions.get(told.id, me("per_member1")) == told
    with pytest.raises(Conflict, match=r"member\.not_one"):
        await _told(harness, by="per_nobody")


async def test_branch_and_staff_tell_for_their_own_members_alone(harness: Harness) -> None:
    member = await harness.member(1)
    tell = harness.contributions.report

    for onlooker in (branch(), Onlooker(HERE)):
        told = await tell(onlooker, MEETING, by="per_sec", member_id=member.id)
        assert (told.person_id, told.told_by) == ("per_member1", "per_sec")
    for stranger in (branch("brn_2"), Onlooker(THERE), me("per_member2")):
        with pytest.raises(NotFound):
            await tell(stranger, MEETING, by="per_x", member_id=member.id)


async def test_nobody_confirms_what_is_their_own_or_what_they_told(harness: Harness) -> None:
    member = await harness.member(1)
    mine = await _told(harness)
    entered = await harness.contributions.report(
        branch(), MEETING, by="per_sec", member_id=member.id
    )

    with pytest.raises(NotAllowed, match=r"contribution\.own"):
        await harness.contributions.confirm(Target(mine.id, branch()), by="per_member1")
    with pytest.raises(NotAllowed, match=r"contribution\.told_by_oneself"):
        await harness.contributions.confirm(Target(entered.id, branch()), by="per_sec")


async def test_two_people_revoke_and_their_story_is_kept(harness: Harness) -> None:
    await harness.member(1)
    record = await _told(harness)
    ours, service = Target(record.id, branch()), harness.contributions
    await service.confirm(ours, by="per_sec")

    await service.question(ours, by="per_sec", reason=ReturnReason.TWICE, note="重复")
    with pytest.raises(NotAllowed, match=r"contribution\.two_people"):
        await service.revoke(ours, by="per_sec")
    revoked = await service.revoke(Target(record.id, Onlooker(HERE)), by="per_staff")

    assert revoked.state is ContributionState.REVOKED
    story = await service.story(record.id, me("per_member1"))
    assert [each.type.split(".")[2] for each in story] == [
        "submitted",
        "confirmed",
        "questioned",
        "revoked",
    ]
    assert "重复" not in "".join(each.model_dump_json() for each in story)


async def test_an_upheld_record_counts_on(harness: Harness) -> None:
    await harness.member(1)
    record = await _told(harness)
    ours, service = Target(record.id, branch()), harness.contributions
    confirmed = await service.confirm(ours, by="per_sec")

    await service.question(ours, by="per_sec", reason=ReturnReason.NOT_DONE, note=None)
    upheld = await service.uphold(ours, by="per_staff")

    assert (upheld.state, upheld.points, upheld.question) == (
        ContributionState.CONFIRMED,
        confirmed.points,
        None,
    )


async def test_a_judgement_on_a_version_that_moved_on_is_refused(harness: Harness) -> None:
    await harness.member(1)
    record = await _told(harness)

    with pytest.raises(Stale):
        await harness.contributions.confirm(Target(record.id, branch(), 7), by="per_sec")

    assert await harness.contributions.get(record.id, branch()) == record


@pytest.mark.parametrize(
    "onlooker", [me("per_member2"), branch("brn_2"), branch(communities=THERE), Onlooker(())]
)
async def test_a_record_out_of_bounds_is_not_there_whatever_is_tried(
    harness: Harness, onlooker: Onlooker
) -> None:
    await harness.member(1)
    service, other = harness.contributions, ReturnReason.OTHER
    target = Target((await _told(harness)).id, onlooker, 99)

    for attempt in (
        service.get(target.contribution_id, onlooker),
        service.story(target.contribution_id, onlooker),
        service.submit(target, NOTHING),
        service.confirm(target, by="per_x"),
        service.give_back(target, by="per_x", reason=other, note=None),
        service.question(target, by="per_x", reason=other, note=None),
        service.uphold(target, by="per_x"),
        service.revoke(target, by="per_x"),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await service.page(onlooker, Wanted(), cursor=None, limit=9)).items == []


async def test_lists_of_records_show_each_their_own(harness: Harness) -> None:
    draft_id = await _drafted(harness)

    for onlooker in (me("per_member1"), branch(), Onlooker(HERE)):
        page = await harness.contributions.page(
            onlooker, Wanted(ContributionState.DRAFT), cursor=None, limit=9
        )
        assert [each.id for each in page.items] == [draft_id]
        none = await harness.contributions.page(
            onlooker, Wanted(ContributionState.CONFIRMED), cursor=None, limit=9
        )
        assert none.items == []
