"""How what was kept long enough is looked through: community by community, page by page."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from services.requests.domain.retention import RetentionRules
from services.requests.service.retention import RetentionService
from shared.alarms import LONG_AGO
from shared.due import OVERTAKEN, Outcome, attempted
from shared.errors import Awaited, Conflict
from shared.store import NEWEST_FIRST, A, Order, Store

BATCH = 20
"""Things in hand at once."""
KEPT_FOR_NOW = (*OVERTAKEN, Awaited, Conflict)
"""Why one is left as it is this time: it changed, is not told yet, or is in dispute."""


def by_community(field: str) -> Order:
    """The order in which communities are found that have anything with a moment in this field."""
    return Order((("community", 1), (field, 1)), ids=1)


async def with_rules(
    store: Store[A],
    rules: RetentionService,
    *,
    field: str,
    where: Mapping[str, Any] | None = None,
) -> AsyncIterator[tuple[str, RetentionRules]]:
    """The communities that have anything with this moment in ``field``, one look at the index for
    each, and the rules of each."""
    last = ""
    while True:
        there = {**(where or {}), "community": {"$gt": last}, field: {"$gt": LONG_AGO}}
        found = await store.find(there, order=by_community(field), limit=1)
        if not found:
            return
        last = found[0].community
        yield last, await rules.get(last)


async def swept(
    store: Store[A],
    where: Mapping[str, Any],
    community: str,
    act: Callable[[A], Awaitable[object]],
    *,
    order: Order = NEWEST_FIRST,
) -> int:
    """Do it to each that matches, some at once; to how many it was done.

    What cannot be done to one keeps no other waiting, and is found again. ``Unavailable``.
    """
    done, cursor = 0, None
    while True:
        page = await store.page(
            where, communities=(community,), order=order, cursor=cursor, limit=BATCH
        )
        done += sum(await asyncio.gather(*(tried(act(each), each.id) for each in page.items)))
        cursor = page.next_cursor
        if cursor is None:
            return done


async def tried(work: Awaitable[object], id_: str) -> bool:
    """Whether it was done; the store's absence ends the round, anything else this one only."""
    return await attempted(work, id_, overtaken_by=KEPT_FOR_NOW) is Outcome.DONE
