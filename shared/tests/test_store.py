"""The promises of ``shared.store.Store``, over the fake and over the real one."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.envelope import Envelope
from shared.errors import (
    AlreadyHeard,
    Malformed,
    NotFound,
    Stale,
)
from shared.store import Store, decode_cursor, encode_cursor
from shared.testing import FakeStore, called, heard
from shared.tests.trees import NOW, Colour, Leaf, Tree, TreeGrown, database, grown, tree, trees

__all__ = ["database", "trees"]


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

    async def test_who_asks_for_nothing_in_particular_finds_everything(
        self, store: Store[Tree]
    ) -> None:
        new = tree()
        saved = await store.save(new, grown(new))
        assert saved in await store.find({})

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
        with pytest.raises(AlreadyHeard):
            await store.save(await store.get(new.id), grown(new), handling=envelope)
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


def test_an_envelope_is_read_back_as_it_was_sealed() -> None:
    sent = heard(TreeGrown(tree_id="x"), "x")
    assert Envelope.model_validate_json(sent.to_bytes()) == sent
