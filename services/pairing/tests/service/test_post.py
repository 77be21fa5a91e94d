"""Posts and teams over both stores: who is given what by whom, and what becomes of it."""

import asyncio
from datetime import timedelta

import pytest

from services.pairing.domain.branch import Branch
from services.pairing.domain.member import Member
from services.pairing.domain.post import Holder, Post, PostState, Remit
from services.pairing.domain.team import Team
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.post import PostService, Term
from services.pairing.service.team import TeamService, TeamTold
from services.pairing.tests.fellow_harness import NAMING
from services.pairing.tests.harness import HERE, THERE, Harness, branch
from services.pairing.tests.member_samples import REMIT
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.events.pairing_members import MemberLeft

STAFF, OTHERS = Onlooker(HERE), Onlooker(THERE)
WEEK = timedelta(days=7)


async def a_post(harness: Harness, code: str = "everyday") -> Post:
    return await harness.fellows.posts.register(community=HERE[0], code=code, remit=REMIT)


async def a_team(harness: Harness) -> Team:
    return await harness.fellows.teams.register(
        branch(), community=HERE[0], branch_id="brn_1", told=TeamTold("示例服务队")
    )


async def has_left(harness: Harness, helper: Member, times: int = 2) -> None:
    """They leave, and that is heard so many times."""
    await harness.members.leave(helper.id, STAFF, seen=None)
    for _ in range(times):
        await harness.hear_told(harness.backing.members, helper.id, MemberLeft)


@pytest.mark.mongo
async def test_a_code_is_of_one_post_until_that_is_closed(real: Harness) -> None:
    post = await a_post(real)
    with pytest.raises(Conflict, match=r"post\.exists"):
        await a_post(real)
    there = await real.fellows.posts.register(community=THERE[0], code="everyday", remit=REMIT)
    assert there.id != post.id

    closed = await real.fellows.posts.close(post.id, communities=HERE, seen=1)

    assert closed.state is PostState.CLOSED
    assert (await a_post(real)).id != post.id


async def test_a_post_is_told_anew_as_a_whole(harness: Harness) -> None:
    post = await a_post(harness)
    same = await harness.fellows.posts.change(post.id, REMIT, communities=HERE, seen=1)
    assert same == post
    other = Remit("治安岗", "Safety")
    changed = await harness.fellows.posts.change(post.id, other, communities=HERE, seen=1)
    assert (changed.name_en, changed.request_categories) == ("Safety", ())


