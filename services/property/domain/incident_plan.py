"""What is planned: announced beforehand, begun at its time, or not done after all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.property.domain.incident import (
    AHEAD_MAX,
    Incident,
    IncidentAction,
    IncidentState,
    Work,
    activate,
    ids_of,
    moved,
)
from shared.errors import Invalid
from shared.events import Event
from shared.events.property_incident import IncidentAnnounced, IncidentCancelled

AHEAD_OF_WORK_MAX = timedelta(days=366)
WORK_MAX = timedelta(days=90)
"""Longer than any shut-off: an hour typed into the wrong year is no plan."""


def check_work(work: Work, *, at: datetime, begun: bool = False) -> None:
    """Passes if work may be planned for these hours; ``begun``: it is under way already.

    ``Invalid`` for a time without a zone, a start that is past or more than ``AHEAD_OF_WORK_MAX``
    away, and a finish that is not after it or more than ``WORK_MAX`` after it.
    """
    start, finish = work.start, work.finish
    for moment, pointer in ((start, "/work/start"), (finish, "/work/finish")):
        if moment.tzinfo is None:
            raise Invalid("incident.time_without_zone", pointer=pointer)
    if not begun and not at - AHEAD_MAX <= start <= at + AHEAD_OF_WORK_MAX:
        raise Invalid("incident.work_start", pointer="/work/start", days=AHEAD_OF_WORK_MAX.days)
    if not start < finish <= start + WORK_MAX or finish < at:
        raise Invalid("incident.work_finish", pointer="/work/finish", days=WORK_MAX.days)


def cancel(incident: Incident, *, reason: str) -> tuple[Incident, list[Event]]:
    """What was planned is not done after all. Errors: ``WrongState``."""
    cancelled = moved(incident, IncidentAction.CANCEL)
    after = replace(cancelled, cancellation_reason=reason, alarm_at=None)
    return after, [IncidentCancelled(**ids_of(incident))]


def begin(incident: Incident, *, at: datetime) -> tuple[Incident, list[Event]]:
    """Somebody is at it, perhaps before the hour that was planned. Errors: ``WrongState``."""
    return activate(replace(incident, occurred_at=min(incident.occurred_at, at)))


def announce(
    incident: Incident, *, text: str, work: Work | None, at: datetime
) -> tuple[Incident, list[Event]]:
    """Its people are told something new, and perhaps other times of work.

    Errors: ``WrongState``; ``Invalid`` for hours that cannot be, for hours of what was not
    planned, and for another start of work that has begun.
    """
    after = replace(moved(incident, IncidentAction.ANNOUNCE), text_for_residents=text)
    if work is not None:
        after = _at_other_hours(after, work, at=at)
    return after, [IncidentAnnounced(**ids_of(incident))]


def tick(incident: Incident, *, at: datetime) -> tuple[Incident, list[Event]] | None:
    """What was planned begins by itself at its time; None before, and for what is not waiting."""
    if incident.alarm_at is None or incident.alarm_at > at:
        return None
    return activate(incident)


def _at_other_hours(incident: Incident, work: Work, *, at: datetime) -> Incident:
    if incident.work_start is None:
        raise Invalid("incident.not_planned", pointer="/work")
    begun = incident.state is IncidentState.ACTIVE
    check_work(work, at=at, begun=begun)
    if begun and work.start != incident.work_start:
        raise Invalid("incident.work_begun", pointer="/work/start")
    start, finish = work.start.astimezone(UTC), work.finish.astimezone(UTC)
    return replace(
        incident,
        work_start=start,
        work_finish=finish,
        alarm_at=None if begun else start,
        occurred_at=incident.occurred_at if begun else start,
    )
