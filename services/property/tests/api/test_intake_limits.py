"""How much a company's systems may send: each key by itself, and all of a company together."""

from services.property.tests.api.office import OPS, Office, routers
from services.property.tests.api.test_incident_batch import items, send
from services.property.tests.samples import COMMUNITY
from services.property.tests.world import fake_world
from shared.clock import SystemClock
from shared.testing_web import web_client

SLOW = 0.001
"""Calls a second: so few that a bucket stays as empty as a test has made it."""


def limited(*, rate_burst: int = 10_000, company_rate_burst: int = 10_000) -> Office:
    """The service with these limits; one that is not told is out of reach."""
    world = fake_world()
    world.clock.moment = SystemClock().now()
    client = web_client(
        *routers(world),
        ring=world.keys,
        rate_per_second=SLOW,
        rate_burst=rate_burst,
        company_rate_per_second=SLOW,
        company_rate_burst=company_rate_burst,
    )
    return Office(world, client)


async def test_every_item_of_a_batch_counts_as_a_call_of_its_key(office: Office) -> None:
    office = limited(rate_burst=30)
    estate_id, key = await office.estate(), await office.key()

    first = await send(office, items(estate_id, 20), key=key)
    policies = first.headers["ratelimit-policy"].split(", ")
    assert policies[0].startswith('"caller";q=30;w=')
    assert policies[1].startswith('"company";q=10000;w=')
    assert first.headers["ratelimit"].startswith('"caller";r=10;t=')
    refused = await send(office, items(estate_id, 20), key=key)

    assert (refused.status, refused.json()["code"]) == (429, "http.rate_limited")
    assert int(refused.headers["retry-after"]) > 0
    assert refused.headers["ratelimit"].startswith('"caller";r=0;t=')
    assert (await send(office, items(estate_id, 5), key=key)).status == 200


async def test_a_company_s_keys_share_what_is_the_company_s_and_no_other_company_pays(
    office: Office,
) -> None:
    office = limited(company_rate_burst=25)
    estate_id, one, other = await office.estate(), await office.key(), await office.key()
    theirs = await office.key(company="cmp_other")

    assert (await send(office, items(estate_id, 20), key=one)).status == 200
    refused = await send(office, items(estate_id, 20), key=other)
    assert refused.status == 429
    assert refused.headers["ratelimit-policy"].startswith('"company";q=25')
    assert (await send(office, items(estate_id, 20), key=theirs)).status == 200
    assert (await office.call("GET", "/estates", OPS)).status == 200
    assert COMMUNITY in OPS.communities


async def test_a_batch_larger_than_all_that_there_can_be_still_comes_through_once() -> None:
    office = limited(rate_burst=10)
    estate_id, key = await office.estate(), await office.key()
    assert (await send(office, items(estate_id, 50), key=key)).status == 200
    assert (await send(office, items(estate_id, 1), key=key)).status == 429
