"""Matching over the same backing as everything else, hearing what the others tell."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.pairing.consumers import of_matching
from services.pairing.domain import member
from services.pairing.domain.household import Household
from services.pairing.domain.matching import Decision, Matching, MatchingState, Tally
from services.pairing.domain.matching_item import ItemKind, ItemState, MatchingItem
from services.pairing.domain.matching_plan import Plan
from services.pairing.domain.matching_problem import Pair, Problem
from services.pairing.domain.member import Member, Profile
from services.pairing.domain.pairing import Pairing, PairingMode
from services.pairing.domain.standin import StandIn
from services.pairing.service.matching import ALL_MODES, Wish
from services.pairing.service.matching_parts import Bounds, MatchingStores
from services.pairing.service.matchings import Matchings
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.pairing import Proposal
from services.pairing.solver.solve import plan
from services.pairing.store.estate import estates
from services.pairing.store.matching import matching_items, matchings, refusals
from services.pairing.store.standin import stand_ins
from services.pairing.tests.fakes import FakeEstates
from services.pairing.tests.harness import HERE, Harness, harness_over
from shared.clock import new_id
from shared.envelope import Envelope
from shared.errors import Unavailable
from shared.mongo import Database
from shared.store import Page, Store, decode_cursor, encode_cursor
from shared.testing import FakeStore
from shared.testing_service import deliver

STAFF = Onlooker(HERE)
OF_BRANCH = Onlooker(HERE, branch_id="brn_1")
_COUNTED = {
    "open": (ItemState.OPEN,),
    "accepted": (ItemState.ACCEPTED, ItemState.DONE),
    "declined": (ItemState.DECLINED,),
    "failed": (ItemState.FAILED,),
}


@dataclass
class HereSolver:
    """Solves in this process; or says that it did not come to an end, so many times."""

    failures: int = 0
    asked: list[Problem] = field(default_factory=list)

    async def plan(self, problem: Problem) -> Plan:
        self.asked.append(problem)
        if self.failures:
            self.failures -= 1
            raise Unavailable("matching.solver_failed", reason="TimeoutError")
        return plan(problem)


class FakeItems:
    """Items in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int], MatchingItem] = {}

    async def add(self, items: Sequence[MatchingItem]) -> None:
        for item in items:
            assert (item.matching_id, item.number) not in self.kept
            self.kept[item.matching_id, item.number] = item

    async def forget(self, matching_id: str) -> None:
        self.kept = {key: item for key, item in self.kept.items() if key[0] != matching_id}

    async def page(
        self, matching_id: str, bounds: Bounds, *, cursor: str | None, limit: int
    ) -> Page[MatchingItem]:
        after = 0 if cursor is None else int(decode_cursor(cursor).split("/")[1])
        found = [
            item
            for item in self._of(matching_id)
            if item.number > after
            and (bounds.branch_id is None or item.branch_id in (bounds.branch_id, None))
            and bounds.kind in (None, item.kind)
            and bounds.state in (None, item.state)
        ]
        return _page(found, limit)

    async def of_person(
        self, person_id: str, communities: Sequence[str], *, cursor: str | None, limit: int
    ) -> Page[MatchingItem]:
        found = [
            item
            for _, item in sorted(self.kept.items(), reverse=True)
            if item.helper_person_id == person_id
            and item.community in communities
            and item.state in (ItemState.ACCEPTED, ItemState.DONE)
        ]
        return _page(found, limit)

    async def some(
        self, matching_id: str, numbers: Sequence[int], *, limit: int
    ) -> list[MatchingItem]:
        return [item for item in self._of(matching_id) if item.number in numbers][:limit]

    async def of_bundles(
        self, matching_id: str, bundles: Sequence[int] | None, *, limit: int
    ) -> list[MatchingItem]:
        found = [item for item in self._of(matching_id, ItemState.OPEN) if item.bundle is not None]
        return [item for item in found if bundles is None or item.bundle in bundles][:limit]

    async def open(self, matching_id: str, *, after: int, limit: int) -> list[MatchingItem]:
        return self._proposing(self._of(matching_id, ItemState.OPEN), after, limit)

    async def accepted(
        self, matching_id: str, decision: int, *, after: int, limit: int
    ) -> list[MatchingItem]:
        states = (ItemState.ACCEPTED, ItemState.DONE, ItemState.FAILED)
        found = [each for each in self._of(matching_id, *states) if each.decision == decision]
        return self._proposing(found, after, limit)

    async def declined(
        self, matching_id: str, decision: int, *, after: int, limit: int
    ) -> list[MatchingItem]:
        found = self._of(matching_id, ItemState.DECLINED)
        return self._proposing([e for e in found if e.decision == decision], after, limit)

    async def decide(
        self, matching_id: str, decision: Decision, *, not_bundles: Sequence[int]
    ) -> None:
        state = ItemState.ACCEPTED if decision.accepted else ItemState.DECLINED
        for item in self._of(matching_id, ItemState.OPEN):
            meant = decision.items is None or item.number in decision.items
            theirs = decision.branch_id in (None, item.branch_id)
            if meant and theirs and item.bundle not in not_bundles:
                self._change(item, state=state, decision=decision.number)

    async def mark(
        self,
        matching_id: str,
        numbers: Sequence[int],
        state: ItemState,
        *,
        pairing_id: str | None = None,
        fault: str | None = None,
    ) -> None:
        for item in self._of(matching_id, ItemState.ACCEPTED):
            if item.number in numbers:
                self._change(item, state=state, pairing_id=pairing_id, fault=fault)

    async def overtake(self, matching_id: str) -> None:
        for item in self._of(matching_id, ItemState.OPEN):
            self._change(item, state=ItemState.OVERTAKEN)

    async def tally(self, matching_id: str) -> Tally:
        counts = {name: len(self._of(matching_id, *states)) for name, states in _COUNTED.items()}
        return Tally(**counts)

    def _of(self, matching_id: str, *states: ItemState) -> list[MatchingItem]:
        return [
            item
            for key, item in sorted(self.kept.items())
            if key[0] == matching_id and (not states or item.state in states)
        ]

    def _proposing(self, items: list[MatchingItem], after: int, limit: int) -> list[MatchingItem]:
        found = [e for e in items if e.kind is not ItemKind.UNMATCHED and e.number > after]
        return found[:limit]

    def _change(self, item: MatchingItem, **changes: object) -> None:
        changed = replace(item, **changes)  # type: ignore[arg-type]
        self.kept[item.matching_id, item.number] = changed


