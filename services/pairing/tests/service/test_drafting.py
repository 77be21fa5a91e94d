"""Drafts made of work that was reported done: one for each helper, however it is heard of."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from services.pairing.domain.contribution import Contribution, ContributionState
from services.pairing.domain.deed import Correction
from services.pairing.domain.points import ContributionKind
from services.pairing.service.contribution import Target
from services.pairing.tests.harness import Harness, me
from shared.errors import Unavailable
from shared.events.pairing_activity import ActivityAttended
from shared.events.pairing_visit import VisitCompleted
from shared.testing import heard

THEN = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def made(*helper_ids: str, minutes: int = 40) -> VisitCompleted:
    return VisitCompleted(
        visit_id="vis_1",
        pairing_id="prg_1",
        household_id="hsh_1",
        helper_ids=helper_ids,
        minutes=minutes,
    )


async def drafts(harness: Harness) -> list[Contribution]:
    found = await harness.backing.contributions.find({})
    return sorted(found, key=lambda each: each.person_id)


async def test_a_visit_is_drafted_once_for_each_who_made_it(harness: Harness) -> None:
    first, second = await harness.member(1), await harness.member(2)
    event = made(first.id, second.id)

    envelope = await harness.hear(event, time=THEN)
    await harness.hear(event, envelope)

    found = await drafts(harness)
    assert [each.person_id for each in found] == ["per_member1", "per_member2"]
    for draft in found:
        assert (draft.kind, draft.minutes, draft.visit_id, draft.done_at, draft.version) == (
            ContributionKind.VISIT,
            40,
            "vis_1",
            THEN,
            1,
        )
        (told,) = await harness.backing.contributions.story(draft.id)
        assert told.causationid == envelope.id
        assert "hsh_1" not in told.model_dump_json()


async def test_helpers_who_report_one_after_the_other_get_one_draft_each_in_any_order(
    harness: Harness,
) -> None:
    first, second = await harness.member(1), await harness.member(2)
    told = [
        heard(made(first.id), "vis_1", sequence=3),
        heard(made(second.id, minutes=55), "vis_1", sequence=4),
        heard(made(first.id, second.id), "vis_1", sequence=5),
    ]
    for order in permutations(told):
        for envelope in order:
            await harness.hear(VisitCompleted.model_validate(envelope.data), envelope)

    assert [each.person_id for each in await drafts(harness)] == ["per_member1", "per_member2"]


async def test_a_draft_that_has_gone_on_is_left_alone_by_a_late_repeat(harness: Harness) -> None:
    first = await harness.member(1)
    await harness.hear(made(first.id))
    (draft,) = await drafts(harness)
    target = Target(draft.id, me("per_member1"))
    submitted = await harness.contributions.submit(target, Correction(minutes=30))

    await harness.hear(made(first.id))

    assert await drafts(harness) == [submitted]


async def test_a_crash_between_two_drafts_is_made_good_by_the_repeat(harness: Harness) -> None:
    first, second = await harness.member(1), await harness.member(2)
    event, store = made(first.id, second.id), harness.backing.contributions
    envelope = heard(event, "vis_1")
    saving = store.save

    async def save_one(record: Contribution, *rest: Any, **named: Any) -> Contribution:
        if record.member_id == second.id:
            raise Unavailable("store.unavailable")
        return await saving(record, *rest, **named)

    store.save = save_one  # type: ignore[method-assign,assignment]
    with pytest.raises(Unavailable):
        await harness.hear(event, envelope)
    store.save = saving  # type: ignore[method-assign]

    await harness.hear(event, envelope)

    assert [each.version for each in await drafts(harness)] == [1, 1]


async def test_a_visit_that_a_phone_tells_later_is_of_the_day_on_which_it_was(
    harness: Harness,
) -> None:
    first = await harness.member(1)
    earlier = THEN - timedelta(days=2)

    await harness.hear(made(first.id).model_copy(update={"made_at": earlier}), time=THEN)

    (draft,) = await drafts(harness)
    assert draft.done_at == earlier


async def test_a_visit_without_a_time_waits_for_the_member_to_say_it(harness: Harness) -> None:
    first = await harness.member(1)

    await harness.hear(made(first.id, minutes=0))

    (draft,) = await drafts(harness)
    assert (draft.state, draft.minutes) == (ContributionState.DRAFT, None)


async def test_a_visit_that_staff_saw_to_makes_no_draft(harness: Harness) -> None:
    await harness.hear(made())

    assert await drafts(harness) == []


async def test_who_was_at_an_activity_gets_one_draft_of_its_day(harness: Harness) -> None:
    member = await harness.member(1)
    event = ActivityAttended(activity_id="act_1", member_id=member.id, minutes=90, held_at=THEN)

    await harness.hear(event)
    await harness.hear(event)

    (draft,) = await drafts(harness)
    assert (draft.kind, draft.activity_id, draft.minutes, draft.done_at) == (
        ContributionKind.VOLUNTEERING,
        "act_1",
        90,
        THEN,
    )
