"""Who may inspect an estate: its committee and the volunteers who help it, never its company."""

from datetime import date

from services.property.domain.committee import Committee
from services.property.domain.estate import Plan
from services.property.service.dealing import Rosters
from services.property.service.team import Teams
from shared.errors import Invalid
from shared.store import Store


class Inspectors:
    """Knows them."""

    def __init__(self, committees: Store[Committee], teams: Teams, rosters: Rosters) -> None:
        self._committees = committees
        self._teams = teams
        self._rosters = rosters

    async def check(self, plan: Plan, people: tuple[str, ...], *, on: date) -> None:
        """``Invalid`` ``inspection.inspector_unknown`` for whoever sits on the estate's committee
        on that day no more than in one of its teams; ``inspection.inspector_of_company`` for
        whoever works there for a company, whatever else they are. ``Unavailable``."""
        theirs = await self._of_companies(plan.estate_id)
        known = await self._known(plan.estate_id, on)
        for number, person_id in enumerate(people):
            pointer = f"/inspector_ids/{number}"
            if person_id in theirs:
                raise Invalid("inspection.inspector_of_company", pointer=pointer)
            if person_id not in known:
                raise Invalid("inspection.inspector_unknown", pointer=pointer)

    async def _known(self, estate_id: str, on: date) -> set[str]:
        known = set[str]()
        for committee in await self._committees.find({"seat_of": estate_id}, limit=1):
            known |= committee.sitting(on)
            for team_id in committee.team_ids:
                known.update(await self._teams.people(team_id))
        return known

    async def _of_companies(self, estate_id: str) -> set[str]:
        return {
            worker.person_id
            for roster in await self._rosters.of(estate_id)
            if roster.contractor_id is not None
            for worker in roster.dealing.workers
        }
