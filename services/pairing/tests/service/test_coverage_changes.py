"""After any changes, heard in any order and some twice, coverage is a count from scratch."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest

from services.pairing.domain import member
from services.pairing.domain.coverage import count
from services.pairing.domain.coverage_goals import CoverageGoals
from services.pairing.domain.household import Household
from services.pairing.domain.load import Load
from services.pairing.domain.member import Member, MemberKind
from services.pairing.domain.pairing import EndReason
from services.pairing.tests.coverage_harness import CoverageHarness
from services.pairing.tests.harness import HERE
from shared.errors import Conflict, WrongState
from shared.events import Event

TOWN = HERE[0]
Decided = tuple[Member, list[Event]]


@dataclass
class Life:
    """What happens in a community by chance."""

    coverage: CoverageHarness
    chance: random.Random
    members: list[Member] = field(default_factory=list)
    homes: list[Household] = field(default_factory=list)
    pairings: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        """People and homes, none of them paired."""
        harness = self.coverage.harness
        self.members = [await harness.member(n) for n in range(4)]
        self.homes = [await harness.household(f"dwl_{n}") for n in (1, 2, 3)]

    async def step(self) -> None:
        """One change, which may be refused."""
        try:
            await self.chance.choice(self._steps())()
        except (Conflict, WrongState):
            return

    def _steps(self) -> list[Callable[[], Awaitable[object]]]:
        harness, pairings = self.coverage.harness, self.coverage.harness.pairings
        return [
            self._pair,
            self._pair,
            lambda: self._act(pairings.pause),
            lambda: self._act(pairings.resume),
            lambda: self._act(pairings.end, reason=EndReason.MOVED),
            self._withdraw,
            lambda: harness.consent(self.chance.choice(self.homes)),
            lambda: self._person(self._moved),
            lambda: self._person(self._moved),
            lambda: self._person(
                lambda known: member.go_away(known, until=None, at=harness.clock.now())
            ),
            lambda: self._person(member.come_back),
            lambda: self._person(member.leave),
            lambda: self._person(member.rejoin),
            self._want,
        ]

    async def _pair(self) -> None:
        some = self.chance.sample(self.members, self.chance.choice([1, 1, 2]))
        home = self.chance.choice(self.homes)
        self.pairings.append((await self.coverage.harness.paired(some, home)).id)

    async def _act(self, action: Callable[..., Awaitable[object]], **more: object) -> None:
        if self.pairings:
            await action(self.chance.choice(self.pairings), communities=HERE, **more)

    async def _withdraw(self) -> None:
        home = self.chance.choice(self.homes)
        await self.coverage.harness.households.withdraw_consent(home.id, communities=HERE)

    async def _person(self, decide: Callable[[Member], Decided]) -> None:
        store = self.coverage.harness.backing.members
        changed, events = decide(await store.get(self.chance.choice(self.members).id))
        if events:
            await store.save(changed, events)

    def _moved(self, known: Member) -> Decided:
        profile = replace(
            member.profile_of(known),
            dwelling_id=self.chance.choice([None, "dwl_1", "dwl_3", "dwl_gone"]),
            leads=tuple(self.chance.sample(["ent_1", "bld_1", "ent_gone"], 1)),
            kind=self.chance.choice(list(MemberKind)),
        )
        return member.change(known, profile=profile, carried=Load())

    async def _want(self) -> None:
        wanted = CoverageGoals(
            entrance=self.chance.randint(1, 5), volunteers=self.chance.random() < 0.5
        )
        await self.coverage.service.change_goals(TOWN, wanted, seen=None)


@pytest.mark.parametrize("seed", range(3))
async def test_the_figures_are_those_of_a_count_from_scratch(
    coverage: CoverageHarness, seed: int
) -> None:
    chance = random.Random(seed)
    life = Life(coverage, chance)
    await life.begin()
    for _ in range(40):
        await life.step()
        if chance.random() < 0.3:
            await coverage.hear_all(twice=chance.random() < 0.2)
            await coverage.units()
    await coverage.hear_all()

    goals = await coverage.service.goals(TOWN)
    kept = await coverage.units()
    assert kept == count(await coverage.sources.facts(TOWN), goals)
    sums = await coverage.service.recount(TOWN)
    assert await coverage.units() == kept
    assert sums.totals[0].missing == sum(unit.missing for unit in kept)
