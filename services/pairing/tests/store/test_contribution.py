"""What only the real store can show of contributions: words are sealed, an older record is read."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from services.pairing.domain.contribution import ReturnReason
from services.pairing.domain.deed import Deed
from services.pairing.domain.points import ContributionKind
from services.pairing.service.contribution import Target, Wanted
from services.pairing.service.onlooker import Onlooker
from services.pairing.tests.harness import HERE, Harness, branch, me
from shared.days import start_of
from shared.mongo import Database, Records

pytestmark = pytest.mark.mongo

ABOUT, NOTE = "陪王奶奶复诊", "时间应为半小时"
HELP = Deed(
    ContributionKind.VOLUNTEERING, start_of(date(2026, 11, 20)), 90, None, ABOUT, ("pho_1",)
)


@pytest.fixture
async def raw(mongo_url: str, mongo_name: str) -> AsyncIterator[Records]:
    """The collection as anybody with the database sees it."""
    made = Database(mongo_url, mongo_name)
    yield made.records("contributions")
    await made.close()


async def test_what_people_wrote_comes_back_and_is_nowhere_as_text(
    real: Harness, raw: Records
) -> None:
    await real.member(1)
    told = await real.contributions.report(me("per_member1"), HELP, by="per_member1")
    ours = Target(told.id, branch())
    await real.contributions.give_back(
        ours, by="per_sec", reason=ReturnReason.WRONG_TIME, note=NOTE
    )

    found = await real.contributions.get(told.id, Onlooker(HERE))

    assert (found.deed, found.return_note) == (HELP, NOTE)
    document = str(await raw.get(told.id))
    assert ABOUT not in document
    assert NOTE not in document


async def test_a_question_in_words_is_sealed_as_well(real: Harness, raw: Records) -> None:
    await real.member(1)
    told = await real.contributions.report(me("per_member1"), HELP, by="per_member1")
    ours = Target(told.id, branch())
    await real.contributions.confirm(ours, by="per_sec")
    await real.contributions.question(ours, by="per_sec", reason=ReturnReason.OTHER, note=NOTE)

    (found,) = (await real.contributions.page(branch(), Wanted(), cursor=None, limit=2)).items

    assert found.question is not None
    assert (found.question.note, found.about) == (NOTE, ABOUT)
    assert NOTE not in str(await raw.get(told.id))


async def test_a_record_of_before_is_read_as_it_was_written(real: Harness, raw: Records) -> None:
    """As written by the version that knew only drafts of care tasks, and notes in the clear."""
    await real.member(1)
    told = await real.contributions.report(me("per_member1"), HELP, by="per_member1")
    newer = ("amount_fen", "about", "evidence_ids", "visit_id", "activity_id", "told_by")
    gone = (*newer, "confirmed_by", "confirmed_at", "question", "sealed_words")
    await raw.update(
        {"_id": told.id},
        {"$unset": dict.fromkeys(gone, ""), "$set": {"return_note": NOTE, "care_task_id": "c"}},
    )

    found = await real.contributions.get(told.id, branch())

    assert (found.return_note, found.minutes, found.evidence_ids) == (NOTE, 90, ())
