"""Matchings from the wish for one to pairings, over both kinds of store."""

from datetime import timedelta

import pytest

from services.pairing.domain.matching import MatchingCause, MatchingState
from services.pairing.domain.matching_cost import Reason
from services.pairing.domain.matching_item import ItemKind, ItemState
from services.pairing.domain.matching_plan import UnmatchedReason
from services.pairing.domain.pairing import PairingMode, PairingState
from services.pairing.domain.standin import StandIn, StandInEnd, StandInState
from services.pairing.service.matching import Wish
from services.pairing.service.matching_parts import Bounds
from services.pairing.service.onlooker import Onlooker
from services.pairing.tests.harness import HERE, THERE, me
from services.pairing.tests.matching_harness import (
    OF_BRANCH,
    STAFF,
    MatchingHarness,
    matching_harness,
)
from shared.errors import Conflict, Invalid, NotFound, Stale, TooMany, WrongState
from shared.events.pairing import PairingDeclined, PairingEnded
from shared.events.pairing_matching import MatchingDecided
from shared.mongo import Database
from shared.testing_service import deliver


@pytest.fixture
async def world(either: Database | None) -> MatchingHarness:
    """Everything and matching."""
    return await matching_harness(either)


async def test_accepting_all_proposes_a_pairing_for_every_household(world: MatchingHarness) -> None:
    helper, other = await world.helper(1, dwelling_id="dwl_3"), await world.helper(2)
    homes = [await world.household(f"dwl_{n}") for n in (1, 2)]

    matching = await world.matched()
    items = await world.items(matching)
    settled = await world.decided(matching)

    assert matching.state is MatchingState.PROPOSED
    assert matching.figures is not None
    assert matching.figures.proven
    # High risk: two helpers each, as there is room.
    assert [(item.kind, item.state) for item in items] == [(ItemKind.PAIR, ItemState.OPEN)] * 4
    assert {item.helper_id for item in items} == {helper.id, other.id}
    assert Reason.SAME_ENTRANCE in items[0].reasons or Reason.PLACE_UNKNOWN in items[0].reasons
    assert settled.state is MatchingState.SETTLED
    assert settled.tally.accepted == 4
    for home in homes:
        (pairing,) = await world.live(home.id)
        assert (pairing.state, pairing.mode) == (PairingState.PROPOSED, PairingMode.MANY_ONE)
    assert {item.state for item in await world.items(matching)} == {ItemState.DONE}


async def test_some_are_accepted_some_declined_and_who_was_declined_is_not_proposed_again(
    world: MatchingHarness,
) -> None:
    await world.helper(1, households_max=2)
    homes = [await world.household(f"dwl_{n}") for n in (1, 2)]
    matching = await world.matched()
    one, other = await world.items(matching, ItemKind.PAIR)

    await world.decided(matching, items=(one.number,))
    decided = await world.decided(matching, accepted=False, items=(other.number,))
    spare = await world.helper(2)
    await world.hear_told(world.stores.matchings, matching.id, MatchingDecided)
    again = await world.rerun()

    assert decided.state is MatchingState.SETTLED
    assert (decided.tally.accepted, decided.tally.declined) == (1, 1)
    assert again is not None
    assert again.cause is MatchingCause.DECLINED
    proposed = {(e.helper_id, e.household_id) for e in await world.items(again, ItemKind.PAIR)}
    assert (one.helper_id, other.household_id) not in proposed
    assert (spare.id, other.household_id) in proposed
    assert len(homes) == 2


async def test_a_household_without_consent_is_told_as_such_and_to_no_helper(
    world: MatchingHarness,
) -> None:
    await world.helper(1)
    home = await world.household("dwl_1", consent=False)

    matching = await world.matched()

    (item,) = await world.items(matching)
    assert (item.household_id, item.unmatched_reason) == (home.id, UnmatchedReason.NO_CONSENT)
    assert item.state is ItemState.TOLD
    assert matching.state is MatchingState.SETTLED


