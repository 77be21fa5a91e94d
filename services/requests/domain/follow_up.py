"""What the requester says afterwards (回访)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FOLLOW_UP_SPAN = timedelta(days=7)  # auto-close after 7 days: Condo, domain.md section 3
SATISFACTION_MIN, SATISFACTION_MAX = 1, 5  # 4 and 5 count as satisfied: domain.md section 3


class Answer(StrEnum):
    """Whether it was solved, as the requester sees it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One answer; ``satisfaction`` from 1 to 5 (best). The text stays in the request."""

    resolved: Answer
    by: str
    at: datetime
    satisfaction: int | None = None
    text: str | None = None
