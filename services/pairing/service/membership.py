"""Whom something is about: a member who is named, or the one that the asker is."""

from services.pairing.domain.member import Member
from services.pairing.service.onlooker import Onlooker
from shared.errors import Conflict
from shared.store import Store


async def member_of(members: Store[Member], onlooker: Onlooker, member_id: str | None) -> Member:
    """The member that is named, within the onlooker's bounds; without a name, the onlooker's own.

    Errors: ``NotFound``; ``Conflict`` if the onlooker is no member, or one in several communities.
    """
    if member_id is not None:
        member = await members.get(member_id, communities=onlooker.communities)
        onlooker.check(member.id, person_id=member.person_id, branch_id=member.branch_id)
        return member
    if onlooker.person_id is None:
        raise Conflict("member.not_one")
    page = await members.page(onlooker.where(), communities=onlooker.communities, limit=2)
    if len(page.items) != 1:
        raise Conflict("member.several" if page.items else "member.not_one")
    return page.items[0]
