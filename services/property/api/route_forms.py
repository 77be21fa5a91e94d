"""What is sent about places to pass and routes, and what is shown of them."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints

from services.property.api.estate_forms import PositionBody, PositionView
from services.property.domain.estate import Position
from services.property.domain.place import Spot
from services.property.domain.route import (
    CHECKPOINTS_MAX,
    TOLERANCE_METRES_MAX,
    TOLERANCE_METRES_MIN,
    Checkpoint,
    Drawing,
    Route,
    RouteState,
)
from shared.web import Body, View
from shared.web.forms import Ref

Title = Annotated[str, StringConstraints(min_length=1, max_length=100)]
CheckpointCode = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class SpotBody(Body):
    """Where on the estate, as far as it is known."""

    building_id: Ref | None = None
    entrance_id: Ref | None = None
    position: PositionBody | None = None

    def spot(self) -> Spot:
        """In the words of the domain."""
        return Spot(self.building_id, self.entrance_id, position_of(self.position))


class SpotView(View):
    """Where on the estate."""

    building_id: str | None
    entrance_id: str | None
    position: PositionView | None

    @classmethod
    def of(cls, spot: Spot) -> Self:
        """As the caller sees it."""
        return cls(
            building_id=spot.building_id,
            entrance_id=spot.entrance_id,
            position=shown(spot.position),
        )


def position_of(body: PositionBody | None) -> Position | None:
    """In the words of the domain."""
    return None if body is None else Position(body.lat, body.long)


def shown(position: Position | None) -> PositionView | None:
    """As the caller sees it."""
    return None if position is None else PositionView(lat=position.lat, long=position.long)


class CheckpointBody(SpotBody):
    """One place to pass; with a position it must be passed within the tolerance of it."""

    code: CheckpointCode
    title: Title
    tolerance_metres: Annotated[
        int, Field(strict=True, ge=TOLERANCE_METRES_MIN, le=TOLERANCE_METRES_MAX)
    ] = 50

    def checkpoint(self) -> Checkpoint:
        """In the words of the domain."""
        return Checkpoint(self.code, self.title, self.spot(), self.tolerance_metres)


class RouteChangeBody(Body):
    """The whole of a route: its checkpoints, and whether they are passed in this order."""

    title: Title
    checkpoints: Annotated[list[CheckpointBody], Field(min_length=1, max_length=CHECKPOINTS_MAX)]
    ordered: bool = False

    def drawing(self) -> Drawing:
        """In the words of the domain."""
        points = tuple(each.checkpoint() for each in self.checkpoints)
        return Drawing(self.title, points, self.ordered)


class RouteBody(RouteChangeBody):
    """A route of an estate."""

    estate_id: Ref


class CheckpointView(SpotView):
    """One place to pass."""

    code: str
    title: str
    tolerance_metres: int

    @classmethod
    def of_checkpoint(cls, checkpoint: Checkpoint) -> "CheckpointView":
        """As the caller sees it."""
        spot = checkpoint.spot
        return cls(
            code=checkpoint.code,
            title=checkpoint.title,
            tolerance_metres=checkpoint.tolerance_metres,
            building_id=spot.building_id,
            entrance_id=spot.entrance_id,
            position=shown(spot.position),
        )


class RouteView(View):
    """A route."""

    id: str
    community: str
    version: int
    state: RouteState
    estate_id: str
    title: str
    ordered: bool
    checkpoints: list[CheckpointView]

    @classmethod
    def of(cls, route: Route) -> "RouteView":
        """As the caller sees it."""
        return cls(
            id=route.id,
            community=route.community,
            version=route.version,
            state=route.state,
            estate_id=route.estate_id,
            title=route.title,
            ordered=route.ordered,
            checkpoints=[CheckpointView.of_checkpoint(each) for each in route.checkpoints],
        )
