"""Offers, refusals and reports of care tasks."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import care_task
from services.pairing.domain.care_task import (
    MINUTES_MAX,
    CareTaskState,
    UnplacedReason,
    overtaken,
)
from services.pairing.domain.household import ConsentScope, Household, HouseholdState
from services.pairing.domain.member import Member
from services.pairing.tests.samples import (
    NOW,
    a_member,
    care_task_in,
    consenting,
    household_in,
    placed,
)
from shared.errors import Invalid
from shared.events.pairing import (
    CareTaskCompleted,
    CareTaskDeclined,
    CareTaskOffered,
    CareTaskUnplaced,
)


def test_the_first_helper_of_the_household_is_asked() -> None:
    task, events = placed(consenting(), [a_member(2), a_member(1)])

    assert (task.state, task.helper_id) == (CareTaskState.OFFERED, "mem_2")
    assert task.helper_person_id == "per_member2"
    assert events == [
        CareTaskOffered(
            care_task_id="cta_1", request_id="req_1", household_id="hsh_1", helper_id="mem_2"
        )
    ]


@pytest.mark.parametrize(
    ("household", "helpers", "reason"),
    [
        (None, [a_member()], UnplacedReason.NO_HOUSEHOLD),
        (household_in(HouseholdState.REGISTERED), [a_member()], UnplacedReason.NO_CONSENT),
        (household_in(HouseholdState.WITHDRAWN), [a_member()], UnplacedReason.NO_CONSENT),
        (consenting(scope=ConsentScope.VISITS), [a_member()], UnplacedReason.NO_CONSENT),
        (consenting(until=NOW + timedelta(days=1)), [a_member()], UnplacedReason.NO_CONSENT),
        (consenting(), [], UnplacedReason.NO_HELPER),
    ],
)
def test_a_task_that_nobody_can_be_asked_for_says_why(
    household: Household | None, helpers: list[Member], reason: UnplacedReason
) -> None:
    task, events = placed(household, helpers, at=NOW + timedelta(days=1))

    assert (task.state, task.unplaced_reason) == (CareTaskState.UNPLACED, reason)
    assert task.helper_id is None
    assert events == [
        CareTaskUnplaced(care_task_id="cta_1", request_id="req_1", reason=reason.value)
    ]


@given(helpers=st.lists(st.integers(1, 5), min_size=1, max_size=5))
def test_refusals_ask_every_helper_once_in_order_and_then_give_up(helpers: list[int]) -> None:
    members = [a_member(number) for number in helpers]
    task, _ = placed(consenting(), members)
    asked = []
    while task.state is CareTaskState.OFFERED:
        asked.append(task.helper_id)
        task, events = care_task.decline(task, helpers=members)
        assert isinstance(events[0], CareTaskDeclined)
        assert events[0].helper_id == asked[-1]

    assert asked == list(dict.fromkeys(f"mem_{number}" for number in helpers))
    assert task.unplaced_reason is UnplacedReason.DECLINED
    assert task.tried == tuple(asked)


def test_a_helper_who_left_meanwhile_is_not_asked() -> None:
    task, _ = placed(consenting(), [a_member(1), a_member(2)])

    task, events = care_task.decline(task, helpers=[a_member(1), a_member(3)])

    assert task.helper_id == "mem_3"
    assert [type(event) for event in events] == [CareTaskDeclined, CareTaskOffered]


def test_a_report_keeps_note_and_time_and_tells_neither() -> None:
    done, events = care_task.complete(
        care_task_in(CareTaskState.ACCEPTED), note="米和油", minutes=45, at=NOW
    )

    assert (done.note, done.minutes, done.completed_at) == ("米和油", 45, NOW)
    assert events == [
        CareTaskCompleted(
            care_task_id="cta_1",
            request_id="req_1",
            helper_id="mem_1",
            household_id="hsh_1",
            service="care.shopping",
        )
    ]


@pytest.mark.parametrize("minutes", [-5, 0, MINUTES_MAX + 1])
def test_a_time_that_cannot_be_is_refused(minutes: int) -> None:
    with pytest.raises(Invalid, match=r"care_task\.minutes"):
        care_task.complete(care_task_in(CareTaskState.ACCEPTED), note=None, minutes=minutes, at=NOW)


OVERTAKEN = {
    # The sample was assigned as version 3 of its request: whether that is over, whether the
    # household still consents, and what follows in the states that are open.
    (0, True): {},
    (3, True): {},
    (4, True): {"offered": "cancelled", "accepted": "cancelled"},
    (0, False): {"offered": "unplaced"},
    (4, False): {"offered": "cancelled", "accepted": "cancelled"},
}


@pytest.mark.parametrize("state", CareTaskState)
@pytest.mark.parametrize(("ended_up_to", "consenting_still"), OVERTAKEN)
def test_what_overtakes_a_task_ends_it_once(
    state: CareTaskState, ended_up_to: int, consenting_still: bool
) -> None:
    expected = OVERTAKEN[ended_up_to, consenting_still].get(state.value)

    followed = overtaken(care_task_in(state), ended_up_to=ended_up_to, consenting=consenting_still)

    assert (followed[0].state.value if followed else None) == expected
    if followed:
        again = overtaken(followed[0], ended_up_to=ended_up_to, consenting=consenting_still)
        assert again is None
