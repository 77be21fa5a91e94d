"""A message: one event as it is posted, its exact bytes kept once for all its deliveries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted. ``depth``, its place in causal order: deeper than what it follows from."""

    id: str
    community: str
    event_id: str
    event_type: str
    subject: str
    sequence: int
    depth: int
    body: bytes
    created_at: datetime


def depth_after(sequence: int, predecessors: Iterable[int]) -> int:
    """One more than the deepest predecessor, and never less than the place in its own aggregate.

    The second holds even if a predecessor was never heard, so a story stays in its order then, too.
    """
    return max(sequence, 1 + max(predecessors, default=0))
