"""Putting care requests to those who can help, as they come in, are taken back, or time passes."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from services.pairing.domain import care_placing as domain
from services.pairing.domain.care_asking import Watchers
from services.pairing.domain.care_task import ONGOING, CareTask, CareTaskState, Origin
from services.pairing.domain.household import LIVING_HERE, ConsentScope, Household, consents
from services.pairing.domain.member import Member, MemberState
from services.pairing.service.care_asking import CareAskingService, case_of
from services.pairing.service.care_helpers import Case
from shared.alarms import Rounds
from shared.clock import Clock, derived_id
from shared.envelope import Envelope
from shared.errors import AlreadyHeard
from shared.events.pairing_members import MemberAway, MemberLeft
from shared.events.pairing_register import HouseholdStopped
from shared.events.requests import (
    RequestAssigned,
    RequestMerged,
    RequestReferred,
    RequestReopened,
    RequestResolved,
    RequestReturned,
    RequestWithdrawn,
)
from shared.store import Store

CARE = "care"
"""The unit of an assignment that is ours."""
RequestLeft = (
    RequestWithdrawn
    | RequestReturned
    | RequestMerged
    | RequestReferred
    | RequestResolved
    | RequestAssigned
)
"""What takes a request out of our hands; an assignment if it is to another unit. What a helper of
ours did is resolved, too, and over by then."""
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
    members: Store[Member]
    endings: Endings


class CarePlacingService:
    """What is done with care tasks on what is heard, and when nobody answers."""

    def __init__(self, parts: Parts, asking: CareAskingService, clock: Clock) -> None:
        self._parts = parts
        self._store = parts.tasks
        self._asking = asking
        self._clock = clock
        self._alarms = Rounds(parts.tasks, clock, field="alarm_at", act=self._lapse)

    async def on_request_assigned(self, event: RequestAssigned, envelope: Envelope) -> None:
        """Put a care request to the household's own helper, unless it has left our hands since.

        What may overtake it is looked at before and after: in whatever order the two are heard, one
        of the handlers sees the other's trace.
        """
        if event.unit != CARE:
            if event.number > 1:
                await self.on_request_ended(event, envelope)
            return
        origin = Origin(
            request_id=event.request_id,
            assigned_as=envelope.sequence,
            service_code=event.service_code,
            dwelling_id=event.dwelling_id,
            due_at=event.due_at,
            post=event.post,
        )
        await self._placed(origin, envelope)

    async def on_request_reopened(self, event: RequestReopened, envelope: Envelope) -> None:
        """What our helper did has not solved it: put it to helpers again."""
        tasks = await self._store.find({"request_id": event.request_id}, limit=TASKS_MAX)
        done = [task for task in tasks if task.origin.assigned_as < envelope.sequence]
        if done and done[-1].state is CareTaskState.COMPLETED:
            origin = replace(done[-1].origin, assigned_as=envelope.sequence)
            await self._placed(origin, envelope)

    async def on_request_ended(self, event: RequestLeft, envelope: Envelope) -> None:
        """Cancel what the request had us do; an assignment heard later than this finds the note."""
        await self._parts.endings.note(event.request_id, envelope.sequence)
        await self._settle({"request_id": event.request_id}, handling=envelope)

    async def on_household_stopped(self, event: HouseholdStopped, envelope: Envelope) -> None:
        """Take back what is on offer for the household, unless it has consented again meanwhile."""
        where = {"household_id": event.household_id, "state": CareTaskState.OFFERED.value}
        await self._settle(where, handling=envelope)

    async def on_helper_gone(self, event: MemberLeft | MemberAway, envelope: Envelope) -> None:
        """Put to others what a helper is asked or had accepted, unless they are back meanwhile.

        A repeat finds nothing of it left with them.
        """
        member = await self._parts.members.get(event.member_id)
        if member.state is MemberState.ACTIVE:
            return
        where = {
            "community": member.community,
            "asked_ids": member.person_id,
            "state": {"$in": [state.value for state in ONGOING]},
        }
        while theirs := await self._store.find(where, limit=TASKS_MAX):
            for task in theirs:
                asking = await self._asking.of(await self._case(task))
                followed = domain.helper_gone(task, helper_id=member.id, asking=asking)
                await self._store.save(*followed, handling=envelope)

    async def ring(self) -> int:
        """Go on to the next where the time to answer is over; how many tasks. ``Unavailable``."""
        return await self._alarms.ring()

    async def _lapse(self, task: CareTask, _: datetime) -> bool:
        lapsed = domain.lapse(task, asking=await self._asking.of(await self._case(task)))
        if lapsed is None:
            return False
        await self._store.save(*lapsed)
        return True

    async def _placed(self, origin: Origin, envelope: Envelope) -> None:
        if await self._parts.endings.up_to(origin.request_id) < envelope.sequence:
            # Placed before a crash, perhaps, which left what follows undone.
            with contextlib.suppress(AlreadyHeard):
                await self._place(origin, envelope)
        await self._settle({"request_id": origin.request_id}, handling=None)

    async def _place(self, origin: Origin, envelope: Envelope) -> None:
        household = await self._household(envelope.community, origin.dwelling_id)
        task, events = domain.place(
            id=derived_id("cta", envelope.id),
            community=envelope.community,
            origin=origin,
            asking=await self._asking.of(Case(envelope.community, origin, household)),
        )
        await self._store.save(task, events, handling=envelope)

    async def _settle(self, where: Mapping[str, Any], *, handling: Envelope | None) -> None:
        """Bring tasks in line with what overtook them; a repeat finds nothing more to do."""
        for task in await self._store.find(where, limit=TASKS_MAX):
            case = await self._case(task)
            consenting = self._consenting(case.household)
            stopping = task.state is CareTaskState.OFFERED and not consenting
            nobody = await self._asking.watchers(case) if stopping else Watchers()
            followed = domain.overtaken(
                task,
                ended_up_to=await self._parts.endings.up_to(task.request_id),
                consenting=consenting,
                watchers=nobody,
            )
            if followed is not None:
                await self._store.save(*followed, handling=handling)

    def _consenting(self, household: Household | None) -> bool:
        now = self._clock.now()
        return household is not None and consents(household, at=now, to=ConsentScope.HELP)

    async def _case(self, task: CareTask) -> Case:
        home = task.household_id
        return case_of(task, None if home is None else await self._parts.households.get(home))

    async def _household(self, community: str, dwelling_id: str | None) -> Household | None:
        if dwelling_id is None:
            return None
        living_here = {"$in": [state.value for state in LIVING_HERE]}
        where = {"community": community, "dwelling_id": dwelling_id, "state": living_here}
        found = await self._parts.households.find(where, limit=1)
        return found[0] if found else None
