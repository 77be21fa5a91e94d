"""Who is there for a household: its own helpers, and those whose post answers for something."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.pairing.domain.member import Member, MemberState
from services.pairing.domain.pairing import Pairing, PairingState
from services.pairing.domain.post import Post, PostState, answers_for, holding
from shared.errors import NotFound
from shared.store import Store

PAIRINGS_MAX, POSTS_MAX = 50, 100


async def helpers_of(
    household_id: str, pairings: Store[Pairing], members: Store[Member]
) -> list[Member]:
    """The helpers of its active pairings, oldest pairing first, who are there. ``Unavailable``."""
    where = {"household_ids": household_id, "state": PairingState.ACTIVE.value}
    found = await pairings.find(where, limit=PAIRINGS_MAX)
    return await _there((helper for pairing in found for helper in pairing.helper_ids), members)


async def holders_of(
    service_code: str,
    community: str,
    posts: Store[Post],
    members: Store[Member],
    *,
    at: datetime,
    code: str | None = None,
) -> list[Member]:
    """Who is there of those who hold a post that answers for this service, which may be named by
    its ``code``: else, and where nobody holds that one, whose categories say so. ``Unavailable``.
    """
    where = {"community": community, "state": PostState.OPEN.value}
    found = await posts.find(where, limit=POSTS_MAX)
    named: Sequence[Post] = [post for post in found if post.code == code and holding(post, at=at)]
    wanted = named or [post for post in found if answers_for(post, service_code)]
    return await _there((each for post in wanted for each in holding(post, at=at)), members)


async def _there(ids: Iterable[str], members: Store[Member]) -> list[Member]:
    """Each of them once who is not away and has not left."""
    found = []
    for member_id in dict.fromkeys(ids):
        try:
            member = await members.get(member_id)
        except NotFound:
            continue
        if member.state is MemberState.ACTIVE:
            found.append(member)
    return found
