"""Registering estates and who sees them, over both stores."""

from dataclasses import replace

import pytest

from services.property.domain.estate import Management
from services.property.service.estate import (
    BuildingDraft,
    DwellingDraft,
    EntranceDraft,
    identified,
)
from services.property.service.viewer import Viewer
from services.property.tests.samples import COMMUNITY, COMPANY
from services.property.tests.world import (
    COMMITTEE,
    CONTRACTOR,
    DRAFT,
    STRANGERS,
    World,
)
from shared.errors import Conflict, Invalid, NotFound

BUILT = replace(
    DRAFT,
    buildings=(
        BuildingDraft(
            "1",
            entrances=(
                EntranceDraft("1", dwellings=(DwellingDraft("101"), DwellingDraft("102"))),
                EntranceDraft("2", id="ent_own", dwellings=(DwellingDraft("101", "dwl_own"),)),
            ),
        ),
    ),
)


async def test_a_registered_estate_is_there_as_it_was_handed_in_and_told_once(
    world: World,
) -> None:
    new = await world.estate(BUILT)

    assert new.version == 1
    assert await world.estates.get(COMMITTEE, new.id) == new
    await world.settle()
    assert world.types() == ["estate.registered"]
    assert world.told[0].subject == new.id
    assert world.told[0].community == COMMUNITY


def test_what_came_without_an_id_gets_the_same_one_every_time() -> None:
    first = identified(replace(BUILT, id="est_own"), lambda kind: f"{kind}_new")
    again = identified(replace(BUILT, id="est_own"), lambda kind: f"{kind}_new")
    other = identified(BUILT, lambda kind: f"{kind}_new")

    assert first == again
    assert (first.id, other.id) == ("est_own", "est_new")
    assert first.buildings[0].id != other.buildings[0].id
    entrances = first.buildings[0].entrances
    assert entrances[0].dwellings[0].id.startswith("dwl_")
    assert (entrances[1].id, entrances[1].dwellings[0].id) == ("ent_own", "dwl_own")


async def test_an_id_in_use_is_a_conflict_that_names_it(world: World) -> None:
    await world.estate(replace(DRAFT, id="est_own"))
    with pytest.raises(Conflict) as refused:
        await world.estate(replace(DRAFT, id="est_own", code="north"))
    assert refused.value.code == "estate.taken"
    assert refused.value.facts == {"estate_id": "est_own"}


async def test_a_bad_estate_leaves_nothing_behind(world: World) -> None:
    with pytest.raises(Invalid):
        await world.estate(replace(DRAFT, management=Management.NONE))
    assert (await world.estates.page(COMMITTEE, cursor=None, limit=10)).items == []


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_an_estate_is_not_there_for_strangers(world: World, stranger: str) -> None:
    estate = await world.estate()
    viewer = STRANGERS[stranger]

    with pytest.raises(NotFound):
        await world.estates.get(viewer, estate.id)
    assert (await world.estates.page(viewer, cursor=None, limit=10)).items == []


async def test_a_key_of_one_estate_sees_that_one_alone(world: World) -> None:
    one = await world.estate()
    await world.estate(replace(DRAFT, code="north"))
    bound = Viewer((COMMUNITY,), COMPANY, (one.id,))

    assert (await world.estates.page(bound, cursor=None, limit=10)).items == [one]
    assert (await world.estates.get(bound, one.id)).id == one.id


async def test_estates_come_page_by_page_newest_first(world: World) -> None:
    ids = [(await world.estate(replace(DRAFT, code=f"yard {n}"))).id for n in range(5)]

    found: list[str] = []
    cursor = None
    while True:
        page = await world.estates.page(CONTRACTOR, cursor=cursor, limit=2)
        found += [estate.id for estate in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == sorted(ids, reverse=True)


@pytest.mark.mongo
async def test_a_code_is_used_once_in_a_community(real: World) -> None:
    first = await real.estate()
    with pytest.raises(Conflict) as refused:
        await real.estate()
    assert refused.value.code == "estate.taken"
    assert refused.value.facts == {"estate_id": first.id}
    await real.estate(replace(DRAFT, community="elsewhere"))
