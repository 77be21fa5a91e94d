"""What only the real store can show: what is sealed in it, and what may be there once."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.pairing.domain.household import Household, LeftReason
from services.pairing.service.household import Purpose
from services.pairing.store import care_task, contribution, household, member, pairing, person
from services.pairing.store.household import households
from services.pairing.tests.harness import HERE, KEYS, THERE, Harness, harness_over
from shared.errors import Conflict, Unavailable
from shared.mongo import Database, Index, Records
from shared.mongo.readings import readings
from shared.readings import Reading
from shared.sealing import Sealer

OLD_AND_NEW = {"k2": b"2" * 32, **KEYS}


@pytest.fixture
async def raw(mongo_url: str, mongo_name: str) -> AsyncIterator[Records]:
    """The collection of households as anybody with the database sees it."""
    made = Database(mongo_url, mongo_name)
    yield made.records("households")
    await made.close()


@pytest.mark.mongo
async def test_what_is_sensitive_is_nowhere_in_the_document_as_text(
    real: Harness, raw: Records
) -> None:
    home = await real.household()

    document = await raw.get(home.id)
    assert document is not None
    whole = str(document)

    assert not [word for word in ("hardship", "high", "carry_shopping") if word in whole]
    assert document["categories"].startswith("k1.")


@pytest.mark.mongo
async def test_keys_rotate_and_a_missing_one_is_named(real: Harness, database: Database) -> None:
    home = await real.household()

    rotated = households(database, Sealer(OLD_AND_NEW))
    assert await rotated.get(home.id) == home
    only_new = households(database, Sealer({"k2": OLD_AND_NEW["k2"]}))
    with pytest.raises(Unavailable, match=r"sealing\.key_missing"):
        await only_new.get(home.id)


@pytest.mark.mongo
async def test_a_field_moved_to_another_household_does_not_open(
    real: Harness, raw: Records
) -> None:
    one, two = await real.household("dwl_1"), await real.household("dwl_2")
    document = await raw.get(one.id) or {}
    await raw.update({"_id": two.id}, {"$set": {"needs": document["needs"]}})

    with pytest.raises(Unavailable, match=r"sealing\.broken"):
        await real.backing.households.get(two.id)


@pytest.mark.mongo
async def test_a_dwelling_has_one_household(real: Harness) -> None:
    await real.household("dwl_1")

    with pytest.raises(Conflict, match=r"household\.exists"):
        await real.household("dwl_1")


@pytest.mark.mongo
async def test_a_person_is_a_member_once_in_a_community(real: Harness) -> None:
    await real.member(1)

    with pytest.raises(Conflict, match=r"member\.exists"):
        await real.member(1)
    await real.member(1, community=THERE[0])


@pytest.mark.mongo
async def test_a_reading_is_never_written_over(database: Database, real: Harness) -> None:
    home: Household = await real.household()
    log = readings(database)
    made = Reading("rdg_1", HERE[0], home.id, "per_x", real.clock.now(), Purpose.VISIT)
    await log.add(made)

    with pytest.raises(Conflict):
        await log.add(made)
    assert (await log.page(home.id, cursor=None, limit=5)).items == [made]


@pytest.mark.parametrize("module", [care_task, contribution, household, member, pairing, person])
def test_every_index_has_a_name_of_its_own(module: Any) -> None:
    names = [index.name for index in module.INDEXES]

    assert None not in names
    assert len(set(names)) == len(names)


@pytest.mark.mongo
async def test_a_database_of_before_gets_the_new_index_and_loses_the_old_one(
    mongo_url: str, mongo_name: str, database: Database
) -> None:
    before = Database(mongo_url, mongo_name)
    dwelling = Index((("community", 1), ("dwelling_id", 1)), unique=True, name="dwelling")
    before.records("households", indexes=[dwelling])
    await before.migrate()
    await before.close()

    for _ in "12":
        await database.migrate()

    real = await harness_over(database)
    home = await real.household()
    await real.households.leave(home.id, reason=LeftReason.MOVED, communities=HERE)
    assert (await real.household()).version == 2
