"""Who leads what: never worse than any other answer, on small cases tried out whole."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from services.pairing.domain.leading import LeadProblem, Wanting
from services.pairing.solver.leading import Pair, assign


@st.composite
def problems(draw: st.DrawFn) -> LeadProblem:
    places = [f"ent_{n}" for n in range(draw(st.integers(1, 3)))]
    members = [f"mem_{n}" for n in range(draw(st.integers(1, 3)))]
    possible = [(one, other) for one in members for other in places]
    pairs = draw(st.lists(st.sampled_from(possible), unique=True, max_size=7))
    return LeadProblem(
        tuple(Wanting(place, draw(st.integers(1, 3))) for place in places),
        {member: draw(st.integers(1, 2)) for member in members},
        {pair: draw(st.integers(1, 60)) for pair in pairs},
    )


def allowed(problem: LeadProblem, pairs: tuple[Pair, ...]) -> bool:
    missing = {each.id: each.missing for each in problem.wanting}
    led = [one for one, _ in pairs]
    filled = [other for _, other in pairs]
    return all(led.count(one) <= problem.room[one] for one in led) and all(
        filled.count(other) <= missing[other] for other in filled
    )


def worth(problem: LeadProblem, pairs: tuple[Pair, ...]) -> tuple[int, int]:
    """The less the better: places left open, then points."""
    return -len(pairs), sum(problem.points[pair] for pair in pairs)


@given(problems())
@settings(max_examples=400, deadline=None)
def test_the_answer_is_allowed_and_no_other_is_better(problem: LeadProblem) -> None:
    found = tuple(assign(problem))
    every = (
        some
        for size in range(len(problem.points) + 1)
        for some in combinations(problem.points, size)
        if allowed(problem, some)
    )
    assert allowed(problem, found)
    assert worth(problem, found) == min(worth(problem, some) for some in every)