async def test_nobody_is_matched_with_their_own_household_or_with_whom_they_are_kept_apart_from(
    world: MatchingHarness,
) -> None:
    await world.helper(1)
    home = await world.household("dwl_1")
    await world.conflicts.register(
        ("per_member1", home.person_ids[0]), community=HERE[0], by="per_staff"
    )

    matching = await world.matched()

    (item,) = await world.items(matching)
    assert item.unmatched_reason is UnmatchedReason.BARRED


async def test_who_leaves_has_their_load_proposed_anew_and_nothing_else_changes(
    world: MatchingHarness,
) -> None:
    leaver = await world.helper(1, households_max=1)
    await world.helper(2, households_max=1)
    homes = [await world.household(f"dwl_{n}") for n in (1, 2)]
    matching = await world.matched()
    await world.decided(matching)
    await world.begin([(await world.live(home.id))[0] for home in homes])
    pairings = await world.backing.pairings.find({"helper_ids": leaver.id})
    heir = await world.helper(3, households_max=1)

    await world.left(leaver)
    await world.hear_told(world.backing.pairings, pairings[0].id, PairingEnded)
    again = await world.rerun()

    assert again is not None
    assert again.cause is MatchingCause.HELPERS_CHANGED
    (item,) = await world.items(again, ItemKind.PAIR)
    assert (item.household_id, item.helper_id) == (pairings[0].household_ids[0], heir.id)
    assert again.figures is not None
    assert (again.figures.kept, again.figures.releases) == (1, 0)
    kept = await world.backing.pairings.get(pairings[0].id)
    assert kept.helper_ids == (leaver.id,)  # the history stays theirs


async def test_a_declined_pairing_is_matched_anew_without_the_one_who_declined(
    world: MatchingHarness,
) -> None:
    await world.helper(1, households_max=1)
    home = await world.household("dwl_1")
    await world.decided(await world.matched())
    (pairing,) = await world.live(home.id)
    other = await world.helper(2, households_max=1)

    await world.pairings.decline(pairing.id, communities=HERE)
    await world.hear_told(world.backing.pairings, pairing.id, PairingDeclined)
    again = await world.rerun()

    assert again is not None
    (item,) = await world.items(again, ItemKind.PAIR)
    assert (item.helper_id, item.household_id) == (other.id, home.id)


async def test_after_half_a_year_who_was_refused_may_be_proposed_again_and_it_is_said(
    world: MatchingHarness,
) -> None:
    await world.helper(1)
    await world.household("dwl_1")
    matching = await world.matched()
    await world.decided(matching, accepted=False)
    (lacking,) = [
        each for each in await world.items(await world.matched()) if each.missing is not None
    ]

    world.clock.move(timedelta(days=181))
    later = await world.matched()

    assert lacking.unmatched_reason is UnmatchedReason.BARRED
    (item,) = await world.items(later, ItemKind.PAIR)
    assert Reason.REFUSED_BEFORE in item.reasons


async def test_while_all_helpers_are_away_somebody_stands_in_until_they_are_back(
    world: MatchingHarness,
) -> None:
    helper, other = await world.helper(1), await world.helper(2)
    home = await world.household("dwl_1")
    await world.begin([await world.paired_up(helper, home)])
    back = world.clock.now() + timedelta(days=14)
    await world.away(helper, until=back)

    matching = await world.matched()
    items = await world.items(matching, ItemKind.STAND_IN)
    await world.decided(matching, items=tuple(item.number for item in items))

    (item,) = items
    assert (item.helper_id, item.for_member_id, item.until) == (other.id, helper.id, back)
    (stand_in,) = await world.stores.stand_ins.find({"household_id": home.id})
    assert (stand_in.member_id, stand_in.for_member_id) == (other.id, helper.id)
    assert stand_in.state is StandInState.STANDING

    await world.back(helper)
    ended = await world.stores.stand_ins.get(stand_in.id)
    assert (ended.state, ended.end_reason) == (StandInState.ENDED, StandInEnd.RETURNED)