async def test_another_communitys_post_and_team_are_not_there(harness: Harness) -> None:
    post, team, helper = await a_post(harness), await a_team(harness), await harness.member()
    told = TeamTold("某队")
    for attempt in (
        harness.fellows.posts.get(post.id, communities=THERE),
        harness.fellows.posts.story(post.id, communities=THERE),
        harness.fellows.posts.change(post.id, REMIT, communities=THERE, seen=None),
        harness.fellows.posts.close(post.id, communities=THERE, seen=None),
        harness.fellows.posts.appoint(post.id, OTHERS, helper.id, Term(), seen=None),
        harness.fellows.posts.release(post.id, OTHERS, helper.id, seen=None),
        harness.fellows.teams.get(team.id, communities=THERE),
        harness.fellows.teams.story(team.id, communities=THERE),
        harness.fellows.teams.change(team.id, OTHERS, told, seen=None),
        harness.fellows.teams.join(team.id, OTHERS, helper.id, seen=None),
        harness.fellows.teams.close(team.id, OTHERS, seen=None),
        harness.fellows.branches.get("brn_1", communities=THERE),
        harness.fellows.branches.story("brn_1", communities=THERE),
        harness.fellows.branches.change("brn_1", NAMING, communities=THERE, seen=None),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_a_branch_gives_posts_to_its_own_members_alone(harness: Harness) -> None:
    post, ours = await a_post(harness), await harness.member()
    stranger = await harness.member(2, community=THERE[0])
    for onlooker, helper in ((branch("brn_2"), ours), (STAFF, stranger), (branch(), stranger)):
        with pytest.raises(Invalid, match=r"member\.unknown"):
            await harness.fellows.posts.appoint(post.id, onlooker, helper.id, Term(), seen=None)

    given = await harness.fellows.posts.appoint(post.id, branch(), ours.id, Term(), seen=1)

    assert given.holders == (Holder(ours.id, harness.clock.now()),)
    with pytest.raises(Invalid, match=r"member\.unknown"):
        await harness.fellows.posts.release(post.id, branch("brn_2"), ours.id, seen=None)
    assert (await harness.fellows.posts.release(post.id, branch(), ours.id, seen=2)).holders == ()


async def test_a_term_that_ends_releases_its_holder_by_the_clock_once(harness: Harness) -> None:
    post = await a_post(harness)
    one, two = await harness.member(1), await harness.member(2)
    now = harness.clock.now()
    term = Term(since=now - WEEK, until=now + WEEK)
    await harness.fellows.posts.appoint(post.id, STAFF, one.id, term, seen=None)
    await harness.fellows.posts.appoint(
        post.id, STAFF, two.id, Term(until=now + 2 * WEEK), seen=None
    )
    assert await harness.fellows.posts.terms.ring() == 0

    harness.clock.move(WEEK)
    await asyncio.gather(harness.fellows.posts.terms.ring(), harness.fellows.posts.terms.ring())

    after = await harness.fellows.posts.get(post.id, communities=HERE)
    assert [holder.member_id for holder in after.holders] == [two.id]
    assert after.version == 4
    harness.clock.move(52 * WEEK)  # the service was down for a year
    assert await harness.fellows.posts.terms.ring() == 1
    told = [each.type.split(".")[2] for each in await harness.backing.fellows.posts.story(post.id)]
    assert told == ["registered", *["holder_appointed"] * 2, *["holder_released"] * 2]


async def test_who_leaves_holds_nothing_and_is_in_no_team(harness: Harness) -> None:
    helper, stays = await harness.member(1), await harness.member(2)
    posts = [await a_post(harness, f"post{number}") for number in range(3)]
    team = await a_team(harness)
    for each in (helper, stays):
        await harness.fellows.teams.join(team.id, branch(), each.id, seen=None)
        for post in posts:
            await harness.fellows.posts.appoint(post.id, STAFF, each.id, Term(), seen=None)
    await harness.fellows.teams.change(
        team.id, branch(), TeamTold("示例", "", helper.id), seen=None
    )

    await has_left(harness, helper)

    for post in posts:
        after = await harness.fellows.posts.get(post.id, communities=HERE)
        assert [holder.member_id for holder in after.holders] == [stays.id]
        assert after.version == 4
    emptier = await harness.fellows.teams.get(team.id, communities=HERE)
    assert (emptier.member_ids, emptier.lead_id) == ((stays.id,), None)
    with pytest.raises(Conflict, match=r"member\.has_left"):
        await harness.fellows.posts.appoint(posts[0].id, STAFF, helper.id, Term(), seen=None)
    with pytest.raises(Conflict, match=r"member\.has_left"):
        await harness.fellows.teams.join(team.id, STAFF, helper.id, seen=None)


async def test_a_departure_heard_after_a_return_takes_nothing(harness: Harness) -> None:
    helper, post, team = await harness.member(), await a_post(harness), await a_team(harness)
    await harness.fellows.posts.appoint(post.id, STAFF, helper.id, Term(), seen=None)
    await harness.fellows.teams.join(team.id, STAFF, helper.id, seen=None)
    await has_left(harness, helper, times=0)
    await harness.members.rejoin(helper.id, STAFF, seen=None)

    await harness.hear_told(harness.backing.members, helper.id, MemberLeft)

    assert len((await harness.fellows.posts.get(post.id, communities=HERE)).holders) == 1
    assert (await harness.fellows.teams.get(team.id, communities=HERE)).member_ids == (helper.id,)


async def test_who_leaves_while_they_are_given_something_does_not_keep_it(
    harness: Harness,
) -> None:
    """Their leaving is heard between the look at the member and the write of the gift."""
    first, second = await harness.member(1), await harness.member(2)
    post, team = await a_post(harness), await a_team(harness)

    class Late:
        """A store whose every write comes after the departure of a member was heard."""

        def __init__(self, inner: object, helper: Member) -> None:
            self._inner, self._helper = inner, helper

        def __getattr__(self, name: str) -> object:
            return getattr(self._inner, name)

        async def save(self, *given: object, **named: object) -> object:
            if (await harness.members.get(self._helper.id, STAFF)).state != "left":
                await has_left(harness, self._helper, times=1)
            return await self._inner.save(*given, **named)  # type: ignore[attr-defined]

    members, groups = harness.backing.members, harness.backing.fellows.branches
    posts = PostService(Late(harness.backing.fellows.posts, first), members, harness.clock)  # type: ignore[arg-type]
    teams = TeamService(Late(harness.backing.fellows.teams, second), members, groups)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match=r"member\.has_left"):
        await posts.appoint(post.id, STAFF, first.id, Term(), seen=None)
    with pytest.raises(Conflict, match=r"member\.has_left"):
        await teams.join(team.id, STAFF, second.id, seen=None)

    assert (await harness.fellows.posts.get(post.id, communities=HERE)).holders == ()
    assert (await harness.fellows.teams.get(team.id, communities=HERE)).member_ids == ()


