"""`make down`, `make clean`, and the guard: whatever ends a run from outside."""

import os
import shutil
import signal
import time
from pathlib import Path

from deploy.local import process
from deploy.local.record import Record
from deploy.local.words import Halt, say

RUNNER_SECONDS = 120.0
"""How long a runner may take to stop what it started."""

_PAUSE_SECONDS = 0.5


def down(home: Path) -> int:
    """Stop what runs, whoever started it; gone when it returns. Nothing running is no fault."""
    record = Record.load(home)
    if record is None:
        say("down.nothing")
        return 0
    try:
        _end(record)
    except PermissionError:
        raise Halt("down.no_right") from None
    say("down.done")
    return 0


def clean(home: Path) -> int:
    """Stop what runs and forget it: data, keys, logs, and the MongoDB that was fetched."""
    if Record.load(home) is not None:
        down(home)
    try:
        if home.exists():
            shutil.rmtree(home)
    except OSError as error:
        raise Halt("up.fault", what=error.filename, reason=error.strerror) from None
    say("clean.done", home=home)
    return 0


def guard(home: Path) -> int:
    """Wait until the runner is gone; stop what it left, if it had no chance to do so itself."""
    record = Record.load(home)
    if record is None:
        return 0
    while record.runner_lives:
        time.sleep(_PAUSE_SECONDS)
    left = Record.load(home)
    if left is not None and left.born == record.born and not left.detached:
        left.end()
    return 0


def _end(record: Record) -> None:
    if record.runner_lives:
        os.kill(record.runner, signal.SIGTERM)
        if process.poll(lambda: not record.runner_lives, RUNNER_SECONDS):
            return
        process.stop(process.Started("runner", record.runner, record.born, ""), grace_seconds=0)
    record.end()
