"""Companies and committees over both stores: who sees them, and that there is one of each."""

from datetime import date

import pytest

from services.property.domain.committee import Seat, SeatKind
from services.property.domain.contractor import Contact
from services.property.service.committee import Composition
from services.property.service.viewer import Target, Viewer
from services.property.tests.samples import COMMUNITY, COMPANY
from services.property.tests.service.test_estate_correction import CONTRACT
from services.property.tests.world import COMMITTEE, CONTRACTOR, OTHER_COMPANY, World
from shared.errors import Conflict, Invalid, NotFound
from shared.mongo import Database

SEATED = Composition((Seat("per_1", SeatKind.CHAIR, date(2026, 1, 1)),), ("tea_1",))


async def test_a_company_is_registered_once_in_a_community_and_sees_itself_alone(
    world: World,
) -> None:
    companies = world.registry.contractors
    company = await companies.register(CONTRACT)

    with pytest.raises(Conflict) as refused:
        await companies.register(CONTRACT)
    assert refused.value.facts["id"] == company.id
    assert (await companies.get(CONTRACTOR, company.id)).contractor_id == COMPANY
    with pytest.raises(NotFound):
        await companies.get(OTHER_COMPANY, company.id)
    for viewer, seen in ((COMMITTEE, 1), (CONTRACTOR, 1), (OTHER_COMPANY, 0), (Viewer(()), 0)):
        found = await companies.page(viewer, {}, cursor=None, limit=5)
        assert len(found.items) == seen


async def test_whom_one_calls_is_shown_once_it_is_on_record(world: World) -> None:
    companies = world.registry.contractors
    company = await companies.register(CONTRACT)
    told = {"contacts": (Contact("Li Wei", "13800001234"),)}
    await companies.change(Target(COMMITTEE, company.id), told)

    read = await companies.read(COMMITTEE, company.id, by="per_9", purpose="emergency")

    assert read.contacts[0].phone == "13800001234"
    page = await companies.readings(COMMITTEE, company.id, cursor=None, limit=5)
    assert [(each.by, each.purpose) for each in page.items] == [("per_9", "emergency")]


async def test_an_estate_has_one_committee_at_a_time(world: World) -> None:
    estate = await world.estate()
    committees = world.registry.committees
    formed = await committees.form(COMMITTEE, estate.id, SEATED)

    with pytest.raises(Conflict) as refused:
        await committees.form(COMMITTEE, estate.id, SEATED)
    assert refused.value.facts["committee_id"] == formed.id
    plan = await world.plans.plan(estate.id)
    assert plan is not None
    assert plan.committee_id == formed.id
    await committees.dissolve(Target(COMMITTEE, formed.id), reason="term over")
    again = await committees.form(COMMITTEE, estate.id, SEATED)
    assert again.id != formed.id


async def test_a_committee_of_an_estate_that_is_not_there_is_refused(world: World) -> None:
    with pytest.raises(Invalid, match=r"committee\.estate_unknown"):
        await world.registry.committees.form(COMMITTEE, "est_nowhere", SEATED)


@pytest.mark.mongo
async def test_nothing_of_whom_one_calls_stands_open_in_the_store(
    real: World, database: Database
) -> None:
    company = await real.registry.contractors.register(CONTRACT)
    told = {"contacts": (Contact("Li Wei", "13800001234"),)}
    await real.registry.contractors.change(Target(COMMITTEE, company.id), told)
    (kept,) = await database.records("contractors").find({"community": COMMUNITY})
    assert "Li Wei" not in str(kept)
    assert "13800001234" not in str(kept)
