"""What a replica knows of endpoints is old enough to be fast and new enough to miss nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from services.notifications.domain.endpoint import Endpoint, EndpointState
from services.notifications.service.book import KEPT_FOR, EndpointBook
from shared.store import Store
from shared.testing import FakeClock

TYPE = "property.incident.closed.v1"
MOMENT = timedelta(milliseconds=1)


def endpoint(number: int) -> Endpoint:
    return Endpoint(
        id=f"whe_{number}",
        community="hongmiao",
        version=1,
        state=EndpointState.ENABLED,
        url=f"https://{number}.example/hooks",
        description="",
        event_types=(),
        ordered=False,
        secrets=(),
    )


@dataclass
class Shelf:
    """A store as far as the book reads it; counts the looks."""

    endpoints: list[Endpoint] = field(default_factory=list)
    looks: int = 0

    async def find(self, where: Mapping[str, Any], *, limit: int) -> list[Endpoint]:
        assert where["community"] == "hongmiao"
        self.looks += 1
        return self.endpoints[:limit]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def book(shelf: Shelf, clock: FakeClock) -> EndpointBook:
    return EndpointBook(cast(Store[Endpoint], shelf), clock)


async def wanting(book: EndpointBook, told_at: datetime) -> list[str]:
    return [each.id for each in await book.wanting("hongmiao", TYPE, {}, told_at=told_at)]


async def test_an_endpoint_registered_elsewhere_gets_the_next_event_although_it_was_just_looked(
    book: EndpointBook, shelf: Shelf, clock: FakeClock
) -> None:
    assert await wanting(book, clock.now()) == []
    shelf.endpoints.append(endpoint(1))
    told_at = clock.now()
    clock.move(MOMENT)
    assert await wanting(book, told_at) == ["whe_1"]


async def test_events_told_before_the_last_look_need_no_other(
    book: EndpointBook, shelf: Shelf, clock: FakeClock
) -> None:
    shelf.endpoints.append(endpoint(1))
    told_at = clock.now()
    clock.move(MOMENT)
    assert [await wanting(book, told_at) for _ in range(3)] == [["whe_1"]] * 3
    assert await book.get("hongmiao", "whe_1") == shelf.endpoints[0]
    assert shelf.looks == 1


@pytest.mark.parametrize(("passed", "looks"), [(KEPT_FOR - MOMENT, 1), (KEPT_FOR, 2)])
async def test_what_is_known_is_looked_up_anew_after_its_time(
    book: EndpointBook, shelf: Shelf, clock: FakeClock, passed: timedelta, looks: int
) -> None:
    told_at = clock.now() - MOMENT
    await wanting(book, told_at)
    clock.move(passed)
    await wanting(book, told_at)
    assert shelf.looks == looks