async def stood_in_for(world: MatchingHarness) -> StandIn:
    """The second member stands in at a household while its helper is away."""
    helper, _ = await world.helper(1), await world.helper(2)
    home = await world.household("dwl_1")
    await world.begin([await world.paired_up(helper, home)])
    await world.away(helper, until=None)
    await world.decided(await world.matched())
    (stand_in,) = await world.stores.stand_ins.find({"household_id": home.id})
    return stand_in


async def test_nobody_stands_in_with_somebody_from_whom_they_are_to_be_kept_apart_since(
    world: MatchingHarness,
) -> None:
    stand_in = await stood_in_for(world)
    conflict = await world.conflicts.register(
        ("per_member2", "per_of_dwl_1"), community=HERE[0], by="per_staff"
    )
    for _ in "12":
        await world.tell(world.backing.conflicts, conflict.id)

    ended = await world.stores.stand_ins.get(stand_in.id)
    assert (ended.state, ended.end_reason) == (StandInState.ENDED, StandInEnd.RELEASED)


async def test_nobody_stands_in_where_somebody_has_moved_in_from_whom_they_are_kept_apart(
    world: MatchingHarness,
) -> None:
    stand_in = await stood_in_for(world)
    await world.conflicts.register(("per_member2", "per_new"), community=HERE[0], by="per_staff")
    for people in (("per_of_dwl_1", "per_other"), ("per_of_dwl_1", "per_new")):
        still = await world.stores.stand_ins.get(stand_in.id)
        assert still.state is StandInState.STANDING
        await world.households.change(
            stand_in.household_id, {"person_ids": people}, communities=HERE
        )
        await world.tell(world.backing.households, stand_in.household_id)

    ended = await world.stores.stand_ins.get(stand_in.id)
    assert (ended.state, ended.end_reason) == (StandInState.ENDED, StandInEnd.RELEASED)


async def test_who_stands_in_may_say_no_and_somebody_else_is_looked_for(
    world: MatchingHarness,
) -> None:
    helper, _ = await world.helper(1), await world.helper(2)
    home = await world.household("dwl_1")
    await world.begin([await world.paired_up(helper, home)])
    await world.away(helper, until=None)
    matching = await world.matched()
    await world.decided(matching)
    (stand_in,) = await world.stores.stand_ins.find({"household_id": home.id})

    stranger, own = me("per_member3"), me("per_member2")
    with pytest.raises(NotFound):
        await world.matching.stand_ins.end(stand_in.id, stranger, seen=None)
    ended = await world.matching.stand_ins.end(stand_in.id, own, seen=stand_in.version)
    await world.tell(world.stores.stand_ins, stand_in.id)

    again = await world.rerun()
    assert again is None or not await world.items(again, ItemKind.STAND_IN)
    third = await world.helper(3)
    (item,) = await world.items(await world.matched(), ItemKind.STAND_IN)
    assert item.helper_id == third.id
    assert ended.end_reason is StandInEnd.DECLINED
    page = await world.matching.stand_ins.page(own, state=None, cursor=None, limit=9)
    assert [each.id for each in page.items] == [stand_in.id]


async def test_a_newer_matching_takes_the_place_of_the_one_before_unless_it_says_the_same(
    world: MatchingHarness,
) -> None:
    await world.helper(1)
    await world.household("dwl_1")
    first = await world.matched()
    same = await world.matched()
    await world.household("dwl_2")
    other = await world.matched()

    first = await world.stores.matchings.get(first.id)
    assert (same.state, same.superseded_by) == (MatchingState.SUPERSEDED, first.id)
    assert (first.state, first.superseded_by) == (MatchingState.SUPERSEDED, other.id)
    states = {item.state for item in await world.items(first, ItemKind.PAIR)}
    assert states == {ItemState.OVERTAKEN}
    with pytest.raises(WrongState):
        await world.decided(first)


