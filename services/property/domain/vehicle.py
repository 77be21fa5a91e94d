"""Vehicles (车辆) of dwellings: registered by residents, verified by the desk, forgotten in time.

The plate is kept sealed and found by a keyed hash (``plate_digest``). Two dwellings may say that a
vehicle is theirs; the desk can verify it for one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.events import Event
from shared.events.property_parking import (
    VehicleDeclined,
    VehicleForgotten,
    VehicleRegistered,
    VehicleRetired,
    VehicleVerified,
)
from shared.transitions import step

PER_DWELLING_MAX = 10
"""Vehicles of a dwelling that are not gone; a choice, beyond what any home was seen to have."""


class VehicleKind(StrEnum):
    """What sort of vehicle it is."""

    CAR = "car"
    MOTORCYCLE = "motorcycle"
    EBIKE = "ebike"
    OTHER = "other"


class VehicleState(StrEnum):
    """Where it stands."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    DECLINED = "declined"
    RETIRED = "retired"


class VehicleAction(StrEnum):
    """What moves it."""

    VERIFY = "verify"
    DECLINE = "decline"
    RETIRE = "retire"


_S, _A = VehicleState, VehicleAction
TRANSITIONS: Mapping[VehicleState, Mapping[VehicleAction, VehicleState]] = {
    _S.CLAIMED: {_A.VERIFY: _S.VERIFIED, _A.DECLINE: _S.DECLINED, _A.RETIRE: _S.RETIRED},
    _S.VERIFIED: {_A.RETIRE: _S.RETIRED},
    _S.DECLINED: {},
    _S.RETIRED: {},
}
LIVE = (VehicleState.CLAIMED, VehicleState.VERIFIED)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One vehicle of one dwelling; ``owner_id``: the resident who registered it, if one did.

    ``alarm_at``: when its plate is forgotten, once it is gone.
    """

    id: str
    community: str
    version: int
    state: VehicleState
    estate_id: str
    dwelling_id: str
    owner_id: str | None
    kind: VehicleKind
    plate: str | None
    plate_digest: str | None
    registered_at: datetime
    verified_at: datetime | None = None
    alarm_at: datetime | None = None


Outcome = tuple[Vehicle, list[Event]]


def register(vehicle: Vehicle) -> Outcome:
    """A new one as it is given; the desk's own are verified from the start."""
    told = {"vehicle_id": vehicle.id, "estate_id": vehicle.estate_id}
    events: list[Event] = [VehicleRegistered(**told)]
    if vehicle.state is VehicleState.VERIFIED:
        events.append(VehicleVerified(**told))
    return vehicle, events


def verify(vehicle: Vehicle, *, at: datetime) -> Outcome:
    """The desk has seen its papers. ``WrongState``."""
    after = replace(_moved(vehicle, VehicleAction.VERIFY), verified_at=at)
    return after, [VehicleVerified(vehicle_id=vehicle.id, estate_id=vehicle.estate_id)]


def decline(vehicle: Vehicle, *, at: datetime, kept: timedelta) -> Outcome:
    """Its papers do not hold; its plate is ``kept`` for so long. ``WrongState``."""
    after = replace(_moved(vehicle, VehicleAction.DECLINE), alarm_at=at + kept)
    return after, [VehicleDeclined(vehicle_id=vehicle.id, estate_id=vehicle.estate_id)]


def retire(vehicle: Vehicle, *, at: datetime, kept: timedelta) -> Outcome:
    """It is this dwelling's no more; its plate is ``kept`` for so long. ``WrongState``."""
    after = replace(_moved(vehicle, VehicleAction.RETIRE), alarm_at=at + kept)
    return after, [VehicleRetired(vehicle_id=vehicle.id, estate_id=vehicle.estate_id)]


def tick(vehicle: Vehicle, *, at: datetime) -> Outcome | None:
    """Let go of its plate and of who registered it, if the time has come; None before."""
    if vehicle.alarm_at is None or vehicle.alarm_at > at:
        return None
    after = replace(vehicle, plate=None, plate_digest=None, owner_id=None, alarm_at=None)
    return after, [VehicleForgotten(vehicle_id=vehicle.id, estate_id=vehicle.estate_id)]


def _moved(vehicle: Vehicle, action: VehicleAction) -> Vehicle:
    return replace(vehicle, state=step(TRANSITIONS, vehicle.state, action, noun="vehicle"))
