"""Facilities (设施设备): what an estate has beside its homes, from a camera to a venue."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.property.domain.estate import Plan
from services.property.domain.place import NOWHERE, Spot, located
from shared.errors import Invalid
from shared.events import Event
from shared.events.property_facility import (
    FacilityChanged,
    FacilityPutBack,
    FacilityRegistered,
    FacilityRetired,
    FacilityTakenOut,
)
from shared.transitions import step

CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,39}$"
"""What is written on it, or on its tag."""


class FacilityKind(StrEnum):
    """What sort of facility it is."""

    CAMERA = "camera"
    LIFT = "lift"
    CHARGING_SHED = "charging_shed"
    """Where electric bicycles are charged, away from the stairs (电动自行车充电棚)."""
    GREENERY = "greenery"
    VENUE = "venue"
    OTHER = "other"


class FacilityState(StrEnum):
    """Whether it can be used."""

    IN_SERVICE = "in_service"
    OUT_OF_SERVICE = "out_of_service"
    RETIRED = "retired"


class FacilityAction(StrEnum):
    """What moves it."""

    CHANGE = "change"
    TAKE_OUT = "take_out"
    PUT_BACK = "put_back"
    RETIRE = "retire"


TRANSITIONS: Mapping[FacilityState, Mapping[FacilityAction, FacilityState]] = {
    FacilityState.IN_SERVICE: {
        FacilityAction.CHANGE: FacilityState.IN_SERVICE,
        FacilityAction.TAKE_OUT: FacilityState.OUT_OF_SERVICE,
        FacilityAction.RETIRE: FacilityState.RETIRED,
    },
    FacilityState.OUT_OF_SERVICE: {
        FacilityAction.CHANGE: FacilityState.OUT_OF_SERVICE,
        FacilityAction.PUT_BACK: FacilityState.IN_SERVICE,
        FacilityAction.RETIRE: FacilityState.RETIRED,
    },
    FacilityState.RETIRED: {},
}


@dataclass(frozen=True, slots=True)
class FacilityFacts:
    """What is said of a facility; ``code`` is used once on its estate."""

    kind: FacilityKind
    code: str
    title: str
    place: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Facility:
    """One facility.

    ``reason``: why it is out of service or retired; ``since``: from when it is in its state.
    """

    id: str
    community: str
    version: int
    state: FacilityState
    estate_id: str
    kind: FacilityKind
    code: str
    title: str
    place: Spot
    since: datetime
    reason: str | None = None


Outcome = tuple[Facility, list[Event]]


def register(
    plan: Plan,
    said: FacilityFacts,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    at: datetime,
) -> Outcome:
    """A facility of this estate is known. ``Invalid`` for a code or place that is none."""
    facility = Facility(
        id=id,
        community=plan.community,
        version=0,
        state=FacilityState.IN_SERVICE,
        estate_id=plan.estate_id,
        kind=said.kind,
        code=_code(said.code),
        title=said.title,
        place=located(plan, said.place, pointer="/place"),
        since=at,
    )
    event = FacilityRegistered(facility_id=id, estate_id=plan.estate_id, kind=said.kind.value)
    return facility, [event]


def change(facility: Facility, plan: Plan, said: FacilityFacts) -> Outcome:
    """What is said of it was wrong, or it stands elsewhere now. ``Invalid``, ``WrongState``."""
    after = replace(
        _moved(facility, FacilityAction.CHANGE),
        kind=said.kind,
        code=_code(said.code),
        title=said.title,
        place=located(plan, said.place, pointer="/place"),
    )
    event = FacilityChanged(
        facility_id=facility.id, estate_id=facility.estate_id, kind=said.kind.value
    )
    return after, [event]


def take_out(facility: Facility, *, reason: str, at: datetime) -> Outcome:
    """It cannot be used for now. ``WrongState``."""
    after = replace(_moved(facility, FacilityAction.TAKE_OUT), reason=reason, since=at)
    return after, [FacilityTakenOut(facility_id=facility.id, estate_id=facility.estate_id)]


def put_back(facility: Facility, *, at: datetime) -> Outcome:
    """It can be used again. ``WrongState``."""
    after = replace(_moved(facility, FacilityAction.PUT_BACK), reason=None, since=at)
    return after, [FacilityPutBack(facility_id=facility.id, estate_id=facility.estate_id)]


def retire(facility: Facility, *, reason: str, at: datetime) -> Outcome:
    """It is gone for good; its upkeep ends. ``WrongState``."""
    after = replace(_moved(facility, FacilityAction.RETIRE), reason=reason, since=at)
    return after, [FacilityRetired(facility_id=facility.id, estate_id=facility.estate_id)]


def _code(code: str) -> str:
    if not re.fullmatch(CODE_PATTERN, code):
        raise Invalid("facility.code", pointer="/code")
    return code


def _moved(facility: Facility, action: FacilityAction) -> Facility:
    state = step(TRANSITIONS, facility.state, action, noun="facility")
    return replace(facility, state=state)
