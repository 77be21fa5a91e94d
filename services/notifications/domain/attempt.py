"""One attempt at a delivery: what came of it, and what a receiver's answer means.

The classes of result and what each leads to: webhooks.md, 3.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

RESPONSE_BYTES_MAX = 16 * 1024
RETRY_AFTER_SECONDS_MAX = 30 * 86_400


class Result(StrEnum):
    """What came of an attempt, by class; the label under which attempts are counted."""

    DELIVERED = "delivered"
    REDIRECTED = "redirected"
    GONE = "gone"
    THROTTLED = "throttled"
    REFUSED = "refused"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    UNRESOLVED = "unresolved"
    UNREACHABLE = "unreachable"
    BROKEN = "broken"
    UNTRUSTED = "untrusted"
    BLOCKED = "blocked"
    OWN_FAULT = "own_fault"


class Trigger(StrEnum):
    """Who made the attempt: the schedule, somebody who asked for it again, or a test."""

    AUTO = "auto"
    MANUAL = "manual"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Timings:
    """How long each step took, in milliseconds; None for none, as on a kept connection."""

    total_ms: float = 0.0
    dns_ms: float | None = None
    connect_ms: float | None = None
    first_byte_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one posting brought: the receiver's answer, or why there was none.

    ``response_body`` holds at most 16 KB and ``truncated`` says whether there was more.
    """

    result: Result
    code: int | None = None
    retry_after_seconds: int | None = None
    timings: Timings = Timings()
    response_headers: dict[str, str] = field(default_factory=dict)
    response_body: str = ""
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt as it is kept: number ``n`` of its delivery, what was sent and what came back."""

    id: str
    community: str
    endpoint_id: str
    delivery_id: str | None
    message_id: str
    n: int
    trigger: Trigger
    started_at: datetime
    request_headers: dict[str, str]
    exchange: Exchange


def classify(code: int) -> Result:
    """What an HTTP status means: only 2xx is a success, 410 means for good, 429 too fast."""
    if 200 <= code < 300:
        return Result.DELIVERED
    special = {410: Result.GONE, 429: Result.THROTTLED}
    if code in special:
        return special[code]
    if 300 <= code < 400:
        return Result.REDIRECTED
    return Result.REFUSED if 400 <= code < 500 else Result.FAILED


def retry_after_seconds(value: str | None, *, at: datetime) -> int | None:
    """``Retry-After`` (RFC 9110, 10.2.3), a number or a date, as seconds from ``at``, or None."""
    text = (value or "").strip()[:100]
    if text.isascii() and text.isdigit():
        return min(int(text), RETRY_AFTER_SECONDS_MAX)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):  # as odd input makes it raise
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - at).total_seconds()
    return int(min(max(seconds, 0), RETRY_AFTER_SECONDS_MAX))
