"""The best answer to a problem of any size: cheap pairs first, others where they could matter.

Solved over the pairs that are listed, a price comes out for each household: what one helper more
would cost it. A pair that is not listed costs more than the household's bound (``listing``), and no
helper is had for less than nothing; so where the price is within the bound, none that was left out
could make the answer better. The others' bounds are moved beyond their prices, and all is solved
again, until none is left: then the answer is the best over all pairs there are.
"""

from dataclasses import dataclass

import numpy as np

from services.pairing.domain.matching_plan import Plan, changes
from services.pairing.domain.matching_problem import Pair, Problem
from services.pairing.solver import flow
from services.pairing.solver.listing import MARGIN, PAIRS_MAX, Listing
from services.pairing.solver.tables import Ints, Tables

LISTED_ALL_MAX = 250_000
"""Up to so many pairs, all of them are listed at once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The pairs, and how sure it is that there are none better.

    ``short``: households for which somebody further away was not looked at, for want of memory.
    ``unreached``: households of which no pair that may be was found. ``solver_seconds``: its own.
    """

    pairs: tuple[Pair, ...]
    unreached: frozenset[str]
    short: int
    listed: int
    rounds: int
    solver_seconds: float

    @property
    def proven(self) -> bool:
        """Whether it is the optimum over all pairs there are, not just over those listed."""
        return self.short == 0


def solve(problem: Problem, *, all_max: int = LISTED_ALL_MAX, pairs_max: int = PAIRS_MAX) -> Answer:
    """The best answer to the problem; ``flow.Unsolved`` if its numbers are too large."""
    if not problem.helpers or not problem.seekers:
        unreached = frozenset(seeker.id for seeker in problem.seekers)
        return Answer((), unreached, short=0, listed=0, rounds=0, solver_seconds=0.0)
    tables = Tables(problem)
    listing = Listing(tables, all_max, pairs_max)
    rounds, seconds = 0, 0.0
    while True:
        solved = flow.solve(tables, listing.keys, listing.points)
        rounds, seconds = rounds + 1, seconds + solved.seconds
        wanting = listing.open()
        short = wanting[solved.prices[wanting] > listing.bound[wanting]]
        if not len(short) or not listing.widen(short, solved.prices[short] + MARGIN):
            break
    return Answer(
        pairs=tuple(tables.pairs(listing.keys[solved.chosen])),
        unreached=_unreached(tables, listing.keys),
        short=len(short),
        listed=len(listing.keys),
        rounds=rounds,
        solver_seconds=seconds,
    )


def plan(problem: Problem) -> Plan:
    """What the best answer changes; ``flow.Unsolved``."""
    answer = solve(problem)
    pairs, releases, unmatched = changes(problem, answer.pairs, answer.unreached)
    return Plan(
        pairs,
        releases,
        unmatched,
        kept=len(answer.pairs) - len(pairs),
        proven=answer.proven,
        listed=answer.listed,
        rounds=answer.rounds,
        solver_seconds=answer.solver_seconds,
    )


def _unreached(tables: Tables, keys: Ints) -> frozenset[str]:
    reached = np.zeros(tables.count, np.bool_)
    reached[keys % tables.count] = True
    seekers = tables.problem.seekers
    return frozenset(seekers[number].id for number in np.flatnonzero(~reached))
