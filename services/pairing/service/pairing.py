"""Pairing helpers with households, and letting go when consent is taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.pairing.domain import pairing as domain
from services.pairing.domain import pairing_pause, pairing_proposal, pairing_release
from services.pairing.domain.household import Household, consents
from services.pairing.domain.household_end import end_reason
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import LIVE, EndReason, Pairing, PairingMode, PairingState
from shared.clock import Clock, new_id
from shared.envelope import Envelope
from shared.errors import Invalid, NotFound
from shared.events.pairing_register import HouseholdStopped
from shared.store import Page, Store

STANDING_MAX = 200
"""Live pairings of one member or household looked at: far beyond any capacity."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who is to help whom; all of one community."""

    mode: PairingMode
    helper_ids: tuple[str, ...]
    household_ids: tuple[str, ...]


class PairingService:
    """What one can do with pairings. Actions take the version that the caller saw, if any."""

    def __init__(
        self,
        store: Store[Pairing],
        members: Store[Member],
        households: Store[Household],
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._members = members
        self._households = households
        self._clock = clock
        self._new_id = new_id

    async def propose(self, proposal: Proposal, *, communities: Sequence[str]) -> Pairing:
        """Propose a pairing in the first household's community, one of these.

        A capacity is counted at this moment: two proposals at one instant may pass it together.
        Errors: ``Invalid`` (unknown helper or household, mode, sides); ``Conflict`` (full, exists).
        """
        within = communities
        households: list[Household] = []
        for household_id in proposal.household_ids:
            households.append(await self._household(household_id, within))
            within = (households[0].community,)
        helpers = [await self._helper(each, within) for each in proposal.helper_ids]
        standing = [
            pairing
            for helper_id in set(proposal.helper_ids)
            for pairing in await self._live({"helper_ids": helper_id})
        ]
        pairing, events = pairing_proposal.propose(
            id=self._new_id("prg"),
            community=households[0].community if households else "",
            mode=proposal.mode,
            helpers=helpers,
            households=households,
            standing=standing,
        )
        return await self._store.save(pairing, events)

    async def consent(
        self, pairing_id: str, *, communities: Sequence[str], seen: int | None = None
    ) -> Pairing:
        """Both sides agreed."""
        pairing = await self._store.get(pairing_id, communities=communities, seen=seen)
        return await self._store.save(*domain.consent(pairing))

    async def decline(
        self, pairing_id: str, *, communities: Sequence[str], seen: int | None = None
    ) -> Pairing:
        """One side does not want it."""
        pairing = await self._store.get(pairing_id, communities=communities, seen=seen)
        return await self._store.save(*domain.decline(pairing))

    async def activate(
        self, pairing_id: str, *, communities: Sequence[str], seen: int | None = None
    ) -> Pairing:
        """Begin. ``Conflict`` without every household's consent in force."""
        pairing = await self._store.get(pairing_id, communities=communities, seen=seen)
        facts = await self._of(pairing)
        return await self._store.save(
            *domain.activate(pairing, households=facts, at=self._clock.now())
        )

    async def pause(
        self, pairing_id: str, *, communities: Sequence[str], seen: int | None = None
    ) -> Pairing:
        """Rest for a while."""
        pairing = await self._store.get(pairing_id, communities=communities, seen=seen)
        return await self._store.save(*pairing_pause.pause(pairing, at=self._clock.now()))

    async def resume(
        self, pairing_id: str, *, communities: Sequence[str], seen: int | None = None
    ) -> Pairing:
        """Go on. ``Conflict`` without every household's consent in force."""
        pairing = await self._store.get(pairing_id, communities=communities, seen=seen)
        facts = await self._of(pairing)
        return await self._store.save(
            *pairing_pause.resume(pairing, households=facts, at=self._clock.now())
        )

    async def end(
        self,
        pairing_id: str,
        *,
        reason: EndReason,
        communities: Sequence[str],
        seen: int | None = None,
    ) -> Pairing:
        """End it for good."""
        pairing = await self._store.get(pairing_id, communities=communities, seen=seen)
        return await self._store.save(*domain.end(pairing, reason=reason))

    async def get(self, pairing_id: str, *, communities: Sequence[str]) -> Pairing:
        """One pairing; ``NotFound``."""
        return await self._store.get(pairing_id, communities=communities)

    async def page(
        self,
        *,
        communities: Sequence[str],
        state: PairingState | None,
        cursor: str | None,
        limit: int,
    ) -> Page[Pairing]:
        """The pairings of these communities, newest first."""
        where = {} if state is None else {"state": state.value}
        return await self._store.page(where, communities=communities, cursor=cursor, limit=limit)

    async def story(self, pairing_id: str, *, communities: Sequence[str]) -> list[Envelope]:
        """All that happened to the pairing, oldest first; ``NotFound``."""
        return await self._store.story(pairing_id, communities=communities)

    async def on_household_stopped(self, event: HouseholdStopped, envelope: Envelope) -> None:
        """Let the household go from all its pairings, unless it has consented again meanwhile.

        Proposals let go of it as well, so that an activation decided before the withdrawal finds
        its pairing moved on. A repeat finds nothing left to release.
        """
        household = await self._households.get(event.household_id)
        if consents(household, at=self._clock.now()):
            return
        reason = end_reason(household)
        for pairing in await self._live({"household_ids": household.id}):
            released = pairing_release.release(pairing, household_id=household.id, reason=reason)
            await self._store.save(*released, handling=envelope)

    async def _of(self, pairing: Pairing) -> list[Household]:
        return [await self._households.get(each) for each in pairing.household_ids]

    async def _live(self, where: dict[str, str]) -> list[Pairing]:
        live = {"$in": [state.value for state in LIVE]}
        return await self._store.find({**where, "state": live}, limit=STANDING_MAX)

    async def _helper(self, member_id: str, communities: Sequence[str]) -> Member:
        try:
            return await self._members.get(member_id, communities=communities)
        except NotFound:
            raise Invalid("member.unknown", pointer="/helper_ids", helper_id=member_id) from None

    async def _household(self, household_id: str, communities: Sequence[str]) -> Household:
        try:
            return await self._households.get(household_id, communities=communities)
        except NotFound:
            raise Invalid(
                "household.unknown", pointer="/household_ids", household_id=household_id
            ) from None
