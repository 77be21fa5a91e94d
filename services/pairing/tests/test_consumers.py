"""What pairing makes of what it hears: twice, late, out of order, over both stores."""

from itertools import permutations

import pytest

from services.pairing.domain.care_asking import UnplacedReason
from services.pairing.domain.care_task import CareTask, CareTaskState
from services.pairing.domain.household import ConsentScope
from services.pairing.domain.pairing import EndReason
from services.pairing.service.onlooker import Onlooker
from services.pairing.tests.harness import (
    HERE,
    Harness,
    assigned,
    fake_backing,
    me,
)
from shared.clock import derived_id
from shared.envelope import Envelope
from shared.errors import Stale
from shared.events import Event
from shared.events.pairing import CareTaskCompleted, HouseholdConsentWithdrawn
from shared.events.requests import (
    RequestAssigned,
    RequestReopened,
    RequestResolved,
    RequestReturned,
    RequestWithdrawn,
)
from shared.testing import estate_registered, heard

WITHDRAWN = RequestWithdrawn(request_id="req_1")
RESOLVED = RequestResolved(request_id="req_1", handler_id="per_staff")
REOPENED = RequestReopened(request_id="req_1", times=1)
RETURNED = RequestReturned(request_id="req_1", reason="no_helper", suggested_unit=None)


async def _ready(harness: Harness) -> None:
    home = await harness.household()
    await harness.paired([await harness.member(1), await harness.member(2)], home)


def test_each_type_is_heard_once() -> None:
    assert sorted(each.binding for each in Harness(fake_backing()).hearings) == [
        "pairing.activity.attended.v1",
        "pairing.care_task.completed.v1",
        "pairing.conflict.registered.v1",
        "pairing.contribution.confirmed.v1",
        "pairing.contribution.revoked.v1",
        "pairing.household.changed.v1",
        "pairing.household.consent_expired.v1",
        "pairing.household.consent_withdrawn.v1",
        "pairing.household.consented.v1",
        "pairing.household.left.v1",
        "pairing.member.away.v1",
        "pairing.member.left.v1",
        "pairing.pairing.activated.v1",
        "pairing.pairing.household_released.v1",
        "pairing.person.erased.v1",
        "pairing.visit.completed.v1",
        "property.estate.corrected.v1",
        "property.estate.registered.v1",
        "requests.request.assigned.v1",
        "requests.request.merged.v1",
        "requests.request.referred.v1",
        "requests.request.reopened.v1",
        "requests.request.resolved.v1",
        "requests.request.returned.v1",
        "requests.request.withdrawn.v1",
    ]


async def test_an_older_telling_of_an_estate_does_not_undo_a_newer_one(harness: Harness) -> None:
    newer = estate_registered("dwl_1", "dwl_new", estate_id="est_hongmiao")
    older = estate_registered("dwl_old", estate_id="est_hongmiao")
    known = harness.backing.estates

    await harness.hear(newer, sequence=3)
    await harness.hear(older, sequence=2)

    assert await known.community_of("dwl_new") == "hongmiao"
    assert await known.community_of("dwl_old") is None
    assert await known.community_of("dwl_2") is None


async def test_a_care_request_is_offered_to_the_households_first_helper(harness: Harness) -> None:
    await _ready(harness)

    envelope = await harness.hear(assigned(), sequence=3)

    task = await harness.task_of()
    assert task.id == derived_id("cta", envelope.id)
    assert (task.state, task.asked_ids) == (CareTaskState.OFFERED, ("per_member1",))
    assert task.origin.assigned_as == 3
    (told,) = await harness.backing.care_tasks.story(task.id)
    assert (told.correlationid, told.causationid) == (envelope.correlationid, envelope.id)


async def test_the_oldest_active_pairings_helper_comes_first(harness: Harness) -> None:
    home = await harness.household()
    first = await harness.paired([await harness.member(1)], home)
    await harness.paired([await harness.member(2)], home)
    await harness.pairings.pause(first.id, communities=HERE)

    await harness.hear(assigned())

    assert (await harness.task_of()).asked_ids == ("per_member2",)


@pytest.mark.parametrize("unit", ["property", "staff", "mediation"])
async def test_what_is_given_to_others_is_none_of_ours(harness: Harness, unit: str) -> None:
    await _ready(harness)

    await harness.hear(assigned(unit=unit))

    assert await harness.tasks() == []


