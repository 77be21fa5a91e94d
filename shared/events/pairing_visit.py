"""What pairing tells of visits (走访): for the services alone, never a web hook.

Ids and moments only: which services, what was seen and how much at risk a household is stand in
the visit, not here. ``helper_ids`` are members, ``branch_ids`` the branches that answer for them,
``post_holder_ids`` the members who hold the post that looks after visits.
"""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.events.base import Event


class VisitEvent(Event):
    """What happened to a visit."""

    visit_id: str
    pairing_id: str
    household_id: str


class VisitAlarm(VisitEvent):
    """What somebody has to see to at once."""

    branch_ids: tuple[str, ...]
    post_holder_ids: tuple[str, ...] = ()


class VisitScheduled(VisitEvent):
    """A visit is to be made in this time; told a week before, or as soon as it is known."""

    type: ClassVar[str] = "pairing.visit.scheduled.v1"

    helper_ids: tuple[str, ...]
    window_start: AwareDatetime
    window_end: AwareDatetime


class VisitUnassigned(VisitAlarm):
    """Nobody is there to make it: no helper at hand, and no stand-in."""

    type: ClassVar[str] = "pairing.visit.unassigned.v1"

    window_start: AwareDatetime


class VisitAssigned(VisitEvent):
    """Others than before are to make it."""

    type: ClassVar[str] = "pairing.visit.assigned.v1"

    helper_ids: tuple[str, ...]


class VisitDue(VisitEvent):
    """Its time has begun."""

    type: ClassVar[str] = "pairing.visit.due.v1"

    helper_ids: tuple[str, ...]
    window_end: AwareDatetime


class VisitReminded(VisitEvent):
    """Half of its time is over and nobody has said a word."""

    type: ClassVar[str] = "pairing.visit.reminded.v1"

    helper_ids: tuple[str, ...]
    window_end: AwareDatetime


class VisitCompleted(VisitEvent):
    """It was made. ``helper_ids``: whose report this is, ``minutes``: how long each of them took,
    ``made_at``: when they were there, which a phone without network tells later.

    Once more for each further helper of the same visit who reports it; without helpers if the
    branch or staff have seen to it after it was escalated.
    """

    type: ClassVar[str] = "pairing.visit.completed.v1"

    helper_ids: tuple[str, ...]
    minutes: int = Field(ge=0)
    made_at: AwareDatetime | None = None


class VisitReported(VisitEvent):
    """One more report of it was kept; it changed nothing."""

    type: ClassVar[str] = "pairing.visit.reported.v1"

    helper_id: str


class VisitNoAnswer(VisitEvent):
    """A helper was there and nobody answered; there is time for a second try."""

    type: ClassVar[str] = "pairing.visit.no_answer.v1"

    helper_ids: tuple[str, ...]


class VisitEscalated(VisitAlarm):
    """Somebody is to make sure that all is well (上报核实); told again, ``times`` 2 and more,
    until somebody has."""

    type: ClassVar[str] = "pairing.visit.escalated.v1"

    helper_ids: tuple[str, ...]
    times: int = Field(ge=1)


class VisitMissed(VisitAlarm):
    """Its time is over and nobody was there; ``times``: so often in a row."""

    type: ClassVar[str] = "pairing.visit.missed.v1"

    helper_ids: tuple[str, ...]
    times: int = Field(ge=1)


class VisitConcernRaised(VisitAlarm):
    """A helper saw something that is worth a look; what it is, stands in the visit only."""

    type: ClassVar[str] = "pairing.visit.concern_raised.v1"


class VisitCancelled(VisitEvent):
    """It is not to be made; ``reason`` is a code: paused, ended, consent_ended, plan_changed,
    done_already, by_branch."""

    type: ClassVar[str] = "pairing.visit.cancelled.v1"

    reason: str


class VisitVerified(VisitEvent):
    """The household or the branch says that it was made as reported."""

    type: ClassVar[str] = "pairing.visit.verified.v1"


class VisitHelpRequested(Event):
    """Who was there asks for help in a dwelling; it names no household, as requests keeps it."""

    type: ClassVar[str] = "pairing.visit.help_requested.v1"

    visit_id: str
    service_code: str
    dwelling_id: str
    estate_id: str
