"""A property company's own web hook: told of its own business, and nobody else's to touch."""

from typing import Any

import pytest

from services.notifications.tests.api.world import BASE, URL, World, caller
from services.notifications.tests.rig import event
from shared.auth import Caller
from shared.events.property import IncidentClosed
from shared.testing_web import Reply, person

pytestmark = pytest.mark.mongo
CLOSED = IncidentClosed(incident_id="inc_1", contractor_id="cmp_anju")
ANJU = person("contractor", company="cmp_anju")
OTHERS = {
    "another company": person("contractor", company="cmp_other"),
    "somebody of no company": person("contractor"),
    "the committee": caller("committee"),
}


async def register(world: World, who: Caller, **more: Any) -> Reply:
    """An endpoint that wants everything."""
    body = {"url": URL, **more}
    return await world.client.call("POST", f"{BASE}/endpoints", who, json=body)


async def items(world: World, path: str, who: Caller) -> list[dict[str, Any]]:
    """What is listed to somebody."""
    found: list[dict[str, Any]] = (await world.client.call("GET", f"{BASE}{path}", who)).json()[
        "items"
    ]
    return found


async def test_an_event_goes_to_the_company_whose_it_is(world: World) -> None:
    mine = (await register(world, ANJU)).json()
    theirs = (await register(world, OTHERS["another company"])).json()
    assert (mine["company"], theirs["company"]) == ("cmp_anju", "cmp_other")

    await world.rig.fan_out.hear(event(about=CLOSED))

    (delivery,) = await items(world, "/deliveries", ANJU)
    assert delivery["endpoint_id"] == mine["id"]
    assert await items(world, "/deliveries", OTHERS["another company"]) == []


@pytest.mark.parametrize("who", OTHERS)
async def test_a_company_s_endpoint_and_its_deliveries_are_not_there_for_others(
    world: World, who: str
) -> None:
    mine = (await register(world, ANJU)).json()
    await world.rig.fan_out.hear(event(about=CLOSED))
    (delivery,) = await items(world, "/deliveries", ANJU)
    stranger = OTHERS[who]

    assert mine["id"] not in [one["id"] for one in await items(world, "/endpoints", stranger)]
    assert delivery["id"] not in [one["id"] for one in await items(world, "/deliveries", stranger)]
    path = f"{BASE}/endpoints/{mine['id']}"
    for method, where, body in (
        ("GET", path, None),
        ("GET", f"{path}/story", None),
        ("POST", f"{path}/pause", None),
        ("POST", f"{path}/secret-rotation", {"overlap_hours": 1}),
        ("POST", f"{path}/test", None),
        ("DELETE", path, None),
        ("GET", f"{BASE}/deliveries/{delivery['id']}", None),
        ("POST", f"{BASE}/deliveries/{delivery['id']}/redelivery", None),
    ):
        reply = await world.client.call(method, where, stranger, json=body)
        assert reply.status == 404, (method, where)
    assert (await world.client.call("GET", path, ANJU)).status == 200


async def test_a_company_sees_nothing_of_the_committee_s(world: World) -> None:
    committees = world.ids["endpoints"]
    assert await items(world, "/endpoints", ANJU) == []
    assert await items(world, "/deliveries", ANJU) == []
    reply = await world.client.call("GET", f"{BASE}/endpoints/{committees}", ANJU)
    assert reply.status == 404


async def test_nobody_registers_an_endpoint_for_whom_he_does_not_answer(world: World) -> None:
    for who, company in (
        (ANJU, "cmp_other"),
        (OTHERS["somebody of no company"], None),
        (OTHERS["the committee"], "cmp_anju"),
    ):
        reply = await register(world, who, **({"company": company} if company else {}))
        assert (reply.status, reply.json()["code"]) == (403, "endpoint.not_yours")
    made = await register(world, caller("ops"), company="cmp_anju")
    assert made.status == 201
    assert made.json()["id"] in [one["id"] for one in await items(world, "/endpoints", ANJU)]
