"""Who is asked for help: a household's own, who holds the post, who is best placed; both stores."""

import pytest

from services.pairing.domain import care_task, member
from services.pairing.domain.availability import TimeSlot
from services.pairing.domain.care_asking import UnplacedReason
from services.pairing.domain.care_offer import Rung, still_open
from services.pairing.domain.care_task import CareTask, CareTaskState
from services.pairing.domain.household import Household
from services.pairing.domain.member import Member, Profile
from services.pairing.domain.post import Post, Remit
from services.pairing.domain.standin import StandIn, StandInState, appoint
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.post import Term
from services.pairing.tests.harness import HERE, THERE, Harness, assigned, me
from services.pairing.tests.samples import NOW
from shared.events.pairing import CareTaskUnplaced

WHOLE = Onlooker(HERE)
ALWAYS = tuple(TimeSlot(day, "00:00", "24:00") for day in range(1, 8))


async def helper(
    harness: Harness, name: str, *, branch: str = "brn_1", **profile: object
) -> Member:
    """A registered member of this name."""
    return await harness.members.register(
        WHOLE,
        community=HERE[0],
        person_id=f"per_{name}",
        profile=Profile(branch, **profile),  # type: ignore[arg-type]
    )


async def post(harness: Harness, code: str, *holders: Member, answers_for: str = "care") -> Post:
    """A post that answers for these services, in the hands of these members."""
    made = await harness.fellows.posts.register(
        community=HERE[0], code=code, remit=Remit("示例岗位", "Example", "", "", (answers_for,))
    )
    for each in holders:
        made = await harness.fellows.posts.appoint(made.id, WHOLE, each.id, Term(), seen=None)
    return made


async def asked(harness: Harness, **facts: object) -> tuple[Rung | None, list[str]]:
    """Ask for something; on which rung it is put to whom."""
    task = await _put(harness, **facts)
    offers = still_open(task.offers)
    return (offers[0].rung if offers else None), [each.person_id for each in offers]


async def _put(harness: Harness, **facts: object) -> CareTask:
    await harness.hear(assigned(**facts))  # type: ignore[arg-type]
    return await harness.task_of()


async def declined(harness: Harness, *names: str) -> CareTask:
    """These say no, one after the other."""
    task = await harness.task_of()
    for name in names:
        task = await harness.care_tasks.decline(task.id, me(f"per_{name}"), seen=None)
    return task


async def test_who_stands_in_is_asked_while_a_households_own_helper_is_away(
    harness: Harness,
) -> None:
    home, own = await harness.household(), await helper(harness, "own")
    await harness.paired([own], home)
    other = await helper(harness, "other")
    stand_in = StandIn("sti_1", HERE[0], 0, StandInState.STANDING, home.id, other.id, own.id, NOW)
    await harness.backing.stand_ins.save(*appoint(stand_in))
    gone = await harness.backing.members.get(own.id)
    await harness.backing.members.save(*member.go_away(gone, until=None, at=NOW))

    assert await asked(harness) == (Rung.OWN, ["per_other"])


async def test_the_households_own_come_before_the_post_and_the_post_before_everybody(
    harness: Harness,
) -> None:
    home, own = await harness.household(), await helper(harness, "own")
    await harness.paired([own], home)
    first, second = await helper(harness, "first"), await helper(harness, "second")
    await helper(harness, "anybody")
    await post(harness, "care", first, second)

    assert await asked(harness) == (Rung.OWN, ["per_own"])
    task = await declined(harness, "own")
    assert [(each.rung, each.person_id) for each in still_open(task.offers)] == [
        (Rung.POST, "per_first"),
        (Rung.POST, "per_second"),
    ]
    task = await declined(harness, "first", "second")
    assert [(each.rung, each.person_id) for each in still_open(task.offers)] == [
        (Rung.MATCHED, "per_anybody")
    ]
    task = await declined(harness, "anybody")
    assert task.unplaced_reason is UnplacedReason.DECLINED


async def test_the_post_that_the_category_names_is_asked_before_those_that_say_they_answer(
    harness: Harness,
) -> None:
    await harness.household()
    named, general = await helper(harness, "named"), await helper(harness, "general")
    await post(harness, "shopping", named, answers_for="living.nothing")
    await post(harness, "care", general, answers_for="care.shopping")

    assert await asked(harness, post="shopping") == (Rung.POST, ["per_named"])


async def test_a_named_post_that_nobody_holds_leaves_it_to_those_who_answer_for_the_category(
    harness: Harness,
) -> None:
    await harness.household()
    general = await helper(harness, "general")
    await post(harness, "shopping", answers_for="living.nothing")
    await post(harness, "care", general, answers_for="care")

    assert await asked(harness, post="shopping") == (Rung.POST, ["per_general"])


