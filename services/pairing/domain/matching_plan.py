"""What is put before the branch: the pairs of an answer, what they take away, and who has nobody.

Pairs that there are already are not in it. What hangs together is in one bundle: a helper taken
from one household for another is taken only if the first gets somebody else.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.pairing.domain.matching_cost import Reason
from services.pairing.domain.matching_problem import (
    Pair,
    Problem,
    by_id,
    price_in,
)


class UnmatchedReason(StrEnum):
    """Why a household has fewer helpers than it wants."""

    NO_ROOM = "no_room"
    """Whoever could help has no room."""
    BARRED = "barred"
    """Nobody in reach but those who must not be paired with it, or whom it refused of late."""
    NOBODY_IN_REACH = "nobody_in_reach"
    NO_CONSENT = "no_consent"
    """It has not agreed to be visited, so nobody is told of it."""


@dataclass(frozen=True, slots=True)
class PlannedPair:
    """A pair to be made; ``bundle``: the number of what it hangs together with, if anything."""

    helper_id: str
    household_id: str
    points: int
    reasons: tuple[Reason, ...]
    metres: int | None = None
    bundle: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedRelease:
    """A standing pair to be let go: somebody would have nobody otherwise, or it must not go on."""

    helper_id: str
    household_id: str
    bundle: int


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A household that ``missing`` helpers are lacking for."""

    household_id: str
    missing: int
    reason: UnmatchedReason


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it, and how it was come by; see ``solver.solve.Answer``."""

    pairs: tuple[PlannedPair, ...]
    releases: tuple[PlannedRelease, ...]
    unmatched: tuple[Unmatched, ...]
    kept: int
    proven: bool
    listed: int = 0
    rounds: int = 0
    solver_seconds: float = 0.0


def changes(
    problem: Problem, pairs: Iterable[Pair], unreached: frozenset[str]
) -> tuple[tuple[PlannedPair, ...], tuple[PlannedRelease, ...], tuple[Unmatched, ...]]:
    """What an answer changes, each in the order of the households' and helpers' ids."""
    chosen = set(pairs)
    fresh, gone = sorted(chosen - problem.standing), sorted(_of(problem) - chosen)
    bundles = _bundles(fresh, gone)
    helpers, seekers = by_id(problem)
    planned = []
    for helper_id, seeker_id in fresh:
        found = price_in(problem, helpers[helper_id], seekers[seeker_id])
        if found is not None:
            bundle = bundles.get((helper_id, seeker_id))
            planned.append(
                PlannedPair(helper_id, seeker_id, found.points, found.reasons, found.metres, bundle)
            )
    releases = [PlannedRelease(one, other, bundles[one, other]) for one, other in gone]
    return tuple(planned), tuple(releases), _unmatched(problem, chosen, unreached)


def _of(problem: Problem) -> frozenset[Pair]:
    """The standing pairs of this problem, whether they may go on or not."""
    helpers, seekers = by_id(problem)
    return frozenset(
        (one, other) for one, other in problem.standing if one in helpers and other in seekers
    )


def _bundles(fresh: Iterable[Pair], gone: Iterable[Pair]) -> Mapping[Pair, int]:
    """The bundle of each pair that shares a helper or a household with one that is let go, however
    many pairs are in between."""
    pairs = [*fresh, *gone]
    near: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        for end in pair:
            near[end].append(pair)
    bundles: dict[Pair, int] = {}
    for number, start in enumerate(gone, start=1):
        waiting = [start]
        while waiting:
            pair = waiting.pop()
            if pair not in bundles:
                bundles[pair] = number
                waiting += [other for end in pair for other in near[end]]
    return bundles


def _unmatched(
    problem: Problem, chosen: set[Pair], unreached: frozenset[str]
) -> tuple[Unmatched, ...]:
    have = Counter(seeker_id for _, seeker_id in chosen)
    barred = {seeker_id for _, seeker_id in problem.barred}
    found = []
    for seeker in problem.seekers:
        missing = seeker.wanted - have[seeker.id]
        if missing > 0:
            reason = UnmatchedReason.NO_ROOM
            if seeker.id in unreached:
                within = seeker.id in barred
                reason = UnmatchedReason.BARRED if within else UnmatchedReason.NOBODY_IN_REACH
            found.append(Unmatched(seeker.id, missing, reason))
    return tuple(sorted(found, key=lambda each: each.household_id))
