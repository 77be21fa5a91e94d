"""What a dispute means for keeping: until it is over nothing of its request goes, then all does."""

from services.requests.domain.mediation import Mediation
from services.requests.domain.mediation_anonymity import anonymise, is_over, names_of
from services.requests.service.dispute import CASES_MAX
from shared.clock import Clock
from shared.erasing import ErasingStore, Erasure, Left
from shared.errors import Conflict


class Disputes:
    """The cases of mediation behind requests."""

    def __init__(self, cases: ErasingStore[Mediation], clock: Clock) -> None:
        self._cases = cases
        self._clock = clock

    async def must_be_settled(self, request_id: str) -> None:
        """Passes if nobody quarrels about it any more; ``Conflict``, ``Unavailable``."""
        if not all(is_over(case) for case in await self._of(request_id)):
            raise Conflict("request.in_dispute")

    async def forget(self, left: Left) -> None:
        """Take the parties and all that was said out of the cases of a request.

        Again, nothing happens. ``Stale``, ``Awaited``, ``Unavailable``.
        """
        for case in await self._of(left.id):
            if case.anonymised_at is None:
                anonymous, events = anonymise(case, at=self._clock.now())
                names = names_of(case, left.names)
                await self._cases.erase(Erasure(anonymous, events, names))
            await self._cases.finish(case.id)

    async def _of(self, request_id: str) -> list[Mediation]:
        return await self._cases.find({"request_id": request_id}, limit=CASES_MAX)
