"""The log of readings, over the fake and the real store."""

from datetime import UTC, datetime

import pytest

from shared.clock import new_id
from shared.errors import Malformed
from shared.mongo import Database
from shared.mongo.readings import readings
from shared.readings import Reading, Readings
from shared.testing import FakeReadings

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
async def log(either: Database | None) -> Readings:
    """An empty log."""
    if either is None:
        return FakeReadings()
    await either.migrate()
    return readings(either)


async def kept(log: Readings, count: int, subject_id: str) -> list[str]:
    """So many readings of a thing; their ids, newest first."""
    ids = [new_id("rdg") for _ in range(count)]
    for id_ in ids:
        await log.add(Reading(id_, "hongmiao", subject_id, "per_x", AT, "handling"))
    return ids[::-1]


@pytest.mark.parametrize("limit", [1, 3, 7, 50])
async def test_pages_show_every_reading_of_a_thing_once_the_newest_first(
    log: Readings, limit: int
) -> None:
    ids = await kept(log, 7, "thi_1")
    await kept(log, 2, "thi_2")

    shown, cursor, pages = [], None, 0
    while cursor is not None or not pages:
        page = await log.page("thi_1", cursor=cursor, limit=limit)
        shown += [each.id for each in page.items]
        cursor, pages = page.next_cursor, pages + 1
        assert len(page.items) <= limit

    assert shown == ids
    assert pages == -(-7 // limit)


async def test_what_is_read_while_one_pages_is_on_no_later_page(log: Readings) -> None:
    ids = await kept(log, 3, "thi_1")
    first = await log.page("thi_1", cursor=None, limit=2)
    await kept(log, 2, "thi_1")

    rest = await log.page("thi_1", cursor=first.next_cursor, limit=9)

    assert [each.id for each in (*first.items, *rest.items)] == ids


async def test_a_cursor_that_no_page_gave_is_refused(log: Readings) -> None:
    with pytest.raises(Malformed):
        await log.page("thi_1", cursor="!", limit=2)
