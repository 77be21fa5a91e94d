"""What matching is done with: where its items are kept, who refused whom, and who solves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.pairing.domain.conflict import PersonConflict
from services.pairing.domain.household import Household
from services.pairing.domain.matching import Decision, Matching, Tally
from services.pairing.domain.matching_item import ItemKind, ItemState, MatchingItem
from services.pairing.domain.matching_plan import Plan
from services.pairing.domain.matching_problem import Pair, Problem
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import Pairing
from services.pairing.domain.standin import StandIn
from services.pairing.service.estate import Estates
from shared.store import Page, Store


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which items are asked for; of a branch its members' and those of nobody."""

    branch_id: str | None = None
    kind: ItemKind | None = None
    state: ItemState | None = None


class Solver(Protocol):
    """Works out what is best, off this process's event loop."""

    async def plan(self, problem: Problem) -> Plan:
        """What the best answer changes. ``Unavailable`` if it did not come to an end."""


class Items(Protocol):
    """The items of matchings. Every method raises ``Unavailable``."""

    async def add(self, items: Sequence[MatchingItem]) -> None:
        """Keep new items."""

    async def forget(self, matching_id: str) -> None:
        """Drop what a run left behind that was lost."""

    async def page(
        self, matching_id: str, bounds: Bounds, *, cursor: str | None, limit: int
    ) -> Page[MatchingItem]:
        """Those in these bounds, by number."""

    async def of_person(
        self, person_id: str, communities: Sequence[str], *, cursor: str | None, limit: int
    ) -> Page[MatchingItem]:
        """What was accepted for a helper, the newest first."""

    async def some(
        self, matching_id: str, numbers: Sequence[int], *, limit: int
    ) -> list[MatchingItem]:
        """Those of these numbers."""

    async def of_bundles(
        self, matching_id: str, bundles: Sequence[int] | None, *, limit: int
    ) -> list[MatchingItem]:
        """The open ones of these bundles, or (None) of any."""

    async def open(self, matching_id: str, *, after: int, limit: int) -> list[MatchingItem]:
        """The open ones with greater numbers than ``after``, by number."""

    async def accepted(
        self, matching_id: str, decision: int, *, after: int, limit: int
    ) -> list[MatchingItem]:
        """Those accepted by this decision, carried out or not, by number."""

    async def declined(
        self, matching_id: str, decision: int, *, after: int, limit: int
    ) -> list[MatchingItem]:
        """Those declined by this decision, by number."""

    async def decide(
        self, matching_id: str, decision: Decision, *, not_bundles: Sequence[int]
    ) -> None:
        """Accept or decline what is open and meant; again, it changes nothing."""

    async def mark(
        self,
        matching_id: str,
        numbers: Sequence[int],
        state: ItemState,
        *,
        pairing_id: str | None = None,
        fault: str | None = None,
    ) -> None:
        """What became of some that were accepted."""

    async def overtake(self, matching_id: str) -> None:
        """What is open is decided no more."""

    async def tally(self, matching_id: str) -> Tally:
        """How many are in which state."""


class Refusals(Protocol):
    """Who refused whom, and when last."""

    async def note(self, community: str, pair: Pair, *, at: datetime) -> None:
        """This pair was refused; a later refusal replaces an earlier one."""

    async def of(
        self, community: str, *, after: str, limit: int
    ) -> list[tuple[str, Pair, datetime]]:
        """Those of a community, each with a place to go on after."""


@dataclass(frozen=True, slots=True)
class MatchingStores:
    """All that matching reads and writes."""

    matchings: Store[Matching]
    items: Items
    refusals: Refusals
    stand_ins: Store[StandIn]
    members: Store[Member]
    households: Store[Household]
    pairings: Store[Pairing]
    conflicts: Store[PersonConflict]
    estates: Estates
