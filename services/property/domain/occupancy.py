"""Who lives where (住户登记), as the estate's desk knows it: what a resident may act for.

A resident says so, the desk looks; what the desk enters by itself is confirmed from the start. One
record stands for a person and a dwelling, however often they move in and out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.events import Event
from shared.events.property_parking import (
    OccupancyClaimed,
    OccupancyConfirmed,
    OccupancyDeclined,
    OccupancyEnded,
)
from shared.transitions import step


class OccupancyState(StrEnum):
    """Whether it holds."""

    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    ENDED = "ended"


class OccupancyAction(StrEnum):
    """What moves it."""

    CLAIM = "claim"
    CONFIRM = "confirm"
    DECLINE = "decline"
    END = "end"


_S, _A = OccupancyState, OccupancyAction
TRANSITIONS: Mapping[OccupancyState, Mapping[OccupancyAction, OccupancyState]] = {
    _S.CLAIMED: {_A.CONFIRM: _S.CONFIRMED, _A.DECLINE: _S.DECLINED, _A.END: _S.ENDED},
    _S.CONFIRMED: {_A.END: _S.ENDED},
    _S.DECLINED: {_A.CLAIM: _S.CLAIMED, _A.CONFIRM: _S.CONFIRMED},
    _S.ENDED: {_A.CLAIM: _S.CLAIMED, _A.CONFIRM: _S.CONFIRMED},
}


@dataclass(frozen=True, slots=True)
class Occupancy:
    """One person in one dwelling; ``at``: since when it stands as it does."""

    id: str
    community: str
    version: int
    state: OccupancyState
    estate_id: str
    dwelling_id: str
    person_id: str
    at: datetime


Outcome = tuple[Occupancy, list[Event]]


def first(occupancy: Occupancy) -> Outcome:
    """A new record, claimed or confirmed as it is given."""
    if occupancy.state is OccupancyState.CONFIRMED:
        return occupancy, [_whole(OccupancyConfirmed, occupancy)]
    event = OccupancyClaimed(occupancy_id=occupancy.id, estate_id=occupancy.estate_id)
    return occupancy, [event]


def claim(occupancy: Occupancy, *, at: datetime) -> Outcome:
    """The person says so again. ``WrongState`` if it holds, or is being looked at."""
    event = OccupancyClaimed(occupancy_id=occupancy.id, estate_id=occupancy.estate_id)
    return _moved(occupancy, OccupancyAction.CLAIM, at), [event]


def confirm(occupancy: Occupancy, *, at: datetime) -> Outcome:
    """The desk knows that it is so. ``WrongState``."""
    event = _whole(OccupancyConfirmed, occupancy)
    return _moved(occupancy, OccupancyAction.CONFIRM, at), [event]


def decline(occupancy: Occupancy, *, at: datetime) -> Outcome:
    """The desk finds no ground for it. ``WrongState``."""
    event = OccupancyDeclined(occupancy_id=occupancy.id, estate_id=occupancy.estate_id)
    return _moved(occupancy, OccupancyAction.DECLINE, at), [event]


def end(occupancy: Occupancy, *, at: datetime) -> Outcome:
    """They live there no more. ``WrongState``."""
    event = _whole(OccupancyEnded, occupancy)
    return _moved(occupancy, OccupancyAction.END, at), [event]


def _whole(
    kind: type[OccupancyConfirmed | OccupancyEnded], occupancy: Occupancy
) -> OccupancyConfirmed | OccupancyEnded:
    """With who and where, of which other services keep a copy."""
    return kind(
        occupancy_id=occupancy.id,
        estate_id=occupancy.estate_id,
        person_id=occupancy.person_id,
        dwelling_id=occupancy.dwelling_id,
    )


def _moved(occupancy: Occupancy, action: OccupancyAction, at: datetime) -> Occupancy:
    state = step(TRANSITIONS, occupancy.state, action, noun="occupancy")
    return replace(occupancy, state=state, at=at)