async def test_an_event_heard_twice_makes_one_task(harness: Harness) -> None:
    await _ready(harness)
    envelope = await harness.hear(assigned())

    await harness.hear(assigned(), envelope)

    assert (await harness.task_of()).version == 1


async def _reason(harness: Harness, request_id: str, **changes: object) -> UnplacedReason | None:
    await harness.hear(assigned(request_id, **changes))
    task = await harness.task_of(request_id)
    assert task.state is CareTaskState.UNPLACED
    return task.unplaced_reason


async def test_a_request_that_nobody_can_be_asked_for_is_unplaced_with_the_reason(
    harness: Harness,
) -> None:
    assert await _reason(harness, "req_1", dwelling_id=None) is UnplacedReason.NO_HOUSEHOLD
    assert await _reason(harness, "req_2") is UnplacedReason.NO_HOUSEHOLD
    home = await harness.household(consent=False)
    assert await _reason(harness, "req_3") is UnplacedReason.NO_CONSENT
    await harness.consent(home, ConsentScope.VISITS)
    assert await _reason(harness, "req_4") is UnplacedReason.NO_CONSENT
    await harness.consent(home)
    assert await _reason(harness, "req_5") is UnplacedReason.NO_HELPER
    helper = await harness.member()
    pairing = await harness.paired([helper], home)
    await harness.pairings.end(pairing.id, reason=EndReason.HELPER_LEFT, communities=HERE)
    await harness.members.leave(helper.id, Onlooker(HERE), seen=None)
    assert await _reason(harness, "req_6") is UnplacedReason.NO_HELPER


async def test_another_communitys_request_does_not_find_our_household(harness: Harness) -> None:
    await _ready(harness)

    await harness.hear(assigned(), community="elsewhere")

    task = await harness.task_of()
    assert (task.community, task.unplaced_reason) == ("elsewhere", UnplacedReason.NO_HOUSEHOLD)


@pytest.mark.parametrize("ending", [WITHDRAWN, RETURNED, RESOLVED], ids=lambda each: each.type)
async def test_every_order_and_repetition_of_assignment_and_ending_ends_alike(
    harness: Harness, ending: Event
) -> None:
    await _ready(harness)
    for number, order in enumerate(set(permutations(["assigned", "ended"] * 2))):
        request_id = f"req_{number}"
        begun = assigned(request_id)
        ended = ending.model_copy(update={"request_id": request_id})
        events: dict[str, tuple[Event, Envelope]] = {
            "assigned": (begun, heard(begun, request_id, sequence=3)),
            "ended": (ended, heard(ended, request_id, sequence=4)),
        }

        for name in order:
            await harness.hear(*events[name])

        # Heard in time it was offered and cancelled; too late, it was never offered.
        states = [task.state for task in await harness.tasks(request_id)]
        expected = [] if order[0] == "ended" else [CareTaskState.CANCELLED]
        assert states == expected


async def test_a_request_given_to_us_again_is_offered_again(harness: Harness) -> None:
    await _ready(harness)
    await harness.hear(assigned(), sequence=3)
    await harness.hear(RETURNED, sequence=4)

    await harness.hear(assigned(), sequence=5)

    states = sorted(task.state for task in await harness.tasks())
    assert states == [CareTaskState.CANCELLED, CareTaskState.OFFERED]


async def test_a_withdrawal_after_the_work_is_done_changes_nothing(harness: Harness) -> None:
    await _ready(harness)
    await harness.hear(assigned(), sequence=3)
    done = await _done(harness)

    await harness.hear(WITHDRAWN, sequence=6)

    assert await harness.task_of() == done


async def test_an_ending_before_our_assignment_was_committed_is_seen_after_it(
    harness: Harness,
) -> None:
    """The two handlers run at once: the ending is noted while the task is being saved."""
    await _ready(harness)
    inner = harness.backing.care_tasks
    saving = inner.save

    async def save_late(task: CareTask, *rest: object, **named: object) -> CareTask:
        if task.version == 0:
            await harness.backing.endings.note("req_1", 4)
        return await saving(task, *rest, **named)  # type: ignore[arg-type]

    inner.save = save_late  # type: ignore[method-assign,assignment]
    await harness.hear(assigned(), sequence=3)

    assert (await harness.task_of()).state is CareTaskState.CANCELLED


