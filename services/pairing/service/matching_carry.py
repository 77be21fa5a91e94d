"""Carrying out what was decided about a matching: pairings, releases, stand-ins, refusals.

Each step can be done again: pairings and stand-ins have ids that follow from the decision, and what
is done is marked. So it goes on where a lost replica left it, and two replicas do it once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from services.pairing.domain import matching as domain
from services.pairing.domain import pairing_release, standin
from services.pairing.domain.matching import Decision, Matching
from services.pairing.domain.matching_item import (
    Group,
    ItemKind,
    ItemState,
    MatchingItem,
    groups,
)
from services.pairing.domain.pairing import LIVE, EndReason, Outcome, Pairing
from services.pairing.domain.standin import StandIn, StandInState
from services.pairing.service.matching import BUNDLED_MAX
from services.pairing.service.matching_facts import PORTION
from services.pairing.service.matching_parts import MatchingStores
from services.pairing.service.pairing import PairingService, Proposal
from shared.alarms import Rounds
from shared.clock import Clock, derived_id
from shared.errors import Conflict, Invalid, NotFound, Stale

GROUPS_AT_ONCE = 2_000
"""Pairings proposed for one matching before others have their turn."""


@dataclass(frozen=True, slots=True)
class CarryParts:
    """What it is done with."""

    stores: MatchingStores
    pairings: PairingService
    clock: Clock


class MatchingCarryService:
    """What is done when something was decided."""

    def __init__(self, parts: CarryParts) -> None:
        self._parts = parts
        self._stores = parts.stores
        self._rounds = Rounds(
            parts.stores.matchings, parts.clock, field="carry_at", act=self._carry
        )

    async def ring(self) -> int:
        """Carry out what was decided; of how many matchings. ``Unavailable``."""
        return await self._rounds.ring()

    async def _carry(self, matching: Matching, now: datetime) -> bool:
        items = self._stores.items
        for decision in matching.rest:
            others = await self._shared_bundles(matching, decision)
            await items.decide(matching.id, decision, not_bundles=others)
            if not decision.accepted:
                await self._refuse(matching, decision, now)
            elif not await self._accept(matching, decision, now):
                return False
        tally = await items.tally(matching.id)
        await self._stores.matchings.save(*domain.carried_out(matching, tally=tally))
        return True

    async def _shared_bundles(self, matching: Matching, decision: Decision) -> list[int]:
        """Bundles that are not the branch's alone: all of it leaves them to who sees them whole."""
        if decision.branch_id is None or decision.items is not None:
            return []
        bundled = await self._stores.items.of_bundles(matching.id, None, limit=BUNDLED_MAX)
        others = {each.bundle for each in bundled if each.branch_id != decision.branch_id}
        return sorted(bundle for bundle in others if bundle is not None)

    async def _refuse(self, matching: Matching, decision: Decision, now: datetime) -> None:
        """Who was declined is not proposed again for long."""
        after = 0
        while found := await self._stores.items.declined(
            matching.id, decision.number, after=after, limit=PORTION
        ):
            for item in found:
                if item.helper_id is not None and item.kind is not ItemKind.RELEASE:
                    pair = (item.helper_id, item.household_id)
                    await self._stores.refusals.note(matching.community, pair, at=now)
            after = found[-1].number

    async def _accept(self, matching: Matching, decision: Decision, now: datetime) -> bool:
        """False if there is more to do than fits into one turn."""
        accepted = await self._accepted(matching, decision)
        waiting = [item for item in accepted if item.state is ItemState.ACCEPTED]
        for item in waiting:
            if item.kind is ItemKind.RELEASE:
                await self._release(item)
            elif item.kind is ItemKind.STAND_IN:
                await self._stand_in(item, now)
        pairs = {
            (item.helper_id, item.household_id): item
            for item in accepted
            if item.kind is ItemKind.PAIR and item.helper_id is not None
        }
        turn = 0
        for group in groups(pairs, matching.modes):
            theirs = [
                pairs[one, other] for one in group.helper_ids for other in group.household_ids
            ]
            if all(item.state is not ItemState.ACCEPTED for item in theirs):
                continue
            turn += 1
            if turn > GROUPS_AT_ONCE:
                return False
            await self._propose(matching, decision, group, theirs)
        return True

    async def _accepted(self, matching: Matching, decision: Decision) -> list[MatchingItem]:
        found: list[MatchingItem] = []
        after = 0
        while some := await self._stores.items.accepted(
            matching.id, decision.number, after=after, limit=PORTION
        ):
            found += some
            after = some[-1].number
        return found

    async def _propose(
        self, matching: Matching, decision: Decision, group: Group, theirs: Sequence[MatchingItem]
    ) -> None:
        pairing_id = derived_id(
            "prg", matching.id, str(decision.number), *group.helper_ids, *group.household_ids
        )
        numbers = [item.number for item in theirs]
        proposal = Proposal(group.mode, group.helper_ids, group.household_ids)
        mark = partial(self._stores.items.mark, matching.id, numbers)
        try:
            if not await self._is_there(pairing_id):
                await self._parts.pairings.propose(
                    proposal, communities=(matching.community,), pairing_id=pairing_id
                )
        except (Conflict, Invalid) as fault:
            if not await self._is_there(pairing_id):  # made by another replica meanwhile
                await mark(ItemState.FAILED, fault=fault.code)
                return
        await mark(ItemState.DONE, pairing_id=pairing_id)

    async def _is_there(self, pairing_id: str) -> bool:
        try:
            await self._stores.pairings.get(pairing_id)
        except NotFound:
            return False
        return True

    async def _release(self, item: MatchingItem) -> None:
        """Let the pair go, and nobody else of its pairing; gone already, there is nothing to do."""
        live = {"$in": [state.value for state in LIVE]}
        where: Mapping[str, object] = {"household_ids": item.household_id, "state": live}
        for pairing in await self._stores.pairings.find(where, limit=PORTION):
            if item.helper_id is not None and item.helper_id in pairing.helper_ids:
                await self._stores.pairings.save(*_without(pairing, item))
        await self._stores.items.mark(item.matching_id, [item.number], ItemState.DONE)

    async def _stand_in(self, item: MatchingItem, now: datetime) -> None:
        wanted = StandIn(
            id=derived_id("std", item.matching_id, str(item.number)),
            community=item.community,
            version=0,
            state=StandInState.STANDING,
            household_id=item.household_id,
            member_id=item.helper_id or "",
            for_member_id=item.for_member_id or "",
            since=now,
            until=item.until,
        )
        state, fault = ItemState.DONE, None
        try:
            await self._stores.stand_ins.get(wanted.id)
        except NotFound:
            try:
                await self._stores.stand_ins.save(*standin.appoint(wanted))
            except Stale:
                pass  # another replica was faster
            except Invalid as refused:
                state, fault = ItemState.FAILED, refused.code
        await self._stores.items.mark(item.matching_id, [item.number], state, fault=fault)


def _without(pairing: Pairing, item: MatchingItem) -> Outcome:
    if len(pairing.household_ids) > 1:
        return pairing_release.release(
            pairing, household_id=item.household_id, reason=EndReason.REPLACED
        )
    return pairing_release.release_helper(
        pairing, helper_id=item.helper_id or "", reason=EndReason.REPLACED
    )
