"""The published rules by which contributions earn points: versioned data, never changed later."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from importlib import resources
from typing import Any

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


def _rule(told: Mapping[str, Any]) -> PointsRule:
    return PointsRule(
        version=told["version"],
        since=datetime.fromisoformat(told["since"]),
        per_hour={ContributionKind(kind): points for kind, points in told["per_hour"].items()},
        per_act={ContributionKind(kind): points for kind, points in told["per_act"].items()},
    )


_DATA = resources.files("services.pairing.domain").joinpath("points_rules.json")
RULES: tuple[PointsRule, ...] = tuple(map(_rule, json.loads(_DATA.read_text("utf-8"))))
"""Oldest first; a new rule is added to the data, with the next version and a later ``since``.

Ours (mission.md, A5: "points by a published rule"; the article gives no figures). An act of money
counts as an act, whatever the sum: points are not for sale.
"""


def rule_in_force(rules: Sequence[PointsRule], at: datetime) -> PointsRule:
    """The newest rule that had begun when the act was done; the first for anything older."""
    return max(
        (rule for rule in rules if rule.since <= at), key=lambda r: r.version, default=rules[0]
    )
