"""Who did what when (时间线): a request's story as its readers may see it, still without words.

What is told of each step is a code and facts; a fact is the name of a label, a number or a time, so
that the reader's language can be put to it. Steps that are not for a reader are left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.requests.domain.progress import Audience
from services.requests.domain.reader import Reader
from shared.envelope import GUEST, Envelope
from shared.events.requests import (
    RequestAccepted,
    RequestAssigned,
    RequestReferred,
    RequestSupported,
    RequestUpdated,
)

SYSTEM = "system"
LABELS: Mapping[str, str] = {
    # The facts that are codes, each with the family of its labels.
    "unit": "unit",
    "suggested_unit": "unit",
    "reason": "reason",
    "resolved": "solved",
    "milestone": "milestone",
    "method": "method",
    "channel": "channel",
}
_ROUTED = frozenset({RequestAccepted.type, RequestAssigned.type, RequestReferred.type})
"""What the submission of a request sets off by itself, and no requester does."""
TIMES = ("due_at", "until")
NUMBERS = ("times", "used_percent", "count", "satisfaction")
PLAIN = ("to", "number")
"""Names that stand for themselves, such as 12345."""


class Who(StrEnum):
    """Who did it, as readers see it."""

    REQUESTER = "requester"
    NEIGHBOUR = "neighbour"
    HANDLER = "handler"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened; ``actor`` is an id, kept from readers whom it does not concern."""

    at: datetime
    sequence: int
    code: str
    who: Who
    actor: str | None
    labels: Mapping[str, str]
    times: Mapping[str, datetime]
    plain: Mapping[str, str | int]


def timeline(story: Iterable[Envelope], reader: Reader) -> list[Step]:
    """The steps that this reader may see, oldest first."""
    events = list(story)
    requester_id = str(events[0].data["requester_id"])
    mine = reader.id == requester_id
    return [_step(each, requester_id, reader) for each in events if _is_for(each, mine, reader)]


def _is_for(event: Envelope, mine: bool, reader: Reader) -> bool:
    if event.type != RequestUpdated.type or reader.handles:
        return True
    audience = event.data["audience"]
    return bool(audience == Audience.PUBLIC or (mine and audience == Audience.REQUESTER))


def _step(event: Envelope, requester_id: str, reader: Reader) -> Step:
    data: Mapping[str, Any] = {
        name: value for name, value in event.data.items() if value is not None
    }
    who = _who(event, requester_id)
    known = reader.handles or who is not Who.NEIGHBOUR or event.actor == reader.id
    return Step(
        at=event.time,
        sequence=event.sequence,
        code=event.type.split(".")[2],
        who=who,
        actor=event.actor if known else None,
        labels={name: f"{LABELS[name]}.{data[name]}" for name in LABELS if name in data},
        times={name: datetime.fromisoformat(data[name]) for name in TIMES if name in data},
        plain={name: data[name] for name in (*NUMBERS, *PLAIN) if name in data},
    )


def _who(event: Envelope, requester_id: str) -> Who:
    if event.actor == SYSTEM:
        return Who.SYSTEM
    # Without an account one comes by an open door to one's own request alone: to ask, and to rate.
    if event.actor == requester_id or event.actor.startswith(GUEST):
        return Who.SYSTEM if event.type in _ROUTED else Who.REQUESTER
    return Who.NEIGHBOUR if event.type == RequestSupported.type else Who.HANDLER
