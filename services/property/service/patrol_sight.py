"""Whose eyes look at rounds: a company sees those it walks, volunteers those of their teams."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.property.domain.patrol import Patrol
from services.property.service.viewer import Located, Viewer
from shared.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class PatrolViewer(Viewer):
    """Who asks; ``teams`` bound a volunteer's view to what those walk, None bounds nobody's."""

    teams: tuple[str, ...] | None = None

    def sees(self, thing: Located) -> bool:
        """Whether the thing is there for this viewer."""
        return Viewer.sees(self, thing) and (
            self.teams is None or (isinstance(thing, Patrol) and thing.team_id in self.teams)
        )

    def within(self, where: Mapping[str, Any]) -> dict[str, Any]:
        """The filter bounded to what this viewer sees."""
        bounded = Viewer.within(self, where)
        if self.teams is not None:
            bounded["team_id"] = {"$in": sorted(self.teams)}
        return bounded


def check_walks(viewer: PatrolViewer, patrol: Patrol) -> None:
    """Passes for the company that walks the round, and for volunteers of the team that does.

    Errors: ``NotAllowed``.
    """
    by_company = viewer.company is not None and viewer.company == patrol.contractor_id
    by_team = viewer.teams is not None and patrol.team_id in viewer.teams
    if not (by_company or by_team):
        raise NotAllowed("patrol.not_yours")
