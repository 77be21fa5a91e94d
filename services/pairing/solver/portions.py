"""Problems and plans on their way between two processes of this program, in portions.

Each is a pickle with its length before it: written and read by this program alone. Portions are
small, so that whoever else shares a process with reader or writer is never held up for long.
"""

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

from services.pairing.domain.matching_plan import Plan
from services.pairing.domain.matching_problem import Problem
from services.pairing.domain.matching_rules import MatchingRules

LENGTH_BYTES = 4
PORTION = 500
_SETS = ("standing", "pending", "barred", "refused")

Part = tuple[str, Any]


def written(parts: Iterable[Part]) -> Iterator[bytes]:
    """The parts as they are sent."""
    for part in parts:
        body = pickle.dumps(part)
        yield len(body).to_bytes(LENGTH_BYTES, "big") + body


def read(body: bytes) -> Part:
    """A part as it came, without its length."""
    name, content = pickle.loads(body)  # from our own process
    return name, content


def of_problem(problem: Problem) -> Iterator[Part]:
    """The parts of a problem."""
    rules = {each.name: getattr(problem.rules, each.name) for each in fields(MatchingRules)}
    # A read-only mapping cannot be pickled.
    yield "rules", {**rules, "helpers_wanted": dict(problem.rules.helpers_wanted)}
    for name in ("helpers", "seekers", *_SETS):
        for some in _portions(tuple(getattr(problem, name))):
            yield name, some


def problem_of(parts: Iterable[Part]) -> Problem:
    """The problem that ``of_problem`` took apart."""
    found = _collected(parts)
    return Problem(
        helpers=tuple(found.get("helpers", ())),
        seekers=tuple(found.get("seekers", ())),
        **{name: frozenset(found.get(name, ())) for name in _SETS},
        rules=MatchingRules(**found["rules"]),
    )


def of_plan(plan: Plan) -> Iterator[Part]:
    """The parts of a plan."""
    yield "plan", replace(plan, pairs=(), releases=(), unmatched=())
    for name in ("pairs", "releases", "unmatched"):
        for some in _portions(getattr(plan, name)):
            yield name, some


def plan_of(parts: Iterable[Part]) -> Plan:
    """The plan that ``of_plan`` took apart."""
    found = _collected(parts)
    plan: Plan = found["plan"]
    return replace(
        plan,
        pairs=tuple(found.get("pairs", ())),
        releases=tuple(found.get("releases", ())),
        unmatched=tuple(found.get("unmatched", ())),
    )


def _portions(things: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    return (things[start : start + PORTION] for start in range(0, len(things), PORTION))


def _collected(parts: Iterable[Part]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, content in parts:
        if isinstance(content, tuple):
            found.setdefault(name, []).extend(content)
        else:
            found[name] = content
    return found
