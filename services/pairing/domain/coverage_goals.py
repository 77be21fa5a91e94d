"""How many members a community wants for each household, entrance and building: versioned data."""

from dataclasses import dataclass, field, replace

from shared.errors import Invalid
from shared.events import Event
from shared.events.pairing_coverage import CoverageGoalsAdopted, CoverageGoalsChanged

TARGET_MAX = 100


@dataclass(frozen=True, slots=True)
class CoverageGoals:
    """The targets; by default those of 一带户、三带门、十带楼 (mission.md, A3).

    ``volunteers``: whether they count beside party members. Without ``id`` and ``community`` they
    are the default (version 1), which every community has until it changes it.
    """

    household: int = 1
    entrance: int = 3
    building: int = 10
    volunteers: bool = True
    id: str = ""
    community: str = ""
    version: int = field(default=1)

    def counts(self, volunteer: bool) -> bool:
        """Whether somebody counts who is a volunteer or is none."""
        return self.volunteers or not volunteer


DEFAULT_GOALS = CoverageGoals()


def change(known: CoverageGoals, wanted: CoverageGoals) -> tuple[CoverageGoals, list[Event]] | None:
    """The next version; None if nothing is different. ``Invalid`` for a target out of bounds.

    The default becomes the community's own by its first change: two events, so that the changed
    one is version 2 and the default stays version 1.
    """
    wanted = replace(wanted, version=known.version)
    if replace(known, id=wanted.id, community=wanted.community) == wanted:
        return None
    for level in ("household", "entrance", "building"):
        if not 1 <= getattr(wanted, level) <= TARGET_MAX:
            raise Invalid("coverage_goals.bounds", pointer=f"/{level}", least=1, most=TARGET_MAX)
    changed = CoverageGoalsChanged(coverage_goals_id=wanted.id)
    if known.community:
        return wanted, [changed]
    return replace(wanted, version=0), [CoverageGoalsAdopted(coverage_goals_id=wanted.id), changed]
