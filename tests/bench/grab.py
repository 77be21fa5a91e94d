"""Work that fifty workers want at once: how many takings a second, all but one of each refused.

``ours`` is the service's own use case over the real store; ``bare`` gives the order to the first by
a transaction that keeps what is to be told beside it, as one would without us, and knows nothing of
states, deadlines or whose work it is.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from pymongo import AsyncMongoClient

from services.property.domain import work_steps
from services.property.domain.work_order import Cause, SourceKind, WorkSource, create
from services.property.domain.work_scope import WorkScope
from services.property.service.viewer import Target, Viewer
from services.property.service.work_doing import WorkDoingService
from services.property.store import work_orders
from shared.clock import SystemClock, new_id
from shared.errors import Conflict
from shared.mongo import Database
from tests.bench.load import Result
from tests.bench.rig import COMMUNITY, ESTATE, Rig
from tests.bench.row import Row

NAME = "grab"
ORDERS, WORKERS = 200, 50
COMPANY = "cmp_bench"


class NoPhotos:
    """Who takes work names none."""

    async def claim(
        self, viewer: Viewer, photo_ids: Sequence[str], *, pointer: str = "", on: Any = None
    ) -> None:
        """Nothing to claim."""


Take = Callable[[str, str], Awaitable[bool]]


async def grab_row(rig: Rig) -> Row:
    """The same orders, offered and taken either way; exactly one worker has each."""
    name = "bench_grab"
    database = Database(rig.parts.mongo_url, name, SystemClock())
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(rig.parts.mongo_url)
    ours = await _ours(database)
    bare = await _bare(client, name)
    mine, theirs = await _taken(*ours), await _taken(*bare)
    await client.drop_database(name)
    await client.close()
    await database.close()
    p50, p99 = mine.percentile(0.50), mine.percentile(0.99)
    return Row(NAME, mine.rate, theirs.rate, mine.rate / theirs.rate, p50, p99)


async def _taken(ids: list[str], take: Take) -> Result:
    waits: list[float] = []

    async def one(order_id: str, worker_id: str) -> bool:
        begun = time.perf_counter()
        won = await take(order_id, worker_id)
        waits.append((time.perf_counter() - begun) * 1_000)
        return won

    begun = time.perf_counter()
    for order_id in ids:
        won = await asyncio.gather(*(one(order_id, f"per_{n}") for n in range(WORKERS)))
        if won.count(True) != 1:
            raise RuntimeError(f"{won.count(True)} have {order_id}")
    return Result(len(waits) / (time.perf_counter() - begun), sorted(waits))


async def _ours(database: Database) -> tuple[list[str], Take]:
    store, clock = work_orders(database), database.clock
    await database.migrate()
    ids = [new_id("wor") for _ in range(ORDERS)]
    for order_id in ids:
        source = WorkSource(SourceKind.INCIDENT, f"inc_{order_id}")
        cause = Cause(COMMUNITY, ESTATE, COMPANY, WorkScope.REPAIR, 3, source)
        order, created = create(cause, id=order_id, at=clock.now())
        until = clock.now() + timedelta(hours=1)
        offered, told = work_steps.offer(order, until=until, at=clock.now())
        await store.save(offered, [*created, *told])
    service = WorkDoingService(store, NoPhotos(), clock)
    company = Viewer((COMMUNITY,), COMPANY)

    async def take(order_id: str, worker_id: str) -> bool:
        try:
            await service.take(Target(company, order_id), worker_id=worker_id)
        except Conflict:
            return False
        return True

    return ids, take


async def _bare(client: AsyncMongoClient[dict[str, Any]], name: str) -> tuple[list[str], Take]:
    orders, outbox = client[name]["bare"], client[name]["bare_outbox"]
    ids = [f"bare_{n}" for n in range(ORDERS)]
    await orders.insert_many([{"_id": each, "state": "offered"} for each in ids])
    await outbox.insert_one({"_id": "first"})

    async def take(order_id: str, worker_id: str) -> bool:
        async def give(session: Any) -> bool:
            found = await orders.find_one_and_update(
                {"_id": order_id, "state": "offered"},
                {"$set": {"state": "assigned", "assignee": worker_id}},
                session=session,
            )
            if found is not None:
                event = {"type": "assigned", "order": order_id, "by": worker_id}
                await outbox.insert_one(event, session=session)
            return found is not None

        async with client.start_session() as session:
            return bool(await session.with_transaction(give))

    return ids, take
