"""How what the world may read of is listed: a hundred at a time, so that others have their turn."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from services.requests.domain.publication import Window, changed_at
from services.requests.domain.request import ServiceRequest
from shared.store import Order, Place, Store

LATEST_FIRST = Order((("submitted_at", -1),), ids=-1)
CHANGED_FIRST = Order((("updated_at", -1),), ids=-1)
"""By the last write: never before what the world saw of it."""
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
    """At most ``limit`` that match and that changed in this time, without the first ``skip``, the
    last written first.

    Since its start by when it was written: what is heard late tells of a time before, and who asks
    again and again from where he left off must not miss it. So one may come in which nothing
    changed that the world sees. Until its end by what the world saw.
    """
    where = {**where, "updated_at": {"$gte": window.start}}
    cursor: str | None = None
    while True:
        page = await store.page(
            where, communities=(community,), order=CHANGED_FIRST, cursor=cursor, limit=AT_ONCE
        )
        for row in page.items:
            if changed_at(row) > window.end:
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
