"""Coverage (覆盖): how many lead each household, entrance and building, and where some lack.

The rule is 一带户、三带门、十带楼 (mission.md, A3): one member a household, three an entrance, ten
a building. Figures and ids only; why a household is cared for is nowhere in here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.pairing.domain.coverage_goals import CoverageGoals
from shared.events.property import BuildingFacts


class Level(StrEnum):
    """What members lead; ``community`` is only for sums."""

    COMMUNITY = "community"
    BUILDING = "building"
    ENTRANCE = "entrance"
    HOUSEHOLD = "household"


LEVELS = (Level.BUILDING, Level.ENTRANCE, Level.HOUSEHOLD)
"""In the order in which units are told."""


@dataclass(frozen=True, slots=True)
class Supporter:
    """A member or volunteer: where they live, which entrances and buildings they are to lead."""

    member_id: str
    dwelling_id: str | None = None
    leads: tuple[str, ...] = ()
    active: bool = True
    volunteer: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """A care household that did not refuse to be cared for, and its dwelling."""

    household_id: str
    dwelling_id: str


@dataclass(frozen=True, slots=True)
class Tie:
    """An active pairing: each helper helps each household."""

    helper_ids: tuple[str, ...]
    household_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the coverage of one community is counted from."""

    buildings: Sequence[BuildingFacts] = ()
    supporters: Sequence[Supporter] = ()
    homes: Sequence[Home] = ()
    ties: Sequence[Tie] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A building, an entrance or a household: who is wanted, who is there.

    ``code`` is what people call the building or the entrance. A household in a dwelling that no
    estate has (any more) is in no building.
    """

    level: Level
    id: str
    target: int
    actual: int
    code: str | None = None
    building_id: str | None = None
    entrance_id: str | None = None

    @property
    def missing(self) -> int:
        """How many more it takes; more than the target make up for no other unit."""
        return max(0, self.target - self.actual)


@dataclass(frozen=True, slots=True)
class Total:
    """The sums over the units of a level, or over all: ``lacking`` units miss somebody."""

    level: Level
    units: int
    lacking: int
    target: int
    actual: int
    missing: int


@dataclass(frozen=True, slots=True)
class _Spot:
    building_id: str
    entrance_id: str


def count(facts: Facts, goals: CoverageGoals) -> list[Unit]:
    """Every unit of the community, by level and id.

    A household has the helpers of its active pairings; that one of them is away for a while takes
    nobody's place. An entrance has the active members who live there, help a household there in
    an active pairing, or were given it to lead; a building has those of its entrances and who was
    given the building. Each person counts once in a unit.
    """
    spots, helping = _spots(facts), _helping(facts, goals)
    there = _there(facts, goals, spots, helping)
    units = [*_places(facts.buildings, there, goals)]
    units += (_household(home, spots, helping, goals) for home in facts.homes)
    return sorted(units, key=place)


def who_counts(facts: Facts, goals: CoverageGoals) -> Mapping[str, set[str]]:
    """The members who count for each entrance and building, by its id."""
    return _there(facts, goals, _spots(facts), _helping(facts, goals))


def totals(units: Iterable[Unit]) -> list[Total]:
    """The sums by level, and over the whole community first."""
    by_level: dict[Level, list[Unit]] = {level: [] for level in LEVELS}
    for unit in units:
        by_level[unit.level].append(unit)
    sums = [_total(level, of_level) for level, of_level in by_level.items()]
    whole = [unit for of_level in by_level.values() for unit in of_level]
    return [_total(Level.COMMUNITY, whole), *sums]


def place(unit: Unit) -> tuple[int, str]:
    """Where a unit stands in the list: buildings, entrances, households, each by id."""
    return LEVELS.index(unit.level), unit.id


def _spots(facts: Facts) -> Mapping[str, _Spot]:
    return {
        dwelling_id: _Spot(building.building_id, entrance.entrance_id)
        for building in facts.buildings
        for entrance in building.entrances
        for dwelling_id in entrance.dwelling_ids
    }


def _helping(facts: Facts, goals: CoverageGoals) -> Mapping[str, set[str]]:
    """Who helps each household."""
    left_out = {each.member_id for each in facts.supporters if not goals.counts(each.volunteer)}
    helping: dict[str, set[str]] = defaultdict(set)
    for tie in facts.ties:
        for household_id in tie.household_ids:
            helping[household_id].update(each for each in tie.helper_ids if each not in left_out)
    return helping


def _there(
    facts: Facts,
    goals: CoverageGoals,
    spots: Mapping[str, _Spot],
    helping: Mapping[str, set[str]],
) -> Mapping[str, set[str]]:
    """Who is there for each entrance and building."""
    active = {
        each.member_id: each
        for each in facts.supporters
        if each.active and goals.counts(each.volunteer)
    }
    above = {
        entrance.entrance_id: building.building_id
        for building in facts.buildings
        for entrance in building.entrances
    }
    there: dict[str, set[str]] = defaultdict(set)
    for member_id, member in active.items():
        for place_id in (*_lived_in(member, spots), *member.leads):
            there[place_id].add(member_id)
            there[above.get(place_id, place_id)].add(member_id)
    for home in facts.homes:
        spot = spots.get(home.dwelling_id)
        if spot is not None:
            helpers = active.keys() & helping.get(home.household_id, set())
            there[spot.entrance_id] |= helpers
            there[spot.building_id] |= helpers
    return there


def _lived_in(member: Supporter, spots: Mapping[str, _Spot]) -> tuple[str, ...]:
    spot = None if member.dwelling_id is None else spots.get(member.dwelling_id)
    return () if spot is None else (spot.entrance_id,)


def _places(
    buildings: Iterable[BuildingFacts], there: Mapping[str, set[str]], goals: CoverageGoals
) -> Iterable[Unit]:
    for building in buildings:
        at = building.building_id
        yield Unit(Level.BUILDING, at, goals.building, len(there.get(at, ())), building.code, at)
        for entrance in building.entrances:
            door = entrance.entrance_id
            actual = len(there.get(door, ()))
            yield Unit(Level.ENTRANCE, door, goals.entrance, actual, entrance.code, at, door)


def _household(
    home: Home,
    spots: Mapping[str, _Spot],
    helping: Mapping[str, set[str]],
    goals: CoverageGoals,
) -> Unit:
    spot = spots.get(home.dwelling_id)
    return Unit(
        Level.HOUSEHOLD,
        home.household_id,
        goals.household,
        len(helping.get(home.household_id, ())),
        building_id=None if spot is None else spot.building_id,
        entrance_id=None if spot is None else spot.entrance_id,
    )


def _total(level: Level, units: Sequence[Unit]) -> Total:
    return Total(
        level=level,
        units=len(units),
        lacking=sum(1 for unit in units if unit.missing),
        target=sum(unit.target for unit in units),
        actual=sum(unit.actual for unit in units),
        missing=sum(unit.missing for unit in units),
    )
