"""Pairing helpers with households: proposing, running and ending, and who may look."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from services.pairing.domain import pairing as domain
from services.pairing.domain import pairing_pause, pairing_plan, pairing_proposal, pairing_release
from services.pairing.domain.conflict import check_together
from services.pairing.domain.household import Household, HouseholdState, consents
from services.pairing.domain.household_end import end_reason
from services.pairing.domain.member import Member, check_there
from services.pairing.domain.pairing import EndReason, Pairing, PairingMode, PairingState
from services.pairing.domain.plan import Plan, usual_plan
from services.pairing.service.member_load import Loads
from services.pairing.service.onlooker import Onlooker, within
from services.pairing.service.pairing_parts import PairingParts
from shared.clock import new_id
from shared.envelope import Envelope
from shared.errors import Conflict, Invalid, NotFound
from shared.events.pairing_register import HouseholdStopped
from shared.store import Page


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who is to help whom; all of one community. ``plan``: None for the usual one."""

    mode: PairingMode
    helper_ids: tuple[str, ...]
    household_ids: tuple[str, ...]
    plan: Plan | None = None


class PairingSide(StrEnum):
    """As what somebody has a part in pairings."""

    HELPER = "helper"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class PairingFilter:
    """Which pairings to list; None: any. ``side``: on which side who sees only their own stands."""

    state: PairingState | None = None
    helper_id: str | None = None
    household_id: str | None = None
    side: PairingSide | None = None

    def where(self) -> dict[str, Any]:
        """The same as a query."""
        wanted = {
            "state": None if self.state is None else self.state.value,
            "helper_ids": self.helper_id,
            "household_ids": self.household_id,
        }
        return {name: value for name, value in wanted.items() if value is not None}


