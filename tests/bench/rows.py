"""The rows: each is ours, the bare alternative and their ratio."""

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from typing import Any

import aio_pika
from pymongo import AsyncMongoClient

from shared.clock import new_id
from shared.events.property import IncidentConfirmed
from tests.bench import load
from tests.bench.access import NAMES as ACCESS
from tests.bench.access import access_rows
from tests.bench.coverage import NAMES as COVERAGE
from tests.bench.coverage import coverage_rows
from tests.bench.grab import NAME as GRAB
from tests.bench.grab import grab_row
from tests.bench.growth import NAMES as GROWTH
from tests.bench.growth import growth_rows
from tests.bench.incidents import NAMES as INCIDENTS
from tests.bench.incidents import incident_rows
from tests.bench.matching import NAMES as MATCHING
from tests.bench.matching import matching_rows
from tests.bench.plans import NAME as PLANS
from tests.bench.plans import plans_row
from tests.bench.rig import (
    ESTATE,
    SUBMISSION,
    Rig,
    envelope,
    estate_known,
    estate_registered,
    free_ports,
)
from tests.bench.rig import parcel as parcelled
from tests.bench.row import Row
from tests.bench.visits import NAMES as VISITS
from tests.bench.visits import visit_rows
from tests.bench.webhook import webhook_row

RUNS = 5
SECONDS = 3.0
IN_FLIGHT = 32
EVENTS = 5_000

BARE, OURS = "tests.bench.bare", "tests.bench.ours"
CONFIRMED_QUEUE = f"property.{IncidentConfirmed.type}"


