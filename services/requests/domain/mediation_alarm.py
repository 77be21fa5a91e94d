"""What is to be told of a mediation because its time has come, and nobody did anything.

``tick`` is right whenever it is called, and as often: what was told is kept in the case, what was
missed is told at the next call.
"""

from dataclasses import replace
from datetime import datetime

from services.requests.domain.mediation import (
    TERM_RUNS,
    Decided,
    Mediation,
    TermTold,
    timed,
    told,
)
from shared.events import Event
from shared.events.requests_mediation import (
    MediationPerformanceDelayed,
    MediationTermEnding,
    MediationTermOver,
)


def tick(mediation: Mediation, *, at: datetime) -> Decided | None:
    """What the clock does to it at this moment; None if there is nothing to do.

    A term that is nearly over, and one that is over, is told, each once for every term; so is an
    agreement whose day to perform it has passed.
    """
    told_now: list[Event] = []
    while mediation.alarm_at is not None and mediation.alarm_at <= at:
        mediation, event = _heeded(mediation)
        told_now.append(event)
    return (mediation, told_now) if told_now else None


def _heeded(mediation: Mediation) -> tuple[Mediation, Event]:
    who = mediation.mediator_ids
    if mediation.state not in TERM_RUNS:
        due_on = mediation.agreement and mediation.agreement.performance_due_on
        late = timed(replace(mediation, performance_told=True))
        facts = {"mediator_ids": who, "due_on": due_on}
        return late, told(MediationPerformanceDelayed, mediation, **facts)
    facts = {"mediator_ids": who, "term_ends_at": mediation.term_ends_at}
    if mediation.term_told is TermTold.NOTHING:
        near = timed(replace(mediation, term_told=TermTold.ENDING))
        return near, told(MediationTermEnding, mediation, **facts)
    over = timed(replace(mediation, term_told=TermTold.OVER))
    return over, told(MediationTermOver, mediation, **facts)
