"""Routes (巡查路线): the checkpoints that a patrol passes, by code and position."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from services.property.domain.estate import Plan, Position
from services.property.domain.place import NOWHERE, Spot, located
from shared.earth import metres_between
from shared.errors import Invalid
from shared.events import Event
from shared.events.property_patrol import RouteChanged, RouteDrawn, RouteRetired
from shared.transitions import step

CHECKPOINTS_MAX = 100
CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,39}$"
TOLERANCE_METRES_MIN, TOLERANCE_METRES_MAX = 10, 500
"""A phone's own error between buildings is tens of metres: less would refuse who was there."""


class RouteState(StrEnum):
    """Where the route stands."""

    ACTIVE = "active"
    RETIRED = "retired"


class RouteAction(StrEnum):
    """What moves it."""

    CHANGE = "change"
    RETIRE = "retire"


TRANSITIONS: Mapping[RouteState, Mapping[RouteAction, RouteState]] = {
    RouteState.ACTIVE: {
        RouteAction.CHANGE: RouteState.ACTIVE,
        RouteAction.RETIRE: RouteState.RETIRED,
    },
    RouteState.RETIRED: {},
}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One place to pass: ``code`` is what its tag says.

    With a position (WGS84) who passes must be within ``tolerance_metres`` of it; without one, as in
    a garage that no satellite reaches, the code alone says so.
    """

    code: str
    title: str
    spot: Spot = NOWHERE
    tolerance_metres: int = 50


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn up; ``ordered``: the checkpoints are to be passed in their order."""

    title: str
    checkpoints: tuple[Checkpoint, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """One route through an estate."""

    id: str
    community: str
    version: int
    state: RouteState
    estate_id: str
    title: str
    checkpoints: tuple[Checkpoint, ...]
    ordered: bool


def draw(
    plan: Plan,
    drawing: Drawing,
    *,
    id: str,  # noqa: A002  the aggregate's own word
) -> tuple[Route, list[Event]]:
    """A new route on this estate.

    Errors: ``Invalid`` for no checkpoint or more than ``CHECKPOINTS_MAX``, a code that is none or
    stands twice, a tolerance or position out of range, a building or entrance that is not there.
    """
    route = Route(
        id=id,
        community=plan.community,
        version=0,
        state=RouteState.ACTIVE,
        estate_id=plan.estate_id,
        title=drawing.title,
        checkpoints=_checked(plan, drawing.checkpoints),
        ordered=drawing.ordered,
    )
    count = len(route.checkpoints)
    return route, [RouteDrawn(route_id=id, estate_id=route.estate_id, checkpoints=count)]


def change(route: Route, plan: Plan, drawing: Drawing) -> tuple[Route, list[Event]]:
    """Drawn anew; a patrol that has begun goes on by the old drawing.

    Errors: as for ``draw``; ``WrongState``.
    """
    step(TRANSITIONS, route.state, RouteAction.CHANGE, noun="route")
    after = replace(
        route,
        title=drawing.title,
        checkpoints=_checked(plan, drawing.checkpoints),
        ordered=drawing.ordered,
    )
    count = len(after.checkpoints)
    return after, [RouteChanged(route_id=route.id, estate_id=route.estate_id, checkpoints=count)]


def retire(route: Route) -> tuple[Route, list[Event]]:
    """Not walked any more; its plans end. ``WrongState``."""
    state = step(TRANSITIONS, route.state, RouteAction.RETIRE, noun="route")
    event = RouteRetired(route_id=route.id, estate_id=route.estate_id)
    return replace(route, state=state), [event]


def metres_off(checkpoint: Checkpoint, position: Position | None) -> int | None:
    """How far from a checkpoint somebody stood; None if either place is not known."""
    there = checkpoint.spot.position
    if there is None or position is None:
        return None
    return metres_between(there.lat, there.long, position.lat, position.long)


def _checked(plan: Plan, checkpoints: tuple[Checkpoint, ...]) -> tuple[Checkpoint, ...]:
    if not 1 <= len(checkpoints) <= CHECKPOINTS_MAX:
        raise Invalid("route.checkpoints", pointer="/checkpoints", most=CHECKPOINTS_MAX)
    codes: set[str] = set()
    checked: list[Checkpoint] = []
    for number, each in enumerate(checkpoints):
        pointer = f"/checkpoints/{number}"
        if not re.fullmatch(CODE_PATTERN, each.code):
            raise Invalid("route.code", pointer=f"{pointer}/code")
        if each.code in codes:
            raise Invalid("route.code_twice", pointer=f"{pointer}/code", twice=each.code)
        codes.add(each.code)
        if not TOLERANCE_METRES_MIN <= each.tolerance_metres <= TOLERANCE_METRES_MAX:
            limits = {"least": TOLERANCE_METRES_MIN, "most": TOLERANCE_METRES_MAX}
            raise Invalid("route.tolerance", pointer=f"{pointer}/tolerance_metres", **limits)
        checked.append(replace(each, spot=located(plan, each.spot, pointer=pointer)))
    return tuple(checked)
