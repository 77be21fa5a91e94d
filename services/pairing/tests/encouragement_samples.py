"""Pledges and exemplars in every state, made by the domain's own functions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from services.pairing.domain import exemplar, pledge
from services.pairing.domain.exemplar import Exemplar, ExemplarAction, ExemplarState, Merit
from services.pairing.domain.pledge import Goal, Measure, Pledge, PledgeAction, PledgeState
from services.pairing.domain.points import ContributionKind
from services.pairing.tests.samples import NOW, SECRETARY, a_member
from shared.events import Event

GOAL = Goal(
    Measure.MINUTES, 600, date(2026, 5, 1), date(2026, 5, 31), ContributionKind.VOLUNTEERING
)
MERIT = Merit("mem_1", records=4, minutes=300, points=50, place=1, members=3)
APRIL = date(2026, 4, 1), date(2026, 4, 30)

PLEDGE_ACT: dict[PledgeAction, Callable[[Pledge], tuple[Pledge, list[Event]]]] = {
    PledgeAction.REMIND: lambda p: pledge.remind(replace(p, reminded_at=None), at=NOW),
    PledgeAction.WITHDRAW: pledge.withdraw,
    PledgeAction.KEEP: pledge.keep,
    PledgeAction.REOPEN: pledge.reopen,
    PledgeAction.MISS: pledge.miss,
}
PLEDGE_PATHS: dict[PledgeState, tuple[PledgeAction, ...]] = {
    PledgeState.OPEN: (),
    PledgeState.KEPT: (PledgeAction.KEEP,),
    PledgeState.MISSED: (PledgeAction.MISS,),
    PledgeState.WITHDRAWN: (PledgeAction.WITHDRAW,),
}


def a_pledge(**changes: Any) -> Pledge:
    """Ten hours of volunteering in May, pledged on the fourth."""
    goal = replace(GOAL, **changes)
    return pledge.make(id="plg_1", member=a_member(), goal=goal, open_count=0, at=NOW)[0]


def pledge_in(state: PledgeState) -> Pledge:
    """A pledge that came to this state by the table."""
    made = a_pledge()
    for action in PLEDGE_PATHS[state]:
        made, _ = PLEDGE_ACT[action](made)
    return made


def an_exemplar() -> Exemplar:
    """The first member, named for April."""
    return exemplar.name(
        id="exm_1", member=a_member(), days=APRIL, ranking=[MERIT], by=SECRETARY, at=NOW
    )[0]


def _recounted(some: Exemplar) -> tuple[Exemplar, list[Event]]:
    merit = replace(some.merit, points=some.merit.points + 1)
    counted = exemplar.recount(some, ranking=[merit], at=NOW)
    assert counted is not None
    return counted


EXEMPLAR_ACT: dict[ExemplarAction, Callable[[Exemplar], tuple[Exemplar, list[Event]]]] = {
    ExemplarAction.RECOUNT: _recounted,
    ExemplarAction.WITHDRAW: exemplar.withdraw,
}


def exemplar_in(state: ExemplarState) -> Exemplar:
    """An exemplar that came to this state by the table."""
    named = an_exemplar()
    return named if state is ExemplarState.NAMED else exemplar.withdraw(named)[0]
