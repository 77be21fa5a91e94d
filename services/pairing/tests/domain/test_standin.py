"""Standing in for a helper who is away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.pairing.domain import standin
from services.pairing.domain.standin import StandIn, StandInEnd, StandInState
from services.pairing.tests.samples import HERE, NOW
from shared.errors import Invalid, WrongState

DAY = timedelta(days=1)


def a_stand_in(days: int | None = 7) -> StandIn:
    """The second member stands in for the first, from now on."""
    until = None if days is None else NOW + days * DAY
    wanted = StandIn("std_1", HERE, 0, StandInState.STANDING, "hsh_1", "mem_2", "mem_1", NOW, until)
    return standin.appoint(wanted)[0]


@pytest.mark.parametrize("days", [7, None])
def test_visits_are_the_stand_ins_from_the_beginning_until_before_the_end(days: int | None) -> None:
    stand_in = a_stand_in(days)

    assert not standin.stands(stand_in, at=NOW - timedelta(seconds=1))
    assert standin.stands(stand_in, at=NOW)
    assert standin.stands(stand_in, at=NOW + 6 * DAY)
    assert standin.stands(stand_in, at=NOW + 7 * DAY) == (days is None)


def test_nobody_stands_in_for_themselves() -> None:
    with pytest.raises(Invalid, match=r"stand_in\.for_oneself"):
        standin.appoint(replace(a_stand_in(), member_id="mem_1"))


def test_it_cannot_end_before_it_begins() -> None:
    with pytest.raises(Invalid, match=r"stand_in\.until_before"):
        standin.appoint(replace(a_stand_in(), until=NOW))


@pytest.mark.parametrize(("after", "until"), [(2, 2), (9, 7), (-1, 0)])
def test_once_ended_no_later_visit_is_the_stand_ins(after: int, until: int) -> None:
    ended, events = standin.end(a_stand_in(), reason=StandInEnd.RETURNED, at=NOW + after * DAY)

    assert ended.until == NOW + until * DAY
    assert not standin.stands(ended, at=NOW + max(after, 0) * DAY)
    assert [event.type for event in events] == ["pairing.stand_in.ended.v1"]
    with pytest.raises(WrongState):
        standin.end(ended, reason=StandInEnd.RETURNED, at=NOW)
