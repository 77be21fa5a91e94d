"""What only the real store can show of care tasks: what a helper noted is sealed, an older note
still read."""

from collections.abc import AsyncIterator

import pytest

from services.pairing.domain.care_task import CareTask
from services.pairing.tests.harness import Harness, assigned, me
from shared.events.pairing_care import CareTaskStarted
from shared.mongo import Database, Records

pytestmark = pytest.mark.mongo
NOTE = "老人今天头晕 家里没有米"


@pytest.fixture
async def raw(mongo_url: str, mongo_name: str) -> AsyncIterator[Records]:
    """The collection of care tasks as anybody with the database sees it."""
    made = Database(mongo_url, mongo_name)
    yield made.records("care_tasks")
    await made.close()


async def done(real: Harness) -> CareTask:
    """A care task that its helper has done, with a note of what they saw."""
    await real.paired([await real.member()], await real.household())
    await real.hear(assigned())
    task, helper = await real.task_of(), me("per_member1")
    await real.care_tasks.accept(task.id, helper, seen=None)
    return await real.care_tasks.complete(task.id, helper, note=NOTE, minutes=9, seen=None)


async def test_what_a_helper_noted_comes_back_and_is_nowhere_as_text(
    real: Harness, raw: Records
) -> None:
    task = await done(real)

    assert (await real.backing.care_tasks.get(task.id)).note == NOTE
    document = await raw.get(task.id) or {}
    assert NOTE not in str(document)
    assert document["sealed_note"].startswith("k1.")


async def test_a_note_of_before_is_read_and_sealed_by_the_next_write(
    real: Harness, raw: Records
) -> None:
    task = await done(real)
    await raw.update({"_id": task.id}, {"$unset": {"sealed_note": ""}, "$set": {"note": NOTE}})

    found = await real.backing.care_tasks.get(task.id)
    assert found.note == NOTE

    told = CareTaskStarted(care_task_id=task.id, request_id=task.request_id, helper_id="mem_1")
    await real.backing.care_tasks.save(found, [told])
    document = await raw.get(task.id) or {}
    assert document["note"] is None
    assert (await real.backing.care_tasks.get(task.id)).note == NOTE
