"""Coverage in a city of 7,000 communities: asked for one of them, and counted for all.

The community that asks is as large as the estate of the article: 24 buildings, 72 entrances, 2,016
dwellings, 300 members, 133 care households, each with a helper. The 6,999 others have a tenth of
it. ``ours`` is the median in the city, ``bare`` the one before there was a city: 1 is flat.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import aiohttp
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from services.pairing.service.coverage import CoverageService
from services.pairing.store.coverage import CoverageSources, coverage_counts, coverage_goals
from services.pairing.store.estate import estates
from services.pairing.store.household import households
from services.pairing.store.member import members
from services.pairing.store.pairing import pairings
from shared.mongo import Database
from shared.sealing import DEVELOPMENT_KEYS, Sealer
from tests.bench.rig import COMMUNITY, Rig, free_ports
from tests.bench.row import Row

CITY = 7_000
NAMES = ("coverage-kept", "coverage-counted", "coverage-city")
BATCH = 2_000
CALLS, WARM_CALLS = 60, 10
COUNTED_AT_ONCE = 8
PATH = f"/api/pairing/v1/coverage/{COMMUNITY}"
STORY = [{"id": f"evt_{n}", "data": {"text": "x" * 600}} for n in range(3)]
"""Documents are as fat as they are in use: what they tell is read past, not over."""
Documents = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Size:
    """How large a community is."""

    buildings: int
    dwellings: int
    """Behind each of three entrances of a building."""
    members: int
    households: int


ARTICLE, TENTH = Size(24, 28, 300, 133), Size(3, 22, 30, 13)


async def coverage_rows(rig: Rig) -> list[Row]:
    """Before there is a city, in it, and all of it counted from scratch."""
    [port] = free_ports(1)
    await rig.service("pairing", port)
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(rig.parts.mongo_url, tz_aware=True)
    store = client["pairing"]
    await _kept(store, [(COMMUNITY, ARTICLE)])
    headers = {"authorization": f"Bearer {rig.token('staff')}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as session:

        async def marked() -> None:
            change = {"$inc": {"changes": 1}}
            await store["coverage"].update_one({"_id": COMMUNITY}, change, upsert=True)

        await marked()
        alone = await _asked(session, _nothing), await _asked(session, marked)
        await _kept(store, ((f"c{n}", TENTH) for n in range(1, CITY)))
        rate = await _counted(rig)
        in_city = await _asked(session, _nothing), await _asked(session, marked)
    await client.close()
    rows = [_row(name, ours, bare) for name, ours, bare in zip(NAMES, in_city, alone, strict=False)]
    return [*rows, Row(NAMES[2], rate, None, None, None, None)]


async def _asked(session: aiohttp.ClientSession, before: Callable[[], Awaitable[None]]) -> Any:
    """How long each answer took, in milliseconds, sorted."""
    taken = []
    for turn in range(WARM_CALLS + CALLS):
        await before()
        begun = time.perf_counter()
        async with session.get(PATH) as response:
            body = await response.json()
        if response.status != 200 or len(body["items"]) != 24 + 72 + 133:
            raise RuntimeError(f"{response.status}: {len(body.get('items', ()))} units")
        if turn >= WARM_CALLS:
            taken.append(1000 * (time.perf_counter() - begun))
    return sorted(taken)


async def _nothing() -> None:
    """Nothing has changed."""


def _row(name: str, ours: list[float], bare: list[float]) -> Row:
    middle, first = statistics.median(ours), statistics.median(bare)
    p99 = ours[int(len(ours) * 0.99)]
    return Row(name, middle, first, first / middle, middle, p99, "ms")


async def _counted(rig: Rig) -> float:
    """Every community counted from scratch; how many a second."""
    database: Database = rig.database("pairing")
    sealer = Sealer(DEVELOPMENT_KEYS)
    sources = CoverageSources(
        estates(database),
        members(database, sealer),
        households(database, sealer),
        pairings(database),
    )
    service = CoverageService(coverage_counts(database), sources, coverage_goals(database))
    left = iter([COMMUNITY, *(f"c{n}" for n in range(1, CITY))])

    async def count() -> None:
        for community in left:
            await service.recount(community)

    begun = time.perf_counter()
    await asyncio.gather(*(count() for _ in range(COUNTED_AT_ONCE)))
    rate = CITY / (time.perf_counter() - begun)
    kept = await service.page([f"c{CITY - 1}"], cursor=None, limit=1)
    if kept.items[0].totals[0].units != 3 + 9 + TENTH.households:
        raise RuntimeError("a community is not counted whole")
    await database.close()
    return rate


async def _kept(
    store: AsyncDatabase[dict[str, Any]], communities: Iterator[tuple[str, Size]] | list[Any]
) -> None:
    made = iter(communities)
    while some := list(islice(made, BATCH // 50)):
        whole: Documents = {}
        for community, size in some:
            for collection, documents in _community(community, size).items():
                whole.setdefault(collection, []).extend(documents)
        for collection, documents in whole.items():
            await store[collection].insert_many(documents, ordered=False)


def _community(name: str, size: Size) -> Documents:
    """An estate, its members, its care households and a pairing for each of these."""
    buildings = [_building(f"{name}_{n}", size.dwellings) for n in range(size.buildings)]
    homes = [
        dwelling
        for building in buildings
        for entrance in building["entrances"]
        for dwelling in entrance["dwelling_ids"]
    ]
    estate = {"_id": f"est_{name}", "sequence": 1, "buildings": buildings, "dwelling_ids": homes}

    def document(kind: str, number: int, **facts: Any) -> dict[str, Any]:
        return {"_id": f"{kind}_{name}_{number}", "community": name, "story": STORY, **facts}

    return {
        "estates": [{**estate, "community": name}],
        "members": [
            document(
                "mem", n, state="active", person_id=f"per_{n}", dwelling_id=homes[n % len(homes)]
            )
            for n in range(size.members)
        ],
        "households": [
            document("hsh", n, state="consented", dwelling_id=homes[-1 - n])
            for n in range(size.households)
        ],
        "pairings": [
            document(
                "prg",
                n,
                state="active",
                helper_ids=[f"mem_{name}_{n}"],
                household_ids=[f"hsh_{name}_{n}"],
            )
            for n in range(size.households)
        ],
    }


def _building(name: str, dwellings: int) -> dict[str, Any]:
    return {
        "building_id": f"bld_{name}",
        "code": name,
        "entrances": [
            {
                "entrance_id": f"ent_{name}_{door}",
                "code": str(door),
                "dwelling_ids": [f"dwl_{name}_{door}_{n}" for n in range(dwellings)],
            }
            for door in (1, 2, 3)
        ],
    }