async def test_many_changes_are_one_matching_and_a_repeat_makes_no_other(
    world: MatchingHarness,
) -> None:
    helpers = [await world.helper(n) for n in (1, 2, 3)]
    envelopes = [await world.tell(world.backing.members, each.id) for each in helpers]
    await world.rerun()
    await deliver(world.hearings, envelopes[0])

    page = await world.matching.service.page(STAFF, state=None, cursor=None, limit=9)
    assert [each.state for each in page.items] == [MatchingState.SETTLED]


async def test_a_run_that_fails_is_tried_again_and_after_five_times_no_more(
    world: MatchingHarness,
) -> None:
    await world.helper(1)
    await world.household("dwl_1")
    world.solver.failures = 1
    matching = await world.matched()
    put_off = matching.state
    assert await world.rerun() is not None

    world.solver.failures = 99
    failing = await world.matched()
    for _ in range(6):
        await world.rerun()

    assert put_off is MatchingState.REQUESTED
    assert (await world.stores.matchings.get(failing.id)).state is MatchingState.FAILED


async def test_what_a_lost_replica_began_is_worked_out_by_another(world: MatchingHarness) -> None:
    await world.helper(1)
    await world.household("dwl_1")

    class Lost(Exception):
        pass

    async def dies(problem: object) -> None:
        raise Lost

    solve = world.solver.plan
    world.solver.plan = dies  # type: ignore[method-assign,assignment]
    matching = await world.matched()
    world.solver.plan = solve  # type: ignore[method-assign]
    assert matching.state is MatchingState.COMPUTING
    assert await world.rerun() is None  # it may be at work still

    world.clock.move(timedelta(minutes=20))
    assert await world.rerun() is not None
    assert len(await world.items(matching, ItemKind.PAIR)) == 1


async def test_a_replica_lost_while_pairings_are_proposed_is_followed_by_one_that_makes_none_twice(
    world: MatchingHarness,
) -> None:
    await world.helper(1)
    homes = [await world.household(f"dwl_{n}") for n in (1, 2)]
    matching = await world.matched()
    await world.matching.service.decide(matching.id, STAFF, Wish(True), by="s", seen=None)
    mark, lost = world.stores.items.mark, []

    async def dies(*args: object, **facts: object) -> None:
        lost.append(args)
        raise Stale("store.stale")

    world.stores.items.mark = dies  # type: ignore[method-assign]
    await world.matching.carrying.ring()
    world.stores.items.mark = mark  # type: ignore[method-assign]
    await world.matching.carrying.ring()
    await world.matching.carrying.ring()

    assert lost
    settled = await world.stores.matchings.get(matching.id)
    assert (settled.state, settled.tally.accepted) == (MatchingState.SETTLED, 2)
    for home in homes:
        assert len(await world.live(home.id)) == 1


async def test_what_cannot_be_done_any_more_says_why_and_is_matched_anew(
    world: MatchingHarness,
) -> None:
    helper = await world.helper(1, households_max=1)
    home, other = await world.household("dwl_1"), await world.household("dwl_2")
    matching = await world.matched()
    (item,) = await world.items(matching, ItemKind.PAIR)
    taken = other if item.household_id == home.id else home
    await world.paired_up(helper, taken)

    decided = await world.decided(matching)
    await world.hear_told(world.stores.matchings, matching.id, MatchingDecided)

    (failed,) = await world.items(matching, ItemKind.PAIR)
    assert (failed.state, failed.fault) == (ItemState.FAILED, "member.full")
    assert decided.tally.failed == 1
    assert await world.newest(MatchingState.REQUESTED) is not None


