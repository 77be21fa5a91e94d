"""Offering help on request to a household's own helpers, and what they make of it."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.pairing.domain import care_task as domain
from services.pairing.domain.care_task import (
    CareTask,
    CareTaskState,
    Origin,
)
from services.pairing.domain.household import LIVING_HERE, ConsentScope, Household, consents
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import Pairing, PairingState
from services.pairing.service.onlooker import Onlooker
from shared.clock import Clock, derived_id
from shared.envelope import Envelope
from shared.errors import AlreadyHeard
from shared.events.pairing_register import HouseholdStopped
from shared.events.requests import (
    RequestAssigned,
    RequestMerged,
    RequestReferred,
    RequestReturned,
    RequestWithdrawn,
)
from shared.store import Page, Store, check_seen

CARE = "care"
"""The unit of an assignment that is ours."""
RequestLeft = RequestWithdrawn | RequestReturned | RequestMerged | RequestReferred | RequestAssigned
"""What takes a request out of our hands; an assignment if it is to another unit."""
PAIRINGS_MAX = 50
TASKS_MAX = 100


class Endings(Protocol):
    """Up to which of its versions a request has left our hands: withdrawn or returned."""

    async def note(self, request_id: str, sequence: int) -> None:
        """Whatever was assigned before this version is not ours any more."""

    async def up_to(self, request_id: str) -> int:
        """The highest version noted, 0 if none."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a care task is decided from."""

    tasks: Store[CareTask]
    households: Store[Household]
    pairings: Store[Pairing]
    members: Store[Member]
    endings: Endings


class CareTaskService:
    """What one can do with care tasks, and what is done with them on what is heard."""

    def __init__(self, parts: Parts, clock: Clock) -> None:
        self._parts = parts
        self._store = parts.tasks
        self._clock = clock

    async def accept(self, task_id: str, onlooker: Onlooker, *, seen: int | None) -> CareTask:
        """The helper says yes; ``NotFound`` for anybody else's task."""
        task = await self._own(task_id, onlooker, seen)
        return await self._store.save(*domain.accept(task))

    async def decline(self, task_id: str, onlooker: Onlooker, *, seen: int | None) -> CareTask:
        """The helper says no: the next one is asked."""
        task = await self._own(task_id, onlooker, seen)
        helpers = await self._helpers(task.household_id)
        return await self._store.save(*domain.decline(task, helpers=helpers))

    async def complete(
        self,
        task_id: str,
        onlooker: Onlooker,
        *,
        note: str | None,
        minutes: int,
        seen: int | None,
    ) -> CareTask:
        """The helper reports it done."""
        task = await self._own(task_id, onlooker, seen)
        done = domain.complete(task, note=note, minutes=minutes, at=self._clock.now())
        return await self._store.save(*done)

    async def get(self, task_id: str, onlooker: Onlooker) -> CareTask:
        """One task; ``NotFound`` if the onlooker may not see it."""
        return await self._own(task_id, onlooker, None)

    async def page(
        self,
        onlooker: Onlooker,
        *,
        state: CareTaskState | None,
        cursor: str | None,
        limit: int,
    ) -> Page[CareTask]:
        """The tasks that the onlooker may see, newest first."""
        where: dict[str, Any] = {} if state is None else {"state": state.value}
        if onlooker.person_id is not None:
            where["helper_person_id"] = onlooker.person_id
        return await self._store.page(
            where, communities=onlooker.communities, cursor=cursor, limit=limit
        )

    async def story(self, task_id: str, onlooker: Onlooker) -> list[Envelope]:
        """All that happened to the task, oldest first; ``NotFound``."""
        await self._own(task_id, onlooker, None)
        return await self._store.story(task_id, communities=onlooker.communities)

    async def on_request_assigned(self, event: RequestAssigned, envelope: Envelope) -> None:
        """Offer a care request to the household's own helper, unless it has left our hands since.

        What may overtake it is looked at before and after: in whatever order the two are heard, one
        of the handlers sees the other's trace.
        """
        if event.unit != CARE:
            if event.number > 1:
                await self.on_request_ended(event, envelope)
            return
        if await self._parts.endings.up_to(event.request_id) < envelope.sequence:
            # Placed before a crash, perhaps, which left what follows undone.
            with contextlib.suppress(AlreadyHeard):
                await self._place(event, envelope)
        await self._settle({"request_id": event.request_id}, handling=None)

    async def on_request_ended(self, event: RequestLeft, envelope: Envelope) -> None:
        """Cancel what the request had us do; an assignment heard later than this finds the note."""
        await self._parts.endings.note(event.request_id, envelope.sequence)
        await self._settle({"request_id": event.request_id}, handling=envelope)

    async def on_household_stopped(self, event: HouseholdStopped, envelope: Envelope) -> None:
        """Take back what is on offer for the household, unless it has consented again meanwhile."""
        where = {"household_id": event.household_id, "state": CareTaskState.OFFERED.value}
        await self._settle(where, handling=envelope)

    async def _place(self, event: RequestAssigned, envelope: Envelope) -> None:
        household = await self._household(envelope.community, event.dwelling_id)
        task, events = domain.place(
            id=derived_id("cta", envelope.id),
            community=envelope.community,
            origin=Origin(
                request_id=event.request_id,
                assigned_as=envelope.sequence,
                service_code=event.service_code,
                dwelling_id=event.dwelling_id,
                due_at=event.due_at,
            ),
            household=household,
            helpers=await self._helpers(None if household is None else household.id),
            at=self._clock.now(),
        )
        await self._store.save(task, events, handling=envelope)

    async def _settle(self, where: Mapping[str, Any], *, handling: Envelope | None) -> None:
        """Bring tasks in line with what overtook them; a repeat finds nothing more to do."""
        for task in await self._store.find(where, limit=TASKS_MAX):
            followed = domain.overtaken(
                task,
                ended_up_to=await self._parts.endings.up_to(task.request_id),
                consenting=await self._consenting(task.household_id),
            )
            if followed is not None:
                await self._store.save(*followed, handling=handling)

    async def _consenting(self, household_id: str | None) -> bool:
        if household_id is None:
            return False
        household = await self._parts.households.get(household_id)
        return consents(household, at=self._clock.now(), to=ConsentScope.HELP)

    async def _household(self, community: str, dwelling_id: str | None) -> Household | None:
        if dwelling_id is None:
            return None
        living_here = {"$in": [state.value for state in LIVING_HERE]}
        where = {"community": community, "dwelling_id": dwelling_id, "state": living_here}
        found = await self._parts.households.find(where, limit=1)
        return found[0] if found else None

    async def _helpers(self, household_id: str | None) -> Sequence[Member]:
        """Those of the household's active pairings, oldest pairing first, each once."""
        if household_id is None:
            return []
        where = {"household_ids": household_id, "state": PairingState.ACTIVE.value}
        pairings = await self._parts.pairings.find(where, limit=PAIRINGS_MAX)
        ids = dict.fromkeys(helper for pairing in pairings for helper in pairing.helper_ids)
        return [await self._parts.members.get(helper_id) for helper_id in ids]

    async def _own(self, task_id: str, onlooker: Onlooker, seen: int | None) -> CareTask:
        task = await self._store.get(task_id, communities=onlooker.communities)
        onlooker.check(task.id, person_id=task.helper_person_id)
        check_seen(task, seen)
        return task
