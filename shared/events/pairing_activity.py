"""What pairing tells of activities (活动) that people sign up for; ids and minutes only."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.events.base import Event


class ActivityAttended(Event):
    """A member was at an activity, for so many minutes; ``held_at``: when it began."""

    type: ClassVar[str] = "pairing.activity.attended.v1"

    activity_id: str
    member_id: str
    minutes: int = Field(ge=0)
    held_at: AwareDatetime | None = None


class ActivityPlanned(Event):
    """People may sign up for an activity."""

    type: ClassVar[str] = "pairing.activity.planned.v1"

    activity_id: str
    branch_id: str | None
    starts_at: AwareDatetime


class ActivityChanged(Event):
    """It is at another time or place, has other room, or is called something else."""

    type: ClassVar[str] = "pairing.activity.changed.v1"

    activity_id: str
    starts_at: AwareDatetime


class ActivityCancelled(Event):
    """It does not take place."""

    type: ClassVar[str] = "pairing.activity.cancelled.v1"

    activity_id: str


class ActivitySignedUp(Event):
    """Somebody signed up; ``waiting``: there was no room, and they wait for some."""

    type: ClassVar[str] = "pairing.activity.signed_up.v1"

    activity_id: str
    person_id: str
    waiting: bool


class ActivitySignedOff(Event):
    """Somebody does not come after all, or waits no longer."""

    type: ClassVar[str] = "pairing.activity.signed_off.v1"

    activity_id: str
    person_id: str


class ActivityMovedUp(Event):
    """Who waited longest has a place now, as somebody left or there is more room."""

    type: ClassVar[str] = "pairing.activity.moved_up.v1"

    activity_id: str
    person_id: str


class ActivityAttendanceRecorded(Event):
    """It was noted who was there; ``people``: how many were added by this."""

    type: ClassVar[str] = "pairing.activity.attendance_recorded.v1"

    activity_id: str
    people: int = Field(ge=1)
