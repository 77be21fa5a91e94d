"""What a request was promised (时限), and what time has made of it.

All clocks run from the acceptance of the request, by the calendar of its promise, and stand still
while it is paused. What was promised is kept with the request: it never moves with its SLA class.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from services.requests.domain.service_type import SLA_SPANS, SlaClass
from services.requests.domain.working_hours import WorkingHours


class Stage(IntEnum):
    """How far a request was told to be on its way to being late; the higher, the worse.

    A number, so that the store sorts by it; people read its name.
    """

    ON_TIME = 0
    HALF = 1
    """Half of its time is used."""
    MOST = 2
    """80 % of its time is used."""
    DUE = 3
    """Its time is over, which was told to its handlers and to the branch."""
    OVERDUE = 4
    """And was told again."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that counts for nobody; without ``end`` it lasts."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """How soon what is to happen, in seconds that count; without ``hours`` every second counts."""

    seconds: int
    """To the end of the handling (办结)."""
    acknowledge_seconds: int
    """Until somebody signs for it (签收)."""
    first_contact_seconds: int
    """Until the requester hears from the handler for the first time."""
    again_seconds: int
    """Once it is late, everybody concerned is told again after each of these."""
    hours: WorkingHours | None = None


_HOUR, _DAY = 3600, 24 * 3600

PROMISES: Mapping[SlaClass, Promise] = {
    # The spans are those of ``SLA_SPANS``. That one signs within an hour and calls within a day is
    # ours: no rule that we could read says how soon (domain.md, section 3).
    sla_class: Promise(int(SLA_SPANS[sla_class].total_seconds()), *others)
    for sla_class, others in (
        (SlaClass.EMERGENCY, (_HOUR // 4, _HOUR // 2, _HOUR)),
        (SlaClass.UTILITY, (2 * _HOUR, 4 * _HOUR, 6 * _HOUR)),
        (SlaClass.ORDINARY, (_DAY, _DAY, _DAY)),
        (SlaClass.COMPLEX, (_DAY, 2 * _DAY, 2 * _DAY)),
    )
}
