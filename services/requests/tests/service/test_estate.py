"""The copy of estates."""

import pytest

from services.requests.domain.estate import Outline, Site
from services.requests.domain.place import Position
from services.requests.service.estate import EstateService
from services.requests.tests.harness import HERE, FakeCopies, Harness
from shared.errors import Invalid
from shared.testing import FakeClock, estate_registered, heard


async def test_a_dwelling_is_known_once_property_told_of_its_estate(harness: Harness) -> None:
    with pytest.raises(Invalid):
        await harness.estates.admit("est_2", dwelling_id="dwl_5", communities=HERE)

    event = estate_registered("dwl_5", estate_id="est_2")
    await harness.estates.told(event, heard(event, "est_2"))

    estate = await harness.estates.admit("est_2", dwelling_id="dwl_5", communities=HERE)
    assert estate.community == "hongmiao"
    assert estate.dwelling_ids == {"dwl_5"}
    assert estate.building_of("dwl_5") == "bld_1"
    assert estate.building_of("dwl_unheard") is None


async def test_what_strangers_may_know_of_an_estate_is_kept_with_its_copy(
    harness: Harness,
) -> None:
    outlines = await harness.copies.of("hongmiao")

    site = Site("1", Position(39.917, 116.483))
    assert outlines == [Outline("est_1", "红庙东院", {"bld_1": site})]
    assert await harness.copies.of("elsewhere") == []
    kept = await harness.copies.get("est_1")
    assert kept is not None
    assert (kept.name, kept.sites) == ("红庙东院", {"bld_1": site})


async def test_an_estate_told_of_before_its_places_were_has_none(harness: Harness) -> None:
    event = estate_registered("dwl_5", estate_id="est_2")
    (building,) = event.buildings
    bare = building.model_copy(update={"lat": None, "long": None})
    before = event.model_copy(update={"title": "", "buildings": (bare,)})

    await harness.estates.told(before, heard(before, "est_2"))

    assert (await harness.copies.of("hongmiao"))[1] == Outline("est_2", "", {"bld_1": Site("1")})


async def test_news_of_an_estate_twice_or_out_of_order_leaves_the_newest(harness: Harness) -> None:
    older, newer = estate_registered("dwl_1"), estate_registered("dwl_1", "dwl_3")

    for event, sequence in ((newer, 5), (older, 4), (newer, 5), (older, 1)):
        await harness.estates.told(event, heard(event, "est_1", sequence=sequence))

    kept = await harness.copies.get("est_1")
    assert kept is not None
    assert kept.sequence == 5
    assert kept.dwelling_ids == {"dwl_1", "dwl_3"}


async def test_a_known_dwelling_is_not_asked_of_the_store_again_and_an_unknown_one_is() -> None:
    copies = FakeCopies()
    service = EstateService(copies, FakeClock())
    event = estate_registered("dwl_1")
    await service.told(event, heard(event, "est_1"))

    for _ in range(3):
        await service.admit("est_1", dwelling_id="dwl_1", communities=HERE)
        await service.admit("est_1", dwelling_id=None, communities=HERE)
    assert copies.asked == 1

    with pytest.raises(Invalid):
        await service.admit("est_1", dwelling_id="dwl_2", communities=HERE)
    another_process = EstateService(copies, FakeClock())
    more = estate_registered("dwl_1", "dwl_2")
    await another_process.told(more, heard(more, "est_1", sequence=2))
    await service.admit("est_1", dwelling_id="dwl_2", communities=HERE)
    assert copies.asked == 3
