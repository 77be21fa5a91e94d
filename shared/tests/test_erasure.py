"""People taken out of a story: what happened stays, who it was goes, and nothing else is lost."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from shared.envelope import Answer
from shared.erasing import ErasingStore, Erasure
from shared.errors import Awaited, NotFound, Stale, Unavailable
from shared.events import Event
from shared.mongo import Database, ErasableDocuments
from shared.mongo import archive as archive_module
from shared.testing import FakeClock, called
from shared.testing_erasure import FakeErasingStore, all_told
from shared.tests.trees import Tree, grown, tree

PERSON, HOME = "per_planter", "dwl_garden"
NAMES: Mapping[str, str | None] = {PERSON: "anon_1", HOME: None}


class TreePlanted(Event):
    type: ClassVar[str] = "test.tree.planted.v1"
    tree_id: str
    by: str
    home_id: str | None
    near: tuple[str, ...] = ()


class TreeForgotten(Event):
    type: ClassVar[str] = "test.tree.forgotten.v1"
    tree_id: str


def planted(of: Tree) -> list[Event]:
    return [TreePlanted(tree_id=of.id, by=PERSON, home_id=HOME, near=("per_x", PERSON))]


def erasure(of: Tree, **facts: Any) -> Erasure[Tree]:
    return Erasure(replace(of, tag=None), [TreeForgotten(tree_id=of.id)], NAMES, **facts)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def database(mongo_url: str, mongo_name: str, clock: FakeClock) -> AsyncIterator[Database]:
    made = Database(mongo_url, mongo_name, clock)
    yield made
    await made.close()


@pytest.fixture
async def trees(database: Database) -> ErasableDocuments[Tree]:
    made = database.erasable("trees", Tree, source="/linli/test")
    await database.migrate()
    return made


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.mongo)])
def store(request: pytest.FixtureRequest) -> ErasingStore[Tree]:
    if request.param == "fake":
        return FakeErasingStore(Tree)
    real: ErasingStore[Tree] = request.getfixturevalue("trees")
    return real


async def told(store: ErasingStore[Tree], request: pytest.FixtureRequest) -> None:
    """All that was committed is on the bus."""
    real = isinstance(store, ErasableDocuments)
    await all_told(request.getfixturevalue("database") if real else None)


async def raw(database: Database, of: Tree) -> dict[str, Any]:
    found: dict[str, Any] | None = await database.records("trees").get(of.id)
    assert found is not None
    return found


async def grown_up(store: ErasingStore[Tree], events: int = 1, **facts: Any) -> Tree:
    with called(PERSON, **facts):
        now = await store.save(born := tree(tag="oak"), planted(born))
        for _ in range(events - 1):
            now = await store.save(now, planted(now))
    return now


class TestAnyStore:
    async def test_a_story_keeps_each_step_and_loses_who_took_it(
        self, store: ErasingStore[Tree], request: pytest.FixtureRequest
    ) -> None:
        now = await grown_up(store, 3)
        before = await store.story(now.id)
        await told(store, request)

        erased = await store.erase(erasure(now))

        assert erased == replace(now, tag=None, version=4)
        assert await store.get(now.id) == erased
        story = await store.story(now.id)
        assert [each.sequence for each in story] == [1, 2, 3, 4]
        kept = ("id", "type", "time", "sequence", "subject", "correlationid")
        for old, new in zip(before, story[:3], strict=True):
            assert [getattr(old, name) for name in kept] == [getattr(new, name) for name in kept]
            assert new.actor == "anon_1"
            assert new.data == {
                "tree_id": now.id,
                "by": "anon_1",
                "home_id": None,
                "near": ["per_x", "anon_1"],
            }
        assert story[3].type == TreeForgotten.type

    async def test_what_was_decided_on_before_is_refused_after(
        self, store: ErasingStore[Tree], request: pytest.FixtureRequest
    ) -> None:
        now = await grown_up(store)
        await told(store, request)
        await store.erase(erasure(now))
        with pytest.raises(Stale):
            await store.save(now, planted(now))
        with pytest.raises(Stale):
            await store.erase(erasure(now))

    async def test_who_is_outrun_erases_nothing(
        self, store: ErasingStore[Tree], request: pytest.FixtureRequest
    ) -> None:
        now = await grown_up(store)
        later = await store.save(now, planted(now))
        await told(store, request)
        with pytest.raises(Stale):
            await store.erase(erasure(now))
        assert await store.get(now.id) == later
        assert [each.data["by"] for each in await store.story(now.id)] == [PERSON, PERSON]

    async def test_an_id_that_was_made_of_a_person_goes_as_well(
        self, store: ErasingStore[Tree], request: pytest.FixtureRequest
    ) -> None:
        now = await grown_up(store, 2)
        steps = [each.id for each in await store.story(now.id)]
        await told(store, request)
        anew = replace(erasure(now), names={**NAMES, now.id: "tre_new"}, new_id="tre_new")

        erased = await store.erase(anew)

        assert erased == replace(now, id="tre_new", tag=None, version=3)
        assert await store.get("tre_new") == erased
        with pytest.raises(NotFound):
            await store.get(now.id)
        story = await store.story("tre_new")
        assert [each.id for each in story[:2]] == steps
        assert {each.subject for each in story} == {"tre_new"}
        assert {each.data["tree_id"] for each in story[:2]} == {"tre_new"}
        assert await store.unfinished(limit=10) == []
        again = await store.save(erased, planted(erased))
        assert again.version == 4

    async def test_what_is_left_elsewhere_is_noted_until_it_is_done(
        self, store: ErasingStore[Tree], request: pytest.FixtureRequest
    ) -> None:
        now = await grown_up(store)
        await told(store, request)
        await store.erase(erasure(now, items={"photos": ["pho_1", "pho_2"]}))
        [left] = await store.unfinished(limit=10)
        assert (left.id, left.community) == (now.id, now.community)
        assert (dict(left.names), list(left.items["photos"])) == (NAMES, ["pho_1", "pho_2"])
        for _ in range(2):
            await store.finish(left.id)
            assert await store.unfinished(limit=10) == []
        assert (await store.get(now.id)).version == 2


@pytest.mark.mongo
class TestTheRealStore:
    async def test_while_an_event_is_untold_nothing_is_erased(
        self, database: Database, trees: ErasableDocuments[Tree]
    ) -> None:
        now = await grown_up(trees)
        [before] = await database.untold("trees", limit=10)
        with pytest.raises(Awaited):
            await trees.erase(erasure(now))
        assert await database.untold("trees", limit=10) == [before]
        assert await trees.get(now.id) == now

    async def test_a_new_id_is_given_to_what_was_read_or_not_at_all(
        self, database: Database, trees: ErasableDocuments[Tree], request: pytest.FixtureRequest
    ) -> None:
        now = await grown_up(trees)
        anew = replace(erasure(now), new_id="tre_new")
        with pytest.raises(Awaited):
            await trees.erase(anew)
        await told(trees, request)
        other = replace(tree(), id="tre_new")
        await trees.save(other, grown(other))
        with pytest.raises(Unavailable):
            await trees.erase(anew)
        assert await trees.get(now.id) == now
        assert (await trees.get("tre_new")).version == 1
        [untold] = await database.untold("trees", limit=10)
        assert untold.id == "tre_new"

    async def test_its_own_event_is_told_and_bears_nobody(
        self, database: Database, trees: ErasableDocuments[Tree], request: pytest.FixtureRequest
    ) -> None:
        now = await grown_up(trees)
        await told(trees, request)
        await trees.erase(erasure(now))
        [untold] = await database.untold("trees", limit=10)
        [event] = untold.events
        assert event["type"] == TreeForgotten.type
        assert PERSON not in event["body"].decode()

    async def test_no_id_of_a_person_is_anywhere_in_the_document_or_its_archive(
        self,
        database: Database,
        trees: ErasableDocuments[Tree],
        request: pytest.FixtureRequest,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(archive_module, "STORY_EVENTS_MAX", 6)
        monkeypatch.setattr(archive_module, "STORY_EVENTS_KEPT", 2)
        now = await grown_up(trees, 20)
        steps = [(each.id, each.sequence) for each in await trees.story(now.id)]
        await told(trees, request)

        await trees.erase(erasure(now))
        await trees.finish(now.id)

        story = await trees.story(now.id)
        assert [(each.id, each.sequence) for each in story[:20]] == steps
        parts = await database.records("trees_archive").find({"aggregate": now.id})
        assert sum(len(part["story"]) for part in parts) >= 14
        whole = json.dumps([await raw(database, now), parts], default=str)
        assert PERSON not in whole
        assert HOME not in whole

    async def test_a_copy_of_the_story_made_late_brings_nobody_back(
        self,
        database: Database,
        trees: ErasableDocuments[Tree],
        request: pytest.FixtureRequest,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        now = await grown_up(trees, 8)
        await told(trees, request)
        late: list[Any] = []
        slow = archive_module.Archive(trees._collection)

        class HeldUp:
            async def update_one(self, *sent: Any, **_: Any) -> None:
                late[:] = sent

        monkeypatch.setattr(archive_module, "STORY_EVENTS_MAX", 6)
        monkeypatch.setattr(archive_module, "STORY_EVENTS_KEPT", 2)
        monkeypatch.setattr(slow, "_parts", HeldUp())
        monkeypatch.setattr(slow, "_collection", _Reading(trees._collection))
        await slow.shorten(now.id, now.version)
        await trees.erase(erasure(now))
        await trees.finish(now.id)

        where, copied = late
        await trees._archive._parts.update_one(where, copied, upsert=True)

        parts = await database.records("trees_archive").find({"aggregate": now.id})
        assert len(parts) == 1
        assert PERSON not in json.dumps(parts, default=str)

    async def test_a_kept_answer_says_that_it_was_done_and_shows_nothing(
        self,
        trees: ErasableDocuments[Tree],
        clock: FakeClock,
        request: pytest.FixtureRequest,
    ) -> None:
        def render(_: Tree) -> dict[str, Any]:
            headers = {"ETag": '"1"', "Location": "/trees/1"}
            return {"status": 201, "headers": headers, "body": PERSON, "community": "hongmiao"}

        old = await grown_up(trees, answer=Answer("old", "print", render))
        clock.move(timedelta(hours=25))
        with called(PERSON, answer=Answer("new", "print", render)):
            now = await trees.save(old, planted(old))
        await told(trees, request)

        with called("per_staff", answer=Answer("own", "print", render)) as call:
            await trees.erase(erasure(now))

        assert call.answer is not None
        assert call.answer.stored
        kept = await trees.answered("new")
        assert kept is not None
        assert (kept["status"], kept["headers"], kept["body"]) == (
            204,
            {"Location": "/trees/1"},
            "",
        )
        assert kept["fingerprint"] == "print"
        assert await trees.answered("old") is None
        own = await trees.answered("own")
        assert own is not None
        assert own["status"] == 201


class _Reading:
    """A collection that can be read, and takes no update."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def update_one(self, *_: Any) -> None: ...
