"""What pairing tells of the goals of coverage (一带户、三带门、十带楼)."""

from typing import ClassVar

from shared.events.base import Event


class CoverageGoalsAdopted(Event):
    """A community made the common coverage goals its own, as they were, to change them."""

    type: ClassVar[str] = "pairing.coverage_goals.adopted.v1"

    coverage_goals_id: str


class CoverageGoalsChanged(Event):
    """A community wants other numbers of members from now on."""

    type: ClassVar[str] = "pairing.coverage_goals.changed.v1"

    coverage_goals_id: str
