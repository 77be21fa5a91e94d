"""What it costs to have somebody help a household, and why, in codes that have words.

The cost has two parts that do not touch: the way (``way_points``), which hangs on two homes alone,
and the fit (``fit_of``), which hangs on two profiles alone. Whoever prices many pairs prices each
way and each two profiles once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.pairing.domain.availability import TimeSlot, common_minutes
from services.pairing.domain.household import RiskLevel
from services.pairing.domain.matching_rules import MatchingRules
from services.pairing.domain.whereabouts import Nearness, Place, Way, way_between


class Reason(StrEnum):
    """What speaks for a pair or against it. None says what a household needs or what it lives with:
    of skills it says whether they do, not which."""

    SAME_ENTRANCE = "same_entrance"
    SAME_BUILDING = "same_building"
    WALK = "walk"
    SAME_ESTATE = "same_estate"
    PLACE_UNKNOWN = "place_unknown"
    SKILLS_MET = "skills_met"
    SKILLS_UNMET = "skills_unmet"
    LANGUAGE_SHARED = "language_shared"
    LANGUAGE_DIFFERS = "language_differs"
    TIMES_SUIT = "times_suit"
    TIMES_DIFFER = "times_differ"
    REFUSED_BEFORE = "refused_before"


HELPERS_MAY_SEE = frozenset(
    {
        Reason.SAME_ENTRANCE,
        Reason.SAME_BUILDING,
        Reason.WALK,
        Reason.SAME_ESTATE,
        Reason.LANGUAGE_SHARED,
        Reason.TIMES_SUIT,
    }
)
"""Nothing of what a household needs or lacks, nor that somebody was refused."""
_OF_WAYS = {
    Nearness.SAME_ENTRANCE: Reason.SAME_ENTRANCE,
    Nearness.SAME_BUILDING: Reason.SAME_BUILDING,
    Nearness.WALK: Reason.WALK,
    Nearness.SAME_ESTATE: Reason.SAME_ESTATE,
    Nearness.UNKNOWN: Reason.PLACE_UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Able:
    """What a helper brings along; no times told: any may suit."""

    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    times: tuple[TimeSlot, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a household asks for; nothing told: nothing is asked."""

    needs: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    times: tuple[TimeSlot, ...] = ()


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who can be asked; ``room``: how many households they can have in all."""

    id: str
    person_id: str
    room: int
    place: Place | None = None
    able: Able = Able()


@dataclass(frozen=True, slots=True)
class Seeker:
    """A household that wants helpers, ``wanted`` of them in all."""

    id: str
    risk: RiskLevel
    wanted: int = 1
    place: Place | None = None
    wish: Wish = Wish()
    person_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fit:
    """How well two profiles suit each other."""

    points: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """What a pair costs, and why; ``metres`` for a walk."""

    points: int
    reasons: tuple[Reason, ...]
    metres: int | None = None


def way_points(way: Way, rules: MatchingRules) -> int | None:
    """What the way costs; None if it is out of reach."""
    if way.nearness is Nearness.WALK:
        metres = way.metres or 0
        if metres > rules.reach_metres:
            return None
        return rules.walk_points + metres // rules.metres_a_point
    return {
        Nearness.SAME_ENTRANCE: rules.same_entrance_points,
        Nearness.SAME_BUILDING: rules.same_building_points,
        Nearness.SAME_ESTATE: rules.same_estate_points,
        Nearness.UNKNOWN: rules.unknown_points,
    }[way.nearness]


def fit_of(able: Able, wish: Wish, rules: MatchingRules) -> Fit:
    """What the profiles cost, whatever the way."""
    points, reasons = 0, []
    special = wish.needs - rules.everyday_needs
    lacking = len(special - able.skills)
    if special:
        points += lacking * rules.skill_points
        reasons.append(Reason.SKILLS_UNMET if lacking else Reason.SKILLS_MET)
    if wish.languages:
        shared = not wish.languages.isdisjoint(able.languages)
        points += 0 if shared else rules.language_points
        reasons.append(Reason.LANGUAGE_SHARED if shared else Reason.LANGUAGE_DIFFERS)
    if wish.times and able.times:
        suits = common_minutes(wish.times, able.times) >= rules.common_minutes_min
        points += 0 if suits else rules.times_points
        reasons.append(Reason.TIMES_SUIT if suits else Reason.TIMES_DIFFER)
    return Fit(points, tuple(reasons))


def price(
    helper: Helper, seeker: Seeker, rules: MatchingRules, *, refused: bool = False
) -> Price | None:
    """What it costs to have this helper help this household; None if it is too far.

    Whether the two may be paired at all is not asked here (``matching_problem.may``).
    """
    way = way_between(helper.place, seeker.place)
    walk = way_points(way, rules)
    if walk is None:
        return None
    fit = fit_of(helper.able, seeker.wish, rules)
    reasons = (_OF_WAYS[way.nearness], *fit.reasons)
    points = walk + fit.points
    if refused:
        return Price(points + rules.refused_points, (*reasons, Reason.REFUSED_BEFORE), way.metres)
    return Price(points, reasons, way.metres)


def for_helpers(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Those of the reasons that the helper may be told."""
    return tuple(reason for reason in reasons if reason in HELPERS_MAY_SEE)
