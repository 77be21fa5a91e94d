"""One by one: answers, rests, releases, and who sees what and is kept apart, over both stores."""

import asyncio

import pytest

from services.pairing.domain.conflict import ConflictState
from services.pairing.domain.pairing import EndReason, PairingMode, PairingState, Rest
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.pairing import PairingFilter, PairingSide, Proposal
from services.pairing.service.pairing_people import OneSide
from services.pairing.tests.harness import HERE, THERE, Harness, harness_over, me
from services.pairing.tests.pairs import (
    DAY,
    active,
    now,
    proposed,
    told,
)
from shared.errors import Conflict, Invalid, NotFound, Stale, WrongState


async def test_people_answer_for_themselves_until_all_have(harness: Harness) -> None:
    pairing = await proposed(harness, helpers=2)
    for person in ("per_member1", "per_member1", "per_of_dwl_1"):
        answered = await harness.people.answer(pairing.id, me(person), agreed=True)
        assert answered.state is PairingState.PROPOSED
    done = await harness.people.answer(pairing.id, me("per_member2"), agreed=True)

    assert done.state is PairingState.CONSENTED
    assert [each.by for each in done.helper_answers] == ["per_member1", "per_member2"]
    assert (await told(harness, done))[-2:] == ["helper_agreed", "consented"]


async def test_all_who_answer_at_one_moment_have_answered(harness: Harness) -> None:
    pairing = await proposed(harness, helpers=3)
    people = ["per_member1", "per_member2", "per_member3", "per_of_dwl_1"]

    await asyncio.gather(
        *(harness.people.answer(pairing.id, me(person), agreed=True) for person in people)
    )

    assert (await now(harness, pairing)).state is PairingState.CONSENTED
    assert (await told(harness, pairing)).count("consented") == 1


async def test_who_declines_is_let_go_and_who_is_of_no_part_finds_nothing(
    harness: Harness,
) -> None:
    pairing = await proposed(harness, helpers=2)
    await harness.member(9)
    for stranger in ("per_member9", "per_nobody", ""):
        with pytest.raises(NotFound):
            await harness.people.answer(pairing.id, me(stranger), agreed=True)
    with pytest.raises(NotFound):
        await harness.people.answer(pairing.id, me("per_member1", THERE), agreed=True)

    left = await harness.people.answer(pairing.id, me("per_member1"), agreed=False)
    assert (left.mode, len(left.helper_ids)) == (PairingMode.ONE_ONE, 1)
    with pytest.raises(NotFound):
        await harness.people.answer(pairing.id, me("per_member1"), agreed=True)
    gone = await harness.people.answer(pairing.id, me("per_of_dwl_1"), agreed=False)
    assert gone.state is PairingState.DECLINED


@pytest.mark.parametrize(
    ("agreed", "state"), [(True, PairingState.CONSENTED), (False, PairingState.DECLINED)]
)
async def test_who_lives_in_two_homes_of_a_pairing_answers_for_both(
    harness: Harness, agreed: bool, state: PairingState
) -> None:
    pairing = await proposed(harness, homes=2)
    for home_id in pairing.household_ids:
        people = {"person_ids": (f"per_of_{home_id}", "per_both")}
        await harness.households.change(home_id, people, communities=HERE)
    await harness.people.answer(pairing.id, me("per_member1"), agreed=True)

    answered = await harness.people.answer(pairing.id, me("per_both"), agreed=agreed)

    assert answered.state is state
    given = {each.id for each in answered.household_answers if each.by == "per_both"}
    assert given == (set(pairing.household_ids) if agreed else set())


async def test_an_officer_records_what_one_of_them_said(harness: Harness) -> None:
    pairing = await proposed(harness)
    record = harness.people.record_answer
    facts = {"agreed": True, "by": "per_staff", "communities": HERE}
    for wrong in (OneSide(), OneSide(pairing.helper_ids[0], pairing.household_ids[0])):
        with pytest.raises(Invalid, match=r"pairing\.one_side"):
            await record(pairing.id, wrong, **facts)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match=r"pairing\.other_household"):
        await record(pairing.id, OneSide(None, "hsh_none"), **facts)  # type: ignore[arg-type]
    with pytest.raises(Stale):
        await record(
            pairing.id,
            OneSide(pairing.helper_ids[0]),
            agreed=True,
            by="x",
            communities=HERE,
            seen=9,
        )

    await record(pairing.id, OneSide(pairing.helper_ids[0]), **facts)  # type: ignore[arg-type]
    home = OneSide(None, pairing.household_ids[0])
    done = await record(pairing.id, home, **facts)  # type: ignore[arg-type]
    assert done.state is PairingState.CONSENTED
    assert done.household_answers[0].by == "per_staff"


