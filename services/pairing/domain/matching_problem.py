"""The question that matching answers, and what makes one answer better than another.

An answer is a set of pairs. Better is, in this order (``objective``): more households with a first
helper, those at the highest risk first; then more with a second one, highest risk first, and so on;
then fewer standing pairs broken; then fewer points (``matching_cost``). ``services/pairing/solver``
finds the best answer as a minimum-cost flow; what "best" is stands here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from services.pairing.domain.matching_cost import Helper, Price, Seeker, price
from services.pairing.domain.matching_rules import RISK_ORDER, RULES, MatchingRules

Pair = tuple[str, str]
"""Helper's id, household's id."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Everybody who can help and every household that wants help, of one community.

    ``standing``: pairs that there are. ``pending``: proposed before and not decided. ``barred``:
    must not be (a conflict, refused of late). ``refused``: once refused, long ago. A helper's room
    and a household's wish count standing pairs as well.
    """

    helpers: tuple[Helper, ...]
    seekers: tuple[Seeker, ...]
    standing: frozenset[Pair] = frozenset()
    pending: frozenset[Pair] = frozenset()
    barred: frozenset[Pair] = frozenset()
    refused: frozenset[Pair] = frozenset()
    rules: MatchingRules = RULES


Objective = tuple[int, ...]


def price_in(problem: Problem, helper: Helper, seeker: Seeker) -> Price | None:
    """What the pair costs in this problem; None if it must not be."""
    pair = (helper.id, seeker.id)
    if pair in problem.barred or helper.person_id in seeker.person_ids:
        return None
    found = price(helper, seeker, problem.rules, refused=pair in problem.refused)
    if found is None or pair in problem.standing or pair in problem.pending:
        return found
    return Price(found.points + problem.rules.fresh_points, found.reasons, found.metres)


def kept_by_right(problem: Problem) -> frozenset[Pair]:
    """The standing pairs that are of this problem and may go on."""
    helpers, seekers = by_id(problem)
    return frozenset(
        (one, other)
        for one, other in problem.standing
        if one in helpers
        and other in seekers
        and price_in(problem, helpers[one], seekers[other]) is not None
    )


def by_id(problem: Problem) -> tuple[dict[str, Helper], dict[str, Seeker]]:
    """The helpers and the households of a problem by their ids."""
    helpers = {helper.id: helper for helper in problem.helpers}
    return helpers, {seeker.id: seeker for seeker in problem.seekers}


def tiers(problem: Problem) -> list[tuple[int, int]]:
    """The order in which places are filled: (helpers that a household has before, rank of risk)."""
    most = max((seeker.wanted for seeker in problem.seekers), default=0)
    return [(before, rank) for before in range(most) for rank in range(len(RISK_ORDER))]


def objective(problem: Problem, pairs: Iterable[Pair]) -> Objective:
    """What is compared, the lesser being better: unfilled places by tier, broken pairs, points."""
    helpers, seekers = by_id(problem)
    chosen = set(pairs)
    have = Counter(seeker_id for _, seeker_id in chosen)
    unfilled = Counter(
        (before, RISK_ORDER.index(seeker.risk))
        for seeker in problem.seekers
        for before in range(have[seeker.id], seeker.wanted)
    )
    points = 0
    for helper_id, seeker_id in chosen:
        found = price_in(problem, helpers[helper_id], seekers[seeker_id])
        points += 0 if found is None else found.points
    broken = len(kept_by_right(problem) - chosen)
    return (*(unfilled[tier] for tier in tiers(problem)), broken, points)


def faults(problem: Problem, pairs: Iterable[Pair]) -> list[str]:
    """What is not allowed about an answer, in words for who mends the program; none if it holds."""
    helpers, seekers = by_id(problem)
    chosen = list(pairs)
    found = [] if len(set(chosen)) == len(chosen) else ["a pair twice"]
    for helper_id, seeker_id in chosen:
        if price_in(problem, helpers[helper_id], seekers[seeker_id]) is None:
            found.append(f"{helper_id} must not help {seeker_id}")
    for helper_id, carried in Counter(one for one, _ in chosen).items():
        if carried > helpers[helper_id].room:
            found.append(f"{helper_id} has {carried} of {helpers[helper_id].room}")
    standing = Counter(seeker_id for _, seeker_id in kept_by_right(problem))
    for seeker_id, helped in Counter(other for _, other in chosen).items():
        if helped > max(seekers[seeker_id].wanted, standing[seeker_id]):
            found.append(f"{seeker_id} has {helped} of {seekers[seeker_id].wanted}")
    return found
