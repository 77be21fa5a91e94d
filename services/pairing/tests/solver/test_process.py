"""A run in a process of its own: the same plan, bounded, and never in anybody's way."""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import given, settings

from services.pairing.domain.matching_problem import Problem
from services.pairing.solver.portions import of_plan, of_problem, plan_of, problem_of, read, written
from services.pairing.solver.process import ProcessSolver
from services.pairing.solver.solve import plan
from services.pairing.tests.solver.problems import city, problems
from shared.errors import Unavailable


@settings(max_examples=100, deadline=None)
@given(problem=problems())
def test_what_is_sent_comes_as_it_was(problem: Problem) -> None:
    sent = [read(portion[4:]) for portion in written(of_problem(problem))]
    assert problem_of(sent) == problem

    made = plan(problem)
    assert plan_of([read(portion[4:]) for portion in written(of_plan(made))]) == made


async def test_a_run_elsewhere_gives_the_same_plan() -> None:
    problem = city(133, members=100)

    elsewhere, here = await ProcessSolver().plan(problem), plan(problem)

    assert elsewhere.pairs == here.pairs
    assert elsewhere.unmatched == here.unmatched
    assert elsewhere.proven


async def test_while_a_run_is_on_everything_else_goes_on() -> None:
    problem = city(2_000, members=100)
    run = asyncio.create_task(ProcessSolver().plan(problem))
    beats = 0
    while not run.done():
        await asyncio.sleep(0)
        beats += 1

    assert (await run).proven
    assert beats > 100


@pytest.mark.parametrize("body", ["import sys; sys.exit(1)", "print(end='half')", "pass"])
async def test_a_run_that_breaks_off_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    (tmp_path / "broken_child.py").write_text(body, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(Unavailable, match="solver_failed"):
        await ProcessSolver(module="broken_child").plan(city(10, members=100))


async def test_a_run_that_takes_too_long_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "pid"
    body = f"import os, sys, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    (tmp_path / "slow_child.py").write_text(body, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(Unavailable):
        await ProcessSolver(module="slow_child", seconds_max=2.0).plan(city(10, members=100))

    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text("utf-8")), 0)
