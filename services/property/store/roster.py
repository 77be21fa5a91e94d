"""Rosters in the store, and those of an estate at hand for every order that is made."""

from services.property.domain.roster import Roster
from services.property.store.estate import PLAN_SECONDS, PLANS_MAX
from shared.clock import Clock
from shared.mongo import Database, Documents, Index
from shared.recent import Recent
from shared.store import Store


def rosters(database: Database) -> Documents[Roster]:
    """The collection; found by their estate."""
    return database.documents(
        "rosters",
        Roster,
        source="/linli/property",
        indexes=[Index((("estate_id", 1), ("_id", 1)), name="estate")],
    )


class RecentRosters:
    """Keeps the promise of ``Rosters``: few change, and every new order asks."""

    def __init__(self, store: Store[Roster], clock: Clock) -> None:
        self._store = store
        self._recent: Recent[tuple[Roster, ...]] = Recent(
            clock, seconds=PLAN_SECONDS, size=PLANS_MAX
        )

    async def of(self, estate_id: str) -> tuple[Roster, ...]:
        """Those of the estate, at most ``PLAN_SECONDS`` old."""
        return await self._recent.get(estate_id, self._read) or ()

    async def _read(self, estate_id: str) -> tuple[Roster, ...]:
        return tuple(await self._store.find({"estate_id": estate_id}))
