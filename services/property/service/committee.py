"""Management committees: formed for an estate, changed, dissolved."""

from collections.abc import Callable
from dataclasses import dataclass

from services.property.domain import committee as domain
from services.property.domain.committee import Committee, CommitteeState, Seat
from services.property.service.estate import EstateService
from services.property.service.viewer import Target, Viewer
from shared.clock import new_id
from shared.envelope import Envelope
from shared.errors import Conflict, Invalid, NotFound
from shared.store import Page, Store


@dataclass(frozen=True, slots=True)
class Composition:
    """Who sits on it and which volunteer teams help it."""

    members: tuple[Seat, ...]
    team_ids: tuple[str, ...] = ()


class CommitteeService:
    """What one can do with committees."""

    def __init__(
        self,
        store: Store[Committee],
        estates: EstateService,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._estates = estates
        self._new_id = new_id

    async def form(self, viewer: Viewer, estate_id: str, composed: Composition) -> Committee:
        """An estate has a committee. ``Invalid`` (``committee.estate_unknown`` for one that is not
        there for the viewer); ``Conflict`` ``committee.taken`` if it has one: it names that one."""
        try:
            estate = await self._estates.get(viewer, estate_id)
        except NotFound:
            raise Invalid("committee.estate_unknown", pointer="/estate_id") from None
        if there := await self._store.find({"seat_of": estate.id}, limit=1):
            raise Conflict("committee.taken", committee_id=there[0].id)
        new, events = domain.form(
            Committee(
                id=self._new_id("cmt"),
                community=estate.community,
                version=0,
                state=CommitteeState.FORMED,
                estate_id=estate.id,
                members=composed.members,
                team_ids=composed.team_ids,
            )
        )
        # Of two that are formed at a moment the store keeps one: ``Conflict`` for the other.
        return await self._store.save(new, events)

    async def get(self, viewer: Viewer, id: str, *, seen: int | None = None) -> Committee:  # noqa: A002
        """One committee. ``NotFound``; ``Stale``."""
        return await self._store.get(id, communities=viewer.communities, seen=seen)

    async def page(
        self, viewer: Viewer, where: dict[str, str], *, cursor: str | None, limit: int
    ) -> Page[Committee]:
        """The committees of the viewer's communities, newest first."""
        return await self._store.page(
            where, communities=viewer.communities, cursor=cursor, limit=limit
        )

    async def change(self, target: Target, composed: Composition) -> Committee:
        """Its seats and teams are these. ``NotFound``, ``Stale``, ``Invalid``, ``WrongState``."""
        committee = await self._load(target)
        after, events = domain.change(
            committee, members=composed.members, team_ids=composed.team_ids
        )
        return await self._store.save(after, events) if events else committee

    async def dissolve(self, target: Target, *, reason: str) -> Committee:
        """It is no more. ``NotFound``, ``Stale``, ``WrongState``."""
        return await self._store.save(*domain.dissolve(await self._load(target), reason=reason))

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to it, oldest first. ``NotFound``."""
        return await self._store.story(id, communities=viewer.communities)

    async def _load(self, target: Target) -> Committee:
        return await self.get(target.viewer, target.id, seen=target.seen)
