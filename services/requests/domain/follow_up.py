"""What the requester says afterwards (回访), or that nobody could be asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Invalid

FOLLOW_UP_SPAN = timedelta(days=7)  # auto-close after 7 days: Condo, domain.md section 3
SATISFACTION_MIN, SATISFACTION_MAX = 1, 5  # 4 and 5 count as satisfied: domain.md section 3
FOLLOW_UPS_MAX = 20
"""Kept with a request; of more the last ones. All of them stand in its story."""
NOBODY = "system"
"""By whom what no person does is done, such as closing what nobody answered for."""


class Answer(StrEnum):
    """Whether it was solved, as the requester sees it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Method(StrEnum):
    """How the requester was asked."""

    ACCOUNT = "account"
    """Answered with the own account, or with the tracking code."""
    LINK = "link"
    """Answered by the one-click link, without signing in."""
    PHONE = "phone"
    """Called back by staff."""
    VISIT = "visit"
    """Asked at the door, or at a liaison station."""
    SILENCE = "silence"
    """Had the time to answer, and did not: closed."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One follow-up; ``satisfaction`` from 1 to 5 (best). The text stays in the request.

    ``resolved`` None: no answer, whether or not the requester was ``contacted``.
    """

    resolved: Answer | None
    by: str
    at: datetime
    satisfaction: int | None = None
    text: str | None = None
    method: Method = Method.ACCOUNT
    contacted: bool = True


def check(said: FollowUp) -> None:
    """Passes if it makes sense; ``Invalid`` for a mark outside 1 to 5, for an answer of somebody
    who was not reached, and for a mark without an answer."""
    mark = said.satisfaction
    if mark is not None and not SATISFACTION_MIN <= mark <= SATISFACTION_MAX:
        raise Invalid("follow_up.satisfaction", pointer="/satisfaction")
    if said.resolved is not None and not said.contacted:
        raise Invalid("follow_up.not_contacted", pointer="/resolved")
    if said.resolved is None and mark is not None:
        raise Invalid("follow_up.no_answer", pointer="/resolved")


def silence(*, at: datetime) -> FollowUp:
    """The requester had the time to answer and did not."""
    return FollowUp(None, NOBODY, at, method=Method.SILENCE, contacted=False)
