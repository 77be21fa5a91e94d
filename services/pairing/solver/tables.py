"""A problem in arrays: helpers and households by number, pairs priced many at a time.

Each way and each two profiles are priced once, by the domain's own functions
(``matching_cost``), and looked up for every pair that shares them.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from services.pairing.domain.matching_cost import fit_of, way_points
from services.pairing.domain.matching_problem import Pair, Problem
from services.pairing.domain.whereabouts import Place, way_between

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
T = TypeVar("T", bound=Hashable)
OUT_OF_REACH = -1


def numbered(things: Iterable[T]) -> tuple[Ints, list[T]]:
    """The number of each thing, equal ones alike, and the things in the order of their numbers."""
    numbers: dict[T, int] = {}
    found = [numbers.setdefault(each, len(numbers)) for each in things]
    return np.array(found, np.int64), list(numbers)


Block = tuple[str, float | None, float | None, str] | None


def block_of(place: Place | None) -> Block:
    """The building, with all that ways between different buildings hang on."""
    if place is None:
        return None
    return place.building_id, place.lat, place.long, place.estate_id


class Tables:
    """The problem in arrays; a pair's key is ``helper * households + household``."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        helpers, seekers = problem.helpers, problem.seekers
        self.count = len(seekers)
        self.rooms = np.array([helper.room for helper in helpers], np.int64)
        self.wanted = np.array([seeker.wanted for seeker in seekers], np.int64)
        self._numbers = (
            {helper.id: number for number, helper in enumerate(helpers)},
            {seeker.id: number for number, seeker in enumerate(seekers)},
        )
        self.standing = self._keys(problem.standing)
        self.known = np.union1d(self.standing, self._keys(problem.pending))
        self._refused = self._keys(problem.refused)
        self._barred = np.union1d(self._keys(problem.barred), self._own())
        homes = [helper.place for helper in helpers] + [seeker.place for seeker in seekers]
        self._able, ables = numbered(helper.able for helper in helpers)
        self._wish, wishes = numbered(seeker.wish for seeker in seekers)
        self._fits = (ables, wishes)
        self._number_homes(homes, len(helpers))

    def _number_homes(self, homes: Sequence[Place | None], helpers: int) -> None:
        """Ways within a building are between homes, all others between buildings."""
        home, places = numbered(homes)
        block, _ = numbered(block_of(place) for place in homes)
        building, _ = numbered(None if place is None else place.building_id for place in homes)
        one_of_each = {block_of(place): place for place in homes}
        self._places = [*places, *one_of_each.values()]
        block += len(places)
        self.helper_home, self.seeker_home = home[:helpers], home[helpers:]
        self.helper_block, self.seeker_block = block[:helpers], block[helpers:]
        self.helper_building, self.seeker_building = building[:helpers], building[helpers:]

    def _keys(self, pairs: Iterable[Pair]) -> Ints:
        """The keys, in rising order, of those pairs whose two are both of this problem."""
        helpers, seekers = self._numbers
        found = [
            helpers[one] * self.count + seekers[other]
            for one, other in pairs
            if one in helpers and other in seekers
        ]
        return np.array(sorted(found), np.int64)

    def _own(self) -> Ints:
        """The pairs of somebody with their own household."""
        people = {helper.person_id: n for n, helper in enumerate(self.problem.helpers)}
        return np.array(
            sorted(
                people[person] * self.count + number
                for number, seeker in enumerate(self.problem.seekers)
                for person in seeker.person_ids
                if person in people
            ),
            np.int64,
        )

    def priced(self, keys: Ints) -> tuple[Ints, Ints]:
        """Those of the pairs that may be, and the points of each."""
        keys = keys[~among(keys, self._barred)]
        ways = self._ways(keys)
        keys, ways = keys[ways != OUT_OF_REACH], ways[ways != OUT_OF_REACH]
        rules = self.problem.rules
        points = ways + self._suits(keys)
        points += rules.refused_points * among(keys, self._refused)
        points += rules.fresh_points * ~among(keys, self.known)
        return keys, points

    def place(self, number: int) -> Place:
        """A home that is of this number; there is one."""
        place = self._places[number]
        if place is None:
            raise KeyError(number)
        return place

    def pairs(self, keys: Ints) -> list[Pair]:
        """The pairs by their ids."""
        helpers, seekers = self.problem.helpers, self.problem.seekers
        both = zip(*(part.tolist() for part in np.divmod(keys, self.count)), strict=True)
        return [(helpers[one].id, seekers[other].id) for one, other in both]

    def _ways(self, keys: Ints) -> Ints:
        helper, seeker = np.divmod(keys, self.count)
        same = self.helper_building[helper] == self.seeker_building[seeker]
        one = np.where(same, self.helper_home[helper], self.helper_block[helper])
        other = np.where(same, self.seeker_home[seeker], self.seeker_block[seeker])
        places, rules = self._places, self.problem.rules

        def points(these: int, those: int) -> int:
            found = way_points(way_between(places[these], places[those]), rules)
            return OUT_OF_REACH if found is None else found

        return _each_once(one, other, len(places), points)

    def _suits(self, keys: Ints) -> Ints:
        helper, seeker = np.divmod(keys, self.count)
        ables, wishes = self._fits
        rules = self.problem.rules

        def points(able: int, wish: int) -> int:
            return fit_of(ables[able], wishes[wish], rules).points

        return _each_once(self._able[helper], self._wish[seeker], len(wishes), points)


def _each_once(one: Ints, other: Ints, others: int, points: Callable[[int, int], int]) -> Ints:
    """The points of each two, worked out once for all that are the same."""
    distinct, where = np.unique(one * others + other, return_inverse=True)
    both = zip(*(part.tolist() for part in np.divmod(distinct, others)), strict=True)
    found = np.fromiter((points(*two) for two in both), np.int64, len(distinct))
    return found[where]


def distinct(keys: Ints) -> Ints:
    """Each of the keys once, in rising order; numpy's own takes a hash table and ten times as long
    for so many."""
    ordered = np.sort(keys)
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def among(keys: Ints, ordered: Ints) -> Bools:
    """Which of the keys are among these, given in rising order."""
    if not len(ordered):
        return np.zeros(len(keys), np.bool_)
    at = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    found: Bools = ordered[at] == keys
    return found
