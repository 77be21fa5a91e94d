"""What posts and teams share: something is given to a member, and taken when they leave."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from services.pairing.domain.member import Member
from services.pairing.service.onlooker import Onlooker
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, Invalid, NotFound, Stale
from shared.events import Event
from shared.store import A, Store

OF_ONE_MAX = 200
"""Things that one member has at once: far beyond any that there are."""
Release = Callable[[A], tuple[A, Sequence[Event]] | None]
"""Takes a thing from somebody; None if they do not have it."""


async def given(
    members: Store[Member], member_id: str, community: str, onlooker: Onlooker
) -> Member:
    """The member to whom something of a community is given, or from whom it is taken.

    ``Invalid`` ``member.unknown`` if they are not of it, or not of the onlooker's branch.
    """
    try:
        member = await members.get(member_id, communities=(community,))
        onlooker.check(member.id, person_id=member.person_id, branch_id=member.branch_id)
    except NotFound:
        raise Invalid("member.unknown", pointer="/member_id", helper_id=member_id) from None
    return member


async def let_go(
    store: Store[A], where: Mapping[str, Any], release: Release[A], *, handling: Envelope
) -> None:
    """Take what matches from who has left; a repeat finds nothing more to take."""
    for each in await store.find(where, limit=OF_ONE_MAX):
        released = release(each)
        if released is not None:
            with suppress(AlreadyHeard):
                await store.save(*released, handling=handling)


async def let_go_now(store: Store[A], thing_id: str, release: Release[A]) -> None:
    """Take one thing from who has left, whoever else is writing it at this moment."""
    while (released := release(await store.get(thing_id))) is not None:
        with suppress(Stale):
            await store.save(*released)
