"""Who could lead which entrance or building (三带门、十带楼), so that none lacks anybody.

Entrances first, as who leads one counts in its building as well; then the buildings that still lack
somebody. Each is one question: fill as many places as can be, at the fewest points of way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from services.pairing.domain.coverage import Facts, Level, Unit, count, who_counts
from services.pairing.domain.coverage_goals import CoverageGoals
from services.pairing.domain.matching_cost import way_points
from services.pairing.domain.matching_rules import RULES
from services.pairing.domain.whereabouts import Nearness, Place, way_between

LEVELS = (Level.ENTRANCE, Level.BUILDING)
EACH_MAX = 2
"""Places that one member leads at the most, those that they lead already included."""
PAIRS_MAX = 1_000_000
"""Members times places: a community of 5,000 members and 200 places."""


@dataclass(frozen=True, slots=True)
class Wanting:
    """A place that lacks so many."""

    id: str
    missing: int


@dataclass(frozen=True, slots=True)
class LeadProblem:
    """``room``: how many more places each member may lead. ``points``: of each member in each place
    where they may lead and are not counted yet."""

    wanting: tuple[Wanting, ...]
    room: Mapping[str, int]
    points: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Lead:
    """A member who could lead a place; ``metres`` for a walk from where they live."""

    level: Level
    place_id: str
    member_id: str
    nearness: Nearness
    metres: int | None


def problem(facts: Facts, goals: CoverageGoals, level: Level) -> LeadProblem:
    """The question of one level, as things stand in these facts."""
    wanting = tuple(
        Wanting(unit.id, unit.missing)
        for unit in count(facts, goals)
        if unit.level is level and unit.missing
    )
    places, homes, there = _places(facts), _homes(facts), who_counts(facts, goals)
    room = {
        each.member_id: EACH_MAX - len(each.leads)
        for each in facts.supporters
        if each.active and goals.counts(each.volunteer) and len(each.leads) < EACH_MAX
    }
    points = {}
    for member in sorted(facts.supporters, key=lambda each: each.member_id):
        home = homes.get(member.dwelling_id or "")
        for place in wanting:
            free = member.member_id in room and member.member_id not in there.get(place.id, ())
            cost = way_points(way_between(home, places[place.id]), RULES) if free else None
            if cost is not None:
                points[member.member_id, place.id] = cost
    return LeadProblem(wanting, room, points)


def led(facts: Facts, leads: Iterable[tuple[str, str]]) -> Facts:
    """The facts as they would be if these members led these places as well."""
    more: dict[str, list[str]] = {}
    for member_id, place_id in leads:
        more.setdefault(member_id, []).append(place_id)
    supporters = [
        replace(each, leads=(*each.leads, *more.get(each.member_id, ())))
        for each in facts.supporters
    ]
    return replace(facts, supporters=supporters)


def lead_of(facts: Facts, level: Level, member_id: str, place_id: str) -> Lead:
    """A pair of the answer, with how near they live."""
    homes = {each.member_id: each.dwelling_id for each in facts.supporters}
    home = _homes(facts).get(homes[member_id] or "")
    way = way_between(home, _places(facts)[place_id])
    return Lead(level, place_id, member_id, way.nearness, way.metres)


def lacking(facts: Facts, goals: CoverageGoals) -> list[Unit]:
    """The entrances and buildings that lack somebody in these facts."""
    return [unit for unit in count(facts, goals) if unit.level in LEVELS and unit.missing]


def _homes(facts: Facts) -> dict[str, Place]:
    return {
        dwelling_id: Place("", building.building_id, door.entrance_id, building.lat, building.long)
        for building in facts.buildings
        for door in building.entrances
        for dwelling_id in door.dwelling_ids
    }


def _places(facts: Facts) -> dict[str, Place]:
    """Where each entrance and building is; a building's own is no entrance's."""
    found = {}
    for each in facts.buildings:
        found[each.building_id] = Place("", each.building_id, "", each.lat, each.long)
        for door in each.entrances:
            at = Place("", each.building_id, door.entrance_id, each.lat, each.long)
            found[door.entrance_id] = at
    return found
