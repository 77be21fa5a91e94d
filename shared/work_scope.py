"""Which part of a property company's contract (合同范围) what residents ask for falls under.

Property decides by it whose the work is, and requests where a request goes: they must agree.
"""

from collections.abc import Mapping
from enum import StrEnum


class WorkScope(StrEnum):
    """Which part of a property company's contract the work falls under."""

    VEHICLES = "vehicles"
    SECURITY = "security"
    CLEANING = "cleaning"
    REPAIR = "repair"


SCOPE_OF_GROUP: Mapping[str, WorkScope] = {
    # By the first word of a service type's code; else repair.
    "parking": WorkScope.VEHICLES,
    "security": WorkScope.SECURITY,
    "sanitation": WorkScope.CLEANING,
}


def scope_of_service(code: str) -> WorkScope:
    """The part of the contract that a request of this service code falls under; else repair."""
    return SCOPE_OF_GROUP.get(code.partition(".")[0], WorkScope.REPAIR)
