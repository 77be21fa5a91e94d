"""What visits make of what happens around them: whatever is heard, the rota is settled anew."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.pairing.domain import rota
from services.pairing.domain.pairing import PairingState
from services.pairing.domain.visit import OPEN_STATES, CancelReason, Visit, VisitState, cancel
from services.pairing.service.rota import RotaService
from services.pairing.service.round import Registers
from shared.clock import Clock
from shared.envelope import Envelope
from shared.events.pairing import (
    HouseholdConsented,
    PairingActivated,
    PairingEnded,
    PairingHouseholdReleased,
    PairingPaused,
    PairingResumed,
)
from shared.events.pairing_matching import StandInAppointed, StandInEnded
from shared.events.pairing_members import MemberAway, MemberChanged, MemberLeft, MemberReturned
from shared.events.pairing_pairing import (
    PairingHelperReleased,
    PairingHouseholdRested,
    PairingHouseholdReturned,
    PairingPlanned,
)
from shared.events.pairing_register import HouseholdChanged, HouseholdStopped
from shared.events.pairing_visit import VisitCompleted, VisitMissed
from shared.store import Store

OfPairing = (
    PairingActivated
    | PairingPaused
    | PairingResumed
    | PairingEnded
    | PairingPlanned
    | PairingHelperReleased
    | PairingHouseholdReleased
    | PairingHouseholdRested
    | PairingHouseholdReturned
)
OfHousehold = (
    HouseholdConsented | HouseholdChanged | HouseholdStopped | StandInAppointed | StandInEnded
)
OfMember = MemberChanged | MemberAway | MemberReturned | MemberLeft
LIVING = (PairingState.ACTIVE, PairingState.PAUSED)
PAIRINGS_MAX = 200
"""Live pairings of one member or household: far beyond any capacity."""
VISITS_MAX = 500


class VisitHearing:
    """Hears of pairings, households, members and of visits themselves.

    A repeat, or an event that comes late, settles what is settled already: nothing changes.
    """

    def __init__(
        self, rotas: RotaService, store: Store[Visit], registers: Registers, clock: Clock
    ) -> None:
        self._rotas = rotas
        self._store = store
        self._registers = registers
        self._clock = clock

    async def on_pairing(self, event: OfPairing, _: Envelope) -> None:
        """A pairing goes on, rests, ends or is another one than before."""
        await self._rotas.settle(event.pairing_id)

    async def on_household(self, event: OfHousehold, _: Envelope) -> None:
        """Its consent, its circumstances or who stands in for its helpers has changed."""
        where = {"household_id": event.household_id, **_in(OPEN_STATES)}
        visits = await self._store.find(where, limit=VISITS_MAX)
        pairings = await self._pairings({"household_ids": event.household_id})
        await self._settle([*pairings, *(visit.pairing_id for visit in visits)])

    async def on_member(self, event: OfMember, _: Envelope) -> None:
        """A helper is there, or is not; for whom they stand in, is told of a stand-in."""
        await self._settle(await self._pairings({"helper_ids": event.member_id}))

    async def on_missed(self, event: VisitMissed, _: Envelope) -> None:
        """Nobody was there: it is made up for, unless the plan's next visit comes first."""
        missed = await self._store.get(event.visit_id)
        rounds = await self._registers.rounds([event.pairing_id])
        round_ = rounds.get(event.pairing_id)
        if round_ is None or missed.state is not VisitState.MISSED:
            return
        errand = rota.make_up(round_, missed, at=self._clock.now())
        if errand is not None:
            await self._rotas.make(errand, round_)

    async def on_completed(self, event: VisitCompleted, _: Envelope) -> None:
        """It was made after all, as a late report says: nothing is to be made up for."""
        where = {
            "makes_up": event.visit_id,
            **_in((VisitState.SCHEDULED, VisitState.DUE)),
        }
        for visit in await self._store.find(where, limit=1):
            reason, now = CancelReason.DONE_ALREADY, self._clock.now()
            await self._store.save(*cancel(visit, reason=reason, at=now))

    async def _pairings(self, where: Mapping[str, Any]) -> list[str]:
        found = await self._registers.pairings.find({**where, **_in(LIVING)}, limit=PAIRINGS_MAX)
        return [each.id for each in found]

    async def _settle(self, pairing_ids: Iterable[str]) -> None:
        for pairing_id in dict.fromkeys(pairing_ids):
            await self._rotas.settle(pairing_id)


def _in(states: Iterable[VisitState | PairingState]) -> Mapping[str, Any]:
    return {"state": {"$in": [state.value for state in states]}}
