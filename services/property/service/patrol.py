"""Walking rounds, calling them off, and telling of those that nobody walked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.property.domain import patrol as domain
from services.property.domain.patrol import CallOffReason, Patrol, PatrolState
from services.property.domain.patrol_record import Passing, Sighting
from services.property.domain.patrol_walk import Item, Sent, drawn, take
from services.property.domain.route import Route
from services.property.service.patrol_sight import PatrolViewer, check_walks
from services.property.service.photo import Claims
from services.property.service.standing import Yards
from services.property.service.team import Teams
from services.property.service.viewer import (
    Target,
    Viewer,
    seen_by,
    story_for,
)
from shared.alarms import Rounds
from shared.clock import Clock
from shared.deciding import written
from shared.envelope import Envelope
from shared.errors import Invalid, LinliError
from shared.store import Order, Page, Store

LATEST_FIRST = Order((("opens_at", -1),), ids=-1)
TRIES_MAX = 10
"""Two phones of one round may come back into the network at the same moment."""


@dataclass(frozen=True, slots=True)
class Around:
    """What of the rest of the service rounds need."""

    yards: Yards
    photos: Claims
    teams: Teams
    clock: Clock


@dataclass(frozen=True, slots=True)
class Brought:
    """What a phone brings of a round."""

    passings: tuple[Passing, ...]
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """The round after that, and what became of each thing."""

    patrol: Patrol
    records: tuple[Item, ...]
    findings: tuple[Item, ...]


class PatrolService:
    """What one can do with rounds. Each: ``NotFound`` for one that the viewer does not see."""

    def __init__(self, store: Store[Patrol], routes: Store[Route], around: Around) -> None:
        self._store = store
        self._routes = routes
        self._yards = around.yards
        self._photos = around.photos
        self._teams = around.teams
        self._clock = around.clock
        self._alarms = Rounds(store, around.clock, field="alarm_at", act=self._heed)

    async def eyes(self, viewer: Viewer, volunteer: str | None) -> PatrolViewer:
        """The eyes of this viewer upon rounds; ``volunteer``: whose teams bound them, if any."""
        teams = None if volunteer is None else await self._teams.teams_of(volunteer)
        return PatrolViewer(viewer.communities, viewer.company, viewer.estates, teams)

    async def get(self, viewer: Viewer, id: str) -> Patrol:  # noqa: A002
        """One round; one that is to come with the checkpoints that it would have by now."""
        patrol = await seen_by(viewer, self._store, id)
        if patrol.state is not PatrolState.PLANNED:
            return patrol
        return drawn(patrol, await self._routes.get(patrol.route_id))

    async def page(
        self, viewer: Viewer, where: Mapping[str, Any], *, cursor: str | None, limit: int
    ) -> Page[Patrol]:
        """The rounds that this viewer sees, the latest first, those to come among them."""
        return await self._store.page(
            viewer.within(where),
            communities=viewer.communities,
            order=LATEST_FIRST,
            cursor=cursor,
            limit=limit,
        )

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to one round, oldest first."""
        return await story_for(viewer, self._store, id)

    async def record(self, viewer: PatrolViewer, id: str, brought: Brought, *, by: str) -> Kept:  # noqa: A002
        """Keep what a phone brings; what is wrong with one thing hinders no other.

        Sent again, each is known. Errors for all of it: ``NotAllowed`` for whoever is not of the
        company or the team that walks it; ``WrongState``, ``Conflict`` as for ``take``.
        """
        patrol = await self._walked_by(viewer, id)
        faults = await self._claimed(viewer, patrol, brought)
        kept: list[Kept] = []

        async def load() -> Patrol:
            return await self._walked_by(viewer, id)

        async def write(patrol: Patrol) -> Patrol:
            route = await self._routes.get(patrol.route_id)
            sent = Sent(brought.passings, brought.sightings, by, self._clock.now())
            taken = take(patrol, route, sent, faults=faults)
            after = taken.patrol
            if taken.events:
                after = await self._store.save(after, taken.events)
            kept.append(Kept(after, taken.records, taken.findings))
            return after

        await written(load, write, seen=None, tries=TRIES_MAX)
        return kept[-1]

    async def cancel(self, target: Target, *, reason: CallOffReason, by: str) -> Patrol:
        """It is not to be walked. ``Stale``; ``WrongState`` once it has begun or is over."""
        patrol = await seen_by(target.viewer, self._store, target.id, seen=target.seen)
        return await self._store.save(*domain.cancel(patrol, reason=reason, by=by))

    async def ring(self) -> int:
        """Tell of all rounds whose time has begun or is over; how many, here. ``Unavailable``."""
        return await self._alarms.ring()

    async def _heed(self, patrol: Patrol, now: datetime) -> bool:
        handler = await self._yards.handler(patrol.estate_id)
        decided = domain.tick(patrol, handler=handler, at=now)
        if decided is not None:
            await self._store.save(*decided)
        return decided is not None

    async def _walked_by(self, viewer: PatrolViewer, id: str) -> Patrol:  # noqa: A002
        patrol = await seen_by(viewer, self._store, id)
        check_walks(viewer, patrol)
        return patrol

    async def _claimed(
        self, viewer: Viewer, patrol: Patrol, brought: Brought
    ) -> dict[str, LinliError]:
        """What is wrong with the photos that are named, by the pointer of what names them."""
        named = [(f"/records/{n}", each.photo_ids) for n, each in enumerate(brought.passings)]
        named += [(f"/findings/{n}", each.photo_ids) for n, each in enumerate(brought.sightings)]
        faults: dict[str, LinliError] = {}
        for pointer, photo_ids in named:
            if not photo_ids:
                continue
            try:
                await self._photos.claim(
                    viewer, photo_ids, pointer=f"{pointer}/photo_ids", on=patrol
                )
            except Invalid as fault:
                faults[pointer] = fault
        return faults
