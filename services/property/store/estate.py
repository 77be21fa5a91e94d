"""Estates in the store, and their plans at hand for every report."""

from services.property.domain.committee import Committee
from services.property.domain.contractor import Contractor
from services.property.domain.estate import Estate, Plan, plan_of
from shared.clock import Clock
from shared.days import day_of
from shared.errors import NotFound
from shared.mongo import Database, Documents, Index
from shared.recent import Recent
from shared.store import Store

PLAN_SECONDS = 10.0
"""How long a change of an estate may take until every replica reckons with it."""
PLANS_MAX = 200
"""Of the largest estates, some 1 MB each."""

DWELLING = "buildings.entrances.dwellings.id"


def estates(database: Database) -> Documents[Estate]:
    """The collection; a code is used once in a community."""
    return database.documents(
        "estates",
        Estate,
        source="/linli/property",
        indexes=[
            Index((("community", 1), ("code", 1)), unique=True, name="code"),
            Index((("community", 1), ("contractor_id", 1), ("_id", 1)), name="company"),
            Index(((DWELLING, 1),), name="dwelling"),
        ],
    )


class RecentPlans:
    """Keeps the promise of ``Plans``: an estate with thousands of homes is not read per report."""

    def __init__(
        self,
        store: Store[Estate],
        contractors: Store[Contractor],
        committees: Store[Committee],
        clock: Clock,
    ) -> None:
        self._store = store
        self._contractors = contractors
        self._committees = committees
        self._clock = clock
        self._recent: Recent[Plan] = Recent(clock, seconds=PLAN_SECONDS, size=PLANS_MAX)

    async def plan(self, estate_id: str) -> Plan | None:
        """The estate's plan, at most ``PLAN_SECONDS`` old; None if there is no such estate."""
        return await self._recent.get(estate_id, self._read)

    async def community_of(self, estate_id: str) -> str | None:
        """Whose the estate is, as fresh as its plan."""
        plan = await self.plan(estate_id)
        return None if plan is None else plan.community

    async def _read(self, estate_id: str) -> Plan | None:
        try:
            estate = await self._store.get(estate_id)
        except NotFound:
            return None
        sitting = await self._committees.find({"seat_of": estate_id}, limit=1)
        return plan_of(
            estate,
            contractor=await self._company(estate),
            committee_id=sitting[0].id if sitting else None,
            on=day_of(self._clock.now()),
        )

    async def _company(self, estate: Estate) -> Contractor | None:
        if estate.contractor_id is None:
            return None
        where = {"community": estate.community, "contractor_id": estate.contractor_id}
        found = await self._contractors.find(where, limit=1)
        return found[0] if found else None
