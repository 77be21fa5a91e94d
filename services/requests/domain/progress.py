"""What handlers and requesters write while a request is under way (进展)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

UPDATES_MAX = 100
"""At most so many on one request: beyond it, people should talk."""
UPDATE_CHARACTERS_MAX = 1000


class Audience(StrEnum):
    """Who may read an update."""

    PUBLIC = "public"
    """Whoever may read the request."""
    REQUESTER = "requester"
    """The requester and those who handle it."""
    INTERNAL = "internal"
    """Those who handle it."""


@dataclass(frozen=True, slots=True)
class Update:
    """A few sentences; they stay in the request, only that there are some is told."""

    id: str
    audience: Audience
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Correction:
    """What the administration set right afterwards, in which fields, why and by whom.

    ``reason`` is a code; the note says more and stays in the request.
    """

    reason: str
    fields: tuple[str, ...]
    by: str
    at: datetime
    note: str | None = None
