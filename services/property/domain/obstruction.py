"""Blocked fire lanes (消防通道被占): which vehicle stands there, kept beside the incident it is.

The incident has all the rest: where, since when, what is done about it. The plate is personal data
and stands here alone, sealed, until the retention rule lets it go.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from services.property.domain.incident import IncidentKind, Place, Report
from shared.events import Event
from shared.events.property_gate import ObstructionForgotten, ObstructionReported

SEVERITY = 2
"""Danger to life if it burns: next to what is one already."""


@dataclass(frozen=True, slots=True)
class Obstruction:
    """One vehicle in a fire lane; ``vehicle_id`` if it is one that is verified on the estate.

    ``alarm_at``: when the plate is forgotten.
    """

    id: str
    community: str
    version: int
    estate_id: str
    incident_id: str
    place: Place
    text: str | None
    reported_by: str
    reported_at: datetime
    plate: str | None
    plate_digest: str | None
    vehicle_id: str | None
    alarm_at: datetime | None
    photo_ids: tuple[str, ...] = ()


Outcome = tuple[Obstruction, list[Event]]


def said(one: Obstruction) -> Report:
    """What the incident is made of: all but the plate."""
    return Report(
        kind=IncidentKind.VEHICLE,
        severity=SEVERITY,
        text=one.text or "",
        place=one.place,
        occurred_at=one.reported_at,
        photo_ids=one.photo_ids,
    )


def report(new: Obstruction) -> Outcome:
    """A new one as it is given."""
    event = ObstructionReported(
        obstruction_id=new.id,
        estate_id=new.estate_id,
        incident_id=new.incident_id,
        vehicle_id=new.vehicle_id,
    )
    return new, [event]


def tick(one: Obstruction, *, at: datetime) -> Outcome | None:
    """Let go of which vehicle it was, if the time has come; None before."""
    if one.alarm_at is None or one.alarm_at > at:
        return None
    after = replace(one, plate=None, plate_digest=None, vehicle_id=None, text=None, alarm_at=None)
    event = ObstructionForgotten(obstruction_id=one.id, estate_id=one.estate_id)
    return after, [event]
