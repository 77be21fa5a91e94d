"""Child processes that leave nothing behind: each a group of its own, stopped as a group."""

import atexit
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

GRACE_SECONDS = 15.0
"""How long a group may take to end on SIGTERM before SIGKILL ends it."""

_PAUSE_SECONDS = 0.03
_OPEN_FILES = 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$@"'


@dataclass(frozen=True, slots=True)
class Started:
    """A group that was started: enough to find and stop it from any process, later too."""

    name: str
    pid: int
    born: str
    log: str

    @property
    def alive(self) -> bool:
        """True while the first process of the group runs (a zombie does not)."""
        _reap()
        return _born(self.pid) == self.born


def start(
    name: str,
    argv: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Started:
    """Start a program as the head of a group of its own; what it prints goes to ``log``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink, _starting():
        child = subprocess.Popen(
            argv,
            cwd=folder,
            env=None if environment is None else dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        group = Started(name, child.pid, _born(child.pid) or "gone", str(log))
        _children[child.pid] = (child, group)
    return group


def children() -> list[Started]:
    """The groups that this process started and whose heads have not ended."""
    _reap()
    return [group for _, group in _children.values()]


def interrupt(_: int, __: FrameType | None) -> None:
    """A signal handler: ``KeyboardInterrupt``, but never between a child's start and its record."""
    global _interrupted
    if _is_starting:
        _interrupted = True
        return
    raise KeyboardInterrupt


_is_starting = _interrupted = False


@contextmanager
def _starting() -> Iterator[None]:
    global _is_starting, _interrupted
    _is_starting = True
    try:
        yield
    finally:
        _is_starting = False
    if _interrupted:
        _interrupted = False
        raise KeyboardInterrupt


def with_many_files(argv: Sequence[str]) -> list[str]:
    """The command, allowed 65,536 open files, or as many as this machine allows.

    A store that reaches its limit ends itself, and tests make thousands of collections.
    """
    return ["/bin/sh", "-c", _OPEN_FILES, "sh", *argv]


def stop(group: Started, *, grace_seconds: float = GRACE_SECONDS) -> None:
    """End the whole group, gently and then not, and return when nothing of it runs."""
    stop_together([group], grace_seconds=grace_seconds)


def stop_together(groups: Sequence[Started], *, grace_seconds: float = GRACE_SECONDS) -> None:
    """End several groups at the same time; returns when nothing of any of them runs."""
    for sign, patience in ((signal.SIGTERM, grace_seconds), (signal.SIGKILL, GRACE_SECONDS)):
        left = [group for group in groups if patience > 0 and _signal(group, sign)]
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and any(map(running, left)):
            time.sleep(_PAUSE_SECONDS)
    _reap()


def stop_all(groups: Sequence[Started], *, grace_seconds: float = GRACE_SECONDS) -> None:
    """End the groups in turn, each gone before the next is asked."""
    for group in groups:
        stop(group, grace_seconds=grace_seconds)


def poll(ready: Callable[[], bool], seconds: float) -> bool:
    """True as soon as it is ready, False if it is not within this time."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True


def last_lines(group: Started, count: int = 3) -> str:
    """The end of what the group printed, on one line."""
    path = Path(group.log)
    lines = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
    return " | ".join(line.strip() for line in lines[-count:] if line.strip())


atexit.register(lambda: _reap())  # a child ended by a stranger is no warning

_children: dict[int, tuple[subprocess.Popen[bytes], Started]] = {}


def _reap() -> None:
    """Let go of the children that have ended, whoever ended them."""
    for pid, (child, _) in list(_children.items()):
        if child.poll() is not None:
            _children.pop(pid, None)


def _signal(group: Started, sign: signal.Signals) -> bool:
    """True if something of the group was there to be told."""
    if not running(group):
        return False
    try:
        os.killpg(group.pid, sign)
    except ProcessLookupError:
        return False
    return True


def running(group: Started) -> bool:
    """True while any process of the group runs; a pid taken over by a stranger does not count."""
    _reap()
    head = _stat(group.pid)
    if head is not None and head.born != group.born:
        return False
    return any(
        seen is not None and seen.group == group.pid and seen.state not in "ZX"
        for seen in map(_stat, _pids())
    )


@dataclass(frozen=True, slots=True)
class _Stat:
    state: str
    group: int
    born: str


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _stat(pid: int) -> _Stat | None:
    try:
        line = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    fields = line.rpartition(")")[2].split()
    return _Stat(state=fields[0], group=int(fields[2]), born=fields[19])


def _born(pid: int) -> str | None:
    seen = _stat(pid)
    return None if seen is None or seen.state in "ZX" else seen.born


def identity(pid: int) -> str | None:
    """When this process was born (kernel ticks): tells it from a later one with its number."""
    return _born(pid)
