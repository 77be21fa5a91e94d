"""The routes of estates, property companies and committees, all together."""

from collections.abc import Mapping

from fastapi import APIRouter

from services.property.api import committee, contractor, estate, estate_correction, estate_table
from services.property.service.registry import Registry
from shared.web.once import Lookup


def routers(registry: Registry, answered: Mapping[str, Lookup]) -> list[APIRouter]:
    """All of them; ``answered`` by the collection that keeps the answers."""
    estates = answered["estates"]
    return [
        estate.router(registry.estates, estates),
        estate_correction.router(registry.corrections, registry.estates, estates),
        estate_table.router(registry.tables),
        contractor.router(registry.contractors, answered["contractors"]),
        committee.router(registry.committees, answered["committees"]),
    ]
