"""What a request has left elsewhere: cases of mediation, and proposals to the council."""

from services.requests.domain import mediation_anonymity, proposal_anonymity
from services.requests.domain.mediation import Mediation
from services.requests.domain.proposal import Proposal
from services.requests.service.dispute import CASES_MAX
from shared.clock import Clock
from shared.erasing import ErasingStore, Erasure, Left
from shared.errors import Conflict

PROPOSALS_MAX = 20
"""A suggestion makes one."""


class Traces:
    """Where else than in the request itself it says whose it was."""

    def __init__(
        self, cases: ErasingStore[Mediation], proposals: ErasingStore[Proposal], clock: Clock
    ) -> None:
        self._cases = cases
        self._proposals = proposals
        self._clock = clock

    async def must_be_settled(self, request_id: str) -> None:
        """Passes if nobody quarrels about it any more; ``Conflict``, ``Unavailable``."""
        cases = await self._cases_of(request_id)
        if not all(mediation_anonymity.is_over(case) for case in cases):
            raise Conflict("request.in_dispute")

    async def forget(self, left: Left) -> None:
        """Take the people of a request out of what came of it.

        Again, nothing happens. ``Stale``, ``Awaited``, ``Unavailable``.
        """
        for case in await self._cases_of(left.id):
            if case.anonymised_at is None:
                anonymous, events = mediation_anonymity.anonymise(case, at=self._clock.now())
                names = mediation_anonymity.names_of(case, left.names)
                await self._cases.erase(Erasure(anonymous, events, names))
            await self._cases.finish(case.id)
        found = await self._proposals.find({"origin_id": left.id}, limit=PROPOSALS_MAX)
        for proposal in found:
            if proposal.anonymised_at is None:
                names = proposal_anonymity.names_of(left.id, left.names)
                decided = proposal_anonymity.anonymise(proposal, names=names, at=self._clock.now())
                await self._proposals.erase(Erasure(*decided, names))
            await self._proposals.finish(proposal.id)

    async def _cases_of(self, request_id: str) -> list[Mediation]:
        return await self._cases.find({"request_id": request_id}, limit=CASES_MAX)
