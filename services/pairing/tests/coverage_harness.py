"""Coverage over the same backing as everything else, hearing what the others tell."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.pairing.consumers import of_coverage
from services.pairing.domain.coverage import LEVELS, Facts, Home, Supporter, Tie, Unit
from services.pairing.domain.coverage_goals import CoverageGoals
from services.pairing.domain.household import HouseholdState
from services.pairing.domain.member import MemberKind, MemberState
from services.pairing.domain.pairing import PairingState
from services.pairing.service.coverage import Counts, CoverageService, Sources, Sums
from services.pairing.store.coverage import CoverageSources, coverage_counts, coverage_goals
from services.pairing.tests.fakes import FakeEstates
from services.pairing.tests.harness import Backing, Harness
from shared.mongo import Database
from shared.store import Store
from shared.testing import FakeStore
from shared.testing_service import deliver


@dataclass
class FakeCounts:
    """Marks and counts in memory."""

    kept: dict[str, Sums] = field(default_factory=dict)
    counted: dict[str, list[Unit]] = field(default_factory=dict)

    async def mark(self, community: str) -> Sums:
        known = self.kept.get(community, Sums(community, 0))
        marked = Sums(
            community,
            known.changes + 1,
            known.counted,
            known.goals_version,
            known.totals,
            known.parts,
        )
        self.kept[community] = marked
        return marked

    async def sums(self, community: str) -> Sums | None:
        return self.kept.get(community)

    async def page(
        self, communities: Sequence[str], *, after: str | None, limit: int
    ) -> list[Sums]:
        names = sorted(name for name in self.kept if name in communities and name > (after or ""))
        return [self.kept[name] for name in names[:limit]]

    async def units(self, sums: Sums) -> list[Unit] | None:
        return self.counted.get(sums.community)

    async def keep(self, sums: Sums, units: Sequence[Unit]) -> None:
        if self.kept[sums.community].counted < sums.counted:
            self.kept[sums.community] = sums
            self.counted[sums.community] = list(units)


class FakeSources:
    """Reads the aggregates themselves."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    async def facts(self, community: str) -> Facts:
        here, kept = {"community": community}, self._backing
        assert isinstance(kept.estates, FakeEstates)
        members = await kept.members.find(here, limit=1000)
        homes = await kept.households.find(here, limit=1000)
        pairs = await kept.pairings.find(here, limit=1000)
        refused = (HouseholdState.WITHDRAWN, HouseholdState.LEFT)
        return Facts(
            buildings=[
                building
                for estate in kept.estates.kept.values()
                if estate.community == community
                for building in estate.buildings
            ],
            supporters=[
                Supporter(
                    each.id,
                    each.dwelling_id,
                    each.leads,
                    each.state is MemberState.ACTIVE,
                    each.kind is MemberKind.VOLUNTEER,
                )
                for each in members
            ],
            homes=[Home(each.id, each.dwelling_id) for each in homes if each.state not in refused],
            ties=[
                Tie(each.helper_ids, each.household_ids)
                for each in pairs
                if each.state is PairingState.ACTIVE
            ],
        )


@dataclass
class CoverageHarness:
    """Coverage, and the harness of what it is counted from."""

    harness: Harness
    service: CoverageService
    counts: Counts
    sources: Sources
    goals: Store[CoverageGoals]
    heard: set[str] = field(default_factory=set)

    async def hear_all(self, *, twice: bool = False) -> int:
        """Hear what all nouns told and is not heard yet, newest first; how many it were."""
        told = [each for each in await self.told() if twice or each.id not in self.heard]
        hearings = of_coverage(self.service)
        for envelope in reversed(told):
            self.heard.add(envelope.id)
            await deliver(hearings, envelope)
        return len(told)

    async def told(self) -> list[Any]:
        """Everything that members, households, pairings and goals ever told."""
        backing = self.harness.backing
        stores: list[Store[Any]] = [
            backing.members,
            backing.households,
            backing.pairings,
            self.goals,
        ]
        return [
            envelope
            for store in stores
            for thing in await store.find({}, limit=1000)
            for envelope in await store.story(thing.id)
        ]

    async def units(self, community: str = "hongmiao") -> list[Unit]:
        """The units of a community."""
        coverage = await self.service.of(
            community, levels=LEVELS, missing_only=False, cursor=None, limit=10_000
        )
        assert coverage.next_cursor is None
        return coverage.units


async def coverage_over(harness: Harness, database: Database | None) -> CoverageHarness:
    """Coverage over the fakes or the database that the harness is over."""
    kept: Any = harness.backing
    if database is None:
        counts: Counts = FakeCounts()
        sources: Sources = FakeSources(harness.backing)
        goals: Store[CoverageGoals] = FakeStore(CoverageGoals)
    else:
        counts, goals = coverage_counts(database), coverage_goals(database)
        sources = CoverageSources(kept.estates, kept.members, kept.households, kept.pairings)
        await database.migrate()
    service = CoverageService(counts, sources, goals)
    harness.hearings += of_coverage(service)
    return CoverageHarness(harness, service, counts, sources, goals)
