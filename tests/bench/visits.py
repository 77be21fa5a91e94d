"""A day of visits for 100,000 pairings, all on the same day: made a week ahead, then opened.

Pairings, households and members are copies of ones that the domain made, each household and member
sealed by itself. ``ours`` is the service's own sweep over the real store, with all its reading,
reckoning and writing; ``bare`` writes the very same documents, and as large changes, in lots of 500
with majority concern, and reads and reckons nothing. Both have all indexes.
"""

import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from pymongo import AsyncMongoClient, UpdateOne, WriteConcern

from services.pairing.domain.household import (
    Category,
    Consent,
    ConsentMethod,
    ConsentScope,
    Household,
    HouseholdState,
    RiskLevel,
)
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import Pairing, PairingMode, PairingState
from services.pairing.domain.plan import CareService, PlannedService
from services.pairing.service.rota import RotaService
from services.pairing.service.round import Registers
from services.pairing.service.visit_clock import VisitClock
from services.pairing.store.household import households
from services.pairing.store.member import members
from services.pairing.store.pairing import pairings
from services.pairing.store.post import posts
from services.pairing.store.standin import stand_ins
from services.pairing.store.visit import rotas, visits
from shared.events.pairing import HouseholdConsented, MemberRegistered, PairingActivated
from shared.mongo import Database
from shared.sealing import DEVELOPMENT_KEYS, Sealer
from tests.bench.rig import COMMUNITY, Rig
from tests.bench.row import Row

PAIRINGS = 100_000
LOT = 500
BEGINS_AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
"""A Tuesday, nine o'clock there; the visits are on the next one at ten."""
OPENS_AT = datetime(2026, 12, 1, 2, tzinfo=UTC)
PLAN = (
    PlannedService(CareService.CHAT, "FREQ=WEEKLY;BYDAY=TU", None, date(2026, 11, 25), "10:00", 4),
)
NAMES = ("visits-made-100k", "visits-due-100k")
Work = Callable[[], Coroutine[Any, Any, Any]]


@dataclass
class HandClock:
    """A clock moved by hand."""

    moment: datetime = BEGINS_AT

    def now(self) -> datetime:
        """The moment that it was set to."""
        return self.moment


class City:
    """So many active pairings, each of one member and one household at high risk."""

    def __init__(self, url: str, name: str) -> None:
        self.clock = HandClock()
        self.database = Database(url, name, self.clock)
        sealer = Sealer(DEVELOPMENT_KEYS)
        self.homes, self.people = (
            households(self.database, sealer),
            members(self.database, sealer),
        )
        self.registers = Registers(
            pairings(self.database),
            self.homes,
            self.people,
            stand_ins(self.database),
            posts(self.database),
        )
        self.store = visits(self.database, sealer)
        self.rotas = RotaService(rotas(self.database), self.store, self.registers, self.clock)
        self.visits = VisitClock(self.store, self.registers, self.clock)
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(url, tz_aware=True)
        self.client = client
        self.raw = client.get_database(name, write_concern=WriteConcern("majority"))

    async def settle(self, size: int) -> None:
        """Fill it: the first through its store, the others beside it."""
        await self.database.migrate()
        home, member, pairing = _home(0), _member(0), _pairing(0)
        told = HouseholdConsented(household_id=home.id, scope="care")
        await self.registers.households.save(home, [told])
        facts = {"branch_id": member.branch_id, "person_id": member.person_id}
        await self.registers.members.save(member, [MemberRegistered(member_id=member.id, **facts)])
        await self.registers.pairings.save(pairing, [PairingActivated(pairing_id=pairing.id)])
        kinds = {
            "households": lambda n: self.homes._seal(_home(n)),
            "members": lambda n: self.people._seal(_member(n)),
            "pairings": _pairing,
        }
        for name, make in kinds.items():
            first = await self.raw[name].find_one({})
            assert first is not None
            for lot in lots(range(1, size)):
                await self.raw[name].insert_many([_like(first, make(n)) for n in lot])
        due = {"rev": 1, "made_to": "2026-11-26", "next_at": BEGINS_AT}
        for lot in lots(range(size)):
            await self.raw["rotas"].insert_many([{"_id": f"prg_{n}", **due} for n in lot])


