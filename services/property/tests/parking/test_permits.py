"""Spaces, and who may come in and stand on them."""

import asyncio
from typing import Any

import pytest

from services.property.domain.permit import Permit, PermitEnd, PermitKind, PermitState
from services.property.domain.space import close
from services.property.service.viewer import Target
from services.property.tests.parking.harness import (
    ANNA,
    BERT,
    DAY,
    DESK,
    HERE,
    HOUR,
    OTHER_PLATE,
    PLATE,
    Yard,
)
from shared.errors import Conflict, Invalid, NotFound
from shared.events.property_parking import PermitIssued
from shared.testing import heard


async def test_a_space_s_code_is_used_once_and_a_held_space_cannot_be_closed(yard: Yard) -> None:
    space = await yard.space()
    with pytest.raises(Conflict, match=r"space\.taken_code"):
        await yard.space()
    permit = await yard.permit(await yard.vehicle(), space_id=space.id)
    with pytest.raises(Conflict, match=r"space\.taken"):
        await yard.parking.spaces.close(Target(HERE, space.id))
    await yard.parking.permits.revoke(Target(HERE, permit.id), end=PermitEnd.REQUESTED)
    closed = await yard.parking.spaces.close(Target(HERE, space.id))
    with pytest.raises(Invalid, match=r"space\.unknown"):
        await yard.permit(space_id=space.id)
    await yard.parking.spaces.reopen(Target(HERE, space.id, closed.version))
    await yard.permit(space_id=space.id)


async def test_a_space_is_given_once(yard: Yard) -> None:
    space = await yard.space()
    await yard.permit(space_id=space.id)
    with pytest.raises(Conflict, match=r"space\.taken"):
        await yard.permit(space_id=space.id, plate=OTHER_PLATE)
    page = await yard.parking.spaces.seen_page(
        ANNA, {"estate_id": yard.estate_id}, cursor=None, limit=10
    )
    assert [seen.taken for seen in page.items] == [True]


@pytest.mark.mongo
async def test_of_fifty_permits_for_one_space_at_once_one_is_issued(real_one: Yard) -> None:
    space = await real_one.space()
    made = await asyncio.gather(
        *(real_one.permit(space_id=space.id, plate=f"京A100{n:02}") for n in range(50)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Permit) for each in made) == 1
    refused = [each for each in made if isinstance(each, Conflict)]
    assert {each.code for each in refused} == {"space.taken"}
    assert len(refused) == 49


async def test_a_permit_names_what_it_needs(yard: Yard) -> None:
    claimed = await yard.vehicle(ANNA)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"kind": PermitKind.RESIDENT}, "permit.vehicle_lacking"),
        ({"plate": None}, "permit.one_vehicle"),
        ({"vehicle_id": claimed.id, "plate": None}, "permit.vehicle_unknown"),
        ({"plate": "??"}, "vehicle.plate"),
        ({"valid_to": yard.now}, "permit.ends_first"),
        ({"valid_to": yard.now + 31 * DAY}, "permit.too_long"),
        ({"valid_from": yard.now + 91 * DAY}, "permit.too_far_ahead"),
        ({"kind": PermitKind.EMERGENCY, "valid_to": yard.now + 4 * DAY}, "permit.too_long"),
        ({"space_id": "spc_9"}, "space.unknown"),
        ({"estate_id": "est_9"}, "place.estate_unknown"),
    ]
    for told, code in cases:
        with pytest.raises(Invalid) as refused:
            await yard.permit(**told)
        assert refused.value.code == code
        assert str(refused.value.facts["pointer"]).startswith("/")


async def test_a_resident_sees_the_permits_of_their_home_alone(yard: Yard) -> None:
    permit = await yard.permit(await yard.vehicle())
    assert (await yard.parking.permits.get(ANNA, permit.id)).id == permit.id
    with pytest.raises(NotFound):
        await yard.parking.permits.get(BERT, permit.id)
    stranger = await yard.permit(plate=OTHER_PLATE)
    with pytest.raises(NotFound):
        await yard.parking.permits.get(ANNA, stranger.id)


async def test_a_permit_that_has_run_out_frees_its_space_once_and_forgets_its_plate(
    yard: Yard,
) -> None:
    space = await yard.space()
    permit = await yard.permit(space_id=space.id, valid_to=yard.now + HOUR)
    yard.clock.move(HOUR)
    counts = await asyncio.gather(yard.parking.ring(), yard.parking.ring())
    assert sum(counts) == 1
    found = await yard.parking.permits.get(DESK, permit.id)
    assert (found.state, found.plate) == (PermitState.EXPIRED, PLATE)
    assert not (await yard.parking.spaces.seen(DESK, space.id)).taken
    yard.clock.move(30 * DAY)
    assert await yard.parking.ring() == 1
    assert (await yard.parking.permits.get(DESK, permit.id)).plate is None
    story = await yard.parking.permits.story(DESK, permit.id)
    assert [each.type.split(".")[2] for each in story] == ["issued", "expired", "forgotten"]
    assert PLATE not in str(story)


async def test_a_permit_is_extended_from_now_on_and_never_shortened(yard: Yard) -> None:
    permit = await yard.permit(valid_to=yard.now + 10 * DAY)
    with pytest.raises(Invalid, match=r"permit\.not_later"):
        await yard.parking.permits.extend(Target(HERE, permit.id), valid_to=permit.valid_to)
    yard.clock.move(9 * DAY)
    longer = yard.now + 30 * DAY
    after = await yard.parking.permits.extend(Target(HERE, permit.id), valid_to=longer)
    assert (after.valid_to, after.alarm_at) == (longer, longer)


async def test_a_permit_issued_while_its_space_was_being_closed_ends(yard: Yard) -> None:
    space = await yard.space()
    permit = await yard.permit(space_id=space.id)
    closed, events = close(space)  # by another replica, which did not see the permit yet
    await yard.stores.spaces.save(closed, events)
    told = PermitIssued(permit_id=permit.id, estate_id=yard.estate_id, kind="temporary")
    news = heard(told, permit.id)
    await yard.parking.permits.on_permit_issued(told, news)
    found = await yard.parking.permits.get(DESK, permit.id)
    assert (found.state, found.end) == (PermitState.REVOKED, PermitEnd.SPACE_CLOSED)
