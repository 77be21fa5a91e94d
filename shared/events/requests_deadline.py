"""What the requests service tells of its clocks: nobody did anything, time did.

Each is told once, by the clock of the service, as soon as it is true; late if the service was away
at that moment, and never twice.
"""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import Event
from shared.events.requests import RequestEvent


class RequestWarned(RequestEvent):
    """So much of its time is used (催办); ``unit`` has it, or nobody yet."""

    type: ClassVar[str] = "requests.request.warned.v1"

    used_percent: Literal[50, 80]
    unit: str | None
    due_at: AwareDatetime


class RequestDelayed(RequestEvent):
    """Its time is over (超时): ``times`` 1 at that moment, and one more at each time again.

    Of the times that passed while the service was away only the last is told.
    """

    type: ClassVar[str] = "requests.request.delayed.v1"

    times: int = Field(ge=1)
    unit: str | None
    due_at: AwareDatetime


class RequestKeptWaiting(RequestEvent):
    """It was not accepted, signed for, or its requester not spoken to in the promised time."""

    type: ClassVar[str] = "requests.request.kept_waiting.v1"

    milestone: Literal["accepted", "acknowledged", "first_contact"]
    unit: str | None
    due_at: AwareDatetime


class DeadlineRulesAdopted(Event):
    """A community made the common deadline rules its own, as they were, to change them."""

    type: ClassVar[str] = "requests.deadline_rules.adopted.v1"

    deadline_rules_id: str


class DeadlineRulesChanged(Event):
    """A community promises something else from now on; older requests keep what they have."""

    type: ClassVar[str] = "requests.deadline_rules.changed.v1"

    deadline_rules_id: str