async def visit_rows(rig: Rig, wanted: set[str]) -> list[Row]:
    """Making and opening, each ours beside bare."""
    city = City(rig.parts.mongo_url, "bench_visits")
    await city.settle(PAIRINGS)
    rows = [await made(city, PAIRINGS), await opened(city, PAIRINGS)]
    await city.client.drop_database("bench_visits")
    await city.database.close()
    return [row for row in rows if row.row in wanted]


async def made(city: City, size: int) -> Row:
    """All visits of a week ahead: one for each pairing."""
    ours = await taken(city.rotas.sweep)
    count = await city.raw["visits"].count_documents({"state": "scheduled"})
    if count != size:
        raise RuntimeError(f"{count} visits instead of {size}")
    bare = await taken(lambda: copied(city))
    return Row(NAMES[0], size / ours, size / bare, bare / ours, None, None)


async def opened(city: City, size: int) -> Row:
    """All of them become due at the same moment."""
    city.clock.moment = OPENS_AT
    ours = await taken(city.visits.ring)
    count = await city.raw["visits"].count_documents({"state": "due"})
    if count != size:
        raise RuntimeError(f"{count} visits due instead of {size}")
    bare = await taken(lambda: changed(city))
    return Row(NAMES[1], size / ours, size / bare, bare / ours, None, None)


async def copied(city: City) -> None:
    """The same documents into a collection of their own, with the same indexes."""
    copies = city.raw["copies"]
    for index in (await city.raw["visits"].index_information()).items():
        name, facts = index
        options = {k: v for k, v in facts.items() if k in ("unique", "partialFilterExpression")}
        if name != "_id_":
            await copies.create_index(facts["key"], name=name, **options)
    cursor = city.raw["visits"].find({}, batch_size=LOT)
    while batch := await cursor.to_list(LOT):
        await copies.insert_many(batch, ordered=False)


async def changed(city: City) -> None:
    """To each copy what opening writes."""
    one = await city.raw["visits"].find_one({})
    assert one is not None
    state = {name: one[name] for name in ("state", "alarm_at", "version", "updated_at")}
    push = {"story": one["story"][-1], "untold": one["untold"][-1]}
    ids = [row["_id"] async for row in city.raw["copies"].find({}, {"_id": 1})]
    for lot in (ids[n : n + LOT] for n in range(0, len(ids), LOT)):
        updates = [UpdateOne({"_id": id_}, {"$set": state, "$push": push}) for id_ in lot]
        await city.raw["copies"].bulk_write(updates, ordered=False)


async def taken(work: Work) -> float:
    """How long it takes, in seconds."""
    begun = time.perf_counter()
    await work()
    return time.perf_counter() - begun


def lots(numbers: range) -> Iterator[range]:
    """The numbers in lots."""
    return (numbers[n : n + LOT] for n in range(0, len(numbers), LOT))


def _like(first: dict[str, Any], thing: Any) -> dict[str, Any]:
    """A document of another of the same kind: ids and what is sealed are its own."""
    own = {f.name: getattr(thing, f.name) for f in fields(thing)}
    kept: dict[str, Any] = {n: v for n, v in own.items() if n in first and isinstance(v, str)}
    for name in ("helper_ids", "household_ids", "person_ids"):
        if name in own:
            kept[name] = list(own[name])
    return {**first, **kept, "_id": thing.id, "untold": []}


def _home(number: int) -> Household:
    given = Consent(BEGINS_AT, "per_elder", ConsentMethod.WRITTEN, ConsentScope.CARE)
    return Household(
        id=f"hsh_{number}",
        community=COMMUNITY,
        version=0,
        state=HouseholdState.CONSENTED,
        dwelling_id=f"dwl_{number}",
        person_ids=(f"per_elder{number}",),
        categories=(Category.HARDSHIP,),
        risk_level=RiskLevel.HIGH,
        needs=("chat",),
        consent=given,
    )


def _member(number: int) -> Member:
    return Member(
        id=f"mem_{number}",
        community=COMMUNITY,
        version=0,
        person_id=f"per_{number}",
        branch_id="brn_1",
        name=None,
        households_max=3,
    )


def _pairing(number: int) -> Pairing:
    return Pairing(
        id=f"prg_{number}",
        community=COMMUNITY,
        version=0,
        state=PairingState.ACTIVE,
        mode=PairingMode.ONE_ONE,
        helper_ids=(f"mem_{number}",),
        household_ids=(f"hsh_{number}",),
        plan=PLAN,
        active_since=BEGINS_AT,
    )
