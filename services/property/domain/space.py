"""Parking spaces (车位). Who stands on one is said by the permits: a space has one live permit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.events import Event
from shared.events.property_parking import SpaceClosed, SpaceRegistered, SpaceReopened
from shared.transitions import step


class SpaceKind(StrEnum):
    """For what it is."""

    STANDARD = "standard"
    ACCESSIBLE = "accessible"
    CHARGING = "charging"
    VISITOR = "visitor"


class SpaceState(StrEnum):
    """Whether it may be given."""

    OPEN = "open"
    CLOSED = "closed"


class SpaceAction(StrEnum):
    """What moves it."""

    CLOSE = "close"
    REOPEN = "reopen"


TRANSITIONS: Mapping[SpaceState, Mapping[SpaceAction, SpaceState]] = {
    SpaceState.OPEN: {SpaceAction.CLOSE: SpaceState.CLOSED},
    SpaceState.CLOSED: {SpaceAction.REOPEN: SpaceState.OPEN},
}


@dataclass(frozen=True, slots=True)
class Space:
    """One parking space; its code is used once on its estate."""

    id: str
    community: str
    version: int
    state: SpaceState
    estate_id: str
    code: str
    kind: SpaceKind
    building_id: str | None = None


Outcome = tuple[Space, list[Event]]


def register(space: Space) -> Outcome:
    """A new one, as it is given."""
    told = SpaceRegistered(space_id=space.id, estate_id=space.estate_id, kind=space.kind.value)
    return space, [told]


def close(space: Space) -> Outcome:
    """It is not to be given any more. ``WrongState``."""
    event = SpaceClosed(space_id=space.id, estate_id=space.estate_id)
    return _moved(space, SpaceAction.CLOSE), [event]


def reopen(space: Space) -> Outcome:
    """It may be given again. ``WrongState``."""
    event = SpaceReopened(space_id=space.id, estate_id=space.estate_id)
    return _moved(space, SpaceAction.REOPEN), [event]


def _moved(space: Space, action: SpaceAction) -> Space:
    return replace(space, state=step(TRANSITIONS, space.state, action, noun="space"))
