"""What pairing tells of the rules by which contributions earn points."""

from typing import ClassVar

from shared.events.base import Event


class PointsRulesAdopted(Event):
    """A community made the platform's rules its own, as they were, to publish another."""

    type: ClassVar[str] = "pairing.points_rules.adopted.v1"

    points_rules_id: str


class PointsRulesPublished(Event):
    """A community published a rule, which holds for what is done from its moment on."""

    type: ClassVar[str] = "pairing.points_rules.published.v1"

    points_rules_id: str
    rule_version: int
