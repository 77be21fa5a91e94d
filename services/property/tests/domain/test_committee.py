"""Who may sit on a committee, and what is told of it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.property.domain import committee as domain
from services.property.domain.committee import (
    SEATS_MAX,
    TEAMS_MAX,
    TRANSITIONS,
    CommitteeAction,
    CommitteeState,
    Seat,
    SeatKind,
)
from services.property.tests.estate_samples import CHAIR, SINCE, a_committee
from shared.errors import Invalid
from shared.events.property_estate import CommitteeChanged, CommitteeFormed
from shared.testing import refused_by_table


def test_a_committee_is_told_with_its_estate_and_teams_and_nobody_of_it() -> None:
    new, events = domain.form(a_committee(version=0))
    assert events == [CommitteeFormed(committee_id="cmt_1", estate_id="est_1", team_ids=("tea_1",))]
    assert new.seat_of == "est_1"


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"members": ()}, "committee.seats", "/members"),
        (
            {"members": tuple(Seat(f"per_{n}", SeatKind.MEMBER, SINCE) for n in range(51))},
            "committee.seats",
            "/members",
        ),
        (
            {"members": (replace(CHAIR, until=date(2025, 1, 1)),)},
            "committee.ends_first",
            "/members/0/until",
        ),
        (
            {"members": (CHAIR, replace(CHAIR, seat=SeatKind.MEMBER))},
            "committee.seated_twice",
            "/members/1/person_id",
        ),
        (
            {"members": (CHAIR, replace(CHAIR, person_id="per_2"))},
            "committee.two_chairs",
            "/members/1/seat",
        ),
        ({"team_ids": ("tea_1", "tea_1")}, "committee.teams", "/team_ids"),
        (
            {"team_ids": tuple(f"tea_{n}" for n in range(TEAMS_MAX + 1))},
            "committee.teams",
            "/team_ids",
        ),
    ],
)
def test_a_committee_that_cannot_be_is_refused_with_its_place(
    changes: dict[str, Any], code: str, pointer: str
) -> None:
    assert SEATS_MAX == 50
    whole: dict[str, Any] = {"members": (CHAIR,), "team_ids": ()} | changes
    with pytest.raises(Invalid) as caught:
        domain.form(a_committee(**changes))
    assert (caught.value.code, caught.value.facts["pointer"]) == (code, pointer)
    with pytest.raises(Invalid, match=code):
        domain.change(a_committee(), **whole)


def test_one_chair_may_follow_another_and_the_day_says_who_sits() -> None:
    first = replace(CHAIR, until=date(2026, 6, 30))
    second = Seat("per_3", SeatKind.CHAIR, date(2026, 7, 1))
    after, events = domain.change(a_committee(), members=(first, second), team_ids=())
    assert isinstance(events[0], CommitteeChanged)
    assert after.sitting(date(2026, 6, 30)) == {"per_1"}
    assert after.sitting(date(2026, 7, 1)) == {"per_3"}
    assert domain.change(after, members=after.members, team_ids=())[1] == []


def test_an_estate_whose_committee_was_dissolved_may_have_another() -> None:
    formed, _ = domain.form(a_committee())
    after, _ = domain.dissolve(formed, reason="term over")
    assert (after.seat_of, after.members) == (None, formed.members)


ACTS = {
    CommitteeAction.CHANGE: lambda c: domain.change(c, members=(CHAIR,), team_ids=()),
    CommitteeAction.DISSOLVE: lambda c: domain.dissolve(c, reason="term over"),
}


@pytest.mark.parametrize("state", CommitteeState)
@pytest.mark.parametrize("action", CommitteeAction)
def test_every_step_is_as_the_table_says(state: CommitteeState, action: CommitteeAction) -> None:
    after = TRANSITIONS[state].get(action)
    if after is None:
        with refused_by_table("committee", state, action):
            ACTS[action](a_committee(state=state))
    else:
        assert ACTS[action](a_committee(state=state))[0].state is after
