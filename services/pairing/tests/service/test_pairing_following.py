"""What follows from what is heard and from time, over both stores: twice, late, by replicas."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.pairing.domain import member as members
from services.pairing.domain.household import RiskLevel
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import EndReason, Pairing, PairingMode, PairingState
from services.pairing.service.pairing import Proposal
from services.pairing.service.pairing_following import PairingFollowingService
from services.pairing.tests.harness import HERE, THERE, Harness
from services.pairing.tests.pairs import (
    DAY,
    MONTHLY,
    active,
    change_risk,
    now,
    proposed,
    told,
)
from shared.errors import Conflict, NotFound, Unavailable
from shared.events.pairing import (
    HouseholdConsented,
    HouseholdConsentWithdrawn,
    PairingHouseholdReleased,
)
from shared.events.pairing_conflict import ConflictRegistered
from shared.events.pairing_members import MemberLeft
from shared.events.pairing_register import HouseholdChanged


async def test_a_pause_ends_by_itself_once_however_many_look(harness: Harness) -> None:
    pairing = await active(harness)
    until = harness.clock.now() + 3 * DAY
    paused = await harness.pairings.pause(pairing.id, until=until, communities=HERE)
    assert (paused.state, paused.paused_until) == (PairingState.PAUSED, until)
    replica = PairingFollowingService(harness.following._parts)

    harness.clock.move(3 * DAY - timedelta(seconds=1))
    assert await harness.following.go_on_due() == 0
    # Nobody looked for two days.
    harness.clock.move(2 * DAY)
    await asyncio.gather(harness.following.go_on_due(), replica.go_on_due())
    assert await harness.following.go_on_due() == 0

    assert (await now(harness, pairing)).state is PairingState.ACTIVE
    assert (await told(harness, pairing)).count("resumed") == 1


async def test_a_pause_that_is_over_without_consent_waits_and_stops_nobody_elses(
    harness: Harness,
) -> None:
    pairing = await active(harness, homes=2)
    other = await harness.paired([await harness.member(5)], await harness.household("dwl_3"))
    until = harness.clock.now() + DAY
    await harness.pairings.pause(pairing.id, until=until, communities=HERE)
    await harness.pairings.pause(other.id, until=until, communities=HERE)
    await harness.households.withdraw_consent(pairing.household_ids[0], communities=HERE)

    harness.clock.move(DAY)
    for _ in "12":
        await harness.following.go_on_due()

    waiting = await now(harness, pairing)
    assert (waiting.state, waiting.paused_until) == (PairingState.PAUSED, None)
    assert (await told(harness, pairing)).count("resumption_withheld") == 1
    assert (await now(harness, other)).state is PairingState.ACTIVE


@pytest.mark.parametrize("renewed", [True, False])
async def test_what_waited_for_a_consent_goes_on_with_it_or_without_who_lacks_it(
    harness: Harness, renewed: bool
) -> None:
    pairing = await active(harness, homes=2)
    lacking = await harness.backing.households.get(pairing.household_ids[0])
    await harness.pairings.pause(pairing.id, until=harness.clock.now() + DAY, communities=HERE)
    await harness.households.withdraw_consent(lacking.id, communities=HERE)
    harness.clock.move(DAY)
    await harness.following.go_on_due()
    assert (await now(harness, pairing)).withheld

    if renewed:
        await harness.consent(lacking)
        for _ in "12":
            await harness.hear_told(harness.backing.households, lacking.id, HouseholdConsented)
    else:
        stopped = HouseholdConsentWithdrawn
        await harness.hear_told(harness.backing.households, lacking.id, stopped)
        await harness.hear_told(harness.backing.pairings, pairing.id, PairingHouseholdReleased)

    after = await now(harness, pairing)
    assert (after.state, after.withheld) == (PairingState.ACTIVE, False)
    assert (lacking.id in after.household_ids) is renewed
    assert (await told(harness, pairing)).count("resumed") == 1


async def test_a_pairing_that_somebody_paused_openly_does_not_go_on_by_a_consent(
    harness: Harness,
) -> None:
    pairing = await active(harness)
    await harness.pairings.pause(pairing.id, communities=HERE)
    home = await harness.backing.households.get(pairing.household_ids[0])
    await harness.consent(home)
    await harness.hear_told(harness.backing.households, home.id, HouseholdConsented)
    assert (await now(harness, pairing)).state is PairingState.PAUSED


async def _leaves(harness: Harness, helper_id: str) -> Member:
    member = await harness.backing.members.get(helper_id)
    return await harness.backing.members.save(*members.leave(member))


async def test_who_leaves_is_let_go_from_all_their_pairings(harness: Harness) -> None:
    many = await active(harness, helpers=2)
    leaving, staying = many.helper_ids
    helper = await harness.backing.members.get(leaving)
    alone = await harness.paired([helper], await harness.household("dwl_3"))
    await _leaves(harness, leaving)

    for _ in "12":
        await harness.hear_told(harness.backing.members, leaving, MemberLeft)

    left, ended = await now(harness, many), await now(harness, alone)
    assert (left.state, left.helper_ids) == (PairingState.ACTIVE, (staying,))
    assert (ended.state, ended.end_reason) == (PairingState.ENDED, EndReason.HELPER_LEFT)
    assert (await told(harness, many)).count("helper_released") == 1


async def test_a_crash_between_two_pairings_is_made_good_by_the_repeat(harness: Harness) -> None:
    first = await active(harness)
    helper = await harness.backing.members.get(first.helper_ids[0])
    second = await harness.paired([helper], await harness.household("dwl_3"))
    await _leaves(harness, helper.id)
    store = harness.backing.pairings
    saving, saved = store.save, 0

    async def crash(*given: Any, **named: Any) -> Pairing:
        nonlocal saved
        saved += 1
        if saved == 2:
            raise Unavailable("store.unavailable")
        return await saving(*given, **named)

    store.save = crash  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        await harness.hear_told(harness.backing.members, helper.id, MemberLeft)
    store.save = saving  # type: ignore[method-assign]
    states = {(await now(harness, each)).state for each in (first, second)}
    assert states == {PairingState.ACTIVE, PairingState.ENDED}

    await harness.hear_told(harness.backing.members, helper.id, MemberLeft)

    for pairing in (first, second):
        assert (await now(harness, pairing)).state is PairingState.ENDED
        assert (await told(harness, pairing)).count("ended") == 1


async def test_a_leaving_heard_after_the_return_lets_nobody_go(harness: Harness) -> None:
    pairing = await active(harness)
    left = await _leaves(harness, pairing.helper_ids[0])
    await harness.backing.members.save(*members.rejoin(left))

    await harness.hear_told(harness.backing.members, left.id, MemberLeft)

    assert await now(harness, pairing) == pairing


async def test_who_has_left_is_neither_proposed_nor_begun_with(harness: Harness) -> None:
    pairing = await proposed(harness)
    await harness.pairings.consent(pairing.id, communities=HERE)
    await _leaves(harness, pairing.helper_ids[0])

    with pytest.raises(Conflict, match=r"member\.has_left"):
        await harness.pairings.activate(pairing.id, communities=HERE)
    home = await harness.household("dwl_2")
    proposal = Proposal(PairingMode.ONE_ONE, pairing.helper_ids, (home.id,))
    with pytest.raises(Conflict, match=r"member\.has_left"):
        await harness.pairings.propose(proposal, communities=HERE)


async def test_a_risk_that_rises_brings_the_floor_into_the_plan_and_tells_it(
    harness: Harness,
) -> None:
    pairing = await active(harness)
    home_id = pairing.household_ids[0]
    await change_risk(harness, home_id, RiskLevel.KEY)
    await harness.plans.change(pairing.id, (MONTHLY,), communities=HERE)
    await harness.hear_told(harness.backing.households, home_id, HouseholdChanged)
    assert (await now(harness, pairing)).plan == (MONTHLY,)

    await change_risk(harness, home_id, RiskLevel.HIGH)
    for _ in "12":
        await harness.hear_told(harness.backing.households, home_id, HouseholdChanged)

    kept = await now(harness, pairing)
    assert [each.rhythm for each in kept.plan] == ["FREQ=WEEKLY"]
    assert (await told(harness, pairing))[-2:] == ["planned", "planned"]
    # The story never says why.
    story = await harness.backing.pairings.story(pairing.id)
    assert story[-1].data == {"pairing_id": pairing.id}


async def test_two_who_are_paired_are_parted_when_they_must_not_be(harness: Harness) -> None:
    many = await active(harness, helpers=2)
    first = await harness.backing.members.get(many.helper_ids[0])
    neighbour = await harness.household("dwl_2")
    alone = await harness.paired([first], neighbour)
    people = ("per_member1", "per_of_dwl_1")
    kept = await harness.conflicts.register(people, community=HERE[0], by="per_staff")

    for _ in "12":
        await harness.hear_told(harness.backing.conflicts, kept.id, ConflictRegistered)

    assert (await now(harness, many)).helper_ids == (many.helper_ids[1],)
    assert await now(harness, alone) == alone


async def test_a_conflict_heard_after_it_was_lifted_parts_nobody(harness: Harness) -> None:
    pairing = await active(harness)
    people = ("per_member1", "per_of_dwl_1")
    kept = await harness.conflicts.register(people, community=HERE[0], by="per_staff")
    await harness.conflicts.lift(kept.id, communities=HERE, by="per_staff", seen=None)

    await harness.hear_told(harness.backing.conflicts, kept.id, ConflictRegistered)

    assert await now(harness, pairing) == pairing


async def test_a_conflict_elsewhere_is_none_here(harness: Harness) -> None:
    pairing = await active(harness)
    people = ("per_member1", "per_of_dwl_1")
    kept = await harness.conflicts.register(people, community=THERE[0], by="per_staff")
    await harness.hear_told(harness.backing.conflicts, kept.id, ConflictRegistered)
    assert await now(harness, pairing) == pairing
    with pytest.raises(NotFound):
        await harness.conflicts.get(kept.id, communities=HERE)


async def test_who_moves_in_with_the_household_they_help_is_parted_from_it(
    harness: Harness,
) -> None:
    pairing = await active(harness)
    home = await harness.backing.households.get(pairing.household_ids[0])
    people = (*home.person_ids, "per_member1")
    await harness.households.change(home.id, {"person_ids": people}, communities=HERE)

    await harness.hear_told(harness.backing.households, home.id, HouseholdChanged)

    ended = await now(harness, pairing)
    assert (ended.state, ended.end_reason) == (PairingState.ENDED, EndReason.CONFLICT)
