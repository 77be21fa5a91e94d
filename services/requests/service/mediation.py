"""What one can do with a mediation; whoever reads one is put on record first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.requests.domain import mediation_steps as steps
from services.requests.domain.mediation import (
    Decided,
    Mediation,
    MediationState,
    Party,
    Side,
)
from services.requests.domain.mediation_alarm import tick
from services.requests.domain.mediation_reader import MediationReader, may_read
from services.requests.service.reading import Purpose
from shared.alarms import Alarms
from shared.clock import Clock, new_id
from shared.deciding import changed
from shared.envelope import Envelope
from shared.errors import NotFound
from shared.readings import Reading, ReadingLog
from shared.store import Page, Store


@dataclass(frozen=True, slots=True)
class PartyNamed:
    """What is told of a party."""

    side: Side
    name: str
    person_id: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """What is told of a dispute that somebody brings in."""

    subject: str
    parties: tuple[PartyNamed, ...] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases to list; None: any."""

    state: MediationState | None = None
    urgent: bool | None = None

    def where(self) -> dict[str, Any]:
        """The same as stored fields."""
        fields = {"state": self.state and self.state.value, "urgent": self.urgent}
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a step is taken, by whom, and where its ids come from."""

    at: datetime
    by: str
    new_id: Callable[[str], str]


Step = Callable[[Mediation, Occasion], Decided]
"""One step of a case, made of what was told (``service/mediation_steps.py``)."""


class MediationService:
    """The use cases; each that is about a case: ``NotFound`` if it is none of the reader's."""

    def __init__(
        self,
        store: Store[Mediation],
        readings: ReadingLog,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._readings = readings
        self._clock = clock
        self._new_id = new_id
        self._alarms = Alarms(store, clock, field="alarm_at", tick=tick)

    async def register(self, dispute: Dispute, *, community: str) -> Mediation:
        """A new case in this community; the branch secretary appoints its mediators."""
        mediation = Mediation(
            id=self._new_id("med"),
            community=community,
            version=0,
            state=MediationState.REGISTERED,
            subject=dispute.subject,
            registered_at=self._clock.now(),
            urgent=dispute.urgent,
            parties=parties_of(dispute.parties, self._new_id),
        )
        return await self._store.save(*steps.register(mediation))

    async def read(
        self, mediation_id: str, reader: MediationReader, *, purpose: Purpose
    ) -> Mediation:
        """One case in full; that it was read is on record before it is shown."""
        mediation = await self._own(mediation_id, reader)
        await self._readings.note(mediation, by=reader.id, purpose=purpose)
        return mediation

    async def story(
        self, mediation_id: str, reader: MediationReader, *, purpose: Purpose
    ) -> list[Envelope]:
        """All that happened to a case, oldest first; on record as any other reading."""
        await self.read(mediation_id, reader, purpose=purpose)
        return await self._store.story(mediation_id, communities=reader.communities)

    async def readings(
        self, mediation_id: str, reader: MediationReader, *, cursor: str | None, limit: int
    ) -> Page[Reading]:
        """Who read a case, newest first: for the branch secretary."""
        mediation = await self._own(mediation_id, reader)
        return await self._readings.page(mediation, cursor=cursor, limit=limit)

    async def page(
        self, reader: MediationReader, wanted: CaseFilter, *, cursor: str | None, limit: int
    ) -> Page[Mediation]:
        """The reader's cases, newest first, to be shown without what is confided.

        A page may be shorter than ``limit``: a secretary's own dispute is left out of it.
        """
        where = wanted.where()
        if not reader.secretary:
            where["mediator_ids"] = reader.id
        page = await self._store.page(
            where, communities=reader.communities, cursor=cursor, limit=limit
        )
        return Page([each for each in page.items if may_read(reader, each)], page.next_cursor)

    async def change(
        self, mediation_id: str, reader: MediationReader, step: Step, *, seen: int | None
    ) -> Mediation:
        """Take a step of a case.

        ``Stale`` if ``seen`` has moved on; ``WrongState``, ``Conflict`` or ``Invalid`` as the step
        in the domain says.
        """
        occasion = Occasion(self._clock.now(), reader.id, self._new_id)
        return await changed(
            self._store,
            lambda: self._own(mediation_id, reader),
            lambda mediation: step(mediation, occasion),
            seen=seen,
        )

    async def ring(self) -> int:
        """Tell of every term, and every agreement, whose time has come, in any number of replicas
        at once; of how many cases. ``Unavailable``."""
        return await self._alarms.ring()

    async def _own(self, mediation_id: str, reader: MediationReader) -> Mediation:
        mediation = await self._store.get(mediation_id, communities=reader.communities)
        if not may_read(reader, mediation):
            raise NotFound("store.not_found", id=mediation_id)
        return mediation


def parties_of(named: Sequence[PartyNamed], new_id: Callable[[str], str]) -> tuple[Party, ...]:
    """Parties with ids of their own, who have not agreed to anything yet."""
    return tuple(
        Party(new_id("pty"), each.side, each.name, each.person_id, each.phone) for each in named
    )
