"""By which figures matching weighs a helper against a household: versioned data, all of them ours.

A point is ten metres on foot. So a language that is not shared weighs as much as 800 metres, and
whoever doubts a figure can say what it should be worth in steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from services.pairing.domain.household import RiskLevel

RISK_ORDER = (RiskLevel.HIGH, RiskLevel.KEY, RiskLevel.GENERAL)
"""Who is given a helper first."""
HELPERS_WANTED: Mapping[RiskLevel, int] = MappingProxyType(
    {RiskLevel.HIGH: 2, RiskLevel.KEY: 1, RiskLevel.GENERAL: 1}
)
"""A household visited weekly has somebody for the week in which the other cannot come."""


@dataclass(frozen=True, slots=True)
class MatchingRules:
    """The points that each shortcoming costs; a pair without any costs one."""

    version: int = 1
    same_entrance_points: int = 1
    """A pair costs a point at the least, so none is proposed for nothing."""
    same_building_points: int = 2
    walk_points: int = 3
    """To leave the building at all; and then for every ``metres_a_point``."""
    metres_a_point: int = 10
    same_estate_points: int = 40
    """Somewhere in the same estate, as far as a usual one is wide."""
    unknown_points: int = 150
    reach_metres: int = 2_000
    """Nobody is asked to walk further, and who has moved further away has let go."""
    skill_points: int = 30
    """For each need that the helper has no skill for."""
    language_points: int = 80
    times_points: int = 60
    """No time of the week suits both."""
    refused_points: int = 300
    fresh_points: int = 25
    """A pair that was not proposed before: what people have read already changes only for more."""
    refused_for: timedelta = timedelta(days=180)
    """So long the same pair is not proposed again at all."""
    common_minutes_min: int = 30
    """The time of a visit."""
    everyday_needs: frozenset[str] = frozenset(
        {"chat", "carry_shopping", "holiday_visit", "cleaning"}
    )
    """The four small services (四个一), which take no special skill."""
    helpers_wanted: Mapping[RiskLevel, int] = field(default_factory=lambda: HELPERS_WANTED)


RULES = MatchingRules()
