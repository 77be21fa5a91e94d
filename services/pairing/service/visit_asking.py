"""Asking for a visit outside of a pairing's rhythm."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.pairing.domain import visit_asking as domain
from services.pairing.domain.plan import CareService
from services.pairing.domain.visit import OPEN_STATES, Visit
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.rota import OPEN_MAX, RotaService
from services.pairing.service.round import Registers
from shared.clock import Clock, new_id
from shared.errors import Invalid
from shared.store import Store


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to look in on, what for, and by when: within so many hours from ``opens_at`` on."""

    pairing_id: str
    household_id: str | None = None
    services: tuple[CareService, ...] = (CareService.CHAT,)
    opens_at: datetime | None = None
    hours: int = domain.HOURS_DEFAULT


class VisitAskingService:
    """What makes it."""

    def __init__(
        self,
        rotas: RotaService,
        store: Store[Visit],
        registers: Registers,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._rotas = rotas
        self._store = store
        self._registers = registers
        self._clock = clock
        self._new_id = new_id

    async def ask(self, onlooker: Onlooker, wanted: Wanted) -> Visit:
        """Have the pairing's helpers make a visit; a branch asks those in which its members help.

        Errors: ``Invalid`` for a pairing that the onlooker does not see, or time; ``Conflict`` as
        ``domain.ask``.
        """
        rounds = await self._registers.rounds([wanted.pairing_id])
        round_ = rounds.get(wanted.pairing_id)
        if round_ is None or round_.pairing.community not in onlooker.communities:
            raise Invalid("pairing.unknown", pointer="/pairing_id")
        branches = {each.branch_id for each in round_.members.values()}
        if onlooker.branch_id is not None and onlooker.branch_id not in branches:
            raise Invalid("pairing.unknown", pointer="/pairing_id")
        household = domain.home_of(round_, wanted.household_id)
        now = self._clock.now()
        window = domain.window_of(opens_at=wanted.opens_at, hours=wanted.hours, at=now)
        open_ = {"$in": [state.value for state in OPEN_STATES]}
        where = {"pairing_id": round_.pairing.id, "state": open_}
        known = await self._store.find(where, limit=OPEN_MAX)
        errand = domain.ask(
            round_,
            household,
            [each for each in known if each.household_id == household.id],
            asked=domain.Asked(self._new_id("ask"), wanted.services, window),
            at=now,
        )
        return await self._store.get(await self._rotas.make(errand, round_))
