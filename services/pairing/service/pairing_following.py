"""What follows for pairings from what is heard, and from a pause that is over."""

from datetime import datetime

from services.pairing.domain import pairing_pause, pairing_plan, pairing_release
from services.pairing.domain.conflict import ConflictState, apart
from services.pairing.domain.member import MemberState
from services.pairing.domain.pairing import EndReason, Outcome, Pairing, is_live
from services.pairing.service.pairing_parts import PairingParts
from shared.alarms import Rounds
from shared.envelope import Envelope
from shared.events.pairing import HouseholdConsented, PairingHouseholdReleased
from shared.events.pairing_conflict import ConflictRegistered
from shared.events.pairing_members import MemberLeft
from shared.events.pairing_register import HouseholdChanged

Agreed = HouseholdConsented | PairingHouseholdReleased


class PairingFollowingService:
    """Each that hears: told twice, late or in disorder, it looks at how things stand now."""

    def __init__(self, parts: PairingParts) -> None:
        self._parts = parts
        self._store = parts.pairings
        self._rounds = Rounds(parts.pairings, parts.clock, field="back_at", act=self._go_on)

    async def go_on_due(self) -> int:
        """Let go on what has rested until now, in any number of replicas; how many it were.

        ``Unavailable``; what was missed while nobody looked goes on at the next call.
        """
        return await self._rounds.ring()

    async def on_member_left(self, event: MemberLeft, envelope: Envelope) -> None:
        """Let the helper go from all their pairings, unless they are back already."""
        member = await self._parts.members.get(event.member_id)
        if member.state is not MemberState.LEFT:
            return
        for pairing in await self._parts.live({"helper_ids": member.id}):
            released = pairing_release.release_helper(
                pairing, helper_id=member.id, reason=EndReason.HELPER_LEFT
            )
            await self._store.save(*released, handling=envelope)

    async def on_household_agreed(self, event: Agreed, envelope: Envelope) -> None:
        """Let go on what only waited for a consent: it is given, or who lacked it is let go."""
        for pairing in await self._waiting(event):
            homes = await self._parts.homes_of(pairing)
            gone_on = pairing_pause.go_on_agreed(
                pairing, households=homes, at=self._parts.clock.now()
            )
            if gone_on is not None:
                await self._store.save(*gone_on, handling=envelope)

    async def on_household_changed(self, event: HouseholdChanged, envelope: Envelope) -> None:
        """Part whom its people now forbid, and put the floor into plans that fall below it."""
        household = await self._parts.households.get(event.household_id)
        for found in await self._parts.live({"household_ids": household.id}):
            pairing, events = await self._parted(found)
            kept = None
            if is_live(pairing) and household.id in pairing.household_ids:
                today = self._parts.today()
                kept = pairing_plan.keep_floor(pairing, household=household, today=today)
            if kept is not None:
                pairing, events = kept[0], [*events, *kept[1]]
            if events:
                await self._store.save(pairing, events, handling=envelope)

    async def on_conflict_registered(self, event: ConflictRegistered, envelope: Envelope) -> None:
        """Part the two wherever they are paired, unless they may be again meanwhile."""
        conflict = await self._parts.conflicts.get(event.conflict_id)
        if conflict.state is not ConflictState.STANDING:
            return
        people = {"$in": list(conflict.person_ids)}
        of = {"community": conflict.community, "person_id": people}
        for member in await self._parts.members.find(of):
            for pairing in await self._parts.live({"helper_ids": member.id}):
                parted, events = await self._parted(pairing)
                if events:
                    await self._store.save(parted, events, handling=envelope)

    async def _waiting(self, event: Agreed) -> list[Pairing]:
        if isinstance(event, PairingHouseholdReleased):
            return [await self._store.get(event.pairing_id)]
        return await self._parts.live({"household_ids": event.household_id})

    async def _parted(self, pairing: Pairing) -> Outcome:
        """Without those who must not be paired; no events if all of them may."""
        helpers = await self._parts.helpers_of(pairing)
        homes = await self._parts.homes_of(pairing)
        pairs = apart(helpers, homes, await self._parts.conflicts_of(helpers))
        return pairing_release.part(pairing, pairs, reason=EndReason.CONFLICT)

    async def _go_on(self, pairing: Pairing, now: datetime) -> bool:
        homes = await self._parts.homes_of(pairing)
        gone_on = pairing_pause.go_on(pairing, households=homes, at=now)
        if gone_on is None:
            return False
        await self._store.save(*gone_on)
        return True
