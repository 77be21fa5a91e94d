"""What is sent about coverage goals, and what is shown of coverage: figures and ids."""

from typing import Annotated

from pydantic import Field

from services.pairing.domain.coverage import Level, Total, Unit
from services.pairing.domain.coverage_goals import DEFAULT_GOALS, TARGET_MAX, CoverageGoals
from services.pairing.service.coverage import Coverage, Sums
from shared.web import Body, View
from shared.web.forms import PageView

Target = Annotated[int, Field(strict=True, ge=1, le=TARGET_MAX)]


class CoverageGoalsBody(Body):
    """How many members are wanted for each unit of a level; all of it said anew."""

    household: Target
    entrance: Target
    building: Target
    volunteers: bool = DEFAULT_GOALS.volunteers

    def goals(self) -> CoverageGoals:
        """The same in the domain's words."""
        return CoverageGoals(**dict(self))


class CoverageGoalsView(View):
    """The goals as they are; ``version`` 1 is the platform's own, which nobody changed."""

    version: int
    household: int
    entrance: int
    building: int
    volunteers: bool

    @classmethod
    def of(cls, goals: CoverageGoals) -> "CoverageGoalsView":
        """The view of the goals."""
        return cls.model_validate(goals, from_attributes=True)


class LevelView(View):
    """The sums over the units of a level; ``community``: over all of them."""

    level: Level
    units: int
    lacking: int
    target: int
    actual: int
    missing: int

    @classmethod
    def of(cls, total: Total) -> "LevelView":
        """The view of the sums."""
        return cls.model_validate(total, from_attributes=True)


class SumsView(View):
    """A community's sums by level."""

    community: str
    goals_version: int
    levels: list[LevelView]

    @classmethod
    def of(cls, sums: Sums) -> "SumsView":
        """The view of the sums."""
        levels = [LevelView.of(total) for total in sums.totals]
        return cls(community=sums.community, goals_version=sums.goals_version, levels=levels)


class UnitView(View):
    """A building, an entrance or a household: who is wanted, who is there, who is missing."""

    level: Level
    id: str
    code: str | None
    building_id: str | None
    entrance_id: str | None
    target: int
    actual: int
    missing: int

    @classmethod
    def of(cls, unit: Unit) -> "UnitView":
        """The view of a unit."""
        return cls.model_validate(unit, from_attributes=True)


class CoverageView(PageView[UnitView]):
    """A community's sums, and its units by level and id."""

    community: str
    goals_version: int
    levels: list[LevelView]

    @classmethod
    def of(cls, coverage: Coverage) -> "CoverageView":
        """The view of a community's coverage."""
        units = [UnitView.of(unit) for unit in coverage.units]
        sums = SumsView.of(coverage.sums)
        return cls(items=units, next_cursor=coverage.next_cursor, **dict(sums))
