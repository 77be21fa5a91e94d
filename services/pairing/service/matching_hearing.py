"""What follows for matchings and stand-ins from what is heard."""

from collections.abc import Sequence
from contextlib import suppress

from services.pairing.domain import standin
from services.pairing.domain.conflict import ConflictState, apart
from services.pairing.domain.household import consents
from services.pairing.domain.matching import MatchingCause
from services.pairing.domain.member import MemberState
from services.pairing.domain.pairing import LIVE, Pairing
from services.pairing.domain.standin import StandIn, StandInEnd, StandInState
from services.pairing.service.matching import MatchingService
from services.pairing.service.matching_parts import MatchingStores
from services.pairing.service.pairing_parts import CONFLICTS_MAX
from shared.clock import Clock
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, Stale
from shared.events import Event
from shared.events.pairing import PairingDeclined, PairingEnded, PairingHouseholdReleased
from shared.events.pairing_conflict import ConflictRegistered
from shared.events.pairing_matching import MatchingDecided, StandInEnded
from shared.events.pairing_members import MemberAway, MemberLeft, MemberReturned
from shared.events.pairing_pairing import PairingHelperReleased
from shared.events.pairing_register import HouseholdChanged, HouseholdStopped

STANDING_MAX = 500
Loosened = PairingEnded | PairingHelperReleased | PairingHouseholdReleased | PairingDeclined


