"""Planning a pairing's visits, and what a higher risk makes of a plan.

A plan holds from the next visit on. One that would visit a household more seldom than the floor
of its risk is refused; one that was often enough until the risk rose gets the floor put into it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from services.pairing.domain.cadence import FLOORS, Period
from services.pairing.domain.household import Household
from services.pairing.domain.pairing import (
    Outcome,
    Pairing,
    PairingAction,
    PairingState,
    is_live,
    moved,
)
from services.pairing.domain.plan import (
    CareService,
    Occurrence,
    Plan,
    PlannedService,
    occurrences,
    plan_of,
)
from services.pairing.domain.plan_check import check_plan, is_often_enough
from shared.days import day_of
from shared.errors import Invalid
from shared.events.pairing_pairing import PairingPlanned

_RULES = {
    Period.WEEK: "FREQ=WEEKLY",
    Period.MONTH: "FREQ=MONTHLY;BYMONTHDAY={day}",
    Period.QUARTER: "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY={day}",
}
_DAY_OF_MONTH_MAX = 28


def check(plan: Plan, *, households: Sequence[Household], today: date) -> None:
    """``Invalid`` for a plan that is not possible, or too seldom for one of these households.

    Which rhythm would do is not said: it would tell the household's risk.
    """
    ids = {household.id for household in households}
    for number, planned in enumerate(plan):
        if planned.household_id is not None and planned.household_id not in ids:
            raise Invalid(
                "pairing.other_household",
                pointer=f"/plan/{number}/household_id",
                household_id=planned.household_id,
            )
    check_plan(plan, today=today)
    for household in households:
        own = plan_of(plan, household.id)
        if not is_often_enough(own, risk=household.risk_level, today=today):
            raise Invalid("plan.too_seldom", pointer="/plan", household_id=household.id)


def first_plan(
    pairing: Pairing, *, plan: Plan, households: Sequence[Household], today: date
) -> Pairing:
    """A new proposal with its plan. ``Invalid`` as ``check``."""
    check(plan, households=households, today=today)
    return replace(pairing, plan=plan)


def change_plan(
    pairing: Pairing, *, plan: Plan, households: Sequence[Household], today: date
) -> Outcome:
    """Plan it anew, from the next visit on. ``households``: all of the pairing's."""
    planned = moved(pairing, PairingAction.PLAN, plan=plan)
    check(plan, households=households, today=today)
    return planned, [PairingPlanned(pairing_id=pairing.id)]


def keep_floor(pairing: Pairing, *, household: Household, today: date) -> Outcome | None:
    """The plan with the floor of this household's risk in it; None if it is often enough.

    The chats planned for it, which are too few, become those of the floor, at their time of day;
    one of several households gets them beside what all get.
    """
    own = plan_of(pairing.plan, household.id)
    if is_often_enough(own, risk=household.risk_level, today=today):
        return None
    only = household.id if len(pairing.household_ids) > 1 else None
    chats = [each for each in own if each.service is CareService.CHAT and each.rhythm is not None]
    superseded = [each for each in chats if each.household_id == household.id or only is None]
    at = chats[0] if chats else PlannedService(CareService.CHAT, None, None, today, "09:00", 9)
    day = min(today.day, _DAY_OF_MONTH_MAX)
    floor = replace(
        at,
        rhythm=_RULES[FLOORS[household.risk_level]].format(day=day),
        starts_on=today,
        household_id=only,
    )
    kept = tuple(each for each in pairing.plan if each not in superseded)
    planned = moved(pairing, PairingAction.PLAN, plan=(*kept, floor))
    return planned, [PairingPlanned(pairing_id=pairing.id)]


def days_ahead(
    pairing: Pairing, *, household: Household, first: date, last: date
) -> tuple[Occurrence, ...]:
    """The days from ``first`` to ``last`` on which this household is to be visited.

    None once it is over, nor while it rests; of a proposal those that it would have.
    """
    back = _back_on(pairing, household.id)
    if not is_live(pairing) or back is None:
        return ()
    since = pairing.active_since
    return occurrences(
        plan_of(pairing.plan, household.id),
        risk=household.risk_level,
        since=max(first, back),
        until=last + timedelta(days=1),
        anchor=None if since is None else day_of(since),
    )


def _back_on(pairing: Pairing, household_id: str) -> date | None:
    """The day from which the household rests no more; None while nobody knows it."""
    ends = [each.until for each in pairing.resting if each.household_id == household_id]
    if pairing.state is PairingState.PAUSED:
        ends.append(pairing.paused_until)
    days = [None if end is None else day_of(end) for end in ends]
    return None if None in days else max((day for day in days if day), default=date.min)
