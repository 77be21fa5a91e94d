"""Pledges, exemplars and thanks over confirmed records, over both stores."""

import asyncio
from datetime import date, timedelta

import pytest

from services.pairing.domain.contribution import Contribution, ReturnReason
from services.pairing.domain.deed import Deed
from services.pairing.domain.exemplar import ExemplarState
from services.pairing.domain.pledge import Goal, Measure, Pledge, PledgeState
from services.pairing.domain.points import ContributionKind
from services.pairing.service.contribution import Target
from services.pairing.service.onlooker import Onlooker
from services.pairing.tests.harness import HERE, THERE, Harness, branch, me
from shared.days import start_of
from shared.errors import Conflict, Invalid, NotFound, Stale
from shared.events.pairing import ContributionConfirmed
from shared.events.pairing_contribution import ContributionRevoked

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
GOAL = Goal(Measure.MINUTES, 120, FIRST, LAST)
OCTOBER = date(2026, 10, 1), date(2026, 10, 31)


async def confirmed(
    harness: Harness, number: int = 1, *, day: date = date(2026, 11, 20), minutes: int = 60
) -> Contribution:
    """A member helped on this day, and the branch confirmed it; nobody has heard of it yet."""
    who = f"per_member{number}"
    deed = Deed(ContributionKind.VOLUNTEERING, start_of(day), minutes)
    told = await harness.contributions.report(me(who), deed, by=who)
    return await harness.contributions.confirm(Target(told.id, branch()), by="per_sec")


async def counted(harness: Harness, record: Contribution) -> None:
    """The confirmation is heard of, twice."""
    for _ in "12":
        await harness.hear_told(harness.backing.contributions, record.id, ContributionConfirmed)


async def revoked(harness: Harness, record: Contribution) -> None:
    """Two people revoke it, and it is heard of twice."""
    target = Target(record.id, Onlooker(HERE))
    reason = ReturnReason.NOT_DONE
    await harness.contributions.question(target, by="per_sec", reason=reason, note=None)
    await harness.contributions.revoke(target, by="per_staff")
    for _ in "12":
        await harness.hear_told(harness.backing.contributions, record.id, ContributionRevoked)


async def pledged(harness: Harness, goal: Goal = GOAL) -> Pledge:
    await harness.member(1)
    return await harness.ledger.pledges.make(me("per_member1"), goal)


async def state_of(harness: Harness, pledge: Pledge) -> tuple[PledgeState, int]:
    found = await harness.ledger.pledges.get(pledge.id, branch())
    return found.pledge.state, found.done


async def test_confirmed_records_make_the_progress_and_the_last_one_keeps_it(
    harness: Harness,
) -> None:
    pledge = await pledged(harness)
    await counted(harness, await confirmed(harness))
    assert await state_of(harness, pledge) == (PledgeState.OPEN, 60)

    await counted(harness, await confirmed(harness, day=LAST - timedelta(days=6), minutes=75))

    assert await state_of(harness, pledge) == (PledgeState.KEPT, 135)
    story = await harness.ledger.pledges.story(pledge.id, me("per_member1"))
    assert [each.type.split(".")[2] for each in story] == ["made", "kept"]


async def test_what_is_not_confirmed_or_of_other_days_or_members_counts_for_nothing(
    harness: Harness,
) -> None:
    pledge = await pledged(harness)
    await harness.member(2)
    deed = Deed(ContributionKind.VOLUNTEERING, start_of(FIRST), 200)
    await harness.contributions.report(me("per_member1"), deed, by="per_member1")
    await counted(harness, await confirmed(harness, day=FIRST - timedelta(days=1), minutes=200))
    await counted(harness, await confirmed(harness, 2, minutes=200))

    assert await state_of(harness, pledge) == (PledgeState.OPEN, 0)


async def test_a_revoked_record_opens_what_it_had_kept(harness: Harness) -> None:
    pledge = await pledged(harness)
    record = await confirmed(harness, minutes=120)
    await counted(harness, record)
    assert await state_of(harness, pledge) == (PledgeState.KEPT, 120)

    await revoked(harness, record)

    assert await state_of(harness, pledge) == (PledgeState.OPEN, 0)


async def test_who_looks_for_what_is_due_reminds_once_and_ends_it_once(harness: Harness) -> None:
    pledge = await pledged(harness)
    harness.clock.moment = start_of(date(2026, 11, 29))

    for _ in "12":
        await harness.ledger.pledges.ring()
    harness.clock.move(timedelta(days=30))
    await asyncio.gather(*(harness.ledger.pledges.ring() for _ in "12345"))

    story = await harness.ledger.pledges.story(pledge.id, branch())
    assert [each.type.split(".")[2] for each in story] == ["made", "reminded", "missed"]


async def test_a_service_that_stood_still_ends_what_was_reached_as_kept(harness: Harness) -> None:
    pledge = await pledged(harness)
    await confirmed(harness, minutes=120)
    harness.clock.move(timedelta(days=90))

    await harness.ledger.pledges.ring()

    assert await state_of(harness, pledge) == (PledgeState.KEPT, 120)


