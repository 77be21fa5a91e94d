"""Complaints: who reads what, what is refused, and that nobody learns who complained."""

from datetime import timedelta

import pytest

from services.property.domain.complaint import (
    ANSWER_WITHIN,
    Complaint,
    ComplaintState,
    ComplaintSubject,
    Grievance,
)
from services.property.service.complaint import Aim, Reader
from services.property.service.viewer import Target, Viewer
from services.property.tests.samples import COMMUNITY
from services.property.tests.supervision_world import SupervisionWorld
from services.property.tests.world import (
    COMMITTEE,
    CONTRACTOR,
    OTHER_COMMUNITY,
    OTHER_COMPANY,
)
from shared.errors import Conflict, Invalid, NotFound, Stale, WrongState

FILER = Reader(Viewer((COMMUNITY,)), "per_9", own=True)
NEIGHBOUR = Reader(Viewer((COMMUNITY,)), "per_8", own=True)
CHAIR = Reader(COMMITTEE, "per_chair", own=False)
COMPANY = Reader(CONTRACTOR, "per_desk", own=False)
RIVAL = Reader(OTHER_COMPANY, "per_rival", own=False)
ELSEWHERE = Reader(OTHER_COMMUNITY, "per_else", own=False)
SAID = "The guard shouted"


def on(reader: Reader, complaint: Complaint, seen: int | None = None) -> Aim:
    return Aim(reader, Target(reader.viewer, complaint.id, seen))


async def filed(world: SupervisionWorld, *photo_ids: str) -> Complaint:
    estate = await world.world.estate()
    grievance = Grievance(ComplaintSubject.CONDUCT, SAID, photo_ids=photo_ids)
    return await world.use.complaints.file(FILER, estate.id, grievance)


async def test_reading_anothers_complaint_is_on_record_and_ones_own_is_not(
    supervised: SupervisionWorld,
) -> None:
    use, made = supervised.use.complaints, await filed(supervised)
    for reader in (FILER, COMPANY, CHAIR):
        assert (await use.get(reader, made.id)).text == SAID

    log = await use.readings(CHAIR, made.id, cursor=None, limit=9)

    assert {(each.by, each.purpose) for each in log.items} == {
        ("per_desk", "answer"),
        ("per_chair", "decide"),
    }


@pytest.mark.parametrize("reader", [NEIGHBOUR, RIVAL, ELSEWHERE])
async def test_to_others_a_complaint_is_not_there(
    supervised: SupervisionWorld, reader: Reader
) -> None:
    use, made = supervised.use.complaints, await filed(supervised)
    for asked in (use.get(reader, made.id), use.withdraw(on(reader, made))):
        with pytest.raises(NotFound):
            await asked
    assert (await use.page(reader, {}, cursor=None, limit=9)).items == []
    assert (await use.readings(CHAIR, made.id, cursor=None, limit=9)).items == []


async def test_a_company_never_sees_the_photos_of_a_complaint(
    supervised: SupervisionWorld,
) -> None:
    photos = supervised.world.photos
    photo = await supervised.world.photo(COMMITTEE)
    await filed(supervised, photo)
    for company in (CONTRACTOR, OTHER_COMPANY):
        with pytest.raises(NotFound):
            await photos.read(company, photo)
    assert (await photos.read(COMMITTEE, photo))[0].id == photo


async def test_a_complaint_needs_an_estate_that_is_there_and_work_that_was_done_there(
    supervised: SupervisionWorld,
) -> None:
    use, estate = supervised.use.complaints, await supervised.world.estate()
    grievance = Grievance(ComplaintSubject.DELAY, SAID)
    for reader, estate_id in ((FILER, "est_none"), (ELSEWHERE, estate.id)):
        with pytest.raises(Invalid) as refused:
            await use.file(reader, estate_id, grievance)
        assert refused.value.code == "complaint.estate_unknown"
    order = await supervised.order(estate_id="est_other")
    for work in ("wor_none", order.id):
        with pytest.raises(Invalid) as refused:
            await use.file(FILER, estate.id, Grievance(ComplaintSubject.DELAY, SAID, work))
        assert refused.value.code == "complaint.work_unknown"
    shown = Grievance(ComplaintSubject.DELAY, SAID, photo_ids=("pho_none",))
    with pytest.raises(Invalid) as refused:
        await use.file(FILER, estate.id, shown)
    assert refused.value.code == "photo.unknown"


async def test_it_is_decided_once_the_company_was_heard_or_let_its_days_pass(
    supervised: SupervisionWorld,
) -> None:
    use, made = supervised.use.complaints, await filed(supervised)
    with pytest.raises(Conflict) as early:
        await use.uphold(on(CHAIR, made), reason="So it was")
    assert early.value.code == "complaint.not_heard"
    supervised.clock.moment += ANSWER_WITHIN + timedelta(seconds=1)
    assert (await use.uphold(on(CHAIR, made), reason="So it was")).state is ComplaintState.UPHELD
    for late in (use.answer(on(COMPANY, made), text="No"), use.withdraw(on(FILER, made))):
        with pytest.raises(WrongState):
            await late


async def test_who_decides_upon_an_older_version_is_told(supervised: SupervisionWorld) -> None:
    use, made = supervised.use.complaints, await filed(supervised)
    await use.answer(on(COMPANY, made), text="He had a bad day")
    with pytest.raises(Stale):
        await use.dismiss(on(CHAIR, made, made.version), reason="Not so")


async def test_nothing_of_what_was_said_and_nobody_is_in_what_is_told(
    supervised: SupervisionWorld,
) -> None:
    use, made = supervised.use.complaints, await filed(supervised)
    await use.answer(on(COMPANY, made), text="He had a bad day")
    story = await use.story(CHAIR, made.id)
    assert len(story) == 2
    for envelope in story:
        told = str(envelope.data)
        assert all(word not in told for word in ("shouted", "bad day", "per_9"))
