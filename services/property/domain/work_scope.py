"""Which part of a property company's contract (合同范围) a piece of work falls under."""

from collections.abc import Mapping
from enum import StrEnum


class WorkScope(StrEnum):
    """Which part of a property company's contract the work falls under."""

    VEHICLES = "vehicles"
    SECURITY = "security"
    CLEANING = "cleaning"
    REPAIR = "repair"


SCOPE_OF_KIND: Mapping[str, WorkScope] = {
    # By the words of ``IncidentKind``; every one of them has its part.
    "vehicle": WorkScope.VEHICLES,
    "security": WorkScope.SECURITY,
    "fire": WorkScope.SECURITY,
    "lift": WorkScope.REPAIR,
    "utilities": WorkScope.REPAIR,
    "sanitation": WorkScope.CLEANING,
    "structure": WorkScope.REPAIR,
    "other": WorkScope.REPAIR,
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
