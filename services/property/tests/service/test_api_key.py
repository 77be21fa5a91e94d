"""Handing out API keys and taking them back, over fake and real records."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.property.tests.samples import COMMUNITY, COMPANY
from services.property.tests.world import DRAFT, World
from shared.auth import digest_secret, parse_key
from shared.errors import Conflict, Invalid, NotFound
from shared.keys import KEY_SECONDS, LIVE_MAX, ApiKeyRecords, Grant, Issuer
from shared.testing_web import PEPPER

OPS = Issuer("per_ops", (COMMUNITY,))
STRANGER = Issuer("per_ops_elsewhere", ("elsewhere",))
BOTH = Issuer("per_ops_both", (COMMUNITY, "elsewhere"))
GRANT = Grant(COMPANY, ("property:incident:report",), (COMMUNITY,))


async def _ids(world: World, issuer: Issuer) -> list[str]:
    page = await world.api_keys.page(issuer, cursor=None, limit=10)
    return [key.public_id for key in page.items]


async def test_a_key_is_shown_once_and_kept_as_a_keyed_digest_only(world: World) -> None:
    key, text = await world.api_keys.issue(OPS, GRANT)

    kept = await world.keys.get(key.public_id)
    assert kept == key
    secret = parse_key(text).secret
    assert key.secret_digest == digest_secret(secret, PEPPER)
    assert secret not in repr(kept)
    assert (key.created_at, key.created_by) == (world.clock.now(), "per_ops")


async def test_a_company_has_two_live_keys_to_rotate_and_no_third(world: World) -> None:
    first, _ = await world.api_keys.issue(OPS, GRANT)
    await world.api_keys.issue(OPS, GRANT)
    with pytest.raises(Conflict) as refused:
        await world.api_keys.issue(OPS, GRANT)
    assert refused.value.code == "api_key.too_many"

    await world.api_keys.issue(OPS, replace(GRANT, company="cmp_other"))
    await world.api_keys.revoke(OPS, first.public_id)
    third, _ = await world.api_keys.issue(OPS, GRANT)
    assert third.public_id in await _ids(world, OPS)


async def test_keys_of_other_communities_are_not_in_the_way(world: World) -> None:
    for _ in range(LIVE_MAX):
        await world.api_keys.issue(OPS, GRANT)
    await world.api_keys.issue(STRANGER, replace(GRANT, communities=STRANGER.communities))

    both = replace(GRANT, communities=BOTH.communities)
    for communities in (BOTH.communities, BOTH.communities[::-1]):
        await world.api_keys.issue(BOTH, replace(both, communities=communities))
    with pytest.raises(Conflict):
        await world.api_keys.issue(BOTH, both)


async def test_a_key_that_is_over_leaves_its_place(world: World) -> None:
    short = replace(GRANT, expires_at=world.clock.now() + timedelta(days=1))
    for _ in range(LIVE_MAX):
        await world.api_keys.issue(OPS, short)
    world.clock.move(timedelta(days=1))
    await world.api_keys.issue(OPS, GRANT)


@pytest.mark.mongo
async def test_twenty_at_once_make_two_keys(real: World) -> None:
    outcomes = await asyncio.gather(
        *(real.api_keys.issue(OPS, GRANT) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(outcome, tuple) for outcome in outcomes) == LIVE_MAX
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 20 - LIVE_MAX
    assert len(await _ids(real, OPS)) == LIVE_MAX


async def test_keys_are_listed_newest_first_page_by_page_dead_ones_too(world: World) -> None:
    keys = [
        (await world.api_keys.issue(OPS, replace(GRANT, company=f"cmp_{n}")))[0] for n in range(3)
    ]
    # Ids tell the time to a millisecond; of two made in one, either may come first.
    made = [key.public_id for key in sorted(keys, key=lambda key: key.id)]
    await world.api_keys.revoke(OPS, made[0])

    first = await world.api_keys.page(OPS, cursor=None, limit=2)
    rest = await world.api_keys.page(OPS, cursor=first.next_cursor, limit=2)
    assert [key.public_id for key in first.items] == [made[2], made[1]]
    assert [key.public_id for key in rest.items] == [made[0]]
    assert rest.items[0].revoked_at == world.clock.now()
    assert rest.next_cursor is None


async def test_keys_are_not_there_for_who_does_not_answer_for_all_their_communities(
    world: World,
) -> None:
    own, _ = await world.api_keys.issue(OPS, GRANT)
    wide, _ = await world.api_keys.issue(BOTH, replace(GRANT, communities=BOTH.communities))

    assert await _ids(world, OPS) == [own.public_id]
    assert await _ids(world, STRANGER) == []
    assert set(await _ids(world, BOTH)) == {wide.public_id, own.public_id}
    for issuer, key in ((STRANGER, own), (OPS, wide), (STRANGER, wide)):
        with pytest.raises(NotFound) as refused:
            await world.api_keys.revoke(issuer, key.public_id)
        assert refused.value.code == "api_key.not_found"
    with pytest.raises(NotFound):
        await world.api_keys.revoke(OPS, "000000000000")


async def test_revoking_twice_keeps_the_first_time(world: World) -> None:
    key, _ = await world.api_keys.issue(OPS, GRANT)
    at = world.clock.now()
    await world.api_keys.revoke(OPS, key.public_id)
    world.clock.move(timedelta(hours=1))
    await world.api_keys.revoke(OPS, key.public_id)
    kept = await world.keys.get(key.public_id)
    assert kept is not None
    assert kept.revoked_at == at


async def test_a_key_for_another_s_community_or_an_estate_elsewhere_is_refused(
    world: World,
) -> None:
    here = await world.estate()
    there = await world.estate(replace(DRAFT, community="elsewhere"))
    key, _ = await world.api_keys.issue(OPS, replace(GRANT, estates=(here.id,)))
    assert key.grant.estates == (here.id,)

    with pytest.raises(Invalid) as refused:
        await world.api_keys.issue(OPS, replace(GRANT, communities=(COMMUNITY, "elsewhere")))
    assert refused.value.facts["pointer"] == "/communities/1"
    for estate_id in (there.id, "est_none"):
        with pytest.raises(Invalid) as refused:
            await world.api_keys.issue(OPS, replace(GRANT, estates=(here.id, estate_id)))
        assert refused.value.facts["pointer"] == "/estates/1"


@pytest.mark.mongo
async def test_the_ring_finds_a_key_by_its_public_id_and_knows_at_once_that_it_is_revoked(
    real: World,
) -> None:
    ring = real.keys
    assert isinstance(ring, ApiKeyRecords)
    key, _ = await real.api_keys.issue(OPS, replace(GRANT, cidrs=("192.0.2.0/24",)))

    found = await ring.find(key.public_id)
    assert found is not None
    assert (found.id, found.company, found.scopes) == (key.id, COMPANY, GRANT.scopes)
    assert (found.cidrs, found.revoked_at) == (("192.0.2.0/24",), None)
    assert await ring.find("000000000000") is None

    await real.api_keys.revoke(OPS, key.public_id)
    found = await ring.find(key.public_id)
    assert found is not None
    assert found.revoked_at == real.clock.now()


@pytest.mark.mongo
async def test_a_key_revoked_through_another_replica_is_closed_within_seconds(
    real: World,
) -> None:
    ring = real.keys
    assert isinstance(ring, ApiKeyRecords)
    other = ApiKeyRecords(ring._records, real.clock)
    key, _ = await real.api_keys.issue(OPS, GRANT)
    assert await other.find(key.public_id) is not None

    await real.api_keys.revoke(OPS, key.public_id)
    real.clock.move(timedelta(seconds=KEY_SECONDS))
    found = await other.find(key.public_id)
    assert found is not None
    assert found.revoked_at is not None


@pytest.mark.mongo
async def test_the_last_use_only_moves_forward(real: World) -> None:
    ring = real.keys
    assert isinstance(ring, ApiKeyRecords)
    key, _ = await real.api_keys.issue(OPS, GRANT)
    now = real.clock.now()

    for at in (now, now + timedelta(minutes=2), now + timedelta(minutes=1)):
        await ring.used(key.public_id, at)
    kept = await ring.get(key.public_id)
    assert kept is not None
    assert kept.last_used_at == now + timedelta(minutes=2)
