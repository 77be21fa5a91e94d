"""What somebody on a patrol records: that a checkpoint was passed, and what was found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.property.domain.estate import Position
from services.property.domain.route import Checkpoint, metres_off
from services.property.domain.work_scope import WorkScope

PHOTOS_MAX = 5
"""Of one record or finding."""


class Verdict(StrEnum):
    """Whether a record shows that somebody was there."""

    GOOD = "good"
    OFF_PLACE = "off_place"
    """Further from the checkpoint than its tolerance."""
    NO_POSITION = "no_position"
    """The checkpoint asks for a position, and the record has none."""


@dataclass(frozen=True, slots=True)
class Passing:
    """A checkpoint as a phone tells of it; ``id`` is the phone's own."""

    id: str
    code: str
    taken_at: datetime
    position: Position | None = None
    photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of it: with when it came in, from whom, and what it shows."""

    passing: Passing
    received_at: datetime
    by: str
    metres_off: int | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that asks for work, as a phone tells of it; ``code``: at which checkpoint."""

    id: str
    scope: WorkScope
    severity: int
    text: str
    found_at: datetime
    code: str | None = None
    photo_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What is kept of it."""

    sighting: Sighting
    received_at: datetime
    by: str


def judged(passing: Passing, checkpoint: Checkpoint, *, by: str, at: datetime) -> Record:
    """The record of a passing, with what it shows."""
    metres = metres_off(checkpoint, passing.position)
    if checkpoint.spot.position is None:
        verdict = Verdict.GOOD
    elif metres is None:
        verdict = Verdict.NO_POSITION
    else:
        there = metres <= checkpoint.tolerance_metres
        verdict = Verdict.GOOD if there else Verdict.OFF_PLACE
    return Record(passing, at, by, metres, verdict)


def passed(records: Iterable[Record]) -> dict[str, datetime]:
    """The checkpoints that were passed, each with when that was first."""
    first: dict[str, datetime] = {}
    for record in records:
        if record.verdict is Verdict.GOOD:
            code, at = record.passing.code, record.passing.taken_at
            first[code] = min(at, first.get(code, at))
    return first
