"""What only the real store can show: its door, its indexes, its faults."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.envelope import Answer
from shared.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable
from shared.mongo import Database, Documents
from shared.mongo import archive as archive_module
from shared.testing import FakeClock, called
from shared.tests.trees import Tree, database, grow, grown, tree, trees

__all__ = ["database", "trees"]

pytestmark = pytest.mark.mongo


async def test_untold_events_are_there_until_they_are_cleared(
    database: Database, trees: Documents[Tree]
) -> None:
    new = tree()
    saved = await trees.save(new, grown(new) * 2)
    [untold] = await database.untold("trees", limit=10)
    assert (untold.id, len(untold.events)) == (new.id, 2)
    assert database.bell.is_set()
    later = await trees.save(saved, grown(new))
    told = [event["id"] for event in untold.events]
    await database.clear_told("trees", [(untold, told)])
    [left] = await database.untold("trees", limit=10)
    assert [event["id"] for event in left.events] == [
        (await trees.story(new.id))[later.version - 1].id
    ]
    await database.clear_told("trees", [(left, [left.place("")])])
    await database.clear_told("trees", [(left, [left.place("")])])
    assert await database.untold("trees", limit=10) == []


async def test_the_oldest_untold_come_first(database: Database, trees: Documents[Tree]) -> None:
    made = [tree() for _ in range(6)]
    for one in reversed(made):
        await trees.save(one, grown(one))
    found = await database.untold("trees", limit=4)
    assert [one.id for one in found] == [one.id for one in reversed(made)][:4]
    rest = await database.untold("trees", after=found[-1].place(""), limit=10)
    assert [one.id for one in rest] == [made[1].id, made[0].id]


async def test_a_collection_that_two_parts_ask_for_is_one_source_of_the_relay(
    database: Database, trees: Documents[Tree]
) -> None:
    again = database.documents("trees", Tree, source="/linli/test")
    await again.save(new := tree(), grown(new))
    assert database.told_from.count("trees") == 1
    assert (await trees.get(new.id)).version == 1


async def test_a_unique_field_that_is_taken_is_a_conflict(trees: Documents[Tree]) -> None:
    one, two = tree(tag="same"), tree(tag="same")
    await trees.save(one, grown(one))
    with pytest.raises(Conflict):
        await trees.save(two, grown(two))
    with pytest.raises(NotFound):
        await trees.get(two.id)


async def test_one_bad_write_sinks_nothing_but_itself(trees: Documents[Tree]) -> None:
    good = [tree() for _ in range(10)]
    huge, odd = tree(tag="x" * 2_000_000), tree(tag="\ud800")
    saves = [trees.save(one, grown(one)) for one in (*good, huge, odd)]
    outcomes = await asyncio.gather(*saves, return_exceptions=True)
    assert all(isinstance(outcome, Tree) for outcome in outcomes[:10])
    assert isinstance(outcomes[10], TooLarge)
    assert isinstance(outcomes[11], Invalid)


async def test_a_cancelled_caller_does_not_cancel_the_others(trees: Documents[Tree]) -> None:
    one, two = tree(), tree()
    first = asyncio.create_task(trees.save(one, grown(one)))
    second = asyncio.create_task(trees.save(two, grown(two)))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).version == 1
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_changing_a_document_that_is_gone_makes_no_ghost(
    database: Database, trees: Documents[Tree]
) -> None:
    new = tree()
    saved = await trees.save(new, grown(new))
    await database.records("trees").delete({"_id": new.id})
    with pytest.raises(NotFound):
        await trees.save(saved, grown(new))
    with pytest.raises(NotFound):
        await trees.get(new.id)


async def test_a_store_that_is_away_is_unavailable_at_once() -> None:
    away = Database("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100", "nowhere")
    trees = away.documents("trees", Tree, source="/linli/test")
    new = tree()
    with pytest.raises(Unavailable):
        await trees.save(new, grown(new))
    with pytest.raises(Unavailable):
        await away.ping()
    await away.close()


async def test_a_bad_address_is_invalid_and_not_repeated() -> None:
    with pytest.raises(Invalid) as told:
        Database("mongodb://user:sec/ret@nowhere", "x")
    assert "ret" not in str(told.value)


async def test_a_long_story_moves_into_the_archive_and_stays_whole(
    trees: Documents[Tree], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "STORY_EVENTS_MAX", 20)
    monkeypatch.setattr(archive_module, "STORY_EVENTS_KEPT", 5)
    new = tree()
    await grow(trees, new, 61)
    story = await trees.story(new.id)
    assert [envelope.sequence for envelope in story] == list(range(1, 62))
    kept = await trees._collection.find_one({"_id": new.id})
    assert kept is not None
    assert len(kept["story"]) <= 21


async def test_a_story_whose_oldest_part_is_untold_stays_where_it_is_until_it_is_told(
    database: Database, trees: Documents[Tree], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "STORY_EVENTS_MAX", 20)
    monkeypatch.setattr(archive_module, "STORY_EVENTS_KEPT", 5)
    new = tree()
    saved = await trees.save(new, grown(new))
    for _ in range(30):
        saved = await trees.save(saved, grown(new))
    [untold] = await database.untold("trees", limit=10)
    assert [event["id"] for event in untold.events] == [e.id for e in await trees.story(new.id)]
    await grow(trees, saved, 2)
    kept = await trees._collection.find_one({"_id": new.id})
    assert kept is not None
    assert len(kept["story"]) <= 6
    assert len(await trees.story(new.id)) == 33


async def test_what_is_read_from_the_store_is_told_in_the_same_bytes_as_from_memory(
    database: Database, trees: Documents[Tree]
) -> None:
    database.fresh.begin()
    new = tree()
    saved = await trees.save(new, grown(new) * 2)
    await trees.save(saved, grown(new))
    remembered = database.fresh.take("trees", 10)
    [read] = await database.untold("trees", limit=10)
    assert [event for each in remembered for event in each.events] == read.events


async def test_a_field_without_a_value_is_not_kept_and_is_there_again(
    trees: Documents[Tree],
) -> None:
    await trees.save(new := tree(), grown(new))
    kept = await trees._collection.find_one({"_id": new.id})
    assert kept is not None
    assert not {"tag", "leaf"} & kept.keys()
    assert await trees.get(new.id) == replace(new, version=1)
    assert [each.id for each in await trees.find({"tag": None})] == [new.id]
    tagged = await trees.save(replace(new, version=1, tag="oak"), grown(new))
    await trees.save(replace(tagged, tag=None), grown(new))
    assert (await trees.get(new.id)).tag is None


async def test_an_answer_is_kept_with_the_write_and_for_a_day(
    mongo_url: str, mongo_name: str
) -> None:
    clock = FakeClock()
    database = Database(mongo_url, mongo_name, clock)
    trees = database.documents("trees", Tree, source="/linli/test")
    await database.migrate()

    def render(saved: Tree) -> dict[str, Any]:
        return {"status": 201, "headers": {}, "body": saved.id}

    one, two = tree(), tree()
    with called(answer=Answer("key", "print", render)) as call:
        await trees.save(one, grown(one))
        assert call.answer is not None
        assert call.answer.stored
    kept = await trees.answered("key")
    assert kept is not None
    assert (kept["body"], kept["fingerprint"], kept["status"]) == (one.id, "print", 201)
    with called(answer=Answer("key", "print", render)), pytest.raises(Conflict):
        await trees.save(two, grown(two))
    clock.move(timedelta(hours=25))
    assert await trees.answered("key") is None
    with called(answer=Answer("key", "print", render)):
        await trees.save(two, grown(two))
    kept = await trees.answered("key")
    assert kept is not None
    assert kept["body"] == two.id
    await database.close()


async def test_a_change_by_another_process_rings_the_bell(
    database: Database, mongo_url: str, mongo_name: str
) -> None:
    database.documents("trees", Tree, source="/linli/test")
    other = Database(mongo_url, mongo_name)
    theirs = other.documents("trees", Tree, source="/linli/test")
    new = tree()
    async with database.watch() as next_write:
        await theirs.save(new, grown(new))
        async with asyncio.timeout(10):
            while await next_write() is None:
                pass
    await other.close()


async def test_a_lease_has_one_holder_until_it_is_given_up_or_runs_out(
    mongo_url: str, mongo_name: str
) -> None:
    clock = FakeClock()
    database = Database(mongo_url, mongo_name, clock)
    mine = database.lease("relay", "me", seconds=5)
    yours = database.lease("relay", "you", seconds=5)
    assert await mine.take()
    assert await mine.take()
    assert not await yours.take()
    assert not mine.has_rivals
    assert await mine.take()
    assert mine.has_rivals
    clock.move(timedelta(seconds=5))
    assert await yours.take()
    assert not await mine.take()
    await mine.give_up()
    assert not await mine.take()
    await yours.give_up()
    assert await mine.take()
    await database.close()


async def test_a_copy_is_replaced_only_by_later_news(database: Database) -> None:
    copies = database.records("copies")
    assert await copies.put_newer("est_1", {"name": "two"}, sequence=2)
    assert not await copies.put_newer("est_1", {"name": "one"}, sequence=1)
    assert not await copies.put_newer("est_1", {"name": "two again"}, sequence=2)
    kept = await copies.get("est_1")
    assert kept is not None
    assert kept["name"] == "two"


async def test_changes_of_many_records_at_once_count_those_that_matched(database: Database) -> None:
    records = database.records("copies")
    await records.insert_many([{"_id": "a", "rev": 1}, {"_id": "b", "rev": 2}])

    changes = [({"_id": each, "rev": 1}, {"$set": {"done": True}}) for each in ("a", "b", "c")]
    assert await records.update_each(changes) == 1
    assert await records.update_each([]) == 0

    kept = await records.find({})
    assert [row.get("done") for row in kept] == [True, None]
