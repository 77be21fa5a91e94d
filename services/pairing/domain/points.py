"""The published rules by which contributions earn points: versioned data, never changed later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

MINUTES_PER_HOUR = 60


class ContributionKind(StrEnum):
    """What sort of act a record tells of (domain.md, 1)."""

    VOLUNTEERING = "volunteering"
    DUES = "dues"
    DONATION = "donation"
    MEETING = "meeting"
    VISIT = "visit"


PAID = frozenset({ContributionKind.DUES, ContributionKind.DONATION})
"""Acts of money; all others are acts of time."""


@dataclass(frozen=True, slots=True)
class PointsRule:
    """Points per hour and per act, by kind, for acts done from ``since`` on; none for the rest."""

    version: int
    since: datetime
    per_hour: Mapping[ContributionKind, int]
    per_act: Mapping[ContributionKind, int] = field(default_factory=dict)

    def points(self, kind: ContributionKind, *, minutes: int | None) -> int:
        """Whole points for an act, which took so long if time is known; a half is rounded up."""
        earned = self.per_hour.get(kind, 0) * (minutes or 0)
        timed = (2 * earned + MINUTES_PER_HOUR) // (2 * MINUTES_PER_HOUR)
        return self.per_act.get(kind, 0) + timed


RULES: tuple[PointsRule, ...] = (
    # Ours (mission.md, A5: "points by a published rule"; the article gives no figures). An act of
    # money counts as an act, whatever the sum: points are not for sale.
    PointsRule(
        version=1,
        since=datetime(2000, 1, 1, tzinfo=UTC),
        per_hour={ContributionKind.VOLUNTEERING: 10, ContributionKind.VISIT: 10},
        per_act={
            ContributionKind.DUES: 5,
            ContributionKind.DONATION: 5,
            ContributionKind.MEETING: 5,
            ContributionKind.VISIT: 2,
        },
    ),
)
"""Oldest first; a new rule is added below, with the next version and a later ``since``."""


def rule_in_force(at: datetime) -> PointsRule:
    """The newest rule that had begun when the act was done; the first for anything older."""
    return max(
        (rule for rule in RULES if rule.since <= at), key=lambda r: r.version, default=RULES[0]
    )
