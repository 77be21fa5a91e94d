"""The copy of pairing's volunteer teams, over both stores, in whatever order it is told."""

from itertools import permutations

import pytest

from services.property.tests.teams import TEAM, joined_team, news
from services.property.tests.world import World
from shared.events.pairing_members import (
    MemberAway,
    MemberReturned,
    TeamClosed,
    TeamMemberJoined,
    TeamMemberLeft,
)

MEMBER = "mem_per_li"
SEAT = {"team_id": TEAM, "member_id": MEMBER}
LEFT = news(TeamMemberLeft(**SEAT), TEAM, 5)
BACK = news(TeamMemberJoined(**SEAT), TEAM, 6)
AWAY = news(MemberAway(member_id=MEMBER, branch_id="bra_1"), MEMBER, 2)
RETURNED = news(MemberReturned(member_id=MEMBER, branch_id="bra_1"), MEMBER, 3)


async def test_who_joined_is_in_the_team_as_a_person(world: World) -> None:
    for each in joined_team("per_li", "per_sun"):
        await world.hear(each)

    assert sorted(await world.teams.people(TEAM)) == ["per_li", "per_sun"]
    assert await world.teams.teams_of("per_li") == (TEAM,)
    assert await world.teams.teams_of("per_nobody") == ()
    assert await world.teams.people("tea_none") == []


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_joining_leaving_and_joining_again_come_to_the_same_in_any_order(
    world: World, order: tuple[int, ...]
) -> None:
    told = [*joined_team("per_li"), LEFT, BACK]
    for n in (*order, *order):
        await world.hear(told[n])

    assert await world.teams.people(TEAM) == ["per_li"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 0, 1), (0, 1, 0)])
async def test_who_is_away_is_not_on_duty_until_they_are_back(
    world: World, order: tuple[int, ...]
) -> None:
    for each in joined_team("per_li", "per_sun"):
        await world.hear(each)
    await world.hear(AWAY)
    assert await world.teams.people(TEAM, present=True) == ["per_sun"]
    for n in order:
        await world.hear((AWAY, RETURNED)[n])

    assert sorted(await world.teams.people(TEAM, present=True)) == ["per_li", "per_sun"]


async def test_nobody_is_in_a_team_that_is_closed(world: World) -> None:
    for each in joined_team("per_li"):
        await world.hear(each)
    await world.hear(news(TeamClosed(team_id=TEAM), TEAM, 9))
    await world.hear(joined_team("per_li")[1])

    assert await world.teams.people(TEAM) == []
    assert await world.teams.teams_of("per_li") == ()
