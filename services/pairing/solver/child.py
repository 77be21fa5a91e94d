"""A run in its own process: the problem comes in by stdin, the plan goes out by stdout.

``python -m services.pairing.solver.child``, started by ``process``.
"""

import contextlib
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from services.pairing.solver.portions import (
    LENGTH_BYTES,
    Part,
    of_plan,
    problem_of,
    read,
    written,
)

BYTES_MAX = 6 * 1024**3
"""A run that wants more memory than this ends by itself; nothing else on the machine does."""
FIRST_TO_GO = "1000"
"""Where memory is short, the kernel ends this process and not the service that started it."""


def parts_in(stream: IO[bytes]) -> Iterator[Part]:
    """The parts that come in, until there are no more."""
    while length := stream.read(LENGTH_BYTES):
        yield read(stream.read(int.from_bytes(length, "big")))


def main() -> None:
    """Solve what comes in."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO, "ascii")
    resource.setrlimit(resource.RLIMIT_AS, (BYTES_MAX, BYTES_MAX))
    from services.pairing.solver.solve import plan  # numpy and OR-tools, within the limit

    made = plan(problem_of(parts_in(sys.stdin.buffer)))
    for portion in written(of_plan(made)):
        sys.stdout.buffer.write(portion)


if __name__ == "__main__":
    main()
