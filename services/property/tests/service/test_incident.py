"""Reporting incidents and deciding on them, over both stores."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.property.domain.estate import Management
from services.property.domain.incident import Incident, IncidentState, Place
from services.property.service.estate import EstateDraft
from services.property.service.incident import IncidentService
from services.property.service.viewer import Target, Viewer
from services.property.tests.samples import COMMUNITY, COMPANY, said
from services.property.tests.world import COMMITTEE, CONTRACTOR, DRAFT, STRANGERS, World
from shared.errors import Conflict, Invalid, LinliError, NotFound, Stale, WrongState

Do = Callable[[IncidentService, Target], Awaitable[Incident]]
DO: dict[str, Do] = {
    "confirm": lambda service, target: service.confirm(target),
    "dismiss": lambda service, target: service.dismiss(target, reason="a drill"),
    "close": lambda service, target: service.close(target),
}


async def test_a_reported_incident_is_there_and_told(world: World) -> None:
    estate = await world.estate()
    incident = await world.incident(estate.id)

    assert (incident.version, incident.state) == (1, IncidentState.REPORTED)
    assert incident.contractor_id == COMPANY
    assert await world.incidents.get(CONTRACTOR, incident.id) == incident
    await world.settle()
    assert world.types() == ["estate.registered", "incident.reported"]


async def test_an_estate_that_nobody_has_is_unknown(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        await world.incident("est_none")
    assert refused.value.code == "incident.estate_unknown"
    assert refused.value.facts["pointer"] == "/estate_id"


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_an_estate_of_others_is_as_unknown_as_one_that_nobody_has(
    world: World, stranger: str
) -> None:
    estate = await world.estate()
    with pytest.raises(Invalid) as refused:
        await world.incidents.report(STRANGERS[stranger], estate.id, said(place=Place()))
    assert refused.value.code == "incident.estate_unknown"


async def test_an_estate_without_a_company_has_incidents_of_nobody_s(world: World) -> None:
    estate = await world.estate(EstateDraft(COMMUNITY, "old", "Old yard", Management.NONE))
    incident = await world.incidents.report(COMMITTEE, estate.id, said(place=Place()))
    assert incident.contractor_id is None
    with pytest.raises(NotFound):
        await world.incidents.get(CONTRACTOR, incident.id)


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_an_incident_is_not_there_for_strangers(world: World, stranger: str) -> None:
    incident = await world.incident((await world.estate()).id)
    viewer = STRANGERS[stranger]

    with pytest.raises(NotFound) as none:
        await world.incidents.get(viewer, "inc_none")
    for look in (world.incidents.get, world.incidents.story):
        with pytest.raises(NotFound) as refused:
            await look(viewer, incident.id)
        assert refused.value.code == none.value.code
    assert (await world.incidents.page(viewer, {}, cursor=None, limit=10)).items == []


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("action", DO)
@pytest.mark.parametrize("seen", [None, 1, 9])
async def test_a_stranger_cannot_tell_an_incident_by_acting_on_it(
    world: World, stranger: str, action: str, seen: int | None
) -> None:
    incident = await world.incident((await world.estate()).id)
    with pytest.raises(NotFound):
        await DO[action](world.incidents, Target(STRANGERS[stranger], incident.id, seen))
    assert await world.incidents.get(COMMITTEE, incident.id) == incident


@pytest.mark.parametrize("action", ["confirm", "dismiss"])
async def test_a_decision_on_a_version_that_moved_on_is_refused(world: World, action: str) -> None:
    incident = await world.incident((await world.estate()).id)
    with pytest.raises(Stale):
        await DO[action](world.incidents, Target(COMMITTEE, incident.id, 2))
    after = await DO[action](world.incidents, Target(COMMITTEE, incident.id, 1))
    assert after.version == 2


async def test_a_decision_that_the_table_does_not_allow_writes_nothing(world: World) -> None:
    incident = await world.incident((await world.estate()).id)
    with pytest.raises(WrongState):
        await world.incidents.close(Target(COMMITTEE, incident.id))
    assert len(await world.incidents.story(COMMITTEE, incident.id)) == 1


async def test_of_two_who_decide_at_once_one_wins(world: World) -> None:
    incident = await world.incident((await world.estate()).id)
    target = Target(COMMITTEE, incident.id)
    outcomes = await asyncio.gather(
        world.incidents.confirm(target),
        world.incidents.dismiss(target, reason="a drill"),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Incident) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, LinliError) for outcome in outcomes) == 1
    assert len(await world.incidents.story(COMMITTEE, incident.id)) == 2


async def test_a_list_is_filtered_and_bounded_by_who_looks(world: World) -> None:
    estate = await world.estate()
    first, second = await world.incident(estate.id), await world.incident(estate.id)
    await world.incidents.dismiss(Target(COMMITTEE, first.id), reason="a drill")

    async def ids(viewer: Viewer, **where: object) -> list[str]:
        page = await world.incidents.page(viewer, where, cursor=None, limit=10)
        return [incident.id for incident in page.items]

    assert await ids(COMMITTEE) == [second.id, first.id]
    assert await ids(CONTRACTOR, state=IncidentState.REPORTED) == [second.id]
    assert await ids(CONTRACTOR, estate_id="est_none") == []
    bound = Viewer((COMMUNITY,), COMPANY, (estate.id, "est_none"))
    assert await ids(bound) == [second.id, first.id]
    assert await ids(bound, estate_id=estate.id) == [second.id, first.id]
    assert await ids(bound, estate_id="est_none") == []


async def test_an_estate_s_plan_is_read_once_for_many_reports(world: World) -> None:
    estate = await world.estate()
    read: list[str] = []
    get = world.estate_store.get

    async def counted(id: str, **facts: object) -> object:  # noqa: A002
        read.append(id)
        return await get(id, **facts)  # type: ignore[arg-type]

    world.estate_store.get = counted  # type: ignore[method-assign, assignment]
    await asyncio.gather(*(world.incident(estate.id) for _ in range(20)))
    assert read == [estate.id]
    world.clock.move(timedelta(seconds=11))
    await world.incident(estate.id)
    assert read == [estate.id] * 2


@pytest.mark.mongo
async def test_a_company_s_own_number_is_used_once_and_the_conflict_names_the_incident(
    real: World,
) -> None:
    estate = await real.estate()
    first = await real.incident(estate.id, external_ref="A-1")
    with pytest.raises(Conflict) as refused:
        await real.incident(estate.id, external_ref="A-1")
    assert refused.value.code == "incident.taken"
    assert refused.value.facts["incident_id"] == first.id
    await real.incident(estate.id, external_ref="A-2")
    await real.incident(estate.id)
    await real.incident(estate.id)


@pytest.mark.mongo
async def test_a_number_that_was_used_out_of_sight_names_no_incident(real: World) -> None:
    here = await real.estate()
    there = await real.estate(replace(DRAFT, community="elsewhere"))
    await real.incident(here.id, external_ref="A-1")
    report = said(external_ref="A-1", place=Place())
    with pytest.raises(Conflict) as refused:
        await real.incidents.report(Viewer(("elsewhere",)), there.id, report)
    assert refused.value.code == "store.taken"


@pytest.mark.mongo
async def test_the_same_number_of_another_company_is_another(real: World) -> None:
    estate = await real.estate()
    other = await real.estate(
        EstateDraft(COMMUNITY, "north", "North yard", Management.CONTRACTOR, "cmp_other")
    )
    await real.incident(estate.id, external_ref="A-1")
    theirs = Viewer((COMMUNITY,), "cmp_other")
    await real.incidents.report(theirs, other.id, said(place=Place()))


@pytest.mark.mongo
async def test_fifty_at_once_with_one_number_make_one_incident(real: World) -> None:
    estate = await real.estate()
    outcomes = await asyncio.gather(
        *(real.incident(estate.id, external_ref="A-1") for _ in range(50)), return_exceptions=True
    )
    made = [outcome for outcome in outcomes if isinstance(outcome, Incident)]
    assert len(made) == 1
    taken = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert len(taken) == 49
    assert {conflict.facts["incident_id"] for conflict in taken} == {made[0].id}