def held_against(name: str, ours: list[load.Result], bare: list[float]) -> Row:
    """A row from alternating runs, by medians."""
    mine = statistics.median(result.rate for result in ours)
    theirs = statistics.median(bare)
    middle = sorted(ours, key=lambda result: result.rate)[len(ours) // 2]
    p50, p99 = middle.percentile(0.50), middle.percentile(0.99)
    return Row(name, mine, theirs, mine / theirs, p50, p99)


async def post_rows(rig: Rig, wanted: set[str]) -> list[Row]:
    """POST a request: the real service beside FastAPI with a transaction and with nothing."""
    ours_port, bare_port = free_ports(2)
    await rig.service("requests", ours_port)
    await rig.bare_http(bare_port)
    headers = {"authorization": f"Bearer {rig.token('resident')}"}
    ours = load.prepared("/api/requests/v1/requests", SUBMISSION, headers)
    await estate_known(rig, ours_port, headers)
    rows = []
    for name, path in (("post-vs-transaction", "/transaction"), ("post-vs-noop", "/noop")):
        if name not in wanted:
            continue
        bare = load.prepared(path, SUBMISSION, {})
        mine, theirs = [], []
        for _ in range(RUNS):
            await all_told(rig, "requests", "requests")
            mine.append(await load.run(ours_port, ours, in_flight=IN_FLIGHT, seconds=SECONDS))
            await all_told(rig, "requests", "requests")
            result = await load.run(bare_port, bare, in_flight=IN_FLIGHT, seconds=SECONDS)
            theirs.append(result.rate)
        rows.append(held_against(name, mine, theirs))
    return rows


async def all_told(rig: Rig, service: str, collection: str) -> None:
    """Wait until our relay is done, so that it does not work in the other's time."""
    database = rig.database(service)
    async with asyncio.timeout(120):
        while await database.untold(collection, limit=1):  # noqa: ASYNC110  no bell here
            await asyncio.sleep(0.05)
    await database.close()


async def consume_row(rig: Rig) -> Row:
    """Confirmed incidents become work orders: heard, state, event, committed, acknowledged."""
    [port] = free_ports(1)
    property_service = await rig.service("property", port)
    await estate_registered(rig, port)
    rig.stop(property_service)
    ours, bare = [], []
    for turn in range(RUNS):
        await queued(rig, CONFIRMED_QUEUE)
        property_service = await rig.service("property", port)
        ours.append(load.Result(await orders_made(rig, turn)))
        await all_told(rig, "property", "work_orders")
        rig.stop(property_service)
        await queued(rig, "bench.bare")
        bare.append(await rig.printed(BARE, ["consume", "bench.bare", str(EVENTS)]))
    return held_against("consume-vs-transaction", ours, bare)


async def queued(rig: Rig, queue: str) -> None:
    """Put the same number of events straight into a queue that nobody reads yet."""
    connection = await aio_pika.connect(rig.parts.amqp_url)
    async with connection:
        channel = await connection.channel()
        arguments = {"x-queue-type": "quorum"}
        if queue == "bench.bare":
            await channel.declare_queue(queue, durable=True, arguments=dict(arguments))
    publisher = rig.publisher()
    for _ in range(0, EVENTS, 500):
        sends = (publisher.publish(confirmed(), exchange="", routing_key=queue) for _ in range(500))
        await asyncio.gather(*sends)
    await publisher.close()


def confirmed() -> Any:
    incident = new_id("inc")
    facts = IncidentConfirmed(incident_id=incident, estate_id=ESTATE, kind="vehicle", severity=2)
    return parcelled(envelope(facts, incident))


async def orders_made(rig: Rig, turn: int) -> float:
    """Wait for the last work order of this turn; the rate between the first and the last."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(rig.parts.mongo_url, tz_aware=True)
    orders = client["property"]["work_orders"]
    before = turn * EVENTS
    async with asyncio.timeout(300):
        while await orders.estimated_document_count() < before + EVENTS:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    rows = orders.find({}, {"updated_at": 1}).sort("updated_at", -1).limit(EVENTS)
    moments = [row["updated_at"] async for row in rows]
    await client.close()
    seconds: float = (moments[0] - moments[-1]).total_seconds()
    return (len(moments) - 1) / seconds


async def relay_row(rig: Rig) -> Row:
    """Events from store to broker, confirmed and struck off, beside publishing the same bytes."""
    sample = confirmed()
    ours, bare = [], []
    for _ in range(RUNS):
        ours.append(load.Result(await rig.printed(OURS, [str(EVENTS)])))
        body = {"BENCH_BODY": sample.body.hex(), "BENCH_KEY": IncidentConfirmed.type}
        bare.append(await rig.printed(BARE, ["publish", str(EVENTS)], body))
    return held_against("relay-vs-publish", ours, bare)


async def emptied(rig: Rig) -> None:
    """Forget what earlier rows left in the queues, which would be work in this one's time."""
    connection = await aio_pika.connect(rig.parts.amqp_url)
    async with connection:
        channel = await connection.channel()
        for name in rig.queues():
            queue = await channel.get_queue(name, ensure=False)
            await queue.purge()


Measure = Callable[[Rig], Awaitable[list[Row]]]

POST_ROWS = ("post-vs-transaction", "post-vs-noop")
GROUPS = {
    "foundation": (
        *POST_ROWS,
        "consume-vs-transaction",
        "relay-vs-publish",
        "post-to-webhook",
    ),
    "requests": ("post-vs-transaction", *GROWTH),
    "plans": (PLANS,),
    "visits": VISITS,
    "coverage": COVERAGE,
    "matching": MATCHING,
    "incidents": INCIDENTS,
    "access": ACCESS,
    "grab": (GRAB,),
}


async def measure(rig: Rig, wanted: set[str]) -> list[Row]:
    """The wanted rows, each with its processes alone on the machine."""
    rows: list[Row] = []
    steps: list[tuple[set[str], Measure]] = [
        (set(POST_ROWS), lambda r: post_rows(r, wanted)),
        ({"consume-vs-transaction"}, lambda r: one(consume_row(r))),
        ({"relay-vs-publish"}, lambda r: one(relay_row(r))),
        ({"post-to-webhook"}, lambda r: one(webhook_row(r))),
        (set(GROWTH), lambda r: growth_rows(r, wanted)),
        ({PLANS}, lambda _: plans_rows()),
        (set(VISITS), lambda r: visit_rows(r, wanted)),
        (set(COVERAGE), coverage_rows),
        (set(MATCHING), lambda _: matching_rows()),
        (set(INCIDENTS), lambda r: incident_rows(r, wanted)),
        (set(ACCESS), access_rows),
        ({GRAB}, lambda r: one(grab_row(r))),
    ]
    for names, step in steps:
        if names & wanted:
            await emptied(rig)
            rows += await step(rig)
            for group in list(rig.groups):
                rig.stop(group)
    return rows


async def plans_rows() -> list[Row]:
    """What takes no process but this."""
    return [plans_row()]


async def one(row: Awaitable[Row]) -> list[Row]:
    """A step that gives a single row."""
    return [await row]
