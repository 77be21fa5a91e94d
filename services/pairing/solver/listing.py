"""The pairs that are looked at closely: for each household all that cost up to its bound."""

import numpy as np

from services.pairing.solver.near import Near, TooMany
from services.pairing.solver.tables import Ints, Tables, among

PAIRS_MAX = 6_000_000
"""Listed at a time: about 1 GB while the solver works on them."""
LOOKED_MAX = 60_000_000
"""Found and priced in a run, most of them to be left out again."""
AT_ONCE = 2_000_000
FIRST_BOUNDS = (12, 25, 50, 100, 200)
"""In points beyond those of a fresh pair: with so much for the way, and what does not suit."""
ROOM_NEAR = 24
"""Each household begins with so many places of helpers, if there are as many in reach."""
MARGIN = 10
"""Points beyond the price: so that the next round is the last one for most."""


class Listing:
    """Pairs with their points. ``bound``: every pair of a household that is not listed costs more.

    Standing and pending pairs are listed from the beginning, whatever they cost.
    """

    def __init__(self, tables: Tables, all_max: int, pairs_max: int) -> None:
        self._tables = tables
        self._near = Near(tables)
        self._fresh = tables.problem.rules.fresh_points
        self._pairs_max, self._looked = pairs_max, 0
        count = tables.count * len(tables.problem.helpers)
        self.everything = np.int64(2**40)
        if count <= all_max:
            self.keys, self.points = tables.priced(np.arange(count))
            self.bound = np.full(tables.count, self.everything)
        else:
            self.keys, self.points = tables.priced(tables.known)
            self.bound = np.zeros(tables.count, np.int64)
            self._begin()

    def open(self) -> Ints:
        """The households for which not everything in reach is listed."""
        return np.flatnonzero(self.bound < self.everything)

    def widen(self, seekers: Ints, bounds: Ints) -> bool:
        """List all pairs of these households up to these bounds; False if that is too much."""
        farthest = self._near.everything + self._fresh
        limits = np.minimum(bounds, farthest) - self._fresh
        # The far ones take all that there is: whatever it costs, nothing is left to look for.
        bounds = np.where(bounds >= farthest, self.everything, bounds)
        found = [(self.keys, self.points)]
        try:
            for some in self._portions(seekers, limits):
                found.append(self._found(seekers[some], int(limits[some].max()), bounds[some]))
        except TooMany:
            return False
        keys = np.concatenate([keys for keys, _ in found])
        if len(keys) > self._pairs_max:
            return False
        self.keys, self.points = keys, np.concatenate([points for _, points in found])
        self.bound[seekers] = bounds
        return True

    def _begin(self) -> None:
        """Bounds at which each household has some choice."""
        few = self.open()
        for bound in FIRST_BOUNDS:
            if not self.widen(few, np.full(len(few), bound + self._fresh)):
                return
            helper, seeker = np.divmod(self.keys, self._tables.count)
            rooms = np.bincount(seeker, self._tables.rooms[helper], self._tables.count)
            few = few[rooms[few] < ROOM_NEAR]
            if not len(few):
                return

    def _portions(self, seekers: Ints, limits: Ints) -> list[Ints]:
        """Their places in the list, those that look equally far and live together in one."""
        order = np.lexsort((self._tables.seeker_block[seekers], limits))
        return [order[at : at + 500] for at in range(0, len(order), 500)]

    def _found(self, seekers: Ints, limit: int, bounds: Ints) -> tuple[Ints, Ints]:
        """What is not listed yet of these households, up to their bounds."""
        most = min(AT_ONCE, LOOKED_MAX - self._looked)
        try:
            keys = self._near.around(seekers, limit, most)
        except TooMany:
            if len(seekers) == 1 or most < AT_ONCE:
                raise
            half = len(seekers) // 2
            one = self._found(seekers[:half], limit, bounds[:half])
            other = self._found(seekers[half:], limit, bounds[half:])
            return np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
        self._looked += len(keys)
        keys, points = self._tables.priced(keys)
        before = self.bound[keys % self._tables.count]
        most_points = np.zeros(self._tables.count, np.int64)
        most_points[seekers] = bounds
        wanted = (points > before) & (points <= most_points[keys % self._tables.count])
        wanted &= ~among(keys, self._tables.known)
        return keys[wanted], points[wanted]
