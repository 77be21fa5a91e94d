"""The promises of ``shared.store.Store``, over the fake and over the real one."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import new_id
from shared.envelope import Answer, Envelope
from shared.errors import (
    AlreadyHeard,
    Conflict,
    Invalid,
    Malformed,
    NotFound,
    Stale,
    TooLarge,
    Unavailable,
)
from shared.events import Event
from shared.mongo import Database, Documents, Index
from shared.mongo import documents as documents_module
from shared.store import Store, decode_cursor, encode_cursor
from shared.testing import FakeClock, FakeStore, called, heard


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Leaf:
    at: datetime
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    id: str
    community: str = "hongmiao"
    version: int = 0
    colour: Colour = Colour.RED
    tag: str | None = None
    leaf: Leaf | None = None


class TreeGrown(Event):
    type: ClassVar[str] = "test.tree.grown.v1"
    tree_id: str


NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def tree(**facts: Any) -> Tree:
    return Tree(id=new_id("tre"), **facts)


def grown(of: Tree) -> list[Event]:
    return [TreeGrown(tree_id=of.id)]


@pytest.fixture
async def database(mongo_url: str, mongo_name: str) -> AsyncIterator[Database]:
    database = Database(mongo_url, mongo_name)
    yield database
    await database.close()


@pytest.fixture
async def trees(database: Database) -> Documents[Tree]:
    unique = Index((("tag", 1),), unique=True, partial={"tag": {"$type": "string"}}, name="tag")
    trees = database.documents("trees", Tree, source="/linli/test", indexes=[unique])
    await database.migrate()
    return trees


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.mongo)])
def store(request: pytest.FixtureRequest) -> Store[Tree]:
    if request.param == "fake":
        return FakeStore(Tree)
    real: Store[Tree] = request.getfixturevalue("trees")
    return real


class TestAnyStore:
    async def test_what_is_saved_is_what_is_read(self, store: Store[Tree]) -> None:
        new = tree(colour=Colour.BLUE, leaf=Leaf(NOW, (1, 2)))
        saved = await store.save(new, grown(new))
        assert saved == replace(new, version=1)
        assert await store.get(new.id) == saved

    async def test_the_version_grows_by_one_for_each_event(self, store: Store[Tree]) -> None:
        new = tree()
        saved = await store.save(new, grown(new) * 3)
        again = await store.save(saved, grown(new))
        story = await store.story(new.id)
        assert (saved.version, again.version) == (3, 4)
        assert [envelope.sequence for envelope in story] == [1, 2, 3, 4]

    async def test_a_change_without_an_event_is_a_mistake(self, store: Store[Tree]) -> None:
        with pytest.raises(ValueError, match="event"):
            await store.save(tree(), [])

    async def test_a_stale_write_is_refused_and_leaves_nothing_behind(
        self, store: Store[Tree]
    ) -> None:
        new = tree()
        first = await store.save(new, grown(new))
        await store.save(replace(first, colour=Colour.BLUE), grown(new))
        with pytest.raises(Stale):
            await store.save(replace(first, tag="late"), grown(new))
        kept = await store.get(new.id)
        assert (kept.tag, kept.version, len(await store.story(new.id))) == (None, 2, 2)

    async def test_a_second_insert_of_the_same_id_is_stale(self, store: Store[Tree]) -> None:
        new = tree()
        await store.save(new, grown(new))
        with pytest.raises(Stale):
            await store.save(replace(new, colour=Colour.BLUE), grown(new))

    async def test_of_many_who_write_at_once_one_wins(self, store: Store[Tree]) -> None:
        new = tree()
        first = await store.save(new, grown(new))
        tries = (store.save(replace(first, tag=f"t{n}"), grown(new)) for n in range(20))
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        won = [outcome for outcome in outcomes if isinstance(outcome, Tree)]
        assert len(won) == 1
        assert sum(isinstance(outcome, Stale) for outcome in outcomes) == 19
        assert await store.get(new.id) == won[0]

    async def test_an_aggregate_of_another_community_is_not_found(self, store: Store[Tree]) -> None:
        new = tree()
        await store.save(new, grown(new))
        with pytest.raises(NotFound):
            await store.get(new.id, communities=["elsewhere"])
        with pytest.raises(NotFound):
            await store.story(new.id, communities=["elsewhere"])
        assert (await store.page({}, communities=["elsewhere"])).items == []

    async def test_a_version_seen_that_moved_on_is_stale(self, store: Store[Tree]) -> None:
        new = tree()
        await store.save(new, grown(new))
        assert (await store.get(new.id, seen=1)).version == 1
        with pytest.raises(Stale):
            await store.get(new.id, seen=2)

    async def test_an_event_is_handled_once(self, store: Store[Tree]) -> None:
        new = tree()
        envelope = heard(TreeGrown(tree_id="x"), "x")
        first = await store.save(new, grown(new))
        await store.save(first, grown(new), handling=envelope)
        with pytest.raises(AlreadyHeard):
            await store.get(new.id, handling=envelope)
        with pytest.raises(AlreadyHeard):
            await store.save(first, grown(new), handling=envelope)
        assert (await store.get(new.id)).version == 2

    async def test_a_document_born_of_an_event_is_born_once(self, store: Store[Tree]) -> None:
        new = tree()
        envelope = heard(TreeGrown(tree_id="x"), "x")
        await store.save(new, grown(new), handling=envelope)
        with pytest.raises(AlreadyHeard):
            await store.save(new, grown(new), handling=envelope)

    async def test_events_carry_who_what_caused_them_and_their_story(
        self, store: Store[Tree]
    ) -> None:
        cause = heard(TreeGrown(tree_id="x"), "x", correlationid="evt_root")
        new, other = tree(), tree()
        with called("per_someone", traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01"):
            born = await store.save(new, grown(new), handling=cause)
            await store.save(born, grown(new))
            await store.save(other, grown(other))
        first, second = await store.story(new.id)
        assert (first.actor, first.subject, first.source) == ("per_someone", new.id, "/linli/test")
        assert (first.causationid, second.causationid) == (cause.id, None)
        assert first.correlationid == second.correlationid == "evt_root"
        assert first.traceparent is not None
        [own] = await store.story(other.id)
        assert own.correlationid == own.id

    async def test_a_list_is_paged_newest_first(self, store: Store[Tree]) -> None:
        made = [tree() for _ in range(5)]
        for one in made:
            await store.save(one, grown(one))
        ids, cursor = [], None
        while True:
            page = await store.page({}, communities=["hongmiao"], cursor=cursor, limit=2)
            ids += [one.id for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert ids == sorted((one.id for one in made), reverse=True)

    async def test_find_matches_fields_oldest_first(self, store: Store[Tree]) -> None:
        red, blue = tree(tag="a"), tree(tag="b", colour=Colour.BLUE)
        for one in (red, blue):
            await store.save(one, grown(one))
        assert [one.id for one in await store.find({"colour": Colour.BLUE})] == [blue.id]
        assert [one.id for one in await store.find({"tag": {"$in": ["a", "b"]}})] == [
            red.id,
            blue.id,
        ]

    @pytest.mark.parametrize("cursor", ["", "%%%", "é", "A" * 500])
    async def test_a_cursor_that_no_page_gave_is_malformed(
        self, store: Store[Tree], cursor: str
    ) -> None:
        with pytest.raises(Malformed):
            await store.page({}, communities=["hongmiao"], cursor=cursor)


@given(st.text(alphabet=st.characters(codec="ascii"), min_size=1, max_size=100))
def test_a_cursor_is_read_back(place: str) -> None:
    assert decode_cursor(encode_cursor(place)) == place


@pytest.mark.mongo
class TestRealStore:
    async def test_untold_events_are_there_until_they_are_cleared(
        self, database: Database, trees: Documents[Tree]
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
        await database.clear_told("trees", [(left, [left.first])])
        await database.clear_told("trees", [(left, [left.first])])
        assert await database.untold("trees", limit=10) == []

    async def test_the_oldest_untold_come_first(
        self, database: Database, trees: Documents[Tree]
    ) -> None:
        made = [tree() for _ in range(6)]
        for one in reversed(made):
            await trees.save(one, grown(one))
        found = await database.untold("trees", limit=4)
        assert [one.id for one in found] == [one.id for one in reversed(made)][:4]
        rest = await database.untold("trees", after=found[-1].first, limit=10)
        assert [one.id for one in rest] == [made[1].id, made[0].id]

    async def test_a_unique_field_that_is_taken_is_a_conflict(self, trees: Documents[Tree]) -> None:
        one, two = tree(tag="same"), tree(tag="same")
        await trees.save(one, grown(one))
        with pytest.raises(Conflict):
            await trees.save(two, grown(two))
        with pytest.raises(NotFound):
            await trees.get(two.id)

    async def test_one_bad_write_sinks_nothing_but_itself(self, trees: Documents[Tree]) -> None:
        good = [tree() for _ in range(10)]
        huge, odd = tree(tag="x" * 2_000_000), tree(tag="\ud800")
        saves = [trees.save(one, grown(one)) for one in (*good, huge, odd)]
        outcomes = await asyncio.gather(*saves, return_exceptions=True)
        assert all(isinstance(outcome, Tree) for outcome in outcomes[:10])
        assert isinstance(outcomes[10], TooLarge)
        assert isinstance(outcomes[11], Invalid)

    async def test_a_cancelled_caller_does_not_cancel_the_others(
        self, trees: Documents[Tree]
    ) -> None:
        one, two = tree(), tree()
        first = asyncio.create_task(trees.save(one, grown(one)))
        second = asyncio.create_task(trees.save(two, grown(two)))
        await asyncio.sleep(0)
        first.cancel()
        assert (await second).version == 1
        with pytest.raises(asyncio.CancelledError):
            await first

    async def test_changing_a_document_that_is_gone_makes_no_ghost(
        self, database: Database, trees: Documents[Tree]
    ) -> None:
        new = tree()
        saved = await trees.save(new, grown(new))
        await database.records("trees").delete({"_id": new.id})
        with pytest.raises(NotFound):
            await trees.save(saved, grown(new))
        with pytest.raises(NotFound):
            await trees.get(new.id)

    async def test_a_store_that_is_away_is_unavailable_at_once(self) -> None:
        away = Database("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100", "nowhere")
        trees = away.documents("trees", Tree, source="/linli/test")
        new = tree()
        with pytest.raises(Unavailable):
            await trees.save(new, grown(new))
        with pytest.raises(Unavailable):
            await away.ping()
        await away.close()

    async def test_a_bad_address_is_invalid_and_not_repeated(self) -> None:
        with pytest.raises(Invalid) as told:
            Database("mongodb://user:sec/ret@nowhere", "x")
        assert "ret" not in str(told.value)

    async def test_a_long_story_moves_into_the_archive_and_stays_whole(
        self, trees: Documents[Tree], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(documents_module, "STORY_EVENTS_MAX", 20)
        monkeypatch.setattr(documents_module, "STORY_EVENTS_KEPT", 5)
        new = tree()
        saved = await trees.save(new, grown(new))
        for _ in range(60):
            saved = await trees.save(saved, grown(new))
        story = await trees.story(new.id)
        assert [envelope.sequence for envelope in story] == list(range(1, 62))
        kept = await trees._collection.find_one({"_id": new.id})
        assert kept is not None
        assert len(kept["story"]) <= 21

    async def test_an_answer_is_kept_with_the_write_and_for_a_day(
        self, mongo_url: str, mongo_name: str
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
        self, database: Database, mongo_url: str, mongo_name: str
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
        self, mongo_url: str, mongo_name: str
    ) -> None:
        clock = FakeClock()
        database = Database(mongo_url, mongo_name, clock)
        mine = database.lease("relay", "me", seconds=5)
        yours = database.lease("relay", "you", seconds=5)
        assert await mine.take()
        assert await mine.take()
        assert not await yours.take()
        clock.move(timedelta(seconds=5))
        assert await yours.take()
        assert not await mine.take()
        await mine.give_up()
        assert not await mine.take()
        await yours.give_up()
        assert await mine.take()
        await database.close()

    async def test_a_copy_is_replaced_only_by_later_news(self, database: Database) -> None:
        copies = database.records("copies")
        assert await copies.put_newer("est_1", {"name": "two"}, sequence=2)
        assert not await copies.put_newer("est_1", {"name": "one"}, sequence=1)
        assert not await copies.put_newer("est_1", {"name": "two again"}, sequence=2)
        kept = await copies.get("est_1")
        assert kept is not None
        assert kept["name"] == "two"


def test_an_envelope_is_read_back_as_it_was_sealed() -> None:
    sent = heard(TreeGrown(tree_id="x"), "x")
    assert Envelope.model_validate_json(sent.to_bytes()) == sent
