"""Households that lose whose they were, and what is left to do of it after a crash."""

import logging
from collections.abc import Sequence

from services.pairing.domain import household_end as domain
from services.pairing.domain.erasure import ErasureReason
from services.pairing.domain.household import Household, HouseholdState
from services.pairing.domain.person import Person
from shared.clock import Clock
from shared.envelope import Envelope
from shared.erasing import ErasingStore, Erasure
from shared.events.pairing_register import HouseholdChanged, PersonErased
from shared.store import OLDEST_FIRST

log = logging.getLogger(__name__)

BATCH = 100


class ForgettingService:
    """The use cases."""

    def __init__(
        self, households: ErasingStore[Household], people: ErasingStore[Person], clock: Clock
    ) -> None:
        self._households = households
        self._people = people
        self._clock = clock

    async def anonymise(
        self,
        household_id: str,
        *,
        reason: ErasureReason,
        communities: Sequence[str],
        seen: int | None = None,
    ) -> Household:
        """Take out of a household that has left whose it was; one that is so already stays so.

        Errors: ``NotFound``, ``Stale``; ``WrongState`` while it is on the register; ``Awaited``
        while its last event is still to be told.
        """
        household = await self._households.get(household_id, communities=communities, seen=seen)
        domain.must_have_left(household)
        if household.anonymised_at is not None:
            return household
        names = domain.names_of(household)
        anonymous, events = domain.anonymise(
            household, names=names, reason=reason, at=self._clock.now()
        )
        saved = await self._households.erase(Erasure(anonymous, events, names))
        await self._households.finish(saved.id)
        return saved

    async def on_person_erased(self, event: PersonErased, envelope: Envelope) -> None:
        """Households that have left call the person otherwise from now on.

        A repeat finds them in none any more. One that lives here cannot have them: nobody is
        erased while they are cared for, and who is entered anew since then is meant.
        """
        where = {"person_ids": event.person_id, "state": HouseholdState.LEFT.value}
        where["community"] = envelope.community
        for household in await self._households.find(where, order=OLDEST_FIRST, limit=BATCH):
            names = {event.person_id: domain.names_of(household)[event.person_id]}
            told = [HouseholdChanged(household_id=household.id)]
            without = domain.renamed(household, names)
            await self._households.erase(Erasure(without, told, names))
            await self._households.finish(household.id)

    async def finish(self) -> int:
        """What was left undone by whoever was stopped on the way; how many. ``Unavailable``."""
        done = 0
        for store in (self._households, self._people):
            for left in await store.unfinished(limit=BATCH):
                await store.finish(left.id)
                done += 1
        return done
