"""Which part of a property company's contract (合同范围) a piece of work falls under."""

from collections.abc import Mapping

from shared.work_scope import WorkScope, scope_of_service

__all__ = ["SCOPE_OF_KIND", "WorkScope", "scope_of", "scope_of_criterion", "scope_of_service"]

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

SCOPE_OF_CRITERION: Mapping[str, WorkScope] = {
    # What inspections look at by the default rules; of a community's own criteria, repair.
    "cleanliness": WorkScope.CLEANING,
    "greenery": WorkScope.CLEANING,
    "fire_lanes": WorkScope.VEHICLES,
    "security": WorkScope.SECURITY,
    "equipment": WorkScope.REPAIR,
    "staff_conduct": WorkScope.SECURITY,
}


def scope_of_criterion(key: str) -> WorkScope:
    """The part of the contract that this criterion of an inspection is about; else repair."""
    return SCOPE_OF_CRITERION.get(key, WorkScope.REPAIR)


def scope_of(kind: str) -> WorkScope:
    """The part of the contract that an incident of this kind falls under; else repair."""
    return SCOPE_OF_KIND.get(kind, WorkScope.REPAIR)