async def test_what_hangs_together_is_accepted_together(world: MatchingHarness) -> None:
    one = await world.helper(1, households_max=1)
    two = await world.helper(2, households_max=1)
    old, new = await world.household("dwl_1"), await world.household("dwl_2")
    await world.begin([await world.paired_up(one, old)])
    await world.conflicts.register(
        ("per_member2", new.person_ids[0]), community=HERE[0], by="per_staff"
    )

    matching = await world.matched()
    items = await world.items(matching)
    with pytest.raises(Conflict, match="belongs_together"):
        await world.decided(matching, items=(items[0].number,))
    await world.decided(matching)

    assert [item.kind for item in items].count(ItemKind.RELEASE) == 1
    assert {item.bundle for item in items if item.kind is not ItemKind.UNMATCHED} == {1}
    assert [p.helper_ids for p in await world.live(new.id)] == [(one.id,)]
    assert [p.helper_ids for p in await world.live(old.id)] == [(two.id,)]


async def test_a_branch_decides_for_its_members_alone(world: MatchingHarness) -> None:
    await world.helper(1, households_max=1)
    await world.helper(2, households_max=1, branch_id="brn_2")
    for n in (1, 2):
        await world.household(f"dwl_{n}")
    matching = await world.matched()
    bounds = Bounds(branch_id="brn_1", kind=ItemKind.PAIR)
    page = await world.matching.service.items(matching.id, OF_BRANCH, bounds, cursor=None, limit=9)
    (own,) = page.items
    (foreign,) = [e for e in await world.items(matching, ItemKind.PAIR) if e.number != own.number]

    with pytest.raises(Invalid, match="no_such_item"):
        await world.matching.service.decide(
            matching.id, OF_BRANCH, Wish(True, (foreign.number,)), by="per_sec", seen=None
        )
    await world.matching.service.decide(matching.id, OF_BRANCH, Wish(True), by="b", seen=None)
    await world.matching.carrying.ring()

    states = {e.number: e.state for e in await world.items(matching, ItemKind.PAIR)}
    assert states == {own.number: ItemState.DONE, foreign.number: ItemState.OPEN}
    assert (await world.stores.matchings.get(matching.id)).state is MatchingState.PROPOSED


async def test_a_matching_withdrawn_can_be_decided_no_more(world: MatchingHarness) -> None:
    await world.helper(1)
    await world.household("dwl_1")
    matching = await world.matched()

    with pytest.raises(Stale):
        await world.matching.service.withdraw(matching.id, STAFF, seen=99)
    with pytest.raises(NotFound):
        await world.matching.service.withdraw(matching.id, Onlooker(THERE), seen=None)
    await world.matching.service.withdraw(matching.id, STAFF, seen=matching.version)

    states = {item.state for item in await world.items(matching, ItemKind.PAIR)}
    assert states == {ItemState.OVERTAKEN}
    with pytest.raises(WrongState):
        await world.decided(matching)


@pytest.mark.parametrize(("items", "code"), [((), "items"), ((1, 1), "items"), ((77,), "no_such")])
async def test_items_that_cannot_be_meant_are_refused(
    world: MatchingHarness, items: tuple[int, ...], code: str
) -> None:
    await world.helper(1)
    await world.household("dwl_1")

    with pytest.raises(Invalid, match=code):
        await world.decided(await world.matched(), items=items)


async def test_many_decisions_that_wait_are_too_many(world: MatchingHarness) -> None:
    await world.helper(1)
    await world.household("dwl_1")
    matching = await world.matched()
    decide = world.matching.service.decide

    for _ in range(20):
        await decide(matching.id, STAFF, Wish(accepted=False), by="per_staff", seen=None)
    with pytest.raises(TooMany):
        await decide(matching.id, STAFF, Wish(accepted=False), by="per_staff", seen=None)


async def test_a_helper_sees_what_was_accepted_for_them_and_nothing_before(
    world: MatchingHarness,
) -> None:
    await world.helper(1)
    home = await world.household("dwl_1")
    matching = await world.matched()
    own, stranger = me("per_member1"), me("per_member2")

    async def seen_by(onlooker: Onlooker) -> list[str]:
        page = await world.matching.service.of_helper(onlooker, cursor=None, limit=9)
        return [item.household_id for item in page.items]

    assert await seen_by(own) == []
    await world.decided(matching)
    assert (await seen_by(own), await seen_by(stranger)) == ([home.id], [])
