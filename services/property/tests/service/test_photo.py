"""Photos: sent by themselves, claimed by what names them, forgotten if nothing does."""

import asyncio
from datetime import timedelta

import pytest

from services.property.domain.photo import UNUSED_AFTER
from services.property.service.viewer import Viewer
from services.property.tests.samples import COMMUNITY, COMPANY, plan
from services.property.tests.world import COMMITTEE, CONTRACTOR, OTHER_COMPANY, STRANGERS, World
from shared.errors import Invalid, NotFound

LATER = UNUSED_AFTER + timedelta(seconds=1)
KEY_OF_OTHERS = Viewer((COMMUNITY,), COMPANY, ("est_other",))


async def test_a_photo_that_something_names_is_kept(world: World) -> None:
    photo_id = await world.photo()
    await world.photos.claim(CONTRACTOR, [photo_id])
    world.clock.move(LATER)

    assert await world.photos.sweep() == 0
    photo, content = await world.photos.read(CONTRACTOR, photo_id)
    assert (photo.company, photo.media_type, photo.size_bytes) == (
        COMPANY,
        "image/jpeg",
        len(content),
    )


async def test_a_photo_that_nothing_names_is_forgotten_after_a_day_and_no_sooner(
    world: World,
) -> None:
    photo_id = await world.photo()
    world.clock.move(UNUSED_AFTER - timedelta(seconds=1))
    assert await world.photos.sweep() == 0
    world.clock.move(timedelta(seconds=2))

    assert await world.photos.sweep() == 1

    with pytest.raises(NotFound):
        await world.photos.read(CONTRACTOR, photo_id)
    with pytest.raises(Invalid) as refused:
        await world.photos.claim(CONTRACTOR, [photo_id])
    assert refused.value.code == "photo.unknown"


async def test_a_photo_is_named_or_forgotten_whoever_comes_first(world: World) -> None:
    ids = [await world.photo() for _ in range(5)]
    world.clock.move(LATER)

    claims = (world.photos.claim(CONTRACTOR, [photo_id]) for photo_id in ids)
    ends = await asyncio.gather(*claims, world.photos.sweep(), return_exceptions=True)

    for photo_id, end in zip(ids, ends, strict=False):
        if isinstance(end, Invalid):
            with pytest.raises(NotFound):
                await world.photos.read(CONTRACTOR, photo_id)
        else:
            assert await world.photos.read(CONTRACTOR, photo_id)


async def test_what_names_a_photo_may_be_tried_again(world: World) -> None:
    photo_id = await world.photo()
    for _ in range(2):
        await world.photos.claim(CONTRACTOR, [photo_id], on=plan())
    assert await world.photos.read(CONTRACTOR, photo_id)


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_a_photo_of_others_is_there_neither_to_be_seen_nor_to_be_named(
    world: World, stranger: str
) -> None:
    viewer, photo_id = STRANGERS[stranger], await world.photo()
    await world.photos.claim(CONTRACTOR, [photo_id], on=plan())

    with pytest.raises(NotFound):
        await world.photos.read(viewer, photo_id)
    with pytest.raises(Invalid) as refused:
        await world.photos.claim(viewer, [photo_id], pointer="/photos")
    assert (refused.value.code, refused.value.facts["pointer"]) == ("photo.unknown", "/photos/0")


async def test_a_company_sees_what_others_have_photographed_of_its_business(world: World) -> None:
    photo_id = await world.photo(COMMITTEE)
    with pytest.raises(NotFound):
        await world.photos.read(CONTRACTOR, photo_id)

    await world.photos.claim(COMMITTEE, [photo_id], on=plan())

    assert await world.photos.read(CONTRACTOR, photo_id)
    for stranger in (OTHER_COMPANY, KEY_OF_OTHERS):
        with pytest.raises(NotFound):
            await world.photos.read(stranger, photo_id)


async def test_more_than_five_or_one_twice_cannot_be_named_and_then_none_is(world: World) -> None:
    ids = [await world.photo() for _ in range(6)]

    for named, code, pointer in (
        (ids, "photo.too_many", "/photo_ids"),
        ([ids[0], ids[0]], "photo.twice", "/photo_ids/1"),
        ([ids[0], "pho_none"], "photo.unknown", "/photo_ids/1"),
    ):
        with pytest.raises(Invalid) as refused:
            await world.photos.claim(CONTRACTOR, named)
        assert (refused.value.code, refused.value.facts["pointer"]) == (code, pointer)
    world.clock.move(LATER)
    assert await world.photos.sweep() == 6
