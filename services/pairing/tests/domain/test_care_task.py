"""A care task on its way: the one who does it, and what overtakes it."""

import pytest

from services.pairing.domain import care_task
from services.pairing.domain.care_placing import overtaken
from services.pairing.domain.care_task import MINUTES_MAX, CareTaskState
from services.pairing.tests.samples import NOW, care_task_in
from shared.errors import Invalid
from shared.events.pairing import CareTaskCompleted
from shared.events.pairing_care import CareTaskStarted


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


def test_that_it_is_begun_is_told_and_kept() -> None:
    begun, events = care_task.start(care_task_in(CareTaskState.ACCEPTED), at=NOW)

    assert (begun.state, begun.started_at) == (CareTaskState.STARTED, NOW)
    assert events == [CareTaskStarted(care_task_id="cta_1", request_id="req_1", helper_id="mem_1")]


@pytest.mark.parametrize("minutes", [-5, 0, MINUTES_MAX + 1])
@pytest.mark.parametrize("state", [CareTaskState.ACCEPTED, CareTaskState.STARTED])
def test_a_time_that_cannot_be_is_refused(state: CareTaskState, minutes: int) -> None:
    with pytest.raises(Invalid, match=r"care_task\.minutes"):
        care_task.complete(care_task_in(state), note=None, minutes=minutes, at=NOW)


OVERTAKEN = {
    # The sample was assigned as version 3 of its request: whether that is over, whether the
    # household still consents, and what follows in the states that are open.
    (0, True): {},
    (3, True): {},
    (4, True): {"offered": "cancelled", "accepted": "cancelled", "started": "cancelled"},
    (0, False): {"offered": "unplaced"},
    (4, False): {"offered": "cancelled", "accepted": "cancelled", "started": "cancelled"},
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