async def test_a_post_that_is_closed_or_answers_for_something_else_is_not_asked(
    harness: Harness,
) -> None:
    await harness.household()
    one, two = await helper(harness, "one"), await helper(harness, "two")
    closed = await post(harness, "care", one)
    await harness.fellows.posts.close(closed.id, communities=HERE, seen=None)
    await post(harness, "noise", two, answers_for="noise")

    rung, persons = await asked(harness)

    assert (rung, sorted(persons)) == (Rung.MATCHED, ["per_one", "per_two"])


async def test_everybody_else_is_asked_by_what_matching_reckons_they_would_cost(
    harness: Harness,
) -> None:
    await harness.household()
    await helper(harness, "far", availability=(TimeSlot(1, "08:00", "08:10"),))
    await helper(harness, "near", dwelling_id="dwl_2", availability=ALWAYS)
    await helper(harness, "unplaced", availability=ALWAYS)
    await harness.members.register(
        Onlooker(THERE), community=THERE[0], person_id="per_there", profile=Profile("brn_9")
    )

    _, persons = await asked(harness)

    assert persons[0] == "per_near"
    assert sorted(persons) == ["per_far", "per_near", "per_unplaced"]


async def test_nobody_is_asked_for_their_own_household_or_one_that_they_are_kept_apart_from(
    harness: Harness,
) -> None:
    home = await harness.household()
    living_there = await harness.members.register(
        WHOLE, community=HERE[0], person_id=home.person_ids[0], profile=Profile("brn_1")
    )
    apart = await helper(harness, "apart")
    await harness.conflicts.register(
        (apart.person_id, home.person_ids[0]), community=HERE[0], by="per_staff"
    )
    await post(harness, "care", living_there, apart)
    await helper(harness, "stranger")

    assert await asked(harness) == (Rung.MATCHED, ["per_stranger"])


async def test_who_has_left_or_is_away_is_asked_on_no_rung(harness: Harness) -> None:
    home = await harness.household()
    own, holder, other = [await helper(harness, name) for name in ("own", "holder", "other")]
    await harness.paired([own], home)
    await post(harness, "care", holder)
    for each in (own, holder, other):
        now = await harness.backing.members.get(each.id)
        await harness.backing.members.save(*member.go_away(now, until=None, at=NOW))

    task = await _put(harness)

    assert (task.state, task.unplaced_reason) == (
        CareTaskState.UNPLACED,
        UnplacedReason.NO_HELPER,
    )


async def told(harness: Harness, task: CareTask) -> CareTaskUnplaced:
    story = await harness.backing.care_tasks.story(task.id)
    return CareTaskUnplaced.model_validate(story[-1].data)


async def test_that_nobody_does_it_is_told_to_the_post_and_the_branches_of_who_was_asked(
    harness: Harness,
) -> None:
    home, own = await harness.household(), await helper(harness, "own", branch="brn_2")
    await harness.paired([own], home)
    holder = await helper(harness, "holder")
    await post(harness, "care", holder)
    await asked(harness)

    unplaced = await told(harness, await declined(harness, "own", "holder"))

    assert unplaced.holder_ids == (holder.id,)
    assert unplaced.branch_ids == ("brn_1", "brn_2")


async def test_where_nobody_holds_a_post_and_nobody_was_asked_all_branches_are_told(
    harness: Harness,
) -> None:
    await harness.household(consent=False)

    unplaced = await told(harness, await _put(harness))

    assert (unplaced.reason, unplaced.holder_ids) == ("no_consent", ())
    assert unplaced.branch_ids == ("brn_1", "brn_2")


@pytest.mark.parametrize("dwelling_id", [None, "dwl_3"])
async def test_a_home_that_is_not_on_the_register_is_told_to_the_branches_too(
    harness: Harness, dwelling_id: str | None
) -> None:
    unplaced = await told(harness, await _put(harness, dwelling_id=dwelling_id))

    assert (unplaced.reason, unplaced.branch_ids) == ("no_household", ("brn_1", "brn_2"))


async def test_a_task_that_was_accepted_stays_with_who_accepted_it_though_the_pairing_ends(
    harness: Harness,
) -> None:
    home: Household = await harness.household()
    await harness.paired([await helper(harness, "own")], home)
    task = await _put(harness)

    await harness.care_tasks.accept(task.id, me("per_own"), seen=None)
    assert care_task.ONGOING
    assert await harness.placing.ring() == 0
    assert (await harness.task_of()).state is CareTaskState.ACCEPTED