class MatchingHearingService:
    """Told twice, late or in disorder, each looks at how things stand now."""

    def __init__(self, stores: MatchingStores, matchings: MatchingService, clock: Clock) -> None:
        self._stores = stores
        self._matchings = matchings
        self._clock = clock

    async def on_helper_changed(self, event: Event, envelope: Envelope) -> None:
        """Somebody came, moved, or can do or carry something else."""
        await self._matchings.ask_after(MatchingCause.HELPERS_CHANGED, envelope)

    async def on_household_changed(self, event: Event, envelope: Envelope) -> None:
        """A household agreed, or is not as it was: nobody stands in with whom it may not be."""
        if isinstance(event, HouseholdChanged):
            await self._keep_apart(await self._standing({"household_id": event.household_id}))
        await self._matchings.ask_after(MatchingCause.HOUSEHOLDS_CHANGED, envelope)

    async def on_helper_gone(self, event: MemberLeft | MemberAway, envelope: Envelope) -> None:
        """Where they stood in for somebody they do so no more; their own load is proposed anew."""
        member = await self._stores.members.get(event.member_id)
        if member.state is not MemberState.ACTIVE:
            await self._end({"member_id": member.id}, StandInEnd.LEFT)
        if member.state is MemberState.LEFT:
            await self._end({"for_member_id": member.id}, StandInEnd.RETURNED)
        await self._matchings.ask_after(MatchingCause.HELPERS_CHANGED, envelope)

    async def on_helper_back(self, event: MemberReturned, envelope: Envelope) -> None:
        """Nobody stands in for who is back."""
        member = await self._stores.members.get(event.member_id)
        if member.state is MemberState.ACTIVE:
            await self._end({"for_member_id": member.id}, StandInEnd.RETURNED)
        await self._matchings.ask_after(MatchingCause.HELPERS_CHANGED, envelope)

    async def on_household_stopped(self, event: HouseholdStopped, envelope: Envelope) -> None:
        """Nobody stands in at a household that does not agree any more."""
        household = await self._stores.households.get(event.household_id)
        if not consents(household, at=self._clock.now()):
            await self._end({"household_id": household.id}, StandInEnd.RELEASED)
        await self._matchings.ask_after(MatchingCause.HOUSEHOLDS_CHANGED, envelope)

    async def on_conflict_registered(self, event: ConflictRegistered, envelope: Envelope) -> None:
        """Neither of the two stands in with the other, unless they may again meanwhile."""
        conflict = await self._stores.conflicts.get(event.conflict_id)
        of = {
            "community": conflict.community,
            "person_id": {"$in": list(conflict.person_ids)},
        }
        for member in await self._stores.members.find(of):
            await self._keep_apart(await self._standing({"member_id": member.id}))
        await self._matchings.ask_after(MatchingCause.PAIRINGS_CHANGED, envelope)

    async def on_loosened(self, event: Loosened, envelope: Envelope) -> None:
        """A pairing is over, or somebody has left it: nobody stands in for who helps no more."""
        pairing = await self._stores.pairings.get(event.pairing_id)
        if isinstance(event, PairingDeclined):
            await self._note_refusal(pairing, event, envelope)
        households = set(pairing.household_ids)
        if isinstance(event, PairingHouseholdReleased):
            households.add(event.household_id)
        for household_id in sorted(households):
            await self._end_where_helped_no_more(household_id)
        await self._matchings.ask_after(MatchingCause.PAIRINGS_CHANGED, envelope)

    async def on_stand_in_ended(self, event: StandInEnded, envelope: Envelope) -> None:
        """Somebody else may have to stand in; who said no is not asked again for long."""
        if event.reason == StandInEnd.DECLINED:
            stand_in = await self._stores.stand_ins.get(event.stand_in_id)
            pair = (stand_in.member_id, stand_in.household_id)
            await self._stores.refusals.note(stand_in.community, pair, at=envelope.time)
        await self._matchings.ask_after(MatchingCause.HELPERS_CHANGED, envelope)

    async def on_decided(self, event: MatchingDecided, envelope: Envelope) -> None:
        """Others are looked for in the place of whom the branch declined, and of what failed."""
        if event.declined or event.failed:
            await self._matchings.ask_after(MatchingCause.DECLINED, envelope)

    async def _note_refusal(
        self, pairing: Pairing, event: PairingDeclined, envelope: Envelope
    ) -> None:
        """Whoever declined wants nobody of the other side; where it is not known who, none wants
        any. Who has left, or agrees to no visits, refused nobody by that."""
        helpers = (event.helper_id,) if event.helper_id else pairing.helper_ids
        households = (event.household_id,) if event.household_id else pairing.household_ids
        for household_id in households:
            household = await self._stores.households.get(household_id)
            if not consents(household, at=self._clock.now()):
                continue
            for helper_id in helpers:
                member = await self._stores.members.get(helper_id)
                if member.state is not MemberState.LEFT:
                    pair = (helper_id, household_id)
                    await self._stores.refusals.note(pairing.community, pair, at=envelope.time)

    async def _end_where_helped_no_more(self, household_id: str) -> None:
        live = {"$in": [state.value for state in LIVE]}
        where = {"household_ids": household_id, "state": live}
        pairings = await self._stores.pairings.find(where, limit=STANDING_MAX)
        helpers = {helper_id for pairing in pairings for helper_id in pairing.helper_ids}
        for stand_in in await self._standing({"household_id": household_id}):
            if stand_in.for_member_id not in helpers:
                await self._over(stand_in, StandInEnd.RELEASED)

    async def _keep_apart(self, stand_ins: Sequence[StandIn]) -> None:
        """End those in which somebody stands in with whom they must not be paired."""
        for stand_in in stand_ins:
            member = await self._stores.members.get(stand_in.member_id)
            home = await self._stores.households.get(stand_in.household_id)
            where = {
                "community": member.community,
                "person_ids": member.person_id,
                "state": ConflictState.STANDING.value,
            }
            found = await self._stores.conflicts.find(where, limit=CONFLICTS_MAX)
            if apart([member], [home], found):
                await self._over(stand_in, StandInEnd.RELEASED)

    async def _end(self, where: dict[str, str], reason: StandInEnd) -> None:
        for stand_in in await self._standing(where):
            await self._over(stand_in, reason)

    async def _standing(self, where: dict[str, str]) -> list[StandIn]:
        standing = {**where, "state": StandInState.STANDING.value}
        return await self._stores.stand_ins.find(standing, limit=STANDING_MAX)

    async def _over(self, stand_in: StandIn, reason: StandInEnd) -> None:
        ended = standin.end(stand_in, reason=reason, at=self._clock.now())
        with suppress(Stale, AlreadyHeard):  # ended by another replica, which is the same
            await self._stores.stand_ins.save(*ended)
