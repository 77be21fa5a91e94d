"""Who asks about homes, vehicles, gates and visitors, and on which grounds a company may."""

from dataclasses import dataclass

from services.property.domain.estate import Plan
from services.property.domain.work_scope import WorkScope
from services.property.service.viewer import Target, Viewer
from shared.errors import Invalid

ITS_BUSINESS = (WorkScope.VEHICLES, WorkScope.SECURITY)
"""The parts of a contract by which plates and visitors are a company's business at all."""


@dataclass(frozen=True, slots=True)
class Looker:
    """Who asks; a resident (``resident``) sees what is of their own dwellings alone."""

    viewer: Viewer
    id: str
    resident: bool = False

    def at(self, id: str, seen: int | None = None) -> Target:  # noqa: A002
        """One thing that this one asks for."""
        return Target(self.viewer, id, seen)


def check_dwelling(plan: Plan, dwelling_id: str) -> None:
    """``Invalid`` (``dwelling.unknown``) unless the estate has it, and it is in use."""
    if dwelling_id not in plan.homes:
        raise Invalid("dwelling.unknown", pointer="/dwelling_id")
