"""Objections of contractors to sealed figures, and the answers to them."""

from collections.abc import Mapping
from typing import Any

from services.property.domain import objection as domain
from services.property.domain.objection import Answer, Grounds, Objection, Remedy
from services.property.domain.scorecard import Scorecard, Sealing
from services.property.service.scorecard import ScorecardService
from services.property.service.scorecard_parts import Links
from services.property.service.scorecard_sealing import SealingService
from services.property.service.viewer import Target, Viewer
from shared.clock import Clock, new_id
from shared.envelope import Envelope
from shared.errors import Conflict, Invalid, NotFound
from shared.events.property_supervision import ObjectionUpheld
from shared.store import Page, Store, check_seen

OPEN_MAX = 100
"""Objections to one scorecard that wait for an answer."""


class ObjectionService:
    """The use cases. Each: ``Unavailable``."""

    def __init__(
        self,
        store: Store[Objection],
        scorecards: ScorecardService,
        links: Links,
        sealing: SealingService,
        clock: Clock,
    ) -> None:
        self._store = store
        self._scorecards = scorecards
        self._links = links
        self._sealing = sealing
        self._clock = clock

    async def raise_objection(
        self, viewer: Viewer, scorecard_id: str, grounds: Grounds, *, by: str
    ) -> Objection:
        """The contractor objects to a scorecard of its own.

        ``NotFound``; ``Conflict``; ``Invalid`` for a record that is not in that figure.
        """
        card = await self._scorecards.card(viewer, scorecard_id)
        decided = domain.raise_objection(
            card, grounds, id=new_id("obj"), by=by, at=self._clock.now()
        )
        if card.sealing is not None:
            await self._check_record(card, card.sealing, grounds)
        waiting = {"scorecard_id": card.id, "state": domain.ObjectionState.RAISED.value}
        if len(await self._store.find(waiting, limit=OPEN_MAX)) >= OPEN_MAX:
            raise Conflict("objection.too_many", limit=OPEN_MAX)
        return await self._store.save(*decided)

    async def get(self, viewer: Viewer, id: str) -> Objection:  # noqa: A002
        """One objection. ``NotFound``."""
        return await self._seen(Target(viewer, id))

    async def page(
        self, viewer: Viewer, where: Mapping[str, Any], *, cursor: str | None, limit: int
    ) -> Page[Objection]:
        """The objections that the viewer sees, newest first."""
        if viewer.estates is not None:
            return Page([], None)
        company = {} if viewer.company is None else {"contractor_id": viewer.company}
        return await self._store.page(
            {**where, **company}, communities=viewer.communities, cursor=cursor, limit=limit
        )

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to one objection, oldest first. ``NotFound``."""
        await self.get(viewer, id)
        return await self._store.story(id, communities=viewer.communities)

    async def uphold(self, target: Target, remedy: Remedy, *, text: str, by: str) -> Objection:
        """The committee agrees: a corrected edition follows. ``NotFound``, ``Stale``,
        ``WrongState``, ``Invalid``."""
        answer = Answer(text, by, self._clock.now())
        return await self._store.save(*domain.uphold(await self._seen(target), remedy, answer))

    async def dismiss(self, target: Target, *, text: str, by: str) -> Objection:
        """The committee does not agree. ``NotFound``, ``Stale``, ``WrongState``."""
        answer = Answer(text, by, self._clock.now())
        return await self._store.save(*domain.dismiss(await self._seen(target), answer))

    async def withdraw(self, target: Target) -> Objection:
        """The contractor objects no more. ``NotFound``, ``Stale``, ``WrongState``."""
        return await self._store.save(*domain.withdraw(await self._seen(target)))

    async def on_upheld(self, event: ObjectionUpheld, envelope: Envelope) -> None:
        """A further edition is sealed beside the one that was objected to, once."""
        await self._sealing.correct(await self._store.get(event.objection_id), envelope)

    async def _seen(self, target: Target) -> Objection:
        viewer = target.viewer
        found = await self._store.get(target.id, communities=viewer.communities)
        if viewer.estates is not None or viewer.company not in (None, found.contractor_id):
            raise NotFound("store.not_found", id=target.id)
        check_seen(found, target.seen)
        return found

    async def _check_record(self, card: Scorecard, sealing: Sealing, grounds: Grounds) -> None:
        if grounds.record_id is None:
            return
        found = await self._links.find(
            sealing.inputs_id, grounds.record_id, mark=grounds.measure.value
        )
        if found is None:
            raise Invalid("objection.record_unknown", pointer="/record_id")
