"""Who is to make a visit, or was."""

from dataclasses import dataclass
from datetime import datetime

from services.pairing.domain.visit_report import Attendance

FORMER_MAX = 20
"""Former participants of a visit who are remembered, the latest."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A member who is to make the visit, and what they said of it."""

    member_id: str
    person_id: str
    branch_id: str
    stands_in: bool = False
    outcome: Attendance = Attendance.EXPECTED
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Former:
    """Who was to make the visit in its time, until somebody else was: what they did before that
    they may still report, from a phone that had no network."""

    participant: Participant
    until: datetime
