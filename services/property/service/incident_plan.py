"""What the company does with incidents while they last: plan, announce, begin, restore."""

from collections.abc import Callable
from datetime import datetime

from services.property.domain import incident as domain
from services.property.domain import incident_plan as plan
from services.property.domain.incident import Incident, Work
from services.property.service.viewer import Target, change_for
from shared.alarms import Alarms
from shared.clock import Clock
from shared.events import Event
from shared.store import Store


class IncidentPlanService:
    """The use cases. Each: ``NotFound``, ``Stale``, ``WrongState``."""

    def __init__(self, store: Store[Incident], clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.ring = Alarms(store, clock, field="alarm_at", tick=plan.tick).ring
        """Planned work begins of itself at its hour."""

    async def announce(self, target: Target, *, text: str, work: Work | None) -> Incident:
        """Its people are told something new, and perhaps other hours; ``Invalid``."""
        now = self._clock.now()
        return await self._change(
            target, lambda one: plan.announce(one, text=text, work=work, at=now)
        )

    async def begin(self, target: Target) -> Incident:
        """The work begins, or somebody is at it."""
        now = self._clock.now()
        return await self._change(target, lambda one: plan.begin(one, at=now))

    async def cancel(self, target: Target, *, reason: str) -> Incident:
        """What was planned is not done after all."""
        return await self._change(target, lambda one: plan.cancel(one, reason=reason))

    async def restore(self, target: Target, *, finished_at: datetime) -> Incident:
        """What was disturbed is restored, since this moment; ``Invalid``."""
        now = self._clock.now()

        def decide(one: Incident) -> tuple[Incident, list[Event]]:
            return domain.restore(one, at=domain.finish(one, finished_at=finished_at, at=now))

        return await self._change(target, decide)

    async def _change(
        self, target: Target, decide: Callable[[Incident], tuple[Incident, list[Event]]]
    ) -> Incident:
        return await change_for(target, self._store, decide)
