"""A key gets out of use: what it has sealed is sealed anew, whatever happens meanwhile."""

from typing import Any

import pytest

from services.pairing.domain.household import LeftReason
from services.pairing.domain.household_end import leave
from services.pairing.store.household import Households, households
from services.pairing.store.person import people
from services.pairing.tests.harness import HERE, KEYS, Harness
from services.pairing.tests.samples_person import a_person
from shared.errors import Unavailable
from shared.events.pairing_register import PersonRegistered
from shared.mongo import Database, Documents
from shared.mongo.resealing import End, reseal
from shared.sealing import Sealer

pytestmark = pytest.mark.mongo

NEW = {"k2": b"2" * 32}
BOTH = {**NEW, **KEYS}


def _rotated(database: Database) -> tuple[Households, Documents[Any]]:
    """The households of a service with a new key in front."""
    store = households(database, Sealer(BOTH))
    return store, database.aggregates["households"]


async def _through(documents: Documents[Any], limit: int = 2) -> list[End]:
    """What became of each, in batches."""
    after = ""
    ends: list[End] = []
    while (batch := await reseal(documents, after=after, limit=limit)).ends:
        assert len(batch.ends) <= limit
        after = max(batch.ends)
        ends += batch.ends.values()
    return ends


async def test_what_an_old_key_sealed_opens_with_the_new_one_alone(
    real: Harness, database: Database
) -> None:
    homes = [await real.household(f"dwl_{n}") for n in (1, 2, 3)]
    store, documents = _rotated(database)
    changed = await store.get(homes[2].id)
    assert changed == homes[2]

    assert await _through(documents) == [End.SEALED] * 3
    assert await _through(documents) == [End.THERE] * 3

    new_alone = households(database, Sealer(NEW))
    for home in homes:
        assert await new_alone.get(home.id) == home
        assert len(await new_alone.story(home.id)) == home.version
    left = leave(homes[0], reason=LeftReason.MOVED, at=real.clock.now())
    assert (await new_alone.save(*left)).version == homes[0].version + 1


async def test_a_person_is_sealed_anew_whole(database: Database) -> None:
    old, somebody = people(database, Sealer(KEYS)), a_person()
    await database.migrate()
    kept = await old.save(somebody, [PersonRegistered(person_id=somebody.id)])
    people(database, Sealer(BOTH))

    assert await _through(database.aggregates["people"]) == [End.SEALED]

    assert await people(database, Sealer(NEW)).get(somebody.id) == kept
    with pytest.raises(Unavailable, match=r"sealing\.key_missing"):
        await old.get(somebody.id)


async def test_who_writes_meanwhile_wins_and_is_found_at_the_next_look(
    real: Harness, database: Database
) -> None:
    home = await real.household()
    _, documents = _rotated(database)
    inner = documents.anew
    assert inner is not None

    left: list[Any] = []

    def slow(sealed: Any) -> Any:
        left.append(sealed)
        return inner(sealed)

    documents.anew = slow
    read = await documents.find({})
    await real.households.change(home.id, {"needs": ("cleaning",)}, communities=HERE)

    async def as_read(*_: object, **__: object) -> list[Any]:
        return read

    finding, documents.find = documents.find, as_read  # type: ignore[method-assign]
    assert list((await reseal(documents)).ends.values()) == [End.OUTRUN]
    documents.find = finding  # type: ignore[method-assign]

    assert (await real.backing.households.get(home.id)).needs == ("cleaning",)
    assert await _through(documents) == [End.SEALED]
    shown = await households(database, Sealer(NEW)).get(home.id)
    assert (shown.needs, len(left)) == (("cleaning",), 2)


async def test_one_that_opens_with_no_key_keeps_no_other_from_the_new_one(
    real: Harness, database: Database
) -> None:
    one, two = await real.household("dwl_1"), await real.household("dwl_2")
    raw = database.records("households")
    document = await raw.get(one.id) or {}
    await raw.update({"_id": two.id}, {"$set": {"needs": document["needs"]}})
    _, documents = _rotated(database)

    batch = await reseal(documents)

    assert batch.ends == {one.id: End.SEALED, two.id: End.BROKEN}
