"""What comes twice, late, at once or cut short, at the real store."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, ClassVar

import bson
import pytest
from pymongo import UpdateOne
from pymongo.errors import AutoReconnect, DuplicateKeyError

from shared.envelope import Answer
from shared.errors import Conflict, Stale, TooLarge, Unavailable
from shared.events import Event
from shared.mongo import Database, Documents
from shared.mongo import archive as archive_module
from shared.testing import FakeClock, called
from shared.tests.trees import Tree, database, grow, grown, tree, trees

__all__ = ["database", "trees"]

pytestmark = pytest.mark.mongo


def answering(key: str = "key") -> Any:
    """On behalf of a call with an ``Idempotency-Key``."""

    def render(saved: Tree) -> dict[str, Any]:
        return {"status": 200, "headers": {}, "body": str(saved.version)}

    return called(answer=Answer(key, "print", render))


class Faulty:
    """A collection of which some calls are answered by the test."""

    def __init__(self, real: Any, **instead: Any) -> None:
        self._real = real
        self._instead = instead

    def __getattr__(self, name: str) -> Any:
        return self._instead.get(name) or getattr(self._real, name)


class TestIdempotencyKeys:
    """Of updates: the answer is in the document that it is about."""

    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock()

    @pytest.fixture
    async def replicas(
        self, mongo_url: str, mongo_name: str, clock: FakeClock
    ) -> AsyncIterator[list[Documents[Tree]]]:
        databases = [Database(mongo_url, mongo_name, clock) for _ in range(2)]
        stores = [made.documents("trees", Tree, source="/linli/test") for made in databases]
        await databases[0].migrate()
        yield stores
        for made in databases:
            await made.close()

    async def test_the_same_key_at_another_replica_has_no_second_effect(
        self, replicas: list[Documents[Tree]]
    ) -> None:
        one, two = replicas
        new = await one.save(born := tree(), grown(born))
        with answering():
            await one.save(new, grown(new))
        with answering():
            moved_on = await two.get(new.id)
            with pytest.raises(Conflict) as told:
                await two.save(moved_on, grown(new))
        assert told.value.code == "idempotency.running"
        with answering(), pytest.raises(Conflict):
            await two.save(new, grown(new))
        assert (await two.get(new.id)).version == 2

    async def test_a_key_may_be_used_anew_after_a_day_and_is_known_again(
        self, replicas: list[Documents[Tree]], clock: FakeClock
    ) -> None:
        trees, _ = replicas
        now = await trees.save(born := tree(), grown(born))
        for _ in range(3):
            with answering():
                now = await trees.save(now, grown(now))
            kept = await trees.answered("key")
            assert kept is not None
            assert kept["body"] == str(now.version)
            clock.move(timedelta(hours=25))
            assert await trees.answered("key") is None

    async def test_an_outdated_key_is_found_by_its_index(
        self, replicas: list[Documents[Tree]], clock: FakeClock
    ) -> None:
        trees, _ = replicas
        rows = trees._collection
        with answering():
            now = await trees.save(born := tree(), grown(born))
        others = [tree() for _ in range(20)]
        await asyncio.gather(*(trees.save(one, grown(one)) for one in others))
        clock.move(timedelta(hours=25))
        await rows.database.command("profile", 2)
        with answering():
            await trees.save(now, grown(now))
        await rows.database.command("profile", 0)
        asked = rows.database["system.profile"].find({"op": "update", "ns": rows.full_name})
        plans = {str(update.get("planSummary")) for update in await asked.to_list(10)}
        assert "IXSCAN { answers.key: 1 }" in plans
        assert "COLLSCAN" not in plans

    async def test_an_outdated_key_makes_no_stale_write_pass(
        self, replicas: list[Documents[Tree]], clock: FakeClock
    ) -> None:
        trees, _ = replicas
        now = await trees.save(born := tree(), grown(born))
        with answering():
            await trees.save(now, grown(now))
        clock.move(timedelta(hours=25))
        with answering(), pytest.raises(Stale):
            await trees.save(now, grown(now))


class TreeFelled(Event):
    """One that tells much."""

    type: ClassVar[str] = "test.tree.felled.v1"
    tree_id: str
    rings: str


class TestStories:
    """Cutting a long story short, and what may come in between."""

    @pytest.fixture(autouse=True)
    def short(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archive_module, "STORY_EVENTS_MAX", 20)
        monkeypatch.setattr(archive_module, "STORY_EVENTS_KEPT", 5)

    async def _whole(self, trees: Documents[Tree], of: Tree) -> None:
        story = [envelope.sequence for envelope in await trees.story(of.id)]
        assert story == list(range(1, (await trees.get(of.id)).version + 1))

    async def test_a_copy_that_was_not_cut_off_is_not_told_twice(
        self, trees: Documents[Tree], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def dies(*_: object) -> None:
            raise AutoReconnect

        now = await grow(trees, tree(), 36)
        faulty = Faulty(trees._archive._collection, update_one=dies)
        monkeypatch.setattr(trees._archive, "_collection", faulty)
        for _ in range(20):
            with contextlib.suppress(Unavailable):
                now = await grow(trees, now)
        await self._whole(trees, now)
        monkeypatch.undo()

    async def test_a_few_large_events_are_cut_off_by_their_size(
        self, database: Database, trees: Documents[Tree], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(archive_module, "STORY_BYTES_MAX", 64 * 1024)
        now = await grow(trees, tree(), 5)
        for _ in range(5):
            now = await trees.save(now, [TreeFelled(tree_id=now.id, rings="x" * 30_000)])
        untold = [
            event["id"] for each in await database.untold("trees", limit=9) for event in each.events
        ]
        assert untold == [envelope.id for envelope in (await trees.story(now.id))[5:]]
        await self._whole(trees, now)

        now = await grow(trees, now)  # now all of it is told
        now = await trees.save(now, [TreeFelled(tree_id=now.id, rings="x" * 30_000)])

        kept = await trees._collection.find_one({"_id": now.id})
        assert kept is not None
        assert len(bson.encode({"story": kept["story"]})) < 64 * 1024
        assert [each["id"] for each in kept["untold"]] == [kept["story"][-1]["id"]]
        await self._whole(trees, now)

    async def test_two_who_cut_at_once_lose_nothing(
        self, trees: Documents[Tree], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = await grow(trees, tree(), 21)
        real = trees._archive._collection
        archive = archive_module.Archive(real)

        async def overtaken(where: Any, fields: Any) -> Any:
            """Somebody else cuts, and writes on, after this one has looked."""
            found = await real.find_one(where, fields)
            if "story" not in fields:
                await archive.shorten(now.id, now.version)
            return found

        faulty = Faulty(real, find_one=overtaken)
        monkeypatch.setattr(trees._archive, "_collection", faulty)
        await trees.save(now, grown(now))
        await self._whole(trees, now)

    async def test_a_late_copy_takes_nothing_from_a_longer_one(
        self, trees: Documents[Tree], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = await grow(trees, tree(), 21)
        parts, rows = trees._archive._parts, trees._archive._collection
        late: list[Any] = []

        async def held_up(where: Any, copied: Any, **_: object) -> None:
            late[:] = [where, copied]

        async def too_late(*_: object) -> None: ...

        slow = archive_module.Archive(rows)
        monkeypatch.setattr(slow, "_parts", Faulty(parts, update_one=held_up))
        monkeypatch.setattr(slow, "_collection", Faulty(rows, update_one=too_late))
        await slow.shorten(now.id, now.version)
        monkeypatch.setattr(archive_module, "STORY_EVENTS_MAX", 100)
        now = await grow(trees, now)
        monkeypatch.setattr(archive_module, "STORY_EVENTS_MAX", 20)
        await trees._archive.shorten(now.id, now.version)
        where, copied = late
        await parts.update_one(where, copied, upsert=True)
        await self._whole(trees, now)


async def test_a_first_copy_made_at_the_same_moment_keeps_no_later_news_out(
    database: Database,
) -> None:
    copies = database.records("copies")
    real = copies._collection

    async def outrun(*_: object, **__: object) -> None:
        copies._collection = real
        await real.insert_one({"_id": "est_1", "sequence": 1, "name": "one"})
        raise DuplicateKeyError("E11000")

    copies._collection = Faulty(real, replace_one=outrun)  # type: ignore[assignment]
    assert await copies.put_newer("est_1", {"name": "two"}, sequence=2)
    kept = await copies.get("est_1")
    assert kept is not None
    assert kept["name"] == "two"


async def test_a_document_that_would_outgrow_the_store_is_too_large_and_the_rest_stands(
    trees: Documents[Tree],
) -> None:
    old, other = tree(), tree()
    saved = await trees.save(old, grown(old))
    fill = [{"$push": {"filling": "x" * 900_000}}] * 18
    await trees._collection.bulk_write([UpdateOne({"_id": old.id}, each) for each in fill])
    full = Tree(old.id, version=saved.version, tag="y" * 900_000)
    outcomes = await asyncio.gather(
        trees.save(full, grown(old)), trees.save(other, grown(other)), return_exceptions=True
    )
    assert isinstance(outcomes[0], TooLarge)
    assert isinstance(outcomes[1], Tree)


async def test_a_batch_that_a_bug_sinks_leaves_nobody_waiting(
    trees: Documents[Tree], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def bug(*_: object, **__: object) -> None:
        await asyncio.sleep(0.01)
        monkeypatch.undo()
        raise RuntimeError

    door = trees._door
    monkeypatch.setattr("shared.mongo.door.BATCHES_IN_FLIGHT", 1)
    monkeypatch.setattr("shared.mongo.door.BATCH_WRITES_MAX", 1)
    monkeypatch.setattr(door, "_collection", Faulty(door._collection, bulk_write=bug))
    new = [tree() for _ in range(3)]
    async with asyncio.timeout(10):
        tries = (trees.save(one, grown(one)) for one in new)
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert isinstance(outcomes[0], Unavailable)
    assert all(isinstance(outcome, Tree) for outcome in outcomes[1:])


async def test_a_save_that_was_refused_changes_no_story_that_is_there(
    trees: Documents[Tree],
) -> None:
    new = tree()
    first = await trees.save(new, grown(new))
    with pytest.raises(Stale):
        await trees.save(new, grown(new))
    await trees.save(first, grown(new))
    one, two = await trees.story(new.id)
    assert one.correlationid == two.correlationid == one.id


async def test_the_relays_batches_come_off_the_index_and_are_not_sorted(
    database: Database, trees: Documents[Tree]
) -> None:
    new = [tree() for _ in range(60)]
    await asyncio.gather(*(trees.save(one, grown(one) * 3) for one in new))
    profiled = database._database
    await profiled.command("profile", 2)
    found = await database.untold("trees", limit=10)
    await profiled.command("profile", 0)
    [asked] = (
        await profiled["system.profile"]
        .find({"op": "query", "ns": trees._collection.full_name})
        .to_list(10)
    )
    assert asked["docsExamined"] <= len(found) == 10
    assert "hasSortStage" not in asked
    seen: list[str] = []
    after = ""
    while found := await database.untold("trees", after=after, limit=7):
        seen += [document.id for document in found]
        places = [document.place(after) for document in found]
        assert places == sorted(places)
        after = places[-1]
    assert set(seen) == {one.id for one in new}
