"""Pairing members with households, over both stores."""

from dataclasses import replace

import pytest

from services.pairing.domain.member import Profile
from services.pairing.domain.pairing import EndReason, PairingMode, PairingState
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.pairing import PairingFilter, Proposal
from services.pairing.tests.harness import HERE, THERE, Harness
from shared.errors import Conflict, Invalid, NotFound, Stale
from shared.events.pairing import HouseholdConsentWithdrawn
from shared.events.pairing_members import MemberChanged


async def test_a_pairing_goes_from_proposal_to_end(harness: Harness) -> None:
    helper, home = await harness.member(), await harness.household()
    pairing = await harness.paired([helper], home)
    assert (pairing.state, pairing.version) == (PairingState.ACTIVE, 3)

    await harness.pairings.pause(pairing.id, communities=HERE, seen=3)
    await harness.pairings.resume(pairing.id, communities=HERE, seen=4)
    ended = await harness.pairings.end(pairing.id, reason=EndReason.MOVED, communities=HERE, seen=5)

    assert await harness.pairings.get(pairing.id, communities=HERE) == ended
    told = [each.type.split(".")[2] for each in await harness.backing.pairings.story(pairing.id)]
    assert told == ["proposed", "consented", "activated", "paused", "resumed", "ended"]


async def test_no_pairing_is_active_without_consent(harness: Harness) -> None:
    helper, home = await harness.member(), await harness.household(consent=False)
    proposal = Proposal(PairingMode.ONE_ONE, (helper.id,), (home.id,))
    pairing = await harness.pairings.propose(proposal, communities=HERE)
    await harness.pairings.consent(pairing.id, communities=HERE)

    with pytest.raises(Conflict, match=r"pairing\.no_consent"):
        await harness.pairings.activate(pairing.id, communities=HERE)
    await harness.consent(home)
    active = await harness.pairings.activate(pairing.id, communities=HERE)
    assert active.state is PairingState.ACTIVE


async def test_sides_of_another_community_are_unknown(harness: Harness) -> None:
    helper, home = await harness.member(), await harness.household()
    stranger = await harness.member(2, community="elsewhere")
    strange = await harness.household("dwl_9")

    for helper_id, household_id in (
        (stranger.id, home.id),
        (helper.id, strange.id),
        (helper.id, "hsh_none"),
    ):
        proposal = Proposal(PairingMode.ONE_ONE, (helper_id,), (household_id,))
        with pytest.raises(Invalid, match="unknown"):
            await harness.pairings.propose(proposal, communities=HERE)
    both = Proposal(PairingMode.ONE_MANY, (helper.id,), (home.id, strange.id))
    with pytest.raises(Invalid, match=r"household\.unknown"):
        await harness.pairings.propose(both, communities=(*HERE, *THERE))


async def test_what_a_helper_carries_is_counted(harness: Harness) -> None:
    helper = await harness.members.register(
        Onlooker(HERE),
        community=HERE[0],
        person_id="per_1",
        profile=Profile("brn_1", households_max=1),
    )
    first, second = await harness.household("dwl_1"), await harness.household("dwl_2")
    pairing = await harness.paired([helper], first)

    with pytest.raises(Conflict, match=r"member\.full"):
        await harness.paired([helper], second)
    await harness.pairings.end(pairing.id, reason=EndReason.MOVED, communities=HERE)
    assert (await harness.paired([helper], second)).state is PairingState.ACTIVE


async def test_another_communitys_pairing_is_not_there(harness: Harness) -> None:
    pairing = await harness.paired([await harness.member()], await harness.household())

    for attempt in (
        harness.pairings.get(pairing.id, communities=THERE),
        harness.pairings.story(pairing.id, Onlooker(THERE)),
        harness.pairings.consent(pairing.id, communities=THERE),
        harness.pairings.decline(pairing.id, communities=THERE),
        harness.pairings.activate(pairing.id, communities=THERE),
        harness.pairings.pause(pairing.id, communities=THERE),
        harness.pairings.resume(pairing.id, communities=THERE),
        harness.pairings.end(pairing.id, reason=EndReason.MOVED, communities=THERE),
    ):
        with pytest.raises(NotFound):
            await attempt
    page = await harness.pairings.page(Onlooker(THERE), PairingFilter(), cursor=None, limit=9)
    assert page.items == []


async def test_a_withdrawn_consent_releases_the_household_from_all_its_pairings(
    harness: Harness,
) -> None:
    one, two = await harness.member(1), await harness.member(2)
    home, neighbour = await harness.household("dwl_1"), await harness.household("dwl_2")
    alone = await harness.paired([one], home)
    shared = await harness.paired([two], home, neighbour)
    three = await harness.member(3)
    proposal = Proposal(PairingMode.ONE_ONE, (three.id,), (home.id,))
    waiting = await harness.pairings.propose(proposal, communities=HERE)

    await harness.households.withdraw_consent(home.id, communities=HERE)
    for _ in "12":
        await harness.hear_told(harness.backing.households, home.id, HouseholdConsentWithdrawn)

    states = {
        each.id: (await harness.pairings.get(each.id, communities=HERE)).state
        for each in (alone, shared, waiting)
    }
    assert states == {
        alone.id: PairingState.ENDED,
        shared.id: PairingState.ACTIVE,
        waiting.id: PairingState.DECLINED,
    }
    left = await harness.pairings.get(shared.id, communities=HERE)
    assert (left.mode, left.household_ids) == (PairingMode.ONE_ONE, (neighbour.id,))
    assert left.version == shared.version + 1


async def test_a_withdrawal_heard_after_a_new_consent_ends_nothing(harness: Harness) -> None:
    home = await harness.household()
    pairing = await harness.paired([await harness.member()], home)
    await harness.households.withdraw_consent(home.id, communities=HERE)
    await harness.consent(home)

    await harness.hear_told(harness.backing.households, home.id, HouseholdConsentWithdrawn)

    assert await harness.pairings.get(pairing.id, communities=HERE) == pairing


async def test_an_activation_decided_before_the_withdrawal_was_heard_comes_too_late(
    harness: Harness,
) -> None:
    helper, home = await harness.member(), await harness.household()
    proposal = Proposal(PairingMode.ONE_ONE, (helper.id,), (home.id,))
    pairing = await harness.pairings.propose(proposal, communities=HERE)
    seen = (await harness.pairings.consent(pairing.id, communities=HERE)).version

    await harness.households.withdraw_consent(home.id, communities=HERE)
    await harness.hear_told(harness.backing.households, home.id, HouseholdConsentWithdrawn)

    with pytest.raises(Stale):
        await harness.pairings.activate(pairing.id, communities=HERE, seen=seen)


async def test_the_hours_of_a_helper_are_counted(harness: Harness) -> None:
    helper = await harness.member()
    low = replace(await harness.backing.members.get(helper.id), hours_a_month=3)
    event = MemberChanged(member_id=low.id, branch_id=low.branch_id, fields=("hours_a_month",))
    await harness.backing.members.save(low, [event])
    first, second = await harness.household("dwl_1"), await harness.household("dwl_2")
    await harness.paired([helper], first)

    # A visit a week of half an hour is 130 minutes a month.
    with pytest.raises(Conflict, match=r"member\.hours_full") as refused:
        await harness.paired([helper], second)
    assert (refused.value.facts["wanted"], refused.value.facts["most"]) == (5, 3)