async def test_a_crash_between_task_and_check_is_made_good_by_the_repeat(
    harness: Harness,
) -> None:
    await _ready(harness)
    event: RequestAssigned = assigned()
    envelope = heard(event, "req_1", sequence=3)
    settle = harness.placing._settle

    async def crash(*_: object, **__: object) -> None:
        raise Stale("store.stale")

    harness.placing._settle = crash  # type: ignore[method-assign]
    with pytest.raises(Stale):
        await harness.hear(event, envelope)
    harness.placing._settle = settle  # type: ignore[method-assign]
    await harness.backing.endings.note("req_1", 4)

    await harness.hear(event, envelope)

    assert (await harness.task_of()).state is CareTaskState.CANCELLED


async def test_a_withdrawn_consent_takes_back_offers_and_leaves_promises(
    harness: Harness,
) -> None:
    await _ready(harness)
    await harness.hear(assigned("req_1"))
    await harness.hear(assigned("req_2"))
    promised = await harness.task_of("req_2")
    await harness.care_tasks.accept(promised.id, me("per_member1"), seen=None)
    home_id = promised.household_id or ""

    await harness.households.withdraw_consent(home_id, communities=HERE)
    for _ in "12":
        await harness.hear_told(harness.backing.households, home_id, HouseholdConsentWithdrawn)

    taken_back = await harness.task_of("req_1")
    assert taken_back.state is CareTaskState.UNPLACED
    assert taken_back.unplaced_reason is UnplacedReason.NO_CONSENT
    assert (await harness.task_of("req_2")).state is CareTaskState.ACCEPTED


async def _done(harness: Harness) -> CareTask:
    task = await harness.task_of()
    await harness.care_tasks.accept(task.id, me("per_member1"), seen=None)
    return await harness.care_tasks.complete(
        task.id, me("per_member1"), note=None, minutes=20, seen=None
    )


async def test_work_reported_done_is_drafted_once_for_whom_did_it(harness: Harness) -> None:
    await _ready(harness)
    first = await harness.hear(assigned())
    task = await _done(harness)

    envelope = await harness.hear_told(harness.backing.care_tasks, task.id, CareTaskCompleted)
    await harness.hear_told(harness.backing.care_tasks, task.id, CareTaskCompleted)

    (draft,) = await harness.backing.contributions.find({"care_task_id": task.id})
    assert draft.id == derived_id("ctr", envelope.id)
    assert (draft.person_id, draft.minutes, draft.version) == ("per_member1", 20, 1)
    (told,) = await harness.backing.contributions.story(draft.id)
    assert told.correlationid == first.correlationid


async def test_what_was_done_and_is_reopened_is_put_to_helpers_again_once(
    harness: Harness,
) -> None:
    await _ready(harness)
    await harness.hear(assigned(), sequence=3)
    await _done(harness)
    await harness.hear(RESOLVED, sequence=5)

    reopened = await harness.hear(REOPENED, sequence=6)
    await harness.hear(REOPENED, reopened)
    await harness.hear(RESOLVED, sequence=5)

    again = await harness.backing.care_tasks.get(derived_id("cta", reopened.id))
    assert len(await harness.tasks()) == 2
    assert (again.state, again.asked_ids) == (CareTaskState.OFFERED, ("per_member1",))
    assert again.origin.assigned_as == 6


async def test_what_staff_resolved_is_not_put_to_helpers_when_it_is_reopened(
    harness: Harness,
) -> None:
    await _ready(harness)
    await harness.hear(assigned(), sequence=3)
    await harness.hear(RESOLVED, sequence=5)

    await harness.hear(REOPENED, sequence=6)

    assert (await harness.task_of()).state is CareTaskState.CANCELLED


async def test_what_was_reopened_and_given_to_others_before_it_is_heard_is_left_to_them(
    harness: Harness,
) -> None:
    await _ready(harness)
    await harness.hear(assigned(), sequence=3)
    await _done(harness)
    await harness.hear(assigned(unit="staff", number=2), sequence=7)

    await harness.hear(REOPENED, sequence=6)

    assert (await harness.task_of()).state is CareTaskState.COMPLETED
