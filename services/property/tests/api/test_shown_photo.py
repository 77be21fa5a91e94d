"""Photos below what names them: whoever sees the thing sees these, and no others."""

from dataclasses import replace

from services.property import api
from services.property.api.forms import PREFIX
from services.property.domain.committee import Seat, SeatKind, form
from services.property.domain.estate import Management
from services.property.domain.incident import Place
from services.property.domain.inspection import Verdict
from services.property.domain.roster import Dealing
from services.property.domain.work_order import Mode
from services.property.domain.work_steps import Completion
from services.property.service.roster import RosterTarget
from services.property.service.viewer import Target
from services.property.tests.api.office import DISPATCHER, RESIDENT, STRANGERS, Office
from services.property.tests.estate_samples import SINCE, a_committee
from services.property.tests.patrol_samples import OPENS, passing
from services.property.tests.routine_harness import MINUTE, fake_routine
from services.property.tests.samples import said
from services.property.tests.supervision_world import fake_supervision
from services.property.tests.teams import TEAM, joined_team
from services.property.tests.world import COMMITTEE, DRAFT
from shared.testing_web import person, web_client

LI, WU = person("member", id="per_li"), person("member", id="per_wu")


async def _volunteers_work(office: Office, *photos: str) -> str:
    """The id of what a volunteer has done, shown by a photo before it and one after."""
    world = office.world
    draft = replace(DRAFT, management=Management.SELF_MANAGED, contractor_id=None)
    estate = await world.estate(draft)
    for each in joined_team("per_li"):
        await world.hear(each)
    dealing = Dealing(Mode.GRAB, team_id=TEAM)
    await world.rosters.keep(RosterTarget(COMMITTEE, estate.id, None), dealing)
    incident = await world.incidents.report(COMMITTEE, estate.id, said(place=Place()))
    await world.incidents.confirm(Target(COMMITTEE, incident.id))
    await world.settle()
    (order,) = await world.work_order_store.find({"incident_id": incident.id})
    target = Target(await world.work_orders.eyes(COMMITTEE, "per_li"), order.id)
    await world.work_doing.take(target, worker_id="per_li")
    await world.work_doing.accept(target)
    await world.work_doing.start(target, photos=photos[:1])
    await world.work_doing.complete(target, Completion("mended", photos_after=photos[1:]))
    return order.id


async def test_who_does_the_work_sees_its_photos_and_no_others(office: Office) -> None:
    before, after, other = [await office.world.photo(COMMITTEE) for _ in range(3)]
    path = f"/work-orders/{await _volunteers_work(office, before, after)}/photos"

    for photo_id in (before, after):
        reply = await office.call("GET", f"{path}/{photo_id}/content", LI)
        assert (reply.status, reply.headers["content-type"]) == (200, "image/jpeg")
        assert (await office.call("GET", f"/photos/{photo_id}/content", LI)).status == 403
    reply = await office.call("GET", f"{path}/{other}/content", LI)
    assert (reply.status, reply.json()["code"]) == (404, "photo.not_found")
    for stranger in (WU, RESIDENT, *STRANGERS.values()):
        assert (await office.call("GET", f"{path}/{before}/content", stranger)).status == 404


async def test_who_walks_a_round_sees_its_photos_and_no_others() -> None:
    it = fake_routine()
    patrol = await it.first()
    it.clock.moment = OPENS + 30 * MINUTE
    taken, other = await it.world.photo(), await it.world.photo()
    await it.bring(patrol, replace(passing("GATE", 5), photo_ids=(taken,)))
    routes = api.shown_photo.of_patrols(it.routine.patrols, it.world.photos)
    client, path = web_client(routes), f"{PREFIX}/patrols/{patrol.id}/photos"

    assert (await client.call("GET", f"{path}/{taken}/content", DISPATCHER)).status == 200
    assert (await client.call("GET", f"{path}/{other}/content", DISPATCHER)).status == 404
    assert (await client.call("GET", f"{path}/{taken}/content", LI)).status == 404


async def test_who_inspects_sees_what_was_found_and_no_other_photos() -> None:
    it = fake_supervision()
    estate = await it.world.estate()
    seats = tuple(Seat(each, SeatKind.MEMBER, SINCE) for each in ("per_li", "per_wu"))
    seated = a_committee(version=0, estate_id=estate.id, members=seats)
    await it.world.committee_store.save(*form(seated))
    inspections = it.use.inspections
    begun = await inspections.start(COMMITTEE, estate.id, ("per_li", "per_wu"))
    shown, other = await it.world.photo(COMMITTEE), await it.world.photo(COMMITTEE)
    verdict = Verdict(begun.criteria[0].key, begun.criteria[0].points_max, photo_ids=(shown,))
    await inspections.judge(Target(COMMITTEE, begun.id), verdict, by="per_li")
    client = web_client(api.shown_photo.of_inspections(inspections, it.world.photos))
    path = f"{PREFIX}/inspections/{begun.id}/photos"

    assert (await client.call("GET", f"{path}/{shown}/content", LI)).status == 200
    assert (await client.call("GET", f"{path}/{other}/content", LI)).status == 404
    for stranger in STRANGERS.values():
        assert (await client.call("GET", f"{path}/{shown}/content", stranger)).status == 404
