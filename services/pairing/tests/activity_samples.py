"""Activities in every state, made by the domain's own functions."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from services.pairing.domain import activity
from services.pairing.domain.activity import (
    Activity,
    ActivityAction,
    ActivityState,
    Plan,
    SignUp,
)
from services.pairing.tests.samples import HERE, NOW
from shared.events import Event

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def a_plan(**changes: Any) -> Plan:
    """Two hours tomorrow for two people; sign-up closes an hour before."""
    facts: dict[str, Any] = {
        "title": "楼门清扫",
        "place": "3号楼前",
        "starts_at": NOW + DAY,
        "ends_at": NOW + DAY + 2 * HOUR,
        "sign_up_until": NOW + DAY - HOUR,
        "capacity": 2,
        **changes,
    }
    return Plan(**facts)


def an_activity(number: int = 1, **changes: Any) -> Activity:
    """An activity that nobody has signed up for."""
    return activity.plan(
        id=f"act_{number}", community=HERE, branch_id="brn_1", told=a_plan(**changes), at=NOW
    )[0]


def who(number: int, seconds: int = 0) -> SignUp:
    """Somebody, a member if their number is even."""
    member_id = None if number % 2 else f"mem_{number}"
    return SignUp(f"per_{number}", member_id, NOW + timedelta(seconds=seconds))


def signed(known: Activity, *numbers: int) -> Activity:
    """These signed up, in this order."""
    for number in numbers:
        known, _ = activity.sign_up(known, who=who(number), others=[])
    return known


ACTIVITY_ACT: dict[ActivityAction, Callable[[Activity], tuple[Activity, list[Event]]]] = {
    ActivityAction.CHANGE: lambda a: activity.change(
        a, told=a_plan(capacity=a.plan.capacity + 1), at=NOW
    ),
    ActivityAction.SIGN_UP: lambda a: activity.sign_up(a, who=who(10 + len(a.going)), others=[]),
    ActivityAction.SIGN_OFF: lambda a: activity.sign_off(
        a, person_id=(*a.going, "per_none")[0], at=NOW
    ),
    ActivityAction.CANCEL: activity.cancel,
    ActivityAction.RECORD: lambda a: activity.record(
        a,
        minutes={next(each.person_id for each in a.seats if each.minutes is None): 90},
        at=NOW + DAY,
    ),
}


def activity_in(state: ActivityState) -> Activity:
    """An activity that came to this state by the table, with eight people in it."""
    made = signed(an_activity(capacity=8), *range(8))
    if state is ActivityState.HELD:
        return ACTIVITY_ACT[ActivityAction.RECORD](made)[0]
    return activity.cancel(made)[0] if state is ActivityState.CANCELLED else made
