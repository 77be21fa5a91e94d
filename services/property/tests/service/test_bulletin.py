"""Those whom an incident reaches are told of it, by the news of it, over both stores."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.property.domain.bulletin import Bulletin, BulletinKind
from services.property.domain.incident import Incident, IncidentKind, IncidentState, Place, Work
from services.property.service.estate import BuildingDraft, DwellingDraft, EntranceDraft
from services.property.service.viewer import Target, Viewer
from services.property.tests.samples import COMMUNITY, said
from services.property.tests.world import COMMITTEE, CONTRACTOR, DRAFT, World
from shared.errors import NotFound

RESIDENT = Viewer((COMMUNITY,))
HOUR = timedelta(hours=1)
BUILT = (
    BuildingDraft(
        "1",
        "bld_1",
        (EntranceDraft("1", "ent_1", tuple(DwellingDraft(c, f"dwl_{c}") for c in ("101", "102"))),),
    ),
)


async def water(world: World, place: Place, **changes: Any) -> Incident:
    """The company plans to shut the water off tomorrow, for an hour."""
    estate = await world.estate(replace(DRAFT, buildings=BUILT))
    start = world.clock.now() + timedelta(days=1)
    plan: dict[str, Any] = {
        "kind": IncidentKind.UTILITIES,
        "place": place,
        "occurred_at": None,
        "work": Work(start, start + HOUR),
        "text_for_residents": "No water from nine to ten",
    }
    return await world.incidents.report(CONTRACTOR, estate.id, said(**{**plan, **changes}))


async def bulletins(world: World, **where: Any) -> list[Bulletin]:
    """All that were published, the oldest first; then a minute goes by."""
    await world.settle()
    world.clock.move(timedelta(minutes=1))
    page = await world.bulletins.page(RESIDENT, where, cursor=None, limit=50)
    return page.items[::-1]


async def test_planned_work_is_told_beforehand_when_it_begins_and_when_it_is_over(
    world: World,
) -> None:
    incident = await water(world, Place(entrance_id="ent_1"))
    (told,) = await bulletins(world)
    assert (told.kind, told.text) == (BulletinKind.PLANNED, "No water from nine to ten")
    assert (told.building_ids, told.entrance_ids, told.dwellings) == (("bld_1",), ("ent_1",), 2)
    assert told.dwelling_ids == ()

    world.clock.move(timedelta(days=1))
    assert await world.planned.ring() == 1
    assert await world.planned.ring() == 0
    world.clock.move(HOUR)
    finished_at = world.clock.now()
    await world.planned.restore(Target(CONTRACTOR, incident.id), finished_at=finished_at)
    await world.incidents.close(Target(COMMITTEE, incident.id))

    kinds = [one.kind for one in await bulletins(world)]
    assert kinds == [BulletinKind.PLANNED, BulletinKind.BEGUN, BulletinKind.ALL_CLEAR]
    (_, _, clear) = await bulletins(world)
    assert clear.restored_at == finished_at


async def test_a_riser_s_bulletin_names_the_homes_on_it(world: World) -> None:
    await water(world, Place(entrance_id="ent_1", riser="02"))
    (told,) = await bulletins(world)
    assert (told.dwelling_ids, told.dwellings) == (("dwl_102",), 1)
    event = next(one for one in world.told if one.type == "property.bulletin.published.v1")
    assert event.data["dwelling_ids"] == ["dwl_102"]
    assert "water" not in str(event.data)


async def test_other_hours_and_a_cancellation_are_told(world: World) -> None:
    incident = await water(world, Place(building_id="bld_1"))
    assert len(await bulletins(world)) == 1
    start = world.clock.now() + timedelta(days=2)
    target = Target(CONTRACTOR, incident.id)
    moved = await world.planned.announce(target, text="later", work=Work(start, start + HOUR))
    assert moved.alarm_at == start
    await bulletins(world)
    await world.planned.cancel(target, reason="rain")
    told = await bulletins(world)
    assert [one.kind for one in told] == [
        BulletinKind.PLANNED,
        BulletinKind.CHANGED,
        BulletinKind.CANCELLED,
    ]
    world.clock.move(timedelta(days=3))
    assert await world.planned.ring() == 0


async def test_an_emergency_that_nobody_notices_at_home_is_told_only_in_words_for_them(
    world: World,
) -> None:
    order = await world.work_order((await world.estate()).id)
    await world.work_orders.assign(Target(CONTRACTOR, order.id), assignee_id="per_li")
    assert await bulletins(world) == []
    incident_id = str(order.incident_id)
    assert (await world.incidents.get(COMMITTEE, incident_id)).state is IncidentState.ACTIVE

    await world.planned.announce(Target(CONTRACTOR, incident_id), text="keep off", work=None)

    assert [one.kind for one in await bulletins(world)] == [BulletinKind.CHANGED]


async def test_news_that_comes_twice_or_late_tells_once(world: World) -> None:
    incident = await water(world, Place(building_id="bld_1"))
    target = Target(CONTRACTOR, incident.id)
    await world.planned.begin(target)
    for envelope in reversed(await world.news()):
        for _ in range(2):
            await world.hear(envelope)
    told = await bulletins(world)
    assert sorted(one.kind.value for one in told) == ["begun", "planned"]


@pytest.mark.parametrize("viewer", [Viewer(("elsewhere",)), Viewer(())])
async def test_a_bulletin_is_its_community_s_own(world: World, viewer: Viewer) -> None:
    await water(world, Place(building_id="bld_1"))
    (told,) = await bulletins(world)
    assert await world.bulletins.get(RESIDENT, told.id) == told
    with pytest.raises(NotFound):
        await world.bulletins.get(viewer, told.id)
    assert (await world.bulletins.page(viewer, {}, cursor=None, limit=9)).items == []


async def test_two_replicas_begin_what_is_due_once(world: World) -> None:
    await water(world, Place(building_id="bld_1"))
    world.clock.move(timedelta(days=1))
    done = await asyncio.gather(world.planned.ring(), world.planned.ring())
    assert sum(done) >= 1
    assert [one.kind.value for one in await bulletins(world)] == ["planned", "begun"]
