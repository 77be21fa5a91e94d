"""Lists in any order, over the fake store and over the real one."""

import base64
import json
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Malformed
from shared.store import NEWEST_FIRST, Order, Place, Store
from shared.testing import FakeStore
from shared.tests.trees import NOW, Colour, Leaf, Tree, database, grown, tree, trees

__all__ = ["database", "trees"]

BY_TIME = Order((("leaf.at", 1),), ids=1)
BY_COLOUR_LATEST_FIRST = Order((("colour", 1), ("leaf.at", -1)), ids=-1)
HERE = ["hongmiao"]


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.mongo)])
def store(request: pytest.FixtureRequest) -> Store[Tree]:
    if request.param == "fake":
        return FakeStore(Tree)
    real: Store[Tree] = request.getfixturevalue("trees")
    return real


async def planted(store: Store[Tree]) -> list[Tree]:
    """Trees of two colours at few moments, so that many are equal; two without a moment."""
    made = [
        tree(colour=list(Colour)[n % 2], leaf=Leaf(NOW + timedelta(hours=n * 7 % 4)))
        for n in range(14)
    ]
    for one in [*made, tree(), tree(colour=Colour.BLUE)]:
        await store.save(one, grown(one))
    return made


async def walked(store: Store[Tree], order: Order, limit: int) -> list[str]:
    ids: list[str] = []
    cursor = None
    while True:
        page = await store.page({}, communities=HERE, order=order, cursor=cursor, limit=limit)
        assert len(page.items) <= limit
        ids += [one.id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return ids
        assert len(page.items) == limit


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 14, 50])
async def test_the_pages_of_an_order_are_the_whole_list_once(
    store: Store[Tree], limit: int
) -> None:
    made = await planted(store)
    by_time = sorted(made, key=lambda t: (t.leaf.at if t.leaf else NOW, t.id))
    assert await walked(store, BY_TIME, limit) == [t.id for t in by_time]
    latest = sorted(made, key=lambda t: (t.leaf.at if t.leaf else NOW, t.id), reverse=True)
    by_colour = sorted(latest, key=lambda t: t.colour)
    assert await walked(store, BY_COLOUR_LATEST_FIRST, limit) == [t.id for t in by_colour]


async def test_a_list_is_bounded_by_more_and_less(store: Store[Tree]) -> None:
    made = await planted(store)
    bounds = {"leaf.at": {"$gt": NOW, "$lte": NOW + timedelta(hours=2)}}
    found = await store.find(bounds, order=BY_TIME, limit=100)
    within = [t for t in made if t.leaf and NOW < t.leaf.at <= NOW + timedelta(hours=2)]
    assert {t.id for t in found} == {t.id for t in within}
    assert [t.leaf.at for t in found if t.leaf] == sorted(t.leaf.at for t in within if t.leaf)
    edges = {"leaf.at": {"$gte": NOW + timedelta(hours=3), "$lt": NOW + timedelta(hours=3)}}
    assert await store.find(edges) == []


async def test_what_has_no_value_is_within_no_bounds(store: Store[Tree]) -> None:
    await planted(store)
    assert len(await store.find({"leaf.at": {"$gte": NOW}})) == 14


@pytest.mark.parametrize(
    "place",
    [
        "tre_1",
        "[]",
        "{}",
        "[" * 100,
        '["leaf.at"]',
        '["leaf.at",{"at":"2026-11-24T08:00:00"},"x"]',
        '["leaf.at",{"at":"yesterday"},"x"]',
        '["leaf.at",{"at":3},"x"]',
        '["leaf.at",{"$gt":1},"x"]',
        '["leaf.at",null,"x"]',
        '["leaf.at",1.5,"x"]',
        '["leaf.at",NaN,"x"]',
        '["leaf.at",true,"x"]',
        f'["leaf.at",{2**63},"x"]',
        '["leaf.at",1,2,"x"]',
        '["colour",{"at":"2026-11-24T08:00:00+00:00"},"x"]',
    ],
)
async def test_a_place_that_no_page_gave_is_malformed(store: Store[Tree], place: str) -> None:
    cursor = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
    with pytest.raises(Malformed):
        await store.page({}, communities=HERE, order=BY_TIME, cursor=cursor)


@pytest.mark.parametrize("value", ["red", 7])
async def test_a_place_of_another_kind_finds_nothing(store: Store[Tree], value: str | int) -> None:
    await planted(store)
    cursor = base64.urlsafe_b64encode(json.dumps(["leaf.at", value, "x"]).encode()).decode()
    page = await store.page({}, communities=HERE, order=BY_TIME, cursor=cursor)
    assert page.items == []


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40),
    st.datetimes(timezones=st.just(UTC)),
)
def test_a_place_is_read_back(id_: str, at: object) -> None:
    place = Place((at,), id_)  # type: ignore[arg-type]
    assert BY_TIME.place(BY_TIME.cursor(place)) == place
    assert NEWEST_FIRST.place(NEWEST_FIRST.cursor(Place((), id_))) == Place((), id_)


@pytest.mark.parametrize("skip", [0, 1, 5, 13, 14, 100])
async def test_what_is_left_out_at_the_start_is_the_start(store: Store[Tree], skip: int) -> None:
    await planted(store)
    whole = await store.find({}, order=BY_TIME)
    part = await store.find({}, order=BY_TIME, skip=skip, limit=3)
    assert [t.id for t in part] == [t.id for t in whole[skip : skip + 3]]
