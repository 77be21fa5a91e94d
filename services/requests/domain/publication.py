"""What the world may read of a request, and when (Open311): no name, no number, nobody's home."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from services.requests.domain.progress import Audience, Update
from services.requests.domain.request import ENDED, OPEN, RequestState, ServiceRequest
from services.requests.domain.service_type import ServiceType, Visibility
from shared.errors import Invalid, NotFound

ROWS_MAX = 1_000
SPAN = timedelta(days=90)
"""Open311 GeoReport v2, GET requests: at most 90 days, or the first 1,000 requests."""
PAGE_MAX = 100
"""With pages of 1,000: more than any 90 days of a community hold."""
BLANK = "***"

_PRIVATE = re.compile(
    "|".join(
        (
            r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
            # phones, identity cards (GB 11643: 17 digits and a sign), accounts
            r"\+\d[\d ()-]{6,18}\d",
            r"(?<!\d)\d{3}[ -]\d{4}[ -]\d{4}(?!\d)",
            r"(?:(?<!\d)\d{3,4}[ -])?\d{7,}[Xx]?",
            # plates of vehicles (GA 36)
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z][·. ]?"
            r"[A-HJ-NP-Za-hj-np-z0-9]{5,6}",
            # homes: an entrance and what follows it, or a door
            r"[\d一二三四五六七八九十]{1,3}(?:单元|门洞)\d*[室号户]?",
            r"(?<!\d)\d{3,4}[室户]",
        )
    )
)
"""``\\d`` are the digits of every script, the wide ones of Chinese keyboards too. Every part is
bounded, so that no text takes longer than its length: people send 4,000 characters of anything."""


class Status(StrEnum):
    """All that Open311 knows of a state."""

    OPEN = "open"
    CLOSED = "closed"


class Note(StrEnum):
    """What happened to a request, as far as it is told to the world."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    STARTED = "started"
    RESOLVED = "resolved"
    ENDED = "ended"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened; of updates, the words for everybody."""

    note: Note
    at: datetime
    update: Update | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when; both belong to it."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Sought:
    """Which published requests are looked for; nothing said: all of the last 90 days.

    ``ids``, or numbers, say which: then nothing else counts.
    """

    ids: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    statuses: frozenset[Status] = frozenset(Status)
    start: datetime | None = None
    end: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    page: int = 1
    page_size: int = ROWS_MAX

    def requested(self, now: datetime) -> Window | None:
        """When they were asked for; None if that was not told, and when they changed was.

        ``Invalid`` for over 90 days or an end before the start.
        """
        by_change = self.updated_after is not None or self.updated_before is not None
        if by_change and self.start is None and self.end is None:
            return None
        return window(self.start, self.end, now)

    def changes(self, now: datetime) -> Window | None:
        """When they last changed; None: at any time.

        What is left out is now, or 90 days ago. ``Invalid`` for what is longer ago, and for an end
        before the start.
        """
        if self.updated_after is None and self.updated_before is None:
            return None
        since = span_before(now)
        start = self.updated_after or since
        asked = Window(start, self.updated_before or max(start, now))
        if asked.end < asked.start:
            raise Invalid("open311.backwards", pointer="query:updated_before")
        if asked.start < since:
            raise Invalid("open311.too_long", pointer="query:updated_after", days=SPAN.days)
        return asked


@dataclass(frozen=True, slots=True)
class Jurisdictions:
    """By which names the world asks for which communities; none: nothing is published."""

    communities: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, told: str) -> "Jurisdictions":
        """From a list such as ``hongmiao, city.example=hongmiao``; ``ValueError`` for a bad one."""
        pairs = [part.partition("=") for part in told.split(",") if part.strip()]
        found = {name.strip(): (community or name).strip() for name, _, community in pairs}
        if len(found) < len(pairs) or not all(name and found[name] for name in found):
            raise ValueError("a list of names, each of them once, or of name=community")
        return cls(found)

    def community(self, told: str | None) -> str:
        """The community of a jurisdiction; untold, the only one there is.

        ``NotFound`` if there is no such jurisdiction, ``Invalid`` if it is one of several.
        """
        if told:
            found = self.communities.get(told)
        elif len(self.communities) > 1:
            raise Invalid("open311.which_jurisdiction", pointer="query:jurisdiction_id")
        else:
            found = next(iter(self.communities.values()), None)
        if found is None:
            raise NotFound("open311.jurisdiction")
        return found


def window(start: datetime | None, end: datetime | None, now: datetime) -> Window:
    """The days that are asked about; what is left out is the other end of 90 days, or now.

    ``Invalid`` for over 90 days or an end before the start.
    """
    if end is None:
        end = now
        if start is not None:
            end = start + SPAN if now - start > SPAN else max(start, now)
    if start is None:
        start = span_before(end)
    if end < start:
        raise Invalid("open311.backwards", pointer="query:end_date")
    if end - start > SPAN:
        raise Invalid("open311.too_long", pointer="query:end_date", days=SPAN.days)
    return Window(start, end)


def span_before(at: datetime) -> datetime:
    """90 days before; the beginning of the calendar, if that is nearer."""
    first = datetime.min.replace(tzinfo=at.tzinfo)
    return at - SPAN if at - first > SPAN else first


def is_published(request: ServiceRequest, kind: ServiceType | None) -> bool:
    """Whether the world may read of it: it is public itself, and so is its type."""
    return kind is not None and kind.open311 and request.visibility is Visibility.PUBLIC


def is_offered(kind: ServiceType) -> bool:
    """Whether the world may ask for it now."""
    return kind.open311 and kind.active


def status_of(state: RequestState) -> Status:
    """What Open311 calls a state (domain.md, section 2)."""
    return Status.OPEN if state in OPEN else Status.CLOSED


def states_of(statuses: Iterable[Status]) -> list[RequestState]:
    """The states that Open311 calls so."""
    wanted = frozenset(statuses)
    return [state for state in RequestState if status_of(state) in wanted]


def steps_of(request: ServiceRequest) -> list[Step]:
    """What the world may know of its course, oldest first."""
    ended_at = request.closed_at if request.state in ENDED else None
    moments = (
        (Note.SUBMITTED, request.submitted_at),
        (Note.ACCEPTED, request.accepted_at),
        (Note.STARTED, request.acknowledged_at),
        (Note.RESOLVED, request.resolved_at),
        (Note.ENDED, ended_at),
    )
    steps = [Step(note, at) for note, at in moments if at is not None]
    steps += [Step(Note.UPDATE, each.at, each) for each in told_to_all(request)]
    return sorted(steps, key=lambda step: step.at)


def told_to_all(request: ServiceRequest) -> list[Update]:
    """The updates that were written for everybody."""
    return [each for each in request.updates if each.audience is Audience.PUBLIC]


def changed_at(request: ServiceRequest) -> datetime:
    """When the world last saw it change: once it is closed, when that was."""
    if request.state in ENDED and request.closed_at is not None:
        return request.closed_at
    if request.state is RequestState.RESOLVED and request.resolved_at is not None:
        return request.resolved_at
    return steps_of(request)[-1].at


def blanked(text: str) -> str:
    """The text without what looks like a phone, an identity card or another long number, an email
    address, a plate or a home; names no rule can find."""
    return _PRIVATE.sub(BLANK, text)
