"""The parts of one test run: started by the first test that needs them, stopped with the run.

They live in a process of their own (`python -m deploy.local parts`), which the workers of the run
share and which ends when the run's first process ends, in whatever way.
"""

import fcntl
import os
import secrets
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.local import process
from deploy.local.containers import engine_answers, start_containers
from deploy.local.fetch import ROOT, TOOLS
from deploy.local.parts import Parts, start_local
from deploy.local.words import Halt, tell

START_SECONDS = 300.0
"""Long enough for a first run that fetches both brokers, or pulls their images."""


def new_folder() -> Path:
    """Where a test run keeps its parts if it comes to need any: short, and nobody else's."""
    return Path(tempfile.gettempdir()) / f"linli-parts-{secrets.token_hex(6)}"


def obtain(folder: Path, owner: int) -> Parts:
    """The parts of this run, started by whoever asks first; halts if they cannot be had."""
    found = _found(folder)
    if os.environ.get("TEST_PARTS_FILE"):
        return Parts.load(found)
    folder.mkdir(mode=0o700, exist_ok=True)
    with _alone(folder / "lock"):
        if not found.is_file():
            _start(folder, owner, found)
        return Parts.load(found)


def gone(folder: Path) -> tuple[str, ...]:
    """Those parts of this run that were started and answer no more: nothing after it can pass."""
    found = _found(folder)
    return Parts.load(found).silent() if found.is_file() else ()


def _found(folder: Path) -> Path:
    return Path(os.environ.get("TEST_PARTS_FILE") or folder / "parts.json")


def release(folder: Path) -> None:
    """Stop the parts, if any were started, and forget them."""
    pid = folder / "pid"
    if pid.is_file():
        number = int(pid.read_text("utf-8"))
        born = process.identity(number)
        if born is not None:
            process.stop(process.Started("parts", number, born, ""), grace_seconds=60)
    shutil.rmtree(folder, ignore_errors=True)


def serve(folder: Path, owner: int, kind: str) -> None:
    """Start the parts, say where they are, keep them until told to stop or the owner is gone."""
    over = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: over.set())
    with ExitStack() as started:
        _start_parts(folder, kind, started).save(folder / "parts.json")
        born = process.identity(owner)
        while born is not None and process.identity(owner) == born and not over.wait(0.5):
            pass
    shutil.rmtree(folder, ignore_errors=True)


def chosen(kind: str) -> str:
    """``local`` or ``containers``: as ``TEST_PARTS`` says, else containers if an engine answers."""
    if kind in {"local", "containers"}:
        return kind
    if kind:
        raise Halt("parts.kind", kind=kind)
    return "containers" if engine_answers() else "local"


def _start_parts(folder: Path, kind: str, started: ExitStack) -> Parts:
    if chosen(kind) == "containers":

        def remember(stop: Callable[[], None]) -> None:
            started.callback(stop)

        return start_containers(remember)

    def record(group: process.Started) -> None:
        # nothing in it is worth keeping, so it need not be asked gently
        started.callback(process.stop, group, grace_seconds=0)

    return start_local(folder, TOOLS, record)


def _start(folder: Path, owner: int, found: Path) -> None:
    log = folder / "parts.log"
    failed = folder / "failed"
    if failed.is_file():
        raise Halt("parts.failed", reason=failed.read_text("utf-8"))
    argv = [sys.executable, "-m", "deploy.local", "parts", str(folder), str(owner)]
    child = process.start("parts", argv, log=log, folder=ROOT)
    (folder / "pid").write_text(str(child.pid), "utf-8")
    process.poll(lambda: found.is_file() or not child.alive, START_SECONDS)
    if not found.is_file():
        process.stop(child)
        reason = process.last_lines(child, 1) or "?"
        failed.write_text(reason, "utf-8")
        raise Halt("parts.failed", reason=reason)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time; the lock goes with its holder."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def run(folder: Path, owner: int, kind: str) -> int:
    """``serve`` as a command: exit status 1 and one line if it cannot."""
    try:
        serve(folder, owner, kind)
    except Halt as reason:
        tell(str(reason))
        return 1
    return 0