class PairingService:
    """What one can do with pairings. Actions take the version that the caller saw, if any."""

    def __init__(self, parts: PairingParts, new_id: Callable[[str], str] = new_id) -> None:
        self._parts = parts
        self._store = parts.pairings
        self._clock = parts.clock
        self._loads = Loads(parts.pairings, parts.households)
        self._new_id = new_id

    async def propose(
        self,
        proposal: Proposal,
        *,
        communities: Sequence[str],
        pairing_id: str | None = None,
        branch_id: str | None = None,
    ) -> Pairing:
        """Propose a pairing in the first household's community, one of these; under this id, if
        who proposes it has to know it again. ``branch_id``: of members of this branch alone.

        A capacity is counted at this moment: two proposals at one instant may pass it together.
        Errors: ``Invalid`` (unknown helper or household, mode, sides, plan); ``Conflict`` (full,
        exists, to be kept apart, has left).
        """
        bounds = communities
        households: list[Household] = []
        for household_id in proposal.household_ids:
            households.append(await self._household(household_id, bounds))
            bounds = (households[0].community,)
        helpers = [await self._helper(each, bounds, branch_id) for each in proposal.helper_ids]
        standing = [
            pairing
            for helper_id in set(proposal.helper_ids)
            for pairing in await self._parts.live({"helper_ids": helper_id})
        ]
        pairing, events = pairing_proposal.propose(
            id=pairing_id or self._new_id("prg"),
            community=households[0].community if households else "",
            mode=proposal.mode,
            helpers=helpers,
            households=households,
            standing=standing,
        )
        pairing_proposal.check_hours(helpers, households, await self._loads.of(helpers))
        check_together(helpers, households, await self._parts.conflicts_of(helpers))
        today = self._parts.today()
        plan = usual_plan(today) if proposal.plan is None else proposal.plan
        planned = pairing_plan.first_plan(pairing, plan=plan, households=households, today=today)
        return await self._store.save(planned, events)

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
        """Begin. ``Conflict`` without every household's consent in force, or if somebody has left
        or is to be kept apart since it was proposed."""
        pairing = await self._store.get(pairing_id, communities=communities, seen=seen)
        households = await self._parts.homes_of(pairing)
        begun = domain.activate(pairing, households=households, at=self._clock.now())
        helpers = await self._parts.helpers_of(pairing)
        for helper in helpers:
            check_there(helper, pointer="/helper_ids")
        check_together(helpers, households, await self._parts.conflicts_of(helpers))
        return await self._store.save(*begun)

    async def pause(
        self,
        pairing_id: str,
        *,
        until: datetime | None = None,
        communities: Sequence[str],
        seen: int | None = None,
    ) -> Pairing:
        """Rest until then, or until it is resumed; ``Invalid`` for an end that is over."""
        pairing = await self._store.get(pairing_id, communities=communities, seen=seen)
        paused = pairing_pause.pause(pairing, until=until, at=self._clock.now())
        return await self._store.save(*paused)

    async def resume(
        self, pairing_id: str, *, communities: Sequence[str], seen: int | None = None
    ) -> Pairing:
        """Go on. ``Conflict`` without every household's consent in force."""
        pairing = await self._store.get(pairing_id, communities=communities, seen=seen)
        households = await self._parts.homes_of(pairing)
        resumed = pairing_pause.resume(pairing, households=households, at=self._clock.now())
        return await self._store.save(*resumed)

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

    async def shown(self, pairing_id: str, onlooker: Onlooker) -> Pairing:
        """One pairing; ``NotFound`` if the onlooker has no part in it."""
        pairing = await self._store.get(pairing_id, communities=onlooker.communities)
        if onlooker.person_id is not None:
            helper_ids, household_ids = await self._parts.own_ids(onlooker)
            if not (helper_ids | household_ids) & {*pairing.helper_ids, *pairing.household_ids}:
                raise NotFound("store.not_found", id=pairing_id)
        return pairing

    async def page(
        self,
        onlooker: Onlooker,
        wanted: PairingFilter,
        *,
        cursor: str | None,
        limit: int,
        bounds: Mapping[str, Any] = MappingProxyType({}),
    ) -> Page[Pairing]:
        """The pairings that the onlooker may see, newest first; within these bounds, as a query.

        Who sees only their own sees those in which they help, or if they help nobody, or ask for
        that side, those of their household.
        """
        where = wanted.where()
        if onlooker.person_id is not None:
            helper_ids, household_ids = await self._parts.own_ids(onlooker)
            helps = bool(helper_ids) if wanted.side is None else wanted.side is PairingSide.HELPER
            field, own = ("helper_ids", helper_ids) if helps else ("household_ids", household_ids)
            if where.get(field) not in (None, *own):
                return Page([], None)
            where.setdefault(field, {"$in": sorted(own)})
        return await self._store.page(
            within(where, bounds), communities=onlooker.communities, cursor=cursor, limit=limit
        )

    async def story(self, pairing_id: str, onlooker: Onlooker) -> list[Envelope]:
        """All that happened to the pairing, oldest first; ``NotFound`` as in ``shown``."""
        pairing = await self.shown(pairing_id, onlooker)
        return await self._store.story(pairing.id, communities=onlooker.communities)

    async def on_household_stopped(self, event: HouseholdStopped, envelope: Envelope) -> None:
        """Let the household go from all its pairings, unless it has consented again meanwhile.

        Proposals let go of it as well, so that an activation decided before the withdrawal finds
        its pairing moved on. A repeat finds nothing left to release.
        """
        household = await self._parts.households.get(event.household_id)
        if consents(household, at=self._clock.now()):
            return
        reason = end_reason(household)
        for pairing in await self._parts.live({"household_ids": household.id}):
            released = pairing_release.release(pairing, household_id=household.id, reason=reason)
            await self._store.save(*released, handling=envelope)

    async def _helper(
        self, member_id: str, communities: Sequence[str], branch_id: str | None
    ) -> Member:
        try:
            helper = await self._parts.members.get(member_id, communities=communities)
            if branch_id not in (None, helper.branch_id):
                raise NotFound("store.not_found", id=member_id)
        except NotFound:
            raise Invalid("member.unknown", pointer="/helper_ids", helper_id=member_id) from None
        check_there(helper, pointer="/helper_ids")
        return helper

    async def _household(self, household_id: str, communities: Sequence[str]) -> Household:
        try:
            household = await self._parts.households.get(household_id, communities=communities)
        except NotFound:
            raise Invalid(
                "household.unknown", pointer="/household_ids", household_id=household_id
            ) from None
        if household.state is HouseholdState.LEFT:
            raise Conflict(
                "household.has_left", pointer="/household_ids", household_id=household_id
            )
        return household
