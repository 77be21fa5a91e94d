"""What pairings are decided from: the stores of those whom they are about, and the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.pairing.domain.conflict import ConflictState, PersonConflict
from services.pairing.domain.household import Household
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import LIVE, Pairing
from services.pairing.service.onlooker import Onlooker
from shared.clock import Clock
from shared.days import day_of
from shared.store import Store

STANDING_MAX = 200
"""Live pairings of one member or household looked at: far beyond any capacity."""
CONFLICTS_MAX = 1_000
"""Conflicts of one person looked at."""


@dataclass(frozen=True, slots=True)
class PairingParts:
    """The stores, the clock, and what is asked of them for every decision."""

    pairings: Store[Pairing]
    members: Store[Member]
    households: Store[Household]
    conflicts: Store[PersonConflict]
    clock: Clock

    def today(self) -> date:
        """The day that it is for the people of the communities."""
        return day_of(self.clock.now())

    async def helpers_of(self, pairing: Pairing) -> list[Member]:
        """Its helpers, in its order."""
        return [await self.members.get(each) for each in pairing.helper_ids]

    async def homes_of(self, pairing: Pairing) -> list[Household]:
        """Its households, in its order."""
        return [await self.households.get(each) for each in pairing.household_ids]

    async def live(self, where: Mapping[str, Any]) -> list[Pairing]:
        """The live pairings that match, oldest first."""
        live = {"$in": [state.value for state in LIVE]}
        return await self.pairings.find({**where, "state": live}, limit=STANDING_MAX)

    async def conflicts_of(self, helpers: Sequence[Member]) -> list[PersonConflict]:
        """The standing conflicts of any of these."""
        found = []
        for helper in helpers:
            where = {
                "community": helper.community,
                "person_ids": helper.person_id,
                "state": ConflictState.STANDING.value,
            }
            found += await self.conflicts.find(where, limit=CONFLICTS_MAX)
        return found

    async def own_ids(self, onlooker: Onlooker) -> tuple[set[str], set[str]]:
        """As which members, and of which households, the onlooker is known in what they see."""
        within = {"$in": list(onlooker.communities)}
        members = await self.members.find({"community": within, "person_id": onlooker.person_id})
        homes = await self.households.find({"community": within, "person_ids": onlooker.person_id})
        return {each.id for each in members}, {each.id for each in homes}
