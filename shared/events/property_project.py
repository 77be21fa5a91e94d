"""What the property service tells of improvement projects (改造项目). Money is in fen (分)."""

from typing import ClassVar

from shared.events.base import Event


class ProjectEvent(Event):
    """What happened to a project."""

    project_id: str
    estate_id: str


class ProjectProposed(ProjectEvent):
    """Something of an estate could be made better, for so much."""

    type: ClassVar[str] = "property.project.proposed.v1"

    budget_fen: int


class ProjectMoved(ProjectEvent):
    """It has come to another stage."""

    type: ClassVar[str] = "property.project.moved.v1"

    stage: str


class ProjectBudgetChanged(ProjectEvent):
    """It may cost another sum; the reason is on record."""

    type: ClassVar[str] = "property.project.budget_changed.v1"

    budget_fen: int


class ProjectSpent(ProjectEvent):
    """Money was spent on it: so much in all."""

    type: ClassVar[str] = "property.project.spent.v1"

    spent_fen: int
