"""Registering members, over both stores."""

import pytest

from services.pairing.tests.harness import HERE, THERE, Harness
from shared.errors import NotFound


async def test_a_member_is_found_in_their_community_alone(harness: Harness) -> None:
    helper = await harness.member()

    assert await harness.members.get(helper.id, communities=HERE) == helper
    assert len(await harness.members.story(helper.id, communities=HERE)) == 1
    for attempt in (
        harness.members.get(helper.id, communities=THERE),
        harness.members.story(helper.id, communities=THERE),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_lists_keep_to_communities_and_branches(harness: Harness) -> None:
    first, second = await harness.member(1), await harness.member(2)
    other = await harness.member(3, community="elsewhere")

    async def ids(communities: tuple[str, ...], branch_id: str | None = None) -> set[str]:
        page = await harness.members.page(
            communities=communities, branch_id=branch_id, cursor=None, limit=9
        )
        return {each.id for each in page.items}

    assert await ids(HERE) == {first.id, second.id}
    assert await ids(HERE, "brn_1") == {first.id, second.id}
    assert await ids(HERE, "brn_2") == set()
    assert await ids(THERE) == {other.id}
