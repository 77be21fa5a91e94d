"""Who sees which visits: those who make them, have them at home, answer for them, or were told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.pairing.domain.household import Household
from services.pairing.domain.visit import Visit, VisitState
from services.pairing.service.onlooker import Onlooker
from shared.clock import Clock
from shared.errors import NotFound
from shared.store import Store, check_seen

HOMES_MAX = 20
"""Care households that one person lives in."""
TOLD_FOR = timedelta(days=14)
"""So long after its time a visit is open to a holder of the post whom its alarm has told; one that
nobody has seen to yet, for as long as nobody has."""


class VisitSight:
    """How far somebody sees."""

    def __init__(self, store: Store[Visit], households: Store[Household], clock: Clock) -> None:
        self._store = store
        self._households = households
        self._clock = clock

    async def bounds(self, onlooker: Onlooker) -> dict[str, Any]:
        """Which visits a list of theirs holds, as a query."""
        if onlooker.branch_id is not None:
            return {"branch_ids": onlooker.branch_id}
        if onlooker.person_id is None:
            return {}
        homes = await self._homes(onlooker)
        if homes:
            return {"household_id": {"$in": homes}}
        return {"participants.person_id": onlooker.person_id}

    async def seen(
        self, visit_id: str, onlooker: Onlooker, seen: int | None, *, told: bool = False
    ) -> Visit:
        """The visit; ``NotFound`` if it is not for them. ``told``: it is as well for whom its alarm
        has told. ``Stale`` if ``seen`` has moved on."""
        visit = await self._store.get(visit_id, communities=onlooker.communities)
        if not ((told and self.is_told(visit, onlooker)) or await self._may_see(visit, onlooker)):
            raise NotFound("store.not_found", id=visit_id)
        check_seen(visit, seen)
        return visit

    async def entrusted(self, visit_id: str, onlooker: Onlooker, seen: int | None) -> Visit:
        """The visit, for whoever is to see to its alarm: who was told of it, the branch and staff.

        Errors as ``seen``.
        """
        visit = await self.seen(visit_id, onlooker, seen, told=True)
        if onlooker.person_id is not None and not self.is_told(visit, onlooker):
            raise NotFound("store.not_found", id=visit_id)
        return visit

    def is_told(self, visit: Visit, onlooker: Onlooker) -> bool:
        """Whether its alarm has told them, and it is not long over."""
        open_ = visit.state is VisitState.ESCALATED or visit.window_end > self._since()
        return open_ and onlooker.person_id in visit.told_person_ids

    def told(self, onlooker: Onlooker) -> dict[str, Any]:
        """Those that were told to them and are still to be seen to, as a query."""
        wanting = (VisitState.ESCALATED, VisitState.MISSED, VisitState.SCHEDULED, VisitState.DUE)
        return {
            "told_person_ids": onlooker.person_id,
            "state": {"$in": [state.value for state in wanting]},
            "window_start": {"$gt": self._since()},
        }

    def _since(self) -> datetime:
        return self._clock.now() - TOLD_FOR

    async def _homes(self, onlooker: Onlooker) -> Sequence[str]:
        """The care households in which the onlooker lives."""
        found = await self._households.find({"person_ids": onlooker.person_id}, limit=HOMES_MAX)
        return [each.id for each in found if each.community in onlooker.communities]

    async def _may_see(self, visit: Visit, onlooker: Onlooker) -> bool:
        if onlooker.branch_id is not None and onlooker.branch_id not in visit.branch_ids:
            return False
        people = {each.person_id for each in visit.participants}
        if onlooker.person_id is None or onlooker.person_id in people:
            return True
        household = await self._households.get(visit.household_id)
        return onlooker.person_id in household.person_ids
