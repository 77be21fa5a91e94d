"""How what the world may read of is listed: a hundred at a time, so that others have their turn."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from services.requests.domain.publication import Window, changed_at
from services.requests.domain.request import ServiceRequest
from shared.store import Order, Place, Store

LATEST_FIRST = Order((("submitted_at", -1),), ids=-1)
CHANGED_FIRST = Order((("updated_at", -1),), ids=-1)
"""By the last write: never before what the world saw of it, and often that."""
AT_ONCE = 100
"""Rows read in one go."""

Rows = AsyncIterator[ServiceRequest]


async def latest(
    store: Store[ServiceRequest], community: str, where: Mapping[str, Any], skip: int, limit: int
) -> Rows:
    """At most ``limit`` that match, the latest first, without the first ``skip``."""
    rows = await store.find(
        {**where, "community": community},
        order=LATEST_FIRST,
        skip=skip,
        limit=min(AT_ONCE, limit),
    )
    left = limit
    while rows:
        for row in rows:
            yield row
        left -= len(rows)
        if left <= 0 or len(rows) < AT_ONCE:
            return
        place = Place((rows[-1].submitted_at,), rows[-1].id)
        page = await store.page(
            where,
            communities=(community,),
            order=LATEST_FIRST,
            cursor=LATEST_FIRST.cursor(place),
            limit=min(AT_ONCE, left),
        )
        rows = page.items


async def changed(
    store: Store[ServiceRequest],
    community: str,
    where: Mapping[str, Any],
    window: Window,
    *,
    skip: int,
    limit: int,
) -> Rows:
    """At most ``limit`` that match and that the world last saw change in this time, without the
    first ``skip``, the last written first.

    What was written since may have changed nothing that the world sees: it is looked at and left
    out, so the cost is that of all that was written since the window's start.
    """
    where = {**where, "updated_at": {"$gte": window.start}}
    cursor: str | None = None
    while True:
        page = await store.page(
            where, communities=(community,), order=CHANGED_FIRST, cursor=cursor, limit=AT_ONCE
        )
        for row in page.items:
            if not window.start <= changed_at(row) <= window.end:
                continue
            if skip:
                skip -= 1
                continue
            yield row
            limit -= 1
            if not limit:
                return
        cursor = page.next_cursor
        if cursor is None:
            return