async def test_only_its_branch_reminds_and_only_its_member_gives_it_up(harness: Harness) -> None:
    pledge = await pledged(harness)
    service = harness.ledger.pledges

    for stranger in (branch("brn_2"), branch(communities=THERE), me("per_member2")):
        for attempt in (
            service.remind(pledge.id, stranger, seen=None),
            service.withdraw(pledge.id, stranger, seen=None),
            service.get(pledge.id, stranger),
            service.story(pledge.id, stranger),
        ):
            with pytest.raises(NotFound):
                await attempt
        assert (await service.page(stranger, {}, cursor=None, limit=9)).items == []
    reminded = await service.remind(pledge.id, branch(), seen=1)
    assert reminded.reminded_at == harness.clock.now()
    with pytest.raises(Stale):
        await service.withdraw(pledge.id, me("per_member1"), seen=1)
    gone = await service.withdraw(pledge.id, me("per_member1"), seen=2)
    assert gone.state is PledgeState.WITHDRAWN


async def test_who_is_no_member_pledges_nothing(harness: Harness) -> None:
    with pytest.raises(Conflict, match=r"member\.not_one"):
        await harness.ledger.pledges.make(me("per_nobody"), GOAL)


async def test_candidates_are_told_by_what_is_confirmed_of_these_days(harness: Harness) -> None:
    ids = [(await harness.member(number)).id for number in (1, 2, 3)]
    for number, minutes in ((1, 60), (2, 180), (3, 60)):
        await confirmed(harness, number, day=OCTOBER[1], minutes=minutes)
    await confirmed(harness, 1, day=FIRST, minutes=600)

    found = await harness.ledger.exemplars.candidates(HERE, "brn_1", OCTOBER)

    assert [(each.member_id, each.place, each.points) for each in found] == [
        (ids[1], 1, 30),
        (ids[0], 2, 10),
        (ids[2], 2, 10),
    ]
    assert await harness.ledger.exemplars.candidates(HERE, "brn_2", OCTOBER) == []
    assert await harness.ledger.exemplars.candidates(THERE, None, OCTOBER) == []


async def test_a_member_is_named_once_for_some_days_with_the_figures_of_them(
    harness: Harness,
) -> None:
    member = await harness.member(1)
    await confirmed(harness, day=OCTOBER[0])
    name = harness.ledger.exemplars.name

    named = await name(branch(), member.id, OCTOBER, by="per_sec")

    assert (named.merit.points, named.merit.place, named.merit.members) == (10, 1, 1)
    page = await harness.ledger.exemplars.page(HERE, cursor=None, limit=9)
    assert page.items == [named]
    assert (await harness.ledger.exemplars.page(THERE, cursor=None, limit=9)).items == []
    with pytest.raises(Conflict, match=r"exemplar\.exists"):
        await name(branch(), member.id, OCTOBER, by="per_sec")
    with pytest.raises(NotFound):
        await name(branch("brn_2"), member.id, OCTOBER, by="per_x")
    with pytest.raises(Invalid, match=r"period\.ends_first"):
        await name(branch(), member.id, (OCTOBER[1], OCTOBER[0]), by="per_sec")


async def test_a_revoked_record_changes_the_figures_that_are_shown(harness: Harness) -> None:
    first, second = await harness.member(1), await harness.member(2)
    record = await confirmed(harness, 1, day=OCTOBER[0], minutes=120)
    await confirmed(harness, 1, day=OCTOBER[0], minutes=30)
    await confirmed(harness, 2, day=OCTOBER[1], minutes=90)
    service = harness.ledger.exemplars
    one = await service.name(branch(), first.id, OCTOBER, by="per_sec")
    other = await service.name(branch(), second.id, OCTOBER, by="per_sec")
    assert (one.merit.place, other.merit.place) == (1, 2)

    await revoked(harness, record)

    one, other = await service.get(one.id, HERE), await service.get(other.id, HERE)
    assert (one.merit.points, one.merit.place, other.merit.place) == (5, 2, 1)
    assert one.recounted_at == harness.clock.now()
    assert one.version == 2


async def test_whom_a_branch_takes_back_is_shown_no_more(harness: Harness) -> None:
    member = await harness.member(1)
    record = await confirmed(harness, day=OCTOBER[0])
    service = harness.ledger.exemplars
    named = await service.name(branch(), member.id, OCTOBER, by="per_sec")

    with pytest.raises(NotFound):
        await service.withdraw(named.id, branch("brn_2"), seen=None)
    gone = await service.withdraw(named.id, branch(), seen=1)
    await revoked(harness, record)

    assert gone.state is ExemplarState.WITHDRAWN
    assert await service.get(named.id, HERE) == gone
    assert (await service.page(HERE, cursor=None, limit=9)).items == []


async def test_thanks_are_read_by_whom_they_are_for_and_by_the_branch(harness: Harness) -> None:
    member = await harness.member(1)
    record = await confirmed(harness)
    service = harness.ledger.thanks

    given = await service.give(
        branch(), member.id, by="per_sec", words="谢谢您", contribution_id=record.id
    )

    for reader in (me("per_member1"), branch(), Onlooker(HERE)):
        assert (await service.page(reader, cursor=None, limit=9)).items == [given]
    for stranger in (me("per_member2"), branch("brn_2"), Onlooker(THERE)):
        assert (await service.page(stranger, cursor=None, limit=9)).items == []
        with pytest.raises(NotFound):
            await service.give(stranger, member.id, by="per_x", words=None, contribution_id=None)


async def test_thanks_for_anothers_record_are_refused(harness: Harness) -> None:
    await harness.member(1)
    other = await harness.member(2)
    record = await confirmed(harness, 1)

    with pytest.raises(Invalid, match=r"thanks\.anothers_record"):
        await harness.ledger.thanks.give(
            branch(), other.id, by="per_sec", words=None, contribution_id=record.id
        )