async def test_whoever_is_released_the_rest_goes_on(harness: Harness) -> None:
    pairing = await active(harness, homes=2)
    first, second = pairing.household_ids
    left = await harness.people.release(
        pairing.id, OneSide(None, first), reason=EndReason.MOVED, communities=HERE
    )
    assert (left.state, left.household_ids) == (PairingState.ACTIVE, (second,))
    gone = await harness.people.release(
        pairing.id,
        OneSide(pairing.helper_ids[0]),
        reason=EndReason.HELPER_LEFT,
        communities=HERE,
    )
    assert (gone.state, gone.end_reason) == (PairingState.ENDED, EndReason.HELPER_LEFT)


async def test_one_of_several_households_rests_and_is_back_by_itself(harness: Harness) -> None:
    pairing = await active(harness, homes=2)
    home = pairing.household_ids[0]
    until = harness.clock.now() + DAY
    rested = await harness.people.rest(pairing.id, home, until=until, communities=HERE)
    assert rested.resting == (Rest(home, until, harness.clock.now()),)
    with pytest.raises(Invalid, match=r"pairing\.pause_until"):
        await harness.people.rest(
            pairing.id, home, until=harness.clock.now() - DAY, communities=HERE
        )

    harness.clock.move(DAY)
    assert await harness.following.go_on_due() == 1
    assert (await now(harness, pairing)).resting == ()
    with pytest.raises(Conflict, match=r"pairing\.not_resting"):
        await harness.people.come_back(pairing.id, home, communities=HERE)
    await harness.people.rest(pairing.id, home, until=None, communities=HERE)
    back = await harness.people.come_back(pairing.id, home, communities=HERE)
    assert (back.resting, back.state) == ((), PairingState.ACTIVE)


async def test_everybody_sees_the_pairings_that_they_have_a_part_in(harness: Harness) -> None:
    own = await active(harness)
    other = await harness.paired([await harness.member(5)], await harness.household("dwl_3"))

    async def seen(onlooker: Onlooker, **wanted: object) -> set[str]:
        page = await harness.pairings.page(
            onlooker,
            PairingFilter(**wanted),  # type: ignore[arg-type]
            cursor=None,
            limit=9,
        )
        return {each.id for each in page.items}

    assert await seen(Onlooker(HERE)) == {own.id, other.id}
    assert await seen(me("per_member1")) == {own.id}
    assert await seen(me("per_of_dwl_3")) == {other.id}
    assert await seen(me("per_nobody")) == set()
    assert await seen(me("per_member1"), side=PairingSide.HOUSEHOLD) == set()
    assert await seen(me("per_member1"), helper_id=other.helper_ids[0]) == set()
    assert await seen(Onlooker(HERE), household_id=other.household_ids[0]) == {other.id}
    assert await seen(me("per_member1"), state=PairingState.ENDED) == set()
    for hidden in (harness.pairings.shown, harness.pairings.story):
        with pytest.raises(NotFound):
            await hidden(other.id, me("per_member1"))
    assert (await harness.pairings.shown(other.id, me("per_of_dwl_3"))).id == other.id


async def test_two_who_must_not_be_paired_are_not(harness: Harness) -> None:
    helper, home = await harness.member(), await harness.household()
    people = ("per_of_dwl_1", "per_member1")
    kept = await harness.conflicts.register(people, community=HERE[0], by="per_staff")
    assert kept.person_ids == ("per_member1", "per_of_dwl_1")
    with pytest.raises(WrongState, match=r"conflict\.wrong_state"):
        await harness.conflicts.register(people[::-1], community=HERE[0], by="per_staff")

    proposal = Proposal(PairingMode.ONE_ONE, (helper.id,), (home.id,))
    with pytest.raises(Conflict, match=r"pairing\.kept_apart"):
        await harness.pairings.propose(proposal, communities=HERE)
    await harness.conflicts.lift(kept.id, communities=HERE, by="per_staff", seen=1)
    assert (await harness.pairings.propose(proposal, communities=HERE)).helper_ids == (helper.id,)
    again = await harness.conflicts.register(people, community=HERE[0], by="per_staff")
    assert (again.id, again.state, again.version) == (kept.id, ConflictState.STANDING, 3)


@pytest.mark.parametrize("wrong", [("per_1", "per_1"), ("per_1",), ("per_1", "per_2", "per_3")])
async def test_a_conflict_is_between_two(wrong: tuple[str, ...]) -> None:
    harness = await harness_over(None)
    with pytest.raises(Invalid, match=r"conflict\.two_people"):
        await harness.conflicts.register(wrong, community=HERE[0], by="per_staff")