@dataclass
class FakeRefusals:
    """Refusals in memory."""

    kept: dict[str, tuple[Pair, datetime]] = field(default_factory=dict)

    async def note(self, community: str, pair: Pair, *, at: datetime) -> None:
        self.kept[f"{community}/{pair[0]}/{pair[1]}"] = (pair, at)

    async def of(
        self, community: str, *, after: str, limit: int
    ) -> list[tuple[str, Pair, datetime]]:
        found = [
            (key, *kept)
            for key, kept in sorted(self.kept.items())
            if key.startswith(f"{community}/") and key > after
        ]
        return found[:limit]


class MatchingHarness(Harness):
    """Everything, and matching; ``settle`` lets time and events do what they do."""

    def __init__(self, base: Harness, database: Database | None) -> None:
        super().__init__(base.backing)
        kept = self.backing
        self.solver = HereSolver()
        if database is None:
            assert isinstance(kept.estates, FakeEstates)
            self.stores = MatchingStores(
                FakeStore(Matching),
                FakeItems(),
                FakeRefusals(),
                FakeStore(StandIn),
                kept.members,
                kept.households,
                kept.pairings,
                kept.conflicts,
                kept.estates,
            )
        else:
            self.stores = MatchingStores(
                matchings(database),
                matching_items(database),
                refusals(database),
                stand_ins(database),
                kept.members,
                kept.households,
                kept.pairings,
                kept.conflicts,
                estates(database),
            )
        self.matching = Matchings(self.stores, self.pairings, self.solver, self.clock)
        self.hearings = [*self.hearings, *of_matching(self.matching.hearing)]
        self._told = 0

    async def helper(self, number: int, **profile: object) -> Member:
        """A member of the first branch who lives where told."""
        told = Profile(**{"branch_id": "brn_1", "households_max": 9, **profile})  # type: ignore[arg-type]
        made = member.register(
            id=new_id("mem"), community=HERE[0], person_id=f"per_member{number}", profile=told
        )
        return await self.backing.members.save(*made)

    async def away(self, helper: Member, *, until: datetime | None) -> None:
        """The helper goes away, and all hear of it."""
        found = await self.backing.members.get(helper.id)
        gone = member.go_away(found, until=until, at=self.clock.now())
        await self.backing.members.save(*gone)
        await self.tell(self.backing.members, helper.id)

    async def back(self, helper: Member) -> None:
        """The helper is back."""
        found = await self.backing.members.get(helper.id)
        await self.backing.members.save(*member.come_back(found))
        await self.tell(self.backing.members, helper.id)

    async def left(self, helper: Member) -> None:
        """The helper leaves; their pairings hear of it, and matching of that."""
        found = await self.backing.members.get(helper.id)
        await self.backing.members.save(*member.leave(found))
        await self.tell(self.backing.members, helper.id)
        for pairing in await self.backing.pairings.find({"helper_ids": helper.id}):
            await self.tell(self.backing.pairings, pairing.id)

    async def matched(self) -> Matching:
        """Ask for a matching, and have it worked out."""
        asked = await self.matching.service.ask(HERE[0], modes=ALL_MODES, by="per_staff")
        await self.matching.runs.ring()
        return await self.stores.matchings.get(asked.id)

    async def items(self, matching: Matching, kind: ItemKind | None = None) -> list[MatchingItem]:
        """All of its items."""
        page = await self.matching.service.items(
            matching.id, STAFF, Bounds(kind=kind), cursor=None, limit=200
        )
        return page.items

    async def decided(
        self, matching: Matching, *, accepted: bool = True, items: tuple[int, ...] | None = None
    ) -> Matching:
        """Decide, and have it carried out."""
        wish = Wish(accepted, items)
        await self.matching.service.decide(matching.id, STAFF, wish, by="per_staff", seen=None)
        await self.matching.carrying.ring()
        return await self.stores.matchings.get(matching.id)

    async def rerun(self) -> Matching | None:
        """Let the time pass after which what is waiting is worked out; the newest proposal."""
        self.clock.move(timedelta(minutes=5))
        await self.matching.runs.ring()
        return await self.newest(MatchingState.PROPOSED)

    async def newest(self, state: MatchingState) -> Matching | None:
        """The newest matching in this state."""
        page = await self.matching.service.page(STAFF, state=state, cursor=None, limit=1)
        return page.items[0] if page.items else None

    async def live(self, household_id: str) -> list[Pairing]:
        """The pairings of a household in which something can happen still."""
        found = await self.backing.pairings.find({"household_ids": household_id}, limit=50)
        return [each for each in found if each.state.value not in ("ended", "declined")]

    async def paired_up(self, helper: Member, home: Household) -> Pairing:
        """A proposal of one helper for one household."""
        proposal = Proposal(PairingMode.ONE_ONE, (helper.id,), (home.id,))
        return await self.pairings.propose(proposal, communities=HERE)

    async def begin(self, pairings: Sequence[Pairing]) -> None:
        """All agree to these, and they begin."""
        for each in pairings:
            await self.pairings.consent(each.id, communities=HERE)
            await self.pairings.activate(each.id, communities=HERE)

    async def tell(self, store: Store[Any], id_: str) -> Envelope:
        """Hear the newest event of a thing."""
        envelope = (await store.story(id_))[-1]
        await deliver(self.hearings, envelope)
        return envelope


def _page(found: list[MatchingItem], limit: int) -> Page[MatchingItem]:
    more = len(found) > limit
    last = found[limit - 1] if more else None
    cursor = None if last is None else encode_cursor(f"{last.matching_id}/{last.number:07d}")
    return Page(found[:limit], cursor)


async def matching_harness(database: Database | None) -> MatchingHarness:
    """The harness over this database, or over fakes."""
    made = MatchingHarness(await harness_over(database), database)
    if database is not None:
        await database.migrate()
    return made
