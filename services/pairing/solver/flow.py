"""A matching problem as two minimum-cost flows, solved by OR-tools, and the prices that prove it.

Flow goes source -> helper (as much as there is room) -> household (a pair) -> sink (an arc for each
helper that it wants). The first flow counts only what comes first: places filled, tier by tier, and
standing pairs kept. Its prices tell which arcs every best answer must use, and which it cannot; the
second flow has the others to choose from, and counts the points (decision 0026).
"""

import time
from dataclasses import dataclass, replace

import numpy as np
from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped]

from services.pairing.domain.matching_problem import tiers
from services.pairing.domain.matching_rules import RISK_ORDER
from services.pairing.solver.tables import Bools, Ints, Tables, among

COST_MAX = 2**62
"""OR-tools multiplies costs by the number of nodes, in 64 bits."""
SOURCE, SINK = 0, 1
FIRST = 2
BEYOND = 2**40
"""The price of what is to be had at no number of points."""


class Unsolved(Exception):
    """The solver gave no optimum: the problem is too large for its numbers."""


@dataclass(frozen=True, slots=True)
class Solved:
    """Which of the pairs are chosen; ``prices``: how many points a pair that was not listed may
    cost each household at the most to be a gain. ``seconds``: the solver's own time."""

    chosen: Bools
    prices: Ints
    seconds: float


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs by tail and head, with capacity and cost of a unit; ``supply`` goes from source to sink,
    over ``nodes``."""

    tails: Ints
    heads: Ints
    room: Ints
    costs: Ints
    nodes: int
    supply: int


def solve(tables: Tables, keys: Ints, points: Ints) -> Solved:
    """The best choice among these pairs; ``Unsolved``."""
    arcs, homes = _network(tables, keys)
    flows, seconds = _flows(arcs)
    prices = _potentials(arcs, flows)
    reduced = arcs.costs + prices[arcs.tails] - prices[arcs.heads]

    costs = np.zeros_like(arcs.costs)
    costs[: len(keys)] = points
    whole = int(points.sum()) + 1
    settled = replace(arcs, costs=np.where(reduced < 0, costs - whole, costs))
    open_to = reduced <= 0
    last, more = _flows(_only(settled, open_to))
    among_points = _potentials(_only(settled, open_to), last)
    chosen = np.zeros(len(arcs.costs), np.bool_)
    chosen[np.flatnonzero(open_to)] = last > 0
    dearer = among_points[homes] - among_points[SOURCE]
    first = prices[homes] - prices[SOURCE]
    limit = np.where(first > 0, BEYOND, np.where(first < 0, 0, dearer))
    return Solved(chosen[: len(keys)], limit, seconds + more)


def _network(tables: Tables, keys: Ints) -> tuple[Arcs, Ints]:
    """The arcs of what comes first, those of the pairs at the beginning, and the households'
    nodes. Keeping a standing pair counts one, a place of a tier more than all of them, and as much
    more than one of the next tier: those of equal tiers are filled by as many in every order."""
    helper, seeker = np.divmod(keys, tables.count)
    used, helper = np.unique(helper, return_inverse=True)
    kept = among(keys, tables.standing)
    slots = np.maximum(tables.wanted, np.bincount(seeker[kept], minlength=tables.count))
    helpers = FIRST + np.arange(len(used))
    homes = FIRST + len(used) + np.arange(tables.count)
    supply = int(slots.sum())
    parts = [
        _arcs(FIRST + helper, homes[seeker], 1, -kept.astype(np.int64)),
        _arcs(SOURCE, helpers, tables.rooms[used], 0),
        *_places(tables, homes, int(kept.sum()) + 1),
        _arcs(homes, SINK, slots - tables.wanted, 0),
        _arcs(SOURCE, SINK, np.array([supply]), 0),
    ]
    tails, heads, room, costs = (np.concatenate(row) for row in zip(*parts, strict=True))
    return Arcs(tails, heads, room, costs, FIRST + len(used) + tables.count, supply), homes


Row = tuple[Ints, Ints, Ints, Ints]


def _places(tables: Tables, homes: Ints, gap: int) -> list[Row]:
    """An arc for each helper that a household wants, worth more in an earlier tier."""
    ranks = np.array([RISK_ORDER.index(seeker.risk) for seeker in tables.problem.seekers])
    found = [
        homes[(tables.wanted > before) & (ranks == rank)] for before, rank in tiers(tables.problem)
    ]
    found = [those for those in found if len(those)]
    return [
        _arcs(those, SINK, 1, -gap * (len(found) - number)) for number, those in enumerate(found)
    ]


def _arcs(tails: Ints | int, heads: Ints | int, room: Ints | int, costs: Ints | int) -> Row:
    one, two, three, four = np.broadcast_arrays(tails, heads, room, costs)
    return one.astype(np.int64), two.astype(np.int64), three.astype(np.int64), four.astype(np.int64)


def _only(arcs: Arcs, some: Bools) -> Arcs:
    return replace(
        arcs,
        tails=arcs.tails[some],
        heads=arcs.heads[some],
        room=arcs.room[some],
        costs=arcs.costs[some],
    )


def _flows(arcs: Arcs) -> tuple[Ints, float]:
    if int(np.abs(arcs.costs).max()) * (arcs.nodes + 1) >= COST_MAX:
        raise Unsolved
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(arcs.tails, arcs.heads, arcs.room, arcs.costs)
    solver.set_node_supply(SOURCE, arcs.supply)
    solver.set_node_supply(SINK, -arcs.supply)
    begun = time.perf_counter()
    status = solver.solve()
    seconds = time.perf_counter() - begun
    if status != solver.OPTIMAL:
        raise Unsolved
    flows: Ints = solver.flows(np.arange(len(arcs.tails)))
    return flows, seconds


def _potentials(arcs: Arcs, flows: Ints) -> Ints:
    """Prices of the nodes by which no arc with room left is a gain: the proof of the optimum.

    Shortest ways over what is left of the arcs (Bellman and Ford), all arcs in one step.
    """
    forth, back = flows < arcs.room, flows > 0
    tails = np.concatenate([arcs.tails[forth], arcs.heads[back]])
    heads = np.concatenate([arcs.heads[forth], arcs.tails[back]])
    costs = np.concatenate([arcs.costs[forth], -arcs.costs[back]])
    order = np.argsort(heads, kind="stable")
    tails, heads, costs = tails[order], heads[order], costs[order]
    reached, starts = np.unique(heads, return_index=True)
    prices = np.zeros(arcs.nodes, np.int64)
    for _ in range(arcs.nodes + 1):
        cheaper = np.minimum.reduceat(prices[tails] + costs, starts)
        if (cheaper >= prices[reached]).all():
            return prices
        prices[reached] = np.minimum(prices[reached], cheaper)
    raise Unsolved  # there is a round that gains: what the solver gave is no optimum
