"""The rules by which a contractor is scored (评分规则): published data, never changed backwards.

A community publishes the next rules for a month that has not begun; what was published before
stays, so that every figure of the past can be counted again by the rules of its time. The default
weights are ours: the ordinance asks for supervision and names no formula.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from services.property.domain.month import check_month, month_of
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.property_supervision import ScoreRulesPublished

PUBLISHED_MAX = 120
WEIGHT_MAX = 100
CRITERIA_MAX = 40
CRITERION_POINTS_MAX = 100
SIGNATURES_MAX = 10
COMPLAINT_POINTS_MAX = 2_000
SATISFIED_MIN, SATISFIED_MAX = 2, 5
ALWAYS = "2000-01"


class Measure(StrEnum):
    """What is counted of a contractor in a month."""

    ON_TIME = "on_time"
    FIRST_TIME_FIX = "first_time_fix"
    REWORK = "rework"
    ACCEPTANCE = "acceptance"
    SATISFACTION = "satisfaction"
    PATROLS = "patrols"
    INSPECTIONS = "inspections"
    RATINGS = "ratings"
    COMPLAINTS = "complaints"
    INCIDENTS_1 = "incidents_1"
    INCIDENTS_2 = "incidents_2"
    INCIDENTS_3 = "incidents_3"
    INCIDENTS_4 = "incidents_4"


WEIGHED = (
    Measure.ON_TIME,
    Measure.FIRST_TIME_FIX,
    Measure.REWORK,
    Measure.ACCEPTANCE,
    Measure.SATISFACTION,
    Measure.PATROLS,
    Measure.INSPECTIONS,
    Measure.RATINGS,
)
"""Those that bear a weight. Complaints take points off; incidents are shown, as a company does not
choose what happens."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """What an inspection looks at, and how many points it may get for it at most."""

    key: str
    points_max: int


DEFAULT_CRITERIA = (
    Criterion("cleanliness", 10),
    Criterion("greenery", 10),
    Criterion("fire_lanes", 10),
    Criterion("security", 10),
    Criterion("equipment", 10),
    Criterion("staff_conduct", 10),
)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules from a month on, until later ones are in force.

    ``weights`` are relative to each other. ``satisfied_from``: the least rating of 1 to 5 that
    counts as satisfied. ``complaint_points``: hundredths of a point that an upheld complaint takes
    off. ``evidence_below_percent``: an inspector who gives less than this share shows a photo.
    """

    number: int
    in_force_from: str
    weights: Mapping[Measure, int]
    satisfied_from: int = 4
    complaint_points: int = 100
    criteria: tuple[Criterion, ...] = DEFAULT_CRITERIA
    signatures_min: int = 2
    evidence_below_percent: int = 60
    published_at: datetime | None = None
    published_by: str | None = None


DEFAULT_RULES = RuleSet(
    number=1,
    in_force_from=ALWAYS,
    weights={
        Measure.ON_TIME: 25,
        Measure.FIRST_TIME_FIX: 15,
        Measure.REWORK: 10,
        Measure.ACCEPTANCE: 15,
        Measure.SATISFACTION: 15,
        Measure.PATROLS: 10,
        Measure.INSPECTIONS: 5,
        Measure.RATINGS: 5,
    },
)
"""What every community has until it publishes its own."""


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """All that a community has published, oldest first; the default is before all of it."""

    id: str
    community: str
    version: int
    published: tuple[RuleSet, ...] = field(default=(DEFAULT_RULES,))


def in_force(rules: ScoreRules, month: str) -> RuleSet:
    """The rules of a month: of those in force from it or an earlier one, the latest published of
    the latest."""
    begun = [each for each in rules.published if each.in_force_from <= month]
    return max(begun, key=lambda each: (each.in_force_from, each.number))


def publish(
    rules: ScoreRules, wanted: RuleSet, *, by: str, at: datetime
) -> tuple[ScoreRules, list[Event]]:
    """The next rules, for a month that has not begun.

    Errors: ``Invalid`` if they are not sound, or would change a month that has begun;
    ``Conflict`` ``score_rules.too_many`` after ``PUBLISHED_MAX``.
    """
    check_month(wanted.in_force_from, pointer="/in_force_from")
    if wanted.in_force_from <= month_of(at):
        raise Invalid("score_rules.month_has_begun", pointer="/in_force_from")
    if len(rules.published) >= PUBLISHED_MAX:
        raise Conflict("score_rules.too_many", limit=PUBLISHED_MAX)
    _check(wanted)
    number = rules.published[-1].number + 1
    made = replace(wanted, number=number, published_at=at, published_by=by)
    after = replace(rules, published=(*rules.published, made))
    told = ScoreRulesPublished(
        score_rules_id=rules.id, number=number, in_force_from=made.in_force_from
    )
    return after, [told]


def _check(rules: RuleSet) -> None:
    for measure, weight in rules.weights.items():
        pointer = f"/weights/{measure.value}"
        if measure not in WEIGHED:
            raise Invalid("score_rules.not_weighed", pointer=pointer)
        _within(weight, 0, WEIGHT_MAX, pointer)
    if not any(rules.weights.values()):
        raise Invalid("score_rules.no_weight", pointer="/weights")
    _within(rules.satisfied_from, SATISFIED_MIN, SATISFIED_MAX, "/satisfied_from")
    _within(rules.complaint_points, 0, COMPLAINT_POINTS_MAX, "/complaint_points")
    _within(rules.signatures_min, 1, SIGNATURES_MAX, "/signatures_min")
    _within(rules.evidence_below_percent, 0, 100, "/evidence_below_percent")
    _within(len(rules.criteria), 1, CRITERIA_MAX, "/criteria")
    if len({each.key for each in rules.criteria}) < len(rules.criteria):
        raise Invalid("score_rules.criterion_twice", pointer="/criteria")
    for number, each in enumerate(rules.criteria):
        _within(each.points_max, 1, CRITERION_POINTS_MAX, f"/criteria/{number}/points_max")


def _within(value: int, least: int, most: int, pointer: str) -> None:
    if not least <= value <= most:
        raise Invalid("score_rules.out_of_range", pointer=pointer, least=least, most=most)
