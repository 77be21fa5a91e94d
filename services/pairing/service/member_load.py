"""What members carry at this moment: the households of their live pairings."""

from collections import defaultdict
from collections.abc import Sequence

from services.pairing.domain.household import Household
from services.pairing.domain.load import Load, load_of
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import LIVE, SIDES_MAX, Pairing
from shared.store import Store

AT_ONCE_MAX = 100
"""Members whose pairings are looked for at once."""


class Loads:
    """Counts what members carry."""

    def __init__(self, pairings: Store[Pairing], households: Store[Household]) -> None:
        self._pairings = pairings
        self._households = households

    async def of(self, members: Sequence[Member]) -> dict[str, Load]:
        """What each of these carries, by their ids."""
        led: dict[str, set[str]] = defaultdict(set)
        for start in range(0, len(members), AT_ONCE_MAX):
            ids = [member.id for member in members[start : start + AT_ONCE_MAX]]
            for pairing in await self._live(ids):
                for helper_id in pairing.helper_ids:
                    led[helper_id].update(pairing.household_ids)
        wanted = {each for member in members for each in led[member.id]}
        homes = await self._homes(sorted(wanted))
        return {
            member.id: load_of(homes[each] for each in led[member.id] if each in homes)
            for member in members
        }

    async def _live(self, helper_ids: Sequence[str]) -> list[Pairing]:
        live = {"$in": [state.value for state in LIVE]}
        where = {"helper_ids": {"$in": list(helper_ids)}, "state": live}
        return await self._pairings.find(where, limit=len(helper_ids) * SIDES_MAX)

    async def _homes(self, ids: Sequence[str]) -> dict[str, Household]:
        found = await self._households.find({"_id": {"$in": list(ids)}}, limit=len(ids))
        return {household.id: household for household in found}
