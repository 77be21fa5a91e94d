"""Matchings of an estate, a district and a city, worked out as the service has them worked out.

Estates like the article's, with its 300 members for 133 households. ``ours`` is the whole run,
from the problem handed over to a process of its own to the plan handed back; ``bare`` the solver's
own time within it, and their ratio what is not our part. Of memory ``ours`` is what was held
at the most, ``bare`` that of the smallest run.
"""

import resource
import time

from services.pairing.solver.process import ProcessSolver
from services.pairing.tests.solver.problems import city
from tests.bench.row import Row

SIZES = (133, 2_000, 20_000, 100_000)
MEMBERS = 300
NAMES = tuple(f"matching-{kind}{size}" for size in SIZES for kind in ("", "memory-"))


async def matching_rows() -> list[Row]:
    """Each size once, the smaller first: what children held at the most only grows."""
    rows: list[Row] = []
    least = 0.0
    for size in SIZES:
        problem = city(size, members=MEMBERS)
        begun = time.perf_counter()
        plan = await ProcessSolver().plan(problem)
        whole, solver = 1000 * (time.perf_counter() - begun), 1000 * plan.solver_seconds
        if not plan.proven or len(plan.pairs) < size:
            raise RuntimeError(f"matching of {size}: {len(plan.pairs)} pairs, {plan.proven}")
        held = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        least = least or held
        rows += [
            Row(f"matching-{size}", whole, solver, solver / whole, whole, None, "ms"),
            Row(f"matching-memory-{size}", held, least, least / held, None, None, "MB"),
        ]
    return rows
