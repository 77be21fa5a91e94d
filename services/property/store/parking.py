"""Vehicles, spaces, permits, allotments, passes and obstructions in MongoDB: plates, names and the
seeds of draws are sealed, each field by itself, and found by keyed hashes at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from services.property.domain.allotment import Allotment, AllotmentState, Entrant, Given
from services.property.domain.allotment_terms import Terms
from services.property.domain.incident import Place
from services.property.domain.obstruction import Obstruction
from services.property.domain.occupancy import Occupancy
from services.property.domain.permit import Permit, PermitEnd, PermitKind, PermitState
from services.property.domain.retention_rule import RetentionRule
from services.property.domain.space import Space
from services.property.domain.vehicle import Vehicle, VehicleKind, VehicleState
from services.property.domain.visitor import VisitorPass, VisitorPassState
from shared.alarms import LONG_AGO
from shared.mongo import Database, Documents, Index
from shared.mongo.sealed import Sealed
from shared.mongo.sealed_fields import SealedFields
from shared.sealing import Sealer

SOURCE = "/linli/property"
ESTATE = Index((("estate_id", 1), ("_id", -1)), name="estate")
ALARM = Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm")
DWELLING = Index((("dwelling_id", 1), ("_id", -1)), name="dwelling")
LIVE_PLATE = Index(
    (("estate_id", 1), ("plate_digest", 1)), partial={"state": "issued"}, name="live_plate"
)
TEXT: TypeAdapter[Any] = TypeAdapter(str | None)


@dataclass(frozen=True, slots=True)
class SealedVehicle:
    """A vehicle as it is written."""

    id: str
    community: str
    version: int
    state: VehicleState
    estate_id: str
    dwelling_id: str
    owner_id: str | None
    kind: VehicleKind
    plate: str
    plate_digest: str | None
    registered_at: datetime
    verified_at: datetime | None = None
    alarm_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealedPermit:
    """A permit as it is written."""

    id: str
    community: str
    version: int
    state: PermitState
    kind: PermitKind
    estate_id: str
    vehicle_id: str | None
    dwelling_id: str | None
    plate: str
    plate_digest: str | None
    space_id: str | None
    held_space: str | None
    valid_from: datetime
    valid_to: datetime
    allotment_id: str | None = None
    end: PermitEnd | None = None
    alarm_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealedAllotment:
    """An allotment as it is written."""

    id: str
    community: str
    version: int
    state: AllotmentState
    estate_id: str
    terms: Terms
    opened_at: datetime
    commitment: str | None
    seed: str
    entrants: tuple[Entrant, ...] = ()
    list_digest: str | None = None
    numbers: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    drawn_at: datetime | None = None
    alarm_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealedPass:
    """A visitor's pass as it is written."""

    id: str
    community: str
    version: int
    state: VisitorPassState
    estate_id: str
    dwelling_id: str
    host_id: str | None
    visitor: str
    plate: str
    plate_digest: str | None
    code_digest: str | None
    valid_from: datetime
    valid_to: datetime
    used_at: datetime | None = None
    used_gate: str | None = None
    alarm_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealedObstruction:
    """A blocked fire lane as it is written."""

    id: str
    community: str
    version: int
    estate_id: str
    incident_id: str
    place: Place
    text: str
    reported_by: str
    reported_at: datetime
    plate: str
    plate_digest: str | None
    vehicle_id: str | None
    alarm_at: datetime | None
    photo_ids: tuple[str, ...] = ()


Vehicles = Sealed[Vehicle, SealedVehicle]
Permits = Sealed[Permit, SealedPermit]
Allotments = Sealed[Allotment, SealedAllotment]
Passes = Sealed[VisitorPass, SealedPass]
Obstructions = Sealed[Obstruction, SealedObstruction]


def occupancies(database: Database) -> Documents[Occupancy]:
    """The collection; a person and a dwelling have one, by its id."""
    indexes = [ESTATE, Index((("person_id", 1), ("state", 1), ("_id", 1)), name="person")]
    return database.documents("occupancies", Occupancy, source=SOURCE, indexes=indexes)


def vehicles(database: Database, sealer: Sealer) -> Vehicles:
    """The collection; a plate is verified once on an estate."""
    verified = {"state": VehicleState.VERIFIED.value}
    plate = (("estate_id", 1), ("plate_digest", 1))
    indexes = [
        ESTATE,
        DWELLING,
        ALARM,
        Index((*plate, ("state", 1)), name="plate"),
        Index(plate, unique=True, partial=verified, name="verified_plate"),
    ]
    kept = database.documents("vehicles", SealedVehicle, source=SOURCE, indexes=indexes)
    seals = SealedFields(sealer, Vehicle, SealedVehicle, {"plate": TEXT})
    return Vehicles(kept, seal=seals.seal, opened=seals.opened)


def spaces(database: Database) -> Documents[Space]:
    """The collection; a code is used once on an estate."""
    code = Index((("estate_id", 1), ("code", 1)), unique=True, name="code")
    return database.documents("spaces", Space, source=SOURCE, indexes=[ESTATE, code])


def permits(database: Database, sealer: Sealer) -> Permits:
    """The collection; a space is held once."""
    indexes = [
        ESTATE,
        DWELLING,
        ALARM,
        LIVE_PLATE,
        Index((("vehicle_id", 1), ("_id", 1)), name="vehicle"),
        Index(
            (("held_space", 1),),
            unique=True,
            partial={"held_space": {"$type": "string"}},
            name="held_space",
        ),
    ]
    kept = database.documents("permits", SealedPermit, source=SOURCE, indexes=indexes)
    seals = SealedFields(sealer, Permit, SealedPermit, {"plate": TEXT})
    return Permits(kept, seal=seals.seal, opened=seals.opened)


def allotments(database: Database, sealer: Sealer) -> Allotments:
    """The collection; the seed of a draw cannot be read in it."""
    kept = database.documents("allotments", SealedAllotment, source=SOURCE, indexes=[ESTATE, ALARM])
    seals = SealedFields(sealer, Allotment, SealedAllotment, {"seed": TEXT})
    return Allotments(kept, seal=seals.seal, opened=seals.opened)


def passes(database: Database, sealer: Sealer) -> Passes:
    """The collection; a code opens one live pass of an estate."""
    indexes: Sequence[Index] = [
        ESTATE,
        ALARM,
        LIVE_PLATE,
        Index((("dwelling_id", 1), ("state", 1), ("_id", -1)), name="dwelling"),
        Index(
            (("estate_id", 1), ("code_digest", 1)),
            unique=True,
            partial={"code_digest": {"$type": "string"}},
            name="code",
        ),
    ]
    kept = database.documents("visitor_passes", SealedPass, source=SOURCE, indexes=indexes)
    sealed = {"visitor": TEXT, "plate": TEXT}
    seals = SealedFields(sealer, VisitorPass, SealedPass, sealed)
    return Passes(kept, seal=seals.seal, opened=seals.opened)


def obstructions(database: Database, sealer: Sealer) -> Obstructions:
    """The collection."""
    kept = database.documents(
        "obstructions", SealedObstruction, source=SOURCE, indexes=[ESTATE, ALARM]
    )
    sealed = {"plate": TEXT, "text": TEXT}
    seals = SealedFields(sealer, Obstruction, SealedObstruction, sealed)
    return Obstructions(kept, seal=seals.seal, opened=seals.opened)


def retention_rules(database: Database) -> Documents[RetentionRule]:
    """The collection; a community has one, by its id."""
    return database.documents("retention_rules", RetentionRule, source=SOURCE)
