"""Whose turn it is, and who is on duty."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain import roster as domain
from services.property.domain.roster import Dealing, Roster, Shift, Worker
from services.property.domain.work_order import Mode
from services.property.tests.samples import COMMUNITY, COMPANY
from shared.errors import Invalid

PEOPLE = ("per_li", "per_zhao", "per_sun")


def roster(*workers: Worker, **changes: Any) -> Roster:
    """The company's repairs, in turns."""
    dealing = Dealing(Mode.ROTATE, 60, workers or tuple(Worker(each) for each in PEOPLE))
    whole = Roster("ros_1", COMMUNITY, 1, "est_1", None, COMPANY, dealing)
    return replace(whole, **changes)


def turns(kept: Roster, *amongs: tuple[str, ...]) -> tuple[Roster, list[str]]:
    """Who has had a turn, as these were on duty one after the other."""
    had: list[str] = []
    for n, among in enumerate(amongs):
        taken = domain.take_turn(kept, among=among, work_order_id=f"wor_{n}")
        assert taken is not None
        kept, (event,) = taken
        had.append(event.model_dump()["worker_id"])
    return kept, had


def test_turns_go_round() -> None:
    assert turns(roster(), *[PEOPLE] * 5)[1] == [*PEOPLE, *PEOPLE[:2]]


def test_who_was_off_duty_is_next_when_they_are_back() -> None:
    kept, _ = turns(roster(), *[PEOPLE[:2]] * 4)
    assert turns(kept, PEOPLE, PEOPLE)[1] == ["per_sun", "per_li"]


def test_without_anybody_there_is_no_turn() -> None:
    assert domain.take_turn(roster(), among=[], work_order_id="wor_1") is None


@given(st.lists(st.sets(st.sampled_from(PEOPLE), min_size=1), max_size=60))
def test_a_turn_goes_to_whoever_has_waited_longest_of_those_on_duty(
    amongs: list[set[str]],
) -> None:
    kept, last = roster(), dict.fromkeys(PEOPLE, -1)
    for n, among in enumerate(amongs):
        kept, (who,) = turns(kept, tuple(sorted(among)))
        assert who in among
        assert last[who] == min(last[each] for each in among)
        last[who] = n


@given(st.integers(min_value=0, max_value=60))
def test_nobody_has_two_turns_more_than_another_who_was_there_as_well(count: int) -> None:
    _, had = turns(roster(), *[PEOPLE] * count)
    counts = [had.count(each) for each in PEOPLE]
    assert max(counts) - min(counts) <= 1


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-11-23T08:00", True),  # a Monday
        ("2026-11-23T07:59", False),
        ("2026-11-23T15:59", True),
        ("2026-11-23T16:00", False),
        ("2026-11-24T08:00", False),
        ("2026-11-27T22:00", True),  # the night from Friday on
        ("2026-11-28T05:59", True),
        ("2026-11-28T06:00", False),
        ("2026-11-27T05:00", False),
    ],
)
def test_a_shift_covers_its_hours_and_a_night_goes_on_into_the_next_day(
    moment: str, there: bool
) -> None:
    shifts = (Shift(1, "08:00", "16:00"), Shift(5, "22:00", "06:00"))
    local = datetime.fromisoformat(f"{moment}+08:00")
    assert (domain.on_duty(roster(Worker("per_li", shifts)), local=local) == ["per_li"]) is there


def test_a_sunday_night_goes_on_into_monday() -> None:
    kept = roster(Worker("per_li", (Shift(7, "22:00", "06:00"),)))
    local = datetime.fromisoformat("2026-11-23T03:00+08:00")
    assert domain.on_duty(kept, local=local) == ["per_li"]


def test_whose_turn_is_next_outlasts_a_change_of_the_roster_but_not_of_whose_it_is() -> None:
    before, _ = turns(roster(), PEOPLE)
    more = tuple(Worker(each) for each in (*PEOPLE, "per_wu"))
    changed = domain.keep(before, roster(*more))
    assert changed is not None
    assert (changed[0].turns, changed[0].version) == (("per_li",), before.version)
    others = domain.keep(before, roster(contractor_id="cmp_other"))
    assert others is not None
    assert others[0].turns == ()


def test_the_same_again_changes_nothing() -> None:
    assert domain.keep(roster(), roster()) is None


BAD: dict[str, tuple[Roster, str]] = {
    "roster.company_or_team": (roster(contractor_id=None), "/team_id"),
    "roster.team_has_members": (
        roster(contractor_id=None, dealing=Dealing(Mode.GRAB, 60, (Worker("p"),), "tea_1")),
        "/workers",
    ),
    "roster.nobody": (roster(dealing=Dealing(Mode.ROTATE)), "/workers"),
    "roster.offer_minutes": (roster(dealing=Dealing(Mode.GRAB, 0)), "/offer_minutes"),
    "roster.too_many": (roster(*[Worker(f"p{n}") for n in range(201)]), "/workers"),
    "roster.twice": (roster(Worker("p"), Worker("p")), "/workers/1/person_id"),
    "roster.too_many_shifts": (
        roster(Worker("p", (Shift(1, "08:00", "09:00"),) * 22)),
        "/workers/0/shifts",
    ),
    "roster.weekday": (
        roster(Worker("p", (Shift(8, "08:00", "09:00"),))),
        "/workers/0/shifts/0/weekday",
    ),
    "roster.clock": (roster(Worker("p", (Shift(1, "08:00", "24:00"),))), "/workers/0/shifts/0/end"),
}


@pytest.mark.parametrize("code", BAD)
def test_a_roster_that_is_none_is_refused_with_what_is_wrong(code: str) -> None:
    wanted, pointer = BAD[code]
    with pytest.raises(Invalid, match=code.replace(".", r"\.")) as refused:
        domain.keep(None, wanted)
    assert refused.value.facts["pointer"] == pointer
