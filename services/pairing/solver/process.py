"""The solver as use cases call it: one run at a time, each in a process of its own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator

from services.pairing.domain.matching_plan import Plan
from services.pairing.domain.matching_problem import Problem
from services.pairing.solver.portions import (
    LENGTH_BYTES,
    Part,
    of_problem,
    plan_of,
    read,
    written,
)
from shared.errors import Unavailable

MODULE = "services.pairing.solver.child"
SECONDS_MAX = 900.0
"""A run is given up after a quarter of an hour; 100,000 households take a minute."""


class ProcessSolver:
    """Keeps what ``Solver`` promises (``services/pairing/service/matching_run.py``)."""

    def __init__(self, *, module: str = MODULE, seconds_max: float = SECONDS_MAX) -> None:
        self._command = (sys.executable, "-m", module)
        self._seconds_max = seconds_max
        self._one = asyncio.Semaphore(1)

    async def plan(self, problem: Problem) -> Plan:
        """See ``Solver.plan``. Whoever waits for it can be cancelled: the process ends, too."""
        async with self._one:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            try:
                async with asyncio.timeout(self._seconds_max):
                    return await _answer(process, problem)
            except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
                reason = type(error).__name__
                raise Unavailable("matching.solver_failed", reason=reason) from None
            finally:
                if process.returncode is None:
                    process.kill()
                await process.wait()


async def _answer(process: asyncio.subprocess.Process, problem: Problem) -> Plan:
    assert process.stdin is not None
    assert process.stdout is not None
    for portion in written(of_problem(problem)):
        process.stdin.write(portion)
        await process.stdin.drain()
    process.stdin.close()
    parts = [part async for part in _parts(process.stdout)]
    if await process.wait() or not parts:
        raise asyncio.IncompleteReadError(b"", None)
    return plan_of(parts)


async def _parts(stream: asyncio.StreamReader) -> AsyncIterator[Part]:
    while not stream.at_eof():
        try:
            length = await stream.readexactly(LENGTH_BYTES)
        except asyncio.IncompleteReadError as end:
            if end.partial:
                raise
            return
        yield read(await stream.readexactly(int.from_bytes(length, "big")))
