"""What time brings to visits: they open, are missed, are told again, each thing once."""

from collections.abc import Sequence
from datetime import datetime

from services.pairing.domain import rota
from services.pairing.domain.rota import Round
from services.pairing.domain.visit import CancelReason, Outcome, Visit, VisitState, assign
from services.pairing.domain.visit_clock import tick
from services.pairing.service.round import Registers
from shared.alarms import Act, Batches
from shared.clock import Clock
from shared.events import Event
from shared.store import Store


class VisitClock(Batches[Visit]):
    """Looks at visits whose alarm has come, with what their pairings are by now."""

    def __init__(self, store: Store[Visit], registers: Registers, clock: Clock) -> None:
        super().__init__(store, clock, field="alarm_at")
        self._registers = registers

    async def _act_on(self, due: Sequence[Visit]) -> Act[Visit]:
        rounds = await self._registers.rounds(visit.pairing_id for visit in due)

        async def act(visit: Visit, at: datetime) -> bool:
            return await self._heed(visit, rounds.get(visit.pairing_id), at)

        return act

    async def _heed(self, visit: Visit, round_: Round | None, at: datetime) -> bool:
        outcome = decided(visit, round_, at=at)
        if outcome is None:
            return False
        await self._store.save(*outcome)
        return True


def decided(visit: Visit, round_: Round | None, *, at: datetime) -> Outcome | None:
    """What time makes of it; before it opens, once more who is there to make it."""
    if round_ is None:  # there is no pairing any more
        return tick(visit, stopped=CancelReason.ENDED, at=at)
    events: list[Event] = []
    since = rota.stopped_since(round_, visit.household_id)
    if visit.state is VisitState.SCHEDULED:
        people = rota.participants(round_, visit.household_id, at=visit.window_start)
        changed = assign(visit, people, at=at)
        if changed is not None:
            visit, events = changed
    stopped = rota.stopped(round_, visit.household_id, at=at)
    ticked = tick(visit, stopped=stopped, since=since, at=at)
    return None if ticked is None else (ticked[0], events + ticked[1])
