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
