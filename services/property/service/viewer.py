"""Whose eyes look at a thing: a person's by community, a key's by company and estate, too."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from shared.deciding import written
from shared.envelope import Envelope
from shared.errors import NotFound
from shared.events import Event
from shared.store import Aggregate, Page, Store, check_seen


class Located(Protocol):
    """Something that stands on an estate and may be a company's business."""

    @property
    def community(self) -> str: ...
    @property
    def estate_id(self) -> str: ...
    @property
    def contractor_id(self) -> str | None: ...


class LocatedAggregate(Aggregate, Located, Protocol):
    """An aggregate of that sort."""


L = TypeVar("L", bound=LocatedAggregate)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks; ``company`` and ``estates`` bound the view further, None does not."""

    communities: tuple[str, ...]
    company: str | None = None
    estates: tuple[str, ...] | None = None

    def sees(self, thing: Located) -> bool:
        """Whether the thing is there for this viewer."""
        return (
            thing.community in self.communities
            and self.company in (None, thing.contractor_id)
            and (self.estates is None or thing.estate_id in self.estates)
        )

    def within(self, where: Mapping[str, Any]) -> dict[str, Any]:
        """The filter bounded to what this viewer sees; communities are bounded by the store."""
        bounded = dict(where)
        if self.company is not None:
            bounded["contractor_id"] = self.company
        if self.estates is not None:
            asked = bounded.get("estate_id")
            seen = self.estates if asked is None else set(self.estates) & {asked}
            bounded["estate_id"] = {"$in": sorted(seen)}
        return bounded


@dataclass(frozen=True, slots=True)
class Target:
    """One aggregate and who wants to change it; ``seen`` is the version decided on, if told."""

    viewer: Viewer
    id: str
    seen: int | None = None


async def seen_by(
    viewer: Viewer,
    store: Store[L],
    id: str,  # noqa: A002
    *,
    seen: int | None = None,
) -> L:
    """The aggregate, if it is there for this viewer.

    Errors: ``NotFound`` otherwise, in the same words as for one that nobody has; ``Stale`` only
    after that, so that an unseen aggregate cannot be told by its version.
    """
    found = await store.get(id, communities=viewer.communities)
    if not viewer.sees(found):
        raise NotFound("store.not_found", id=id)
    check_seen(found, seen)
    return found


async def change_for(
    target: Target, store: Store[L], decide: Callable[[L], tuple[L, list[Event]]]
) -> L:
    """The target as it was decided on and saved; see ``shared.deciding.changed``."""

    async def write(thing: L) -> L:
        return await store.save(*decide(thing))

    return await written_for(target, store, write)


async def written_for(target: Target, store: Store[L], write: Callable[[L], Awaitable[L]]) -> L:
    """The same where more is asked than the thing itself; see ``shared.deciding.written``."""

    async def load() -> L:
        return await seen_by(target.viewer, store, target.id, seen=target.seen)

    return await written(load, write, seen=target.seen)


async def page_for(
    viewer: Viewer,
    store: Store[L],
    where: Mapping[str, Any],
    *,
    cursor: str | None,
    limit: int,
) -> Page[L]:
    """One page of what this viewer sees, newest first."""
    return await store.page(
        viewer.within(where), communities=viewer.communities, cursor=cursor, limit=limit
    )


async def story_for(viewer: Viewer, store: Store[L], id: str) -> list[Envelope]:  # noqa: A002
    """Everything that happened to what this viewer sees, oldest first. Errors: ``NotFound``."""
    await seen_by(viewer, store, id)
    return await store.story(id, communities=viewer.communities)
