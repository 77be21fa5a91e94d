"""Who leads what, as a minimum-cost flow: source -> member -> place -> sink, solved by OR-tools.

A way past the members costs more than all ways to places together, so as many places as can be are
filled, and these at the fewest points.
"""

import asyncio

import numpy as np
from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped]

from services.pairing.domain.leading import LeadProblem

Pair = tuple[str, str]
SOURCE, SINK, FIRST = 0, 1, 2


class Unsolved(Exception):
    """The solver gave no optimum."""


def assign(problem: LeadProblem) -> list[Pair]:
    """Members and places of the best answer, in the order of the problem; ``Unsolved``."""
    if not problem.points:
        return []
    members = {each: FIRST + n for n, each in enumerate(problem.room)}
    places = {each.id: FIRST + len(members) + n for n, each in enumerate(problem.wanting)}
    pairs = list(problem.points)
    supply = sum(each.missing for each in problem.wanting)
    past = sum(problem.points.values()) + 1
    arcs = [
        *((members[one], places[other], 1, problem.points[one, other]) for one, other in pairs),
        *((SOURCE, members[each], room, 0) for each, room in problem.room.items()),
        *((places[each.id], SINK, each.missing, 0) for each in problem.wanting),
        (SOURCE, SINK, supply, past),
    ]
    tails, heads, room, costs = (np.array(row, np.int64) for row in zip(*arcs, strict=True))
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(tails, heads, room, costs)
    solver.set_node_supply(SOURCE, supply)
    solver.set_node_supply(SINK, -supply)
    if solver.solve() != solver.OPTIMAL:
        raise Unsolved
    flows = solver.flows(np.arange(len(pairs)))
    return [pair for pair, flow in zip(pairs, flows.tolist(), strict=True) if flow]


async def assign_apart(problem: LeadProblem) -> list[Pair]:
    """The same, off the event loop."""
    return await asyncio.to_thread(assign, problem)
