"""What runs, written down in `.local/run.json` as it starts, so that anybody can stop it."""

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from deploy.local import process
from deploy.local.process import Started
from deploy.local.words import Halt

RUN_FILE, LOCK_FILE = "run.json", "lock"

_LAST = (("rabbitmq", "mongod"), ("epmd",))
"""What is stopped after all else, in this order: others lean on it."""


@dataclass(slots=True)
class Record:
    """The runner, the groups it started and where they answer; ``add`` has it on disk at once."""

    path: Path
    runner: int
    born: str
    detached: bool = False
    groups: list[Started] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, home: Path) -> "Record":
        """A fresh record of a run by this process."""
        born = process.identity(os.getpid())
        if born is None:
            raise Halt("system.not_linux")
        return cls(home / RUN_FILE, os.getpid(), born)

    @classmethod
    def load(cls, home: Path) -> "Record | None":
        """The record that is there; None if there is none that can be read."""
        path = home / RUN_FILE
        try:
            said = json.loads(path.read_text("utf-8"))
            groups = [Started(**group) for group in said["groups"]]
            return cls(path, said["runner"], said["born"], said["detached"], groups, said["urls"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    @property
    def runner_lives(self) -> bool:
        """True while the process that started all this still looks after it."""
        return process.identity(self.runner) == self.born

    @property
    def alive(self) -> list[Started]:
        """The groups that run."""
        return [group for group in self.groups if group.alive]

    def add(self, group: Started) -> None:
        """Remember a group that was just started."""
        self.groups.append(group)
        self.save()

    def save(self) -> None:
        """Write it, whole or not at all."""
        said = {
            "runner": self.runner,
            "born": self.born,
            "detached": self.detached,
            "groups": [asdict(group) for group in self.groups],
            "urls": self.urls,
        }
        fresh = self.path.with_suffix(".fresh")
        fresh.write_text(json.dumps(said, indent=2) + "\n", "utf-8")
        fresh.replace(self.path)

    def end(self) -> None:
        """Stop all of it, what others lean on last, and forget it."""
        for layer in layers(self.groups):
            process.stop_together(layer, grace_seconds=20)
        self.groups = []
        self.path.unlink(missing_ok=True)


def layers(groups: Sequence[Started]) -> list[list[Started]]:
    """The groups in the order in which they are stopped, those of a layer together."""
    last = [name for names in _LAST for name in names]
    first = [group for group in groups if group.name not in last]
    rest = [[group for group in groups if group.name in names] for names in _LAST]
    return [layer for layer in (first, *rest) if layer]


def lock(home: Path) -> IO[str]:
    """The right to run under this folder, held while the answer is open; halts if it is taken."""
    handle = (home / LOCK_FILE).open("a")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise Halt("up.running") from None
    return handle
