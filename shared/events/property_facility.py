"""What the property service tells of facilities (设施设备) and their upkeep (维护保养)."""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.events.base import Event


class FacilityEvent(Event):
    """What happened to a facility."""

    facility_id: str
    estate_id: str


class FacilityRegistered(FacilityEvent):
    """A facility of this kind is known."""

    type: ClassVar[str] = "property.facility.registered.v1"

    kind: str


class FacilityChanged(FacilityEvent):
    """What was said of it is said otherwise."""

    type: ClassVar[str] = "property.facility.changed.v1"

    kind: str


class FacilityTakenOut(FacilityEvent):
    """It cannot be used for now."""

    type: ClassVar[str] = "property.facility.taken_out.v1"


class FacilityPutBack(FacilityEvent):
    """It can be used again."""

    type: ClassVar[str] = "property.facility.put_back.v1"


class FacilityRetired(FacilityEvent):
    """It is gone for good."""

    type: ClassVar[str] = "property.facility.retired.v1"


class UpkeepPlanned(Event):
    """A facility is to be inspected, or kept up, again and again."""

    type: ClassVar[str] = "property.upkeep.planned.v1"

    upkeep_id: str
    facility_id: str
    estate_id: str
    kind: str


class UpkeepChanged(Event):
    """It is looked after otherwise from now on."""

    type: ClassVar[str] = "property.upkeep.changed.v1"

    upkeep_id: str
    facility_id: str
    kind: str


class UpkeepDue(Event):
    """A time of its timetable has come: there is work.

    ``key`` names the time by the clocks of the community. ``severity`` from 1 to 4, least, says
    within how long; whose work it is, its work order tells.
    """

    type: ClassVar[str] = "property.upkeep.due.v1"

    upkeep_id: str
    facility_id: str
    estate_id: str
    kind: str
    scope: str
    severity: int
    key: str
    due_since: AwareDatetime


class UpkeepEnded(Event):
    """It makes no work any more."""

    type: ClassVar[str] = "property.upkeep.ended.v1"

    upkeep_id: str
    facility_id: str
