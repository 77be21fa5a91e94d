"""The way of one event: from a POST at property to the web hook at its receiver."""

import asyncio
import time

import aiohttp
from aiohttp import web

from shared.clock import SystemClock
from tests.bench import load
from tests.bench.rig import ESTATE, Rig, estate_registered, free_ports
from tests.bench.row import Row

POSTS = 200


async def webhook_row(rig: Rig) -> Row:
    """Idle: from sending a POST at property to the web hook at its receiver, one at a time."""
    property_port, notifications_port, receiver_port = free_ports(3)
    await rig.service("property", property_port)
    await rig.service("notifications", notifications_port)
    await estate_registered(rig, property_port)
    arrived: asyncio.Queue[float] = asyncio.Queue()

    async def receive(request: web.Request) -> web.Response:
        moment, message = time.perf_counter(), await request.json()
        if message["type"] == "endpoint.verify":
            return web.json_response({"challenge": message["data"]["challenge"]})
        await arrived.put(moment)
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", receiver_port).start()
    try:
        await endpoint_registered(rig, notifications_port, receiver_port)
        taken = await asyncio.wait_for(posts_to_hooks(rig, property_port, arrived), 120)
    finally:
        await runner.cleanup()
    result = load.Result(0.0, taken)
    p50, p99 = result.percentile(0.5), result.percentile(0.99)
    return Row("post-to-webhook", p50 or 0.0, None, None, p50, p99, "ms")


async def endpoint_registered(rig: Rig, port: int, receiver_port: int) -> None:
    headers = {"authorization": f"Bearer {rig.token('committee')}"}
    body = {
        "community": "bench",
        "url": f"http://127.0.0.1:{receiver_port}/hook",
        "description": "bench",
        "event_types": ["property.incident.reported.v1"],
        "ordered": True,
    }
    url = f"http://127.0.0.1:{port}/api/notifications/v1/endpoints"
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.post(url, json=body) as response,
    ):
        if response.status != 201:
            raise RuntimeError(f"no endpoint: {await response.text()}")


async def posts_to_hooks(rig: Rig, port: int, arrived: asyncio.Queue[float]) -> list[float]:
    headers = {"authorization": f"Bearer {rig.token('staff')}"}
    url = f"http://127.0.0.1:{port}/api/property/v1/incidents"
    body = {
        "estate_id": ESTATE,
        "kind": "vehicle",
        "severity": 2,
        "text": "the fire lane is blocked",
        "place": {"building_id": "bld_bench"},
        "occurred_at": SystemClock().now().isoformat(),
    }
    taken = []
    async with aiohttp.ClientSession(headers=headers) as client:
        for turn in range(POSTS + 20):
            begun = time.perf_counter()
            async with client.post(url, json=body) as response:
                if response.status != 201:
                    raise RuntimeError(f"no incident: {await response.text()}")
            moment = await arrived.get()
            if turn >= 20:  # the first ones open connections
                taken.append(1000 * (moment - begun))
            await asyncio.sleep(0.01)  # idle between two
    return taken
