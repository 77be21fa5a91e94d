"""The rules of a community's own by which contributions earn points, over those of the platform.

A rule is published before it holds and never changed later: what was done before it earns what the
rule of its day gave. So points can be reckoned again at any time, by anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.pairing.domain.points import RULES, ContributionKind, PointsRule
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.pairing_points import PointsRulesAdopted, PointsRulesPublished

POINTS_MAX = 1_000
RULES_MAX = 200
"""A rule a month for sixteen years."""


@dataclass(frozen=True, slots=True)
class PointsRules:
    """All rules that ever held in a community, oldest first; ``version`` counts changes.

    Without ``id`` and ``community`` they are the platform's (version 1), which every community has
    until it publishes one.
    """

    rules: tuple[PointsRule, ...]
    id: str = ""
    community: str = ""
    version: int = 1


Points = Mapping[ContributionKind, int]
Decided = tuple[PointsRules, list[Event]]
DEFAULT_RULES = PointsRules(RULES)


def publish(
    known: PointsRules, *, since: datetime, per_hour: Points, per_act: Points, at: datetime
) -> Decided:
    """Have a rule hold for what is done from ``since`` on. ``known`` bears the community.

    Errors: ``Invalid`` for a moment that is over, or not after the rule before; for points out of
    bounds; ``Conflict`` at ``RULES_MAX``.
    """
    last = known.rules[-1]
    if since < at or since <= last.since:
        raise Invalid("points_rule.since", pointer="/since")
    for name, told in (("per_hour", per_hour), ("per_act", per_act)):
        for kind, points in told.items():
            if not 0 <= points <= POINTS_MAX:
                place = f"/{name}/{kind.value}"
                raise Invalid("points_rule.points", pointer=place, most=POINTS_MAX)
    if len(known.rules) >= RULES_MAX:
        raise Conflict("points_rule.full", most=RULES_MAX)
    rule = PointsRule(last.version + 1, since, dict(per_hour), dict(per_act))
    published = PointsRulesPublished(points_rules_id=known.id, rule_version=rule.version)
    after = replace(known, rules=(*known.rules, rule))
    if known.version > 1:
        return after, [published]
    # The platform's become the community's own by its first: two events, so that it is version 2.
    return replace(after, version=0), [PointsRulesAdopted(points_rules_id=known.id), published]
