"""Which part of a property company's contract (合同范围) a piece of work falls under."""

from collections.abc import Mapping
from enum import StrEnum

from services.property.domain.incident import IncidentKind


class WorkScope(StrEnum):
    """Which part of a property company's contract the work falls under."""

    VEHICLES = "vehicles"
    SECURITY = "security"
    CLEANING = "cleaning"
    REPAIR = "repair"


SCOPE_OF_KIND: Mapping[str, WorkScope] = {
    IncidentKind.VEHICLE: WorkScope.VEHICLES,
    IncidentKind.SECURITY: WorkScope.SECURITY,
    IncidentKind.FIRE: WorkScope.SECURITY,
    IncidentKind.LIFT: WorkScope.REPAIR,
    IncidentKind.UTILITIES: WorkScope.REPAIR,
    IncidentKind.SANITATION: WorkScope.CLEANING,
    IncidentKind.STRUCTURE: WorkScope.REPAIR,
    IncidentKind.OTHER: WorkScope.REPAIR,
}

SCOPE_OF_GROUP: Mapping[str, WorkScope] = {
    # What residents ask for, by the first word of its code (requests, service types); else repair.
    "parking": WorkScope.VEHICLES,
    "security": WorkScope.SECURITY,
    "sanitation": WorkScope.CLEANING,
}


def scope_of_service(code: str) -> WorkScope:
    """The part of the contract that a request of this service code falls under; else repair."""
    return SCOPE_OF_GROUP.get(code.partition(".")[0], WorkScope.REPAIR)


def scope_of(kind: str) -> WorkScope:
    """The part of the contract that an incident of this kind falls under; else repair."""
    return SCOPE_OF_KIND.get(kind, WorkScope.REPAIR)