async def test_a_branch_has_to_do_with_its_own_teams(harness: Harness) -> None:
    team, helper = await a_team(harness), await harness.member()
    with pytest.raises(NotAllowed, match=r"member\.other_branch"):
        await harness.fellows.teams.register(
            branch("brn_2"), community=HERE[0], branch_id="brn_1", told=TeamTold("某队")
        )
    with pytest.raises(Invalid, match=r"branch\.unknown"):
        await harness.fellows.teams.register(
            STAFF, community=HERE[0], branch_id="brn_9", told=TeamTold("某队")
        )
    for attempt in (
        harness.fellows.teams.change(team.id, branch("brn_2"), TeamTold("某队"), seen=None),
        harness.fellows.teams.join(team.id, branch("brn_2"), helper.id, seen=None),
        harness.fellows.teams.leave(team.id, branch("brn_2"), helper.id, seen=None),
        harness.fellows.teams.close(team.id, branch("brn_2"), seen=None),
    ):
        with pytest.raises(NotFound):
            await attempt
    page = await harness.fellows.teams.page(communities=HERE, state=None, cursor=None, limit=9)
    assert page.items == [team]


async def test_a_team_is_led_by_one_of_it(harness: Harness) -> None:
    team, helper = await a_team(harness), await harness.member()
    led = TeamTold("示例服务队", "上门理发", helper.id)
    with pytest.raises(Conflict, match=r"team\.lead_outside"):
        await harness.fellows.teams.change(team.id, branch(), led, seen=None)
    await harness.fellows.teams.join(team.id, branch(), helper.id, seen=None)
    with pytest.raises(Conflict, match=r"team\.joined_already"):
        await harness.fellows.teams.join(team.id, branch(), helper.id, seen=None)
    changed = await harness.fellows.teams.change(team.id, branch(), led, seen=2)
    assert (changed.lead_id, changed.remit) == (helper.id, "上门理发")
    assert await harness.fellows.teams.change(team.id, branch(), led, seen=3) == changed
    left = await harness.fellows.teams.leave(team.id, branch(), helper.id, seen=3)
    assert (left.lead_id, left.member_ids) == (None, ())
    with pytest.raises(Conflict, match=r"team\.not_joined"):
        await harness.fellows.teams.leave(team.id, branch(), helper.id, seen=None)


async def test_an_id_is_of_one_branch_in_all_communities(harness: Harness) -> None:
    for community in (*HERE, *THERE):
        with pytest.raises(Conflict, match=r"branch\.exists"):
            await harness.fellows.branches.register(community=community, naming=NAMING, id="brn_1")
    made: Branch = await harness.fellows.branches.register(community=HERE[0], naming=NAMING)
    assert made.id.startswith("brn_")
    assert await harness.fellows.branches.change(made.id, NAMING, communities=HERE, seen=1) == made
