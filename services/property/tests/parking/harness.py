"""Parking and gates over stores, fake or real: an estate, its desk, its residents and its gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.property.consumers import of_parking
from services.property.domain.access import Access, Direction, Right, Sighting
from services.property.domain.allotment import Allotment
from services.property.domain.allotment_terms import AllotmentMode, Terms
from services.property.domain.obstruction import Obstruction
from services.property.domain.occupancy import Occupancy
from services.property.domain.permit import Permit, PermitKind
from services.property.domain.retention_rule import RetentionRule
from services.property.domain.space import Space, SpaceKind
from services.property.domain.vehicle import Vehicle, VehicleKind
from services.property.domain.visitor import VisitorPass
from services.property.service.digests import Digests
from services.property.service.estate import BuildingDraft, DwellingDraft, EntranceDraft
from services.property.service.grounds import Looker
from services.property.service.obstruction import Opened
from services.property.service.parking import Around, KeptLog, Parking, ParkingStores
from services.property.service.permit import PermitDraft
from services.property.service.space import SpaceDraft
from services.property.service.vehicle import VehicleDraft
from services.property.service.viewer import Viewer
from services.property.service.visitor import PassDraft
from services.property.store.parking_records import ParkingRecords
from services.property.tests.samples import COMMUNITY, COMPANY
from services.property.tests.world import DRAFT, SOURCE, World, fake_world, real_world
from shared.envelope import Envelope
from shared.errors import Malformed
from shared.mongo import Database
from shared.mongo.readings import readings
from shared.readings import ReadingLog
from shared.sealing import DEVELOPMENT_KEYS, Sealer
from shared.store import Page, Store, decode_cursor, encode_cursor
from shared.testing import FakeReadings, FakeStore
from shared.testing_service import deliver, news_of

HERE = Viewer((COMMUNITY,))
STAFF = Looker(HERE, "per_staff")
DESK = Looker(Viewer((COMMUNITY,), COMPANY), "per_desk")
GATE = Viewer((COMMUNITY,), COMPANY)
ANNA, BERT, CARL = (Looker(HERE, f"per_{name}", resident=True) for name in ("anna", "bert", "carl"))
STRANGERS = {
    "another company": Looker(Viewer((COMMUNITY,), "cmp_other"), "per_x"),
    "another community": Looker(Viewer(("elsewhere",)), "per_x"),
    "a key of another estate": Looker(Viewer((COMMUNITY,), COMPANY, ("est_other",)), "key_x"),
}
PLATE, OTHER_PLATE = "京A12345", "京B67890"
KEY = b"k" * 32
DWELLINGS = ("dwl_1", "dwl_2", "dwl_3")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class FakeAccessLog:
    """Keeps the promises of ``KeptLog`` in memory."""

    def __init__(self, clock: Any) -> None:
        self.kept: dict[str, Access] = {}
        self._clock = clock

    async def keep(self, rows: Sequence[Access]) -> Mapping[str, Access]:
        before = {row.id: self.kept[row.id] for row in rows if row.id in self.kept}
        self.kept = {row.id: row for row in rows} | self.kept
        return before

    async def get(self, id: str) -> Access | None:  # noqa: A002
        return self.kept.get(id)

    async def page(
        self,
        where: Mapping[str, Any],
        *,
        since: datetime | None,
        until: datetime | None,
        cursor: str | None,
        limit: int,
    ) -> Page[Access]:
        rows = [row for row in self.kept.values() if _matches(row, where)]
        rows = [row for row in rows if since is None or row.at >= since]
        rows = [row for row in rows if until is None or row.at < until]
        rows.sort(key=lambda row: (row.at, row.id), reverse=True)
        start = 0 if cursor is None else _place(cursor)
        end = start + limit
        return Page(rows[start:end], encode_cursor(str(end)) if len(rows) > end else None)

    async def forget(self, days: Mapping[str, int], *, others: int) -> int:
        now, before = self._clock.now(), len(self.kept)
        self.kept = {
            id_: row
            for id_, row in self.kept.items()
            if row.at >= now - timedelta(days=days.get(row.community, others))
        }
        return before - len(self.kept)


def _matches(row: Access, where: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in where.items())


def _place(cursor: str) -> int:
    place = decode_cursor(cursor)
    if not place.isdecimal():
        raise Malformed("cursor.malformed", pointer="cursor")
    return int(place)


@dataclass
class Yard:
    """The use cases of parking on one estate, and what stands around them."""

    world: World
    stores: ParkingStores
    readings: Any
    estate_id: str = ""
    told: list[Envelope] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = self.world.clock
        around = Around(
            plans=self.world.plans,
            opened=Opened(self.world.incidents, self.world.photos),
            readings=ReadingLog(self.readings, self.clock),
            digests=Digests(KEY),
            clock=self.clock,
        )
        self.parking = Parking(self.stores, around)
        self.hearings = [*self.world.hearings, *of_parking(self.parking)]

    async def built(self) -> "Yard":
        """With an estate of three dwellings, of which three people live in one each."""
        dwellings = tuple(DwellingDraft(id_, id_) for id_ in DWELLINGS)
        building = BuildingDraft("1", "bld_1", (EntranceDraft("1", "ent_1", dwellings),))
        draft = DRAFT.__class__(
            community=COMMUNITY,
            code="south",
            name="South yard",
            management=DRAFT.management,
            contractor_id=COMPANY,
            buildings=(building,),
        )
        self.estate_id = (await self.world.estates.register(draft)).id
        for who, dwelling in zip((ANNA, BERT, CARL), DWELLINGS, strict=True):
            await self.home(who, dwelling)
        return self

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def home(self, who: Looker, dwelling_id: str) -> Occupancy:
        """The desk knows that somebody lives there."""
        return await self.parking.occupancies.register(
            DESK, estate_id=self.estate_id, dwelling_id=dwelling_id, person_id=who.id
        )

    async def vehicle(
        self, who: Looker = DESK, *, plate: str = PLATE, dwelling_id: str = "dwl_1"
    ) -> Vehicle:
        """A car of a dwelling."""
        draft = VehicleDraft(self.estate_id, dwelling_id, VehicleKind.CAR, plate)
        return await self.parking.vehicles.register(who, draft)

    async def space(self, code: str = "A-1") -> Space:
        """A parking space."""
        draft = SpaceDraft(self.estate_id, code, SpaceKind.STANDARD)
        return await self.parking.spaces.register(DESK, draft)

    async def permit(self, vehicle: Vehicle | None = None, **told: Any) -> Permit:
        """A permit of a month: of this vehicle, or as told."""
        facts: dict[str, Any] = {
            "estate_id": self.estate_id,
            "kind": PermitKind.RESIDENT if vehicle else PermitKind.TEMPORARY,
            "valid_to": self.now + 20 * DAY,
            "vehicle_id": vehicle.id if vehicle else None,
            "plate": None if vehicle else PLATE,
        }
        return await self.parking.permits.issue(DESK, PermitDraft(**{**facts, **told}))

    async def visitor(self, who: Looker = ANNA, **told: Any) -> tuple[VisitorPass, str]:
        """Anna expects somebody from now on, for two hours."""
        facts: dict[str, Any] = {
            "estate_id": self.estate_id,
            "dwelling_id": "dwl_1",
            "valid_from": self.now,
            "valid_to": self.now + 2 * HOUR,
            "visitor": "Zhang San",
        }
        return await self.parking.visitors.issue(who, PassDraft(**{**facts, **told}))

    async def lot(self, *space_ids: str, **told: Any) -> Allotment:
        """Lots are to be drawn for these spaces tomorrow."""
        facts: dict[str, Any] = {
            "mode": AllotmentMode.DRAW,
            "title": "North lot",
            "term_days": 180,
            "space_ids": space_ids,
            "closes_at": self.now + DAY,
        }
        terms = Terms(**{**facts, **told})
        return await self.parking.allotments.open_up(STAFF, self.estate_id, terms)

    async def queue(self) -> Allotment:
        """A waiting list."""
        terms = Terms(AllotmentMode.WAITING_LIST, "Any space", 180)
        return await self.parking.allotments.open_up(STAFF, self.estate_id, terms)

    def seen(self, ref: str = "1", **told: Any) -> Sighting:
        """The north gate sees a car come in."""
        facts: dict[str, Any] = {
            "gate": "north",
            "ref": ref,
            "direction": Direction.IN,
            "plate": PLATE,
            "at": self.now,
        }
        return Sighting(**{**facts, **told})

    async def came(self, *sightings: Sighting) -> list[Right | None]:
        """By what these came in, as the gate was answered."""
        logged = await self.parking.access.record(GATE, self.estate_id, sightings)
        return [each.row.right if each.row else None for each in logged]

    async def news(self) -> list[Envelope]:
        """What was told since the last call."""
        return await news_of(self._kept(), self.told)

    async def settle(self, *, times: int = 1) -> None:
        """Let everything that was told be heard, so many times, and what that tells."""
        while news := await self.news():
            for envelope in news * times:
                await deliver(self.hearings, envelope)

    def types(self) -> list[str]:
        """What was told, without service and version."""
        return [".".join(envelope.type.split(".")[1:3]) for envelope in self.told]

    def _kept(self) -> list[Store[Any]]:
        stores = self.stores
        return [
            stores.occupancies,
            stores.vehicles,
            stores.spaces,
            stores.permits,
            stores.allotments,
            stores.passes,
            stores.obstructions,
            self.world.incident_store,
        ]


def fake_stores(clock: Any) -> ParkingStores:
    """In memory."""

    def store(kind: type[Any]) -> Any:
        return FakeStore(kind, source=SOURCE, clock=clock)

    log: KeptLog = FakeAccessLog(clock)
    return ParkingStores(
        occupancies=store(Occupancy),
        vehicles=store(Vehicle),
        spaces=store(Space),
        permits=store(Permit),
        allotments=store(Allotment),
        passes=store(VisitorPass),
        obstructions=store(Obstruction),
        rules=store(RetentionRule),
        log=log,
    )


async def fake_yard() -> Yard:
    """Over fakes."""
    world = fake_world()
    return await Yard(world, fake_stores(world.clock), FakeReadings()).built()


async def real_yard(database: Database) -> Yard:
    """Over the real store."""

    records = ParkingRecords(database, Sealer(DEVELOPMENT_KEYS))
    log = readings(database)
    world = await real_world(database)  # migrates what was declared by then
    return await Yard(world, records.stores, log).built()
