"""The published rules by which contributions earn points: versioned data, never changed later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

MINUTES_PER_HOUR = 60


class ContributionKind(StrEnum):
    """What sort of act a record tells of (domain.md, 1): help is what is recorded so far."""

    VOLUNTEERING = "volunteering"


@dataclass(frozen=True, slots=True)
class PointsRule:
    """Points per hour by kind, for acts done from ``since`` on."""

    version: int
    since: datetime
    per_hour: Mapping[ContributionKind, int]

    def points(self, kind: ContributionKind, *, minutes: int) -> int:
        """Whole points for so many minutes, a half and more rounded up."""
        earned = self.per_hour[kind] * minutes
        return (2 * earned + MINUTES_PER_HOUR) // (2 * MINUTES_PER_HOUR)


RULES: tuple[PointsRule, ...] = (
    # Ours (mission.md, A5: "points by a published rule"; the article gives no figures).
    PointsRule(
        version=1,
        since=datetime(2000, 1, 1, tzinfo=UTC),
        per_hour={ContributionKind.VOLUNTEERING: 10},
    ),
)
"""Oldest first; a new rule is added below, with the next version and a later ``since``."""


def rule_in_force(at: datetime) -> PointsRule:
    """The newest rule that had begun when the act was done; the first for anything older."""
    return max(
        (rule for rule in RULES if rule.since <= at), key=lambda r: r.version, default=RULES[0]
    )
