"""The only source of time, of ids and of secrets."""

import hashlib
import os
import secrets
import threading
import time
from datetime import UTC, datetime
from typing import Protocol

from ulid_transform import bytes_to_ulid, ulid_to_bytes

MOMENT_BYTES = 6
CHANCE_BYTES = 10
IDS_AT_ONCE = 64
"""Chance is taken from the system for so many ids at a time: a call costs more than an id."""
"""A ULID begins with its milliseconds since 1970; ten random bytes follow."""


class Clock(Protocol):
    """Tells the time; a test hands in one that stands still."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC, in whole milliseconds (what the store keeps)."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC, in whole milliseconds."""
        moment = datetime.now(UTC)  # noqa: TID251  the one place that may
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def new_id(kind: str) -> str:
    """A new id that says its kind and sorts by time, such as ``req_01J...``.

    Those of one process sort in the order in which it made them, within a millisecond, too.
    """
    return f"{kind}_{bytes_to_ulid(_ulids.following())}"


class _Ulids:
    """The ULIDs of this process, each greater than all before."""

    def __init__(self) -> None:
        self._newest = bytes(16)
        self._chance = b""
        self._lock = threading.Lock()

    def following(self) -> bytes:
        """Of now, or next to the newest if that is of now, or of later by a clock set back."""
        moment = (time.time_ns() // 1_000_000).to_bytes(MOMENT_BYTES, "big")
        with self._lock:
            if not self._chance:
                self._chance = os.urandom(CHANCE_BYTES * IDS_AT_ONCE)
            fresh = moment + self._chance[:CHANCE_BYTES]
            self._chance = self._chance[CHANCE_BYTES:]
            if fresh <= self._newest:
                fresh = (int.from_bytes(self._newest, "big") + 1).to_bytes(16, "big")
            self._newest = fresh
        return fresh


_ulids = _Ulids()


def new_secret(alphabet: str, length: int) -> str:
    """A text that nobody can guess, of these signs."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


def derived_id(kind: str, *parts: str) -> str:
    """The one id that these parts always give, so that a repeat falls on the same document.

    Used where an event makes a document: pass the event's id first. If that id bears a ULID its
    time part is kept, so derived ids sort by time like all others.
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    bare = parts[0].rpartition("_")[2]
    try:
        moment = ulid_to_bytes(bare)[:MOMENT_BYTES]
    except ValueError:
        moment = digest[10:16]
    return f"{kind}_{bytes_to_ulid(moment + digest[:10])}"
