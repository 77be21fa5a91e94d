"""Ratings of contractors' months."""

from collections.abc import Mapping
from typing import Any

from services.property.domain import rating as domain
from services.property.domain.estate import Estate
from services.property.domain.month import month_of
from services.property.domain.rating import Rating
from services.property.service.digests import Digests
from services.property.service.viewer import Viewer
from shared.clock import Clock, derived_id
from shared.errors import Invalid, NotFound
from shared.store import Page, Store


class RatingService:
    """The use cases. Each: ``Unavailable``."""

    def __init__(
        self, store: Store[Rating], estates: Store[Estate], digests: Digests, clock: Clock
    ) -> None:
        self._store = store
        self._estates = estates
        self._digests = digests
        self._clock = clock

    async def give(self, community: str, contractor_id: str, *, score: int, by: str) -> Rating:
        """Rate the month that runs, once for each person; again is anew.

        ``Invalid`` for a score out of range, or a contractor that has no estate here.
        """
        where = {"community": community, "contractor_id": contractor_id}
        if not await self._estates.find(where, limit=1):
            raise Invalid("rating.contractor_unknown", pointer="/contractor_id")
        now = self._clock.now()
        month = month_of(now)
        rated = derived_id("rat", community, contractor_id, month)
        id_ = derived_id("rat", self._digests.rater(rated, by))
        try:
            known = await self._store.get(id_)
        except NotFound:
            known = Rating(id_, community, 0, contractor_id, month, 0, by, now)
        return await self._store.save(*domain.give(known, score=score, at=now))

    async def page(
        self, viewer: Viewer, where: Mapping[str, Any], *, cursor: str | None, limit: int
    ) -> Page[Rating]:
        """The ratings that the viewer sees, newest first."""
        if viewer.estates is not None:
            return Page([], None)
        company = {} if viewer.company is None else {"contractor_id": viewer.company}
        return await self._store.page(
            {**where, **company}, communities=viewer.communities, cursor=cursor, limit=limit
        )
