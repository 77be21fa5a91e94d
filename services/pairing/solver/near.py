"""Which helpers are near which households, without looking at every pair.

Everything is found up to a limit in points of the way (``matching_cost.way_points``): whoever is
not found for a household has a longer way, which is what makes a proof of it (``solve``).
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from services.pairing.domain.matching_cost import way_points
from services.pairing.domain.whereabouts import Nearness, Place, Way
from services.pairing.solver.tables import Bools, Ints, Tables, distinct
from shared.earth import EARTH_METRES

Floats = NDArray[np.float64]
NOWHERE = 0
BLOCKS_AT_ONCE = 256


class TooMany(Exception):
    """There are more pairs than were asked for."""


class Groups:
    """Things by the group that they are of; groups beyond those are empty."""

    def __init__(self, group: Ints, things: Ints, groups: int) -> None:
        order = np.argsort(group, kind="stable")
        self._things = things[order]
        self._counts = np.bincount(group, minlength=groups)
        self._starts = np.cumsum(self._counts) - self._counts

    def joined(self, groups: Ints, rows: Ints, most: int) -> tuple[Ints, Ints]:
        """Each row with each thing of its group; ``TooMany`` if they are over ``most``."""
        counts = self._counts[groups]
        total = int(counts.sum())
        if total > most:
            raise TooMany
        within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
        at = np.repeat(self._starts[groups], counts) + within
        return np.repeat(rows, counts), self._things[at]


class Field:
    """Buildings on the globe, gone through from south to north."""

    def __init__(self, places: Iterable[Place]) -> None:
        spots = spheres(places)
        self._order = np.argsort(spots[0])
        self._spots = spots[:, self._order]

    def within(self, here: Floats, metres: int) -> tuple[Ints, Ints]:
        """Which of these points are within so many metres of which building; some others, too.

        A straight line through the earth is never longer than the way along it, so none is missed.
        """
        mine = np.argsort(here[0])
        rows, columns = [], []
        for start in range(0, len(mine), BLOCKS_AT_ONCE):
            some = mine[start : start + BLOCKS_AT_ONCE]
            low, high = here[0][some[0]] - metres, here[0][some[-1]] + metres
            first, last = np.searchsorted(self._spots[0], (low, high))
            band = self._spots[:, first:last]
            apart = np.zeros((len(some), band.shape[1]))
            for axis in range(3):
                apart += (here[axis][some, None] - band[axis][None, :]) ** 2
            row, column = np.nonzero(apart <= metres**2)
            rows.append(some[row])
            columns.append(self._order[first + column])
        return np.concatenate(rows), np.concatenate(columns)


class Near:
    """The homes of a problem, ready to be looked through; helpers without room are left out."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        rules = self._rules = tables.problem.rules
        walk = way_points(Way(Nearness.WALK, rules.reach_metres), rules) or 0
        self.everything = max(walk, rules.same_estate_points, rules.unknown_points)
        """The points of the longest way that there is."""
        helpers = self._helpers = np.flatnonzero(tables.rooms > 0)
        places = [helper.place for helper in tables.problem.helpers]
        seeker_places = [seeker.place for seeker in tables.problem.seekers]
        self._is_placed = _placed(seeker_places)
        placed = _placed(places)[helpers]
        self._unplaced = helpers[~placed]
        self._estates: dict[str, int] = {}
        self._seeker_estate = self._estates_of(seeker_places)
        estate = self._estates_of(places)
        count = len(self._estates) + 1
        self._on_estates = Groups(estate[helpers], helpers, count)
        self._unplaced_on_estates = Groups(estate[self._unplaced], self._unplaced, count)
        buildings = int(max(tables.helper_building.max(), tables.seeker_building.max())) + 1
        self._in_buildings = Groups(tables.helper_building[helpers], helpers, buildings)
        blocks, block = np.unique(tables.helper_block[helpers[placed]], return_inverse=True)
        self._in_blocks = Groups(block, helpers[placed], len(blocks))
        self._field = Field(map(tables.place, blocks))

    def around(self, seekers: Ints, limit: int, most: int) -> Ints:
        """The keys of all pairs of these households with a way of at most ``limit`` points, and of
        some others; ``TooMany`` if they are over ``most``."""
        buildings = self._tables.seeker_building[seekers]
        rows = [self._in_buildings.joined(buildings, seekers, most)]
        rows.append(self._on_foot(seekers, limit, most))
        if limit >= self._rules.same_estate_points:
            rows += self._on_one_estate(seekers, most)
        if limit >= self._rules.unknown_points:
            rows += self._anywhere(seekers, most)
        keys = [helpers * self._tables.count + mine for mine, helpers in rows]
        if sum(map(len, keys)) > most:
            raise TooMany
        return distinct(np.concatenate(keys))

    def _on_foot(self, seekers: Ints, limit: int, most: int) -> tuple[Ints, Ints]:
        rules, tables = self._rules, self._tables
        walk = (limit - rules.walk_points + 1) * rules.metres_a_point
        metres = min(walk, rules.reach_metres) + 1  # ways are rounded to whole metres
        seekers = seekers[self._is_placed[seekers]]
        if metres <= 1 or not len(seekers):
            return seekers[:0], seekers[:0]
        here, row = np.unique(tables.seeker_block[seekers], return_inverse=True)
        rows, columns = self._field.within(spheres(map(tables.place, here)), metres)
        each_row = np.arange(len(rows))
        pair, mine = Groups(row, seekers, len(here)).joined(rows, each_row, most)
        return self._in_blocks.joined(columns[pair], mine, most)

    def _on_one_estate(self, seekers: Ints, most: int) -> list[tuple[Ints, Ints]]:
        """Those of one estate, if where either of them lives is not known more exactly."""
        mine = seekers[self._seeker_estate[seekers] != NOWHERE]
        unplaced = mine[~self._is_placed[mine]]
        return [
            self._on_estates.joined(self._seeker_estate[unplaced], unplaced, most),
            self._unplaced_on_estates.joined(self._seeker_estate[mine], mine, most),
        ]

    def _anywhere(self, seekers: Ints, most: int) -> list[tuple[Ints, Ints]]:
        """Those of whom one lives nobody knows where."""
        unplaced = seekers[~self._is_placed[seekers]]
        every = [(unplaced, self._helpers), (seekers, self._unplaced)]
        if sum(len(mine) * len(theirs) for mine, theirs in every) > most:
            raise TooMany
        return [
            (np.repeat(mine, len(theirs)), np.tile(theirs, len(mine))) for mine, theirs in every
        ]

    def _estates_of(self, places: Iterable[Place | None]) -> Ints:
        numbers = self._estates
        return np.array(
            [
                NOWHERE if place is None else numbers.setdefault(place.estate_id, len(numbers) + 1)
                for place in places
            ],
            np.int64,
        )


def spheres(places: Iterable[Place]) -> Floats:
    """Where buildings stand, as points on a sphere of the earth's size, in metres."""
    known = [(place.lat or 0.0, place.long or 0.0) for place in places]
    lat, long = np.radians(np.array(known, np.float64).reshape(-1, 2)).T
    flat = np.cos(lat)
    return EARTH_METRES * np.stack([np.sin(lat), flat * np.cos(long), flat * np.sin(long)])


def _placed(places: Iterable[Place | None]) -> Bools:
    """Of which it is known where their building stands."""
    known = (
        place is not None and place.lat is not None and place.long is not None for place in places
    )
    return np.fromiter(known, np.bool_)
