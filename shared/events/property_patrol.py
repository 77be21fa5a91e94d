"""What the property service tells of patrols (巡查): routes, plans, rounds and what they find.

Ids, moments and counts only: who walked, where somebody stood and what was written of a finding
stay in the service. A route's title may name a place people know, so it stays there, too.
"""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.events.base import Event
from shared.events.property import PlaceFacts


class RouteEvent(Event):
    """What happened to a route."""

    route_id: str
    estate_id: str


class RouteDrawn(RouteEvent):
    """A route is known, with so many checkpoints."""

    type: ClassVar[str] = "property.route.drawn.v1"

    checkpoints: int


class RouteChanged(RouteEvent):
    """It was drawn anew: patrols that begin from now on follow it."""

    type: ClassVar[str] = "property.route.changed.v1"

    checkpoints: int


class RouteRetired(RouteEvent):
    """It is not walked any more."""

    type: ClassVar[str] = "property.route.retired.v1"


class PatrolPlanMade(Event):
    """A route is to be walked again and again."""

    type: ClassVar[str] = "property.patrol_plan.made.v1"

    patrol_plan_id: str
    route_id: str
    estate_id: str


class PatrolPlanChanged(Event):
    """From the next day on it is walked at other times."""

    type: ClassVar[str] = "property.patrol_plan.changed.v1"

    patrol_plan_id: str
    route_id: str


class PatrolPlanExtended(Event):
    """Its rounds that open from ``since`` until before ``until`` are to stand."""

    type: ClassVar[str] = "property.patrol_plan.extended.v1"

    patrol_plan_id: str
    since: AwareDatetime
    until: AwareDatetime


class PatrolPlanEnded(Event):
    """From the next day on, or the last that its rule has, nothing is walked by it any more."""

    type: ClassVar[str] = "property.patrol_plan.ended.v1"

    patrol_plan_id: str
    route_id: str


class PatrolEvent(Event):
    """What happened to a round. ``contractor_id``: the company that walks it, None if volunteers of
    ``team_id`` do, or nobody."""

    patrol_id: str
    patrol_plan_id: str
    route_id: str
    estate_id: str
    contractor_id: str | None
    team_id: str | None = None


class PatrolPlanned(PatrolEvent):
    """A round is to be walked between these moments."""

    type: ClassVar[str] = "property.patrol.planned.v1"

    opens_at: AwareDatetime
    closes_at: AwareDatetime


class PatrolHandedOver(PatrolEvent):
    """Another company is to walk it, or none any more, as the estate is looked after by now."""

    type: ClassVar[str] = "property.patrol.handed_over.v1"


class PatrolOpened(PatrolEvent):
    """Its time has begun: whoever it is told of has it until it closes."""

    type: ClassVar[str] = "property.patrol.opened.v1"

    closes_at: AwareDatetime


class PatrolBegun(PatrolEvent):
    """The first checkpoint was recorded; it has so many."""

    type: ClassVar[str] = "property.patrol.begun.v1"

    checkpoints: int


class PatrolRecorded(PatrolEvent):
    """So many records of checkpoints came in, and so many checkpoints are still to be passed."""

    type: ClassVar[str] = "property.patrol.recorded.v1"

    records: int
    open_checkpoints: int


class PatrolDone(PatrolEvent):
    """Every checkpoint was passed in time.

    ``late``: its records came in after it had been told as missed. ``in_order``: whether they were
    passed in the route's order; null where the route has none.
    """

    type: ClassVar[str] = "property.patrol.done.v1"

    finished_at: AwareDatetime
    late: bool
    in_order: bool | None


class PatrolMissed(PatrolEvent):
    """Its time is over, and so many of its checkpoints were passed; none if nobody began."""

    type: ClassVar[str] = "property.patrol.missed.v1"

    closes_at: AwareDatetime
    passed: int


class PatrolCancelled(PatrolEvent):
    """It is not to be walked: its plan was changed or ended, or the committee said so."""

    type: ClassVar[str] = "property.patrol.cancelled.v1"


class PatrolFound(PatrolEvent):
    """Something was found that asks for work; ``severity`` from 1, danger to life, to 4, least."""

    type: ClassVar[str] = "property.patrol.found.v1"

    finding_id: str
    scope: str
    severity: int
    place: PlaceFacts
