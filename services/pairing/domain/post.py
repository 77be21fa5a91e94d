"""A post (岗位, 五岗定责): duties that members hold for a term, and the requests it answers for.

Which posts there are, and what they are called, is data: the article says only that there are five
with fixed duties (mission.md, A2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.pairing.domain.member import Member, check_there
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.pairing_members import (
    PostChanged,
    PostClosed,
    PostHolderAppointed,
    PostHolderReleased,
    PostRegistered,
)
from shared.transitions import step

HOLDERS_MAX, CATEGORIES_MAX = 50, 50


class PostState(StrEnum):
    """Whether there is such a post still."""

    OPEN = "open"
    CLOSED = "closed"


class PostAction(StrEnum):
    """What may be done to a post."""

    CHANGE = "change"
    APPOINT = "appoint"
    RELEASE = "release"
    CLOSE = "close"


TRANSITIONS: Mapping[PostState, Mapping[PostAction, PostState]] = {
    PostState.OPEN: {
        PostAction.CHANGE: PostState.OPEN,
        PostAction.APPOINT: PostState.OPEN,
        PostAction.RELEASE: PostState.OPEN,
        PostAction.CLOSE: PostState.CLOSED,
    },
    PostState.CLOSED: {},
}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a post, since when, and until when (None: until they are released)."""

    member_id: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Remit:
    """What a post is called, what its duties are, and the requests that it answers for:
    ``request_categories`` are service codes (``care.shopping``) or their groups (``care``)."""

    name_zh: str
    name_en: str
    duties_zh: str = ""
    duties_en: str = ""
    request_categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A post of a community. ``code`` is what a service type names; ``term_ends_at`` is the first
    end of a term among its holders, which the clock looks for."""

    id: str
    community: str
    version: int
    state: PostState
    code: str
    name_zh: str
    name_en: str
    duties_zh: str = ""
    duties_en: str = ""
    holders: tuple[Holder, ...] = ()
    request_categories: tuple[str, ...] = ()
    term_ends_at: datetime | None = None


Outcome = tuple[Post, list[Event]]


def register(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    code: str,
    remit: Remit,
) -> Outcome:
    """Make a post that nobody holds as yet. ``Invalid`` for a category named twice, or too many."""
    post = _told(Post(id, community, 0, PostState.OPEN, code, "", ""), remit)
    return post, [PostRegistered(post_id=id, code=code)]


def change(post: Post, *, remit: Remit) -> Outcome:
    """Say its duties anew; no event if nothing is different. Errors as for ``register``."""
    after = _told(_move(post, PostAction.CHANGE), remit)
    return after, [] if after == post else [PostChanged(post_id=post.id, code=post.code)]


def appoint(
    post: Post, *, member: Member, since: datetime, until: datetime | None, at: datetime
) -> Outcome:
    """Give the post to a member of its community, beside its others, for a term that has begun.

    Errors: ``Invalid`` for a term that begins later, is over or ends before it begins; ``Conflict``
    if they hold it already, have left, or there are too many.
    """
    moved = _move(post, PostAction.APPOINT)
    _check_term(since, until, at)
    check_there(member, pointer="/member_id")
    if any(holder.member_id == member.id for holder in post.holders):
        raise Conflict("post.held_already", pointer="/member_id", member_id=member.id)
    if len(post.holders) >= HOLDERS_MAX:
        raise Conflict("post.holders_too_many", most=HOLDERS_MAX)
    holders = (*post.holders, Holder(member.id, since, until))
    event = PostHolderAppointed(post_id=post.id, code=post.code, member_id=member.id)
    return _held(moved, holders), [event]


def release(post: Post, *, member_id: str) -> Outcome:
    """Take the post from a member. ``Conflict`` if they do not hold it."""
    moved = _move(post, PostAction.RELEASE)
    if all(holder.member_id != member_id for holder in post.holders):
        raise Conflict("post.not_held", member_id=member_id)
    return _released(moved, {member_id})


def let_go(post: Post, *, member_id: str) -> Outcome | None:
    """The same for who has left; None if there is nothing to take."""
    held = any(holder.member_id == member_id for holder in post.holders)
    return release(post, member_id=member_id) if held else None


def release_if_due(post: Post, *, at: datetime) -> Outcome | None:
    """Take it from those whose term is over; None if none is."""
    over = {each.member_id for each in post.holders if each.until is not None and each.until <= at}
    return _released(_move(post, PostAction.RELEASE), over) if over else None


def close(post: Post) -> Outcome:
    """Do away with the post: who holds it is released."""
    moved = _move(post, PostAction.CLOSE)
    empty, events = _released(moved, {holder.member_id for holder in post.holders})
    return empty, [*events, PostClosed(post_id=post.id, code=post.code)]


def holding(post: Post, *, at: datetime) -> tuple[str, ...]:
    """The members who hold it at this moment, the longest first, also before the clock has seen
    that a term is over."""
    held = sorted(post.holders, key=lambda holder: holder.since)
    return tuple(each.member_id for each in held if each.until is None or at < each.until)


def answers_for(post: Post, service_code: str) -> bool:
    """Whether requests of this service are the post's: by the code itself or a group above it."""
    return any(
        service_code == category or service_code.startswith(f"{category}.")
        for category in post.request_categories
    )


def _move(post: Post, action: PostAction) -> Post:
    return replace(post, state=step(TRANSITIONS, post.state, action, noun="post"))


def _told(post: Post, remit: Remit) -> Post:
    categories = remit.request_categories
    if len(categories) > CATEGORIES_MAX:
        raise Invalid(
            "post.categories_too_many", pointer="/request_categories", most=CATEGORIES_MAX
        )
    if len(set(categories)) != len(categories):
        raise Invalid("post.category_repeats", pointer="/request_categories")
    return replace(
        post,
        name_zh=remit.name_zh,
        name_en=remit.name_en,
        duties_zh=remit.duties_zh,
        duties_en=remit.duties_en,
        request_categories=categories,
    )


def _check_term(since: datetime, until: datetime | None, at: datetime) -> None:
    if since > at:
        raise Invalid("post.term_to_come", pointer="/since")
    if until is not None and (until <= at or until <= since):
        raise Invalid("post.term_over", pointer="/until")


def _held(post: Post, holders: tuple[Holder, ...]) -> Post:
    ends = [holder.until for holder in holders if holder.until is not None]
    return replace(post, holders=holders, term_ends_at=min(ends, default=None))


def _released(post: Post, member_ids: set[str]) -> Outcome:
    kept = tuple(each for each in post.holders if each.member_id not in member_ids)
    events: list[Event] = [
        PostHolderReleased(post_id=post.id, code=post.code, member_id=each.member_id)
        for each in post.holders
        if each.member_id in member_ids
    ]
    return _held(post, kept), events
