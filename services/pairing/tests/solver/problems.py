"""Problems of any kind and size, and two other ways to solve them."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from services.pairing.domain.availability import TimeSlot
from services.pairing.domain.household import RiskLevel
from services.pairing.domain.matching_cost import Able, Helper, Seeker, Wish
from services.pairing.domain.matching_problem import (
    Objective,
    Pair,
    Problem,
    by_id,
    kept_by_right,
    objective,
    price_in,
    tiers,
)
from services.pairing.domain.matching_rules import RISK_ORDER
from services.pairing.domain.whereabouts import Place

NORTH, EAST = 111_195, 85_300
"""Metres a degree in Beijing."""
HOMES = [
    None,
    Place("est_1", "bld_1", "ent_1", 39.9000, 116.4000),
    Place("est_1", "bld_1", "ent_2", 39.9000, 116.4000),
    Place("est_1", "bld_2", "ent_3", 39.9009, 116.4000),
    Place("est_1", "bld_3", "ent_4", 39.9000, 116.4100),
    Place("est_2", "bld_4", "ent_5", 39.9200, 116.4000),
    Place("est_2", "bld_5", "ent_6"),
    Place("est_2", "bld_5", "ent_7"),
    Place("est_2", "bld_6", "ent_8"),
]
SKILLS, LANGUAGES = ("chat", "lifting", "nursing"), ("cmn", "yue")
TIMES = (TimeSlot(1, "09:00", "11:00"), TimeSlot(2, "09:00", "11:00"))


def few(of: Any) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(of), max_size=2)


@st.composite
def problems(draw: st.DrawFn, helpers_max: int = 4, seekers_max: int = 4) -> Problem:
    """A small problem with everything in it that there is."""
    times = st.lists(st.sampled_from(TIMES), max_size=1).map(tuple)
    helpers = tuple(
        Helper(
            f"mem_{n}",
            f"per_{n}",
            draw(st.integers(0, 3)),
            draw(st.sampled_from(HOMES)),
            Able(draw(few(SKILLS)), draw(few(LANGUAGES)), draw(times)),
        )
        for n in range(draw(st.integers(0, helpers_max)))
    )
    seekers = tuple(
        Seeker(
            f"hsh_{n}",
            draw(st.sampled_from(list(RiskLevel))),
            draw(st.integers(1, 3)),
            draw(st.sampled_from(HOMES)),
            Wish(draw(few(SKILLS)), draw(few(LANGUAGES)), draw(times)),
            draw(st.frozensets(st.sampled_from(["per_0", "per_1", "per_x"]), max_size=1)),
        )
        for n in range(draw(st.integers(0, seekers_max)))
    )
    pairs = [(helper.id, seeker.id) for helper in helpers for seeker in seekers]
    some = st.frozensets(st.sampled_from(pairs), max_size=4) if pairs else st.just(frozenset())
    return Problem(
        helpers,
        seekers,
        standing=draw(some),
        pending=draw(some),
        barred=draw(some),
        refused=draw(some),
    )


def city(households: int, *, members: int, seed: int = 1) -> Problem:
    """As many estates like the article's as have so many care households, each estate's homes
    near each other; ``members`` who help for each of its 133 households."""
    chosen = random.Random(seed)
    side = (households / 133 * 0.17) ** 0.5 * 1000
    count = max(1, households * 24 // 133)
    spots = [
        (39.9 + chosen.random() * side / NORTH, 116.4 + chosen.random() * side / EAST)
        for _ in range(count)
    ]

    def home() -> Place:
        building = chosen.randrange(count)
        entrance = f"ent_{building}_{chosen.randrange(4)}"
        return Place(f"est_{building // 24}", f"bld_{building}", entrance, *spots[building])

    def some(of: tuple[str, ...], most: int) -> frozenset[str]:
        return frozenset(chosen.sample(of, chosen.randrange(most + 1)))

    tongues, skills = ("cmn", "yue", "wuu"), ("lifting", "nursing", "signing", "mending")
    helpers = [
        Helper(
            f"mem_{n}",
            f"per_m{n}",
            chosen.choice((1, 2, 3)),
            home(),
            Able(some(skills, 2), some(tongues, 2) | {"cmn"}, (TIMES[n % 2],)),
        )
        for n in range(households * members // 133)
    ]
    seekers = []
    for n in range(households):
        risk = chosen.choices(RISK_ORDER, (1, 2, 5))[0]
        wish = Wish(some(skills, 1), frozenset({chosen.choice(tongues)}), (TIMES[n % 2],))
        wanted = 2 if risk is RiskLevel.HIGH else 1
        seekers.append(Seeker(f"hsh_{n}", risk, wanted, home(), wish))
    return Problem(tuple(helpers), tuple(seekers))


def standing(problem: Problem, pairs: tuple[Pair, ...]) -> Problem:
    """The same with these pairs in place."""
    return replace(problem, standing=frozenset(pairs))


def best_by_force(problem: Problem) -> Objective:
    """The objective of the best answer, by trying every one there is."""
    return min(objective(problem, pairs) for pairs in every_answer(problem))


def every_answer(problem: Problem) -> Iterator[list[Pair]]:
    """All sets of pairs that keep within room and wish."""
    helpers, seekers = by_id(problem)
    open_to = [
        (helper.id, seeker.id)
        for helper in problem.helpers
        for seeker in problem.seekers
        if price_in(problem, helper, seeker) is not None
    ]
    kept = Counter(seeker_id for _, seeker_id in kept_by_right(problem))
    rooms = {helper_id: helper.room for helper_id, helper in helpers.items()}
    wishes = {each: max(seeker.wanted, kept[each]) for each, seeker in seekers.items()}
    chosen: list[Pair] = []

    def from_on(start: int) -> Iterator[list[Pair]]:
        yield chosen
        for number in range(start, len(open_to)):
            helper_id, seeker_id = open_to[number]
            if rooms[helper_id] and wishes[seeker_id]:
                rooms[helper_id] -= 1
                wishes[seeker_id] -= 1
                chosen.append(open_to[number])
                yield from from_on(number + 1)
                chosen.pop()
                rooms[helper_id] += 1
                wishes[seeker_id] += 1

    return from_on(0)


def greedy(problem: Problem) -> list[Pair]:
    """Tier by tier, each household in turn takes the cheapest helper who has room."""
    rooms = {helper.id: helper.room for helper in problem.helpers}
    pairs: set[Pair] = set()
    for before, rank in tiers(problem):
        for seeker in problem.seekers:
            if seeker.risk is not RISK_ORDER[rank] or seeker.wanted <= before:
                continue
            offers = [
                (found.points, helper.id)
                for helper in problem.helpers
                if rooms[helper.id] and (helper.id, seeker.id) not in pairs
                if (found := price_in(problem, helper, seeker)) is not None
            ]
            if offers:
                _, helper_id = min(offers)
                rooms[helper_id] -= 1
                pairs.add((helper_id, seeker.id))
    return sorted(pairs)
