"""The delivery log over HTTP."""

import pytest
from aiohttp import web

from services.notifications.domain.delivery import Status
from services.notifications.tests.api.world import World
from services.notifications.tests.receiver import receiving
from services.notifications.tests.rig import event

pytestmark = pytest.mark.mongo


async def test_a_delivery_is_shown_with_what_was_tried(world: World) -> None:
    async def busy(_: web.Request) -> web.Response:
        return web.Response(status=503, text="later", headers={"retry-after": "30"})

    async with receiving(busy) as receiver, world.rig.working():
        made, _ = await world.rig.endpoint(receiver.url)
        await world.rig.fan_out.hear(event("inc_2"))
        (waiting,) = await world.rig.until(Status.RETRY_WAIT, 1)
    shown = (await world.get(f"/deliveries/{waiting.id}")).json()

    assert (shown["status"], shown["charged"], shown["last_code"]) == ("retry_wait", 1, 503)
    assert shown["endpoint_id"] == made.id
    assert shown["next_at"] is not None
    (attempt,) = shown["attempts"]
    assert (attempt["n"], attempt["result"], attempt["code"]) == (1, "failed", 503)
    assert (attempt["response_body"], attempt["retry_after_seconds"]) == ("later", 30)
    assert attempt["request_headers"]["webhook-id"] == shown["message_id"]


async def test_the_log_is_filtered_by_endpoint_and_status_and_comes_in_pages(world: World) -> None:
    mine, _ = await world.rig.endpoint("http://127.0.0.1:9/other")
    for n in range(5):
        await world.rig.fan_out.hear(event(f"inc_{n}0"))

    async def ids(query: str) -> list[str]:
        return [each["id"] for each in (await world.get(f"/deliveries?{query}")).json()["items"]]

    pending = await ids(f"endpoint_id={mine.id}&status=pending")
    assert len(pending) == 5
    assert pending == sorted(pending, reverse=True)
    assert await ids("status=held") == [world.ids["deliveries"]]
    assert await ids("status=delivered") == []
    assert await ids("endpoint_id=whe_none") == []
    first = (await world.get(f"/deliveries?limit=3&endpoint_id={mine.id}")).json()
    more = await ids(f"limit=3&endpoint_id={mine.id}&cursor={first['next_cursor']}")
    assert [each["id"] for each in first["items"]] + more == pending
    assert (await world.get("/deliveries?status=lost")).status == 422
    assert (await world.get("/deliveries?cursor=%ff")).status in (400, 422)


async def test_one_that_was_delivered_can_be_sent_again(world: World) -> None:
    async with receiving() as receiver, world.rig.working():
        await world.rig.endpoint(receiver.url)
        await world.rig.fan_out.hear(event("inc_2"))
        (done,) = await world.rig.until(Status.DELIVERED, 1)
        again = await world.post(f"/deliveries/{done.id}/redelivery")
        await receiver.wait_for(2)
        await world.rig.until(Status.DELIVERED, 1)

    assert (again.status, again.json()["status"], again.json()["cycle"]) == (200, "pending", 2)
    assert len(set(receiver.ids())) == 1


async def test_what_waits_is_not_sent_again(world: World) -> None:
    refused = await world.post(f"/deliveries/{world.ids['deliveries']}/redelivery")

    assert (refused.status, refused.json()["code"]) == (409, "delivery.wrong_state")
    assert "held" in refused.json()["detail"]


async def test_nothing_is_sent_again_to_a_deleted_endpoint(world: World) -> None:
    await world.delete(f"/endpoints/{world.ids['endpoints']}")
    await world.rig.settlement.settle(world.ids["endpoints"])
    shown = (await world.get(f"/deliveries/{world.ids['deliveries']}")).json()
    refused = await world.post(f"/deliveries/{world.ids['deliveries']}/redelivery")

    assert shown["status"] == "cancelled"
    assert (refused.status, refused.json()["code"]) == (409, "endpoint.wrong_state")


async def test_what_is_past_its_retention_cannot_be_sent_again(world: World) -> None:
    rig = world.rig
    async with receiving() as receiver, rig.working():
        await rig.endpoint(receiver.url)
        await rig.fan_out.hear(event("inc_2"))
        (done,) = await rig.until(Status.DELIVERED, 1)
    await rig.database.records("messages").delete({"_id": done.message_id})
    rig.records.messages._bodies._entries.clear()  # type: ignore[attr-defined]
    refused = await world.post(f"/deliveries/{done.id}/redelivery")

    assert (refused.status, refused.json()["code"]) == (404, "message.not_kept")
