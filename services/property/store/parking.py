"""Vehicles, spaces, permits, allotments, passes and obstructions in MongoDB: plates, names and the
seeds of draws are sealed, each field by itself, and found by keyed hashes at most."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from services.property.domain.allotment import Allotment
from services.property.domain.obstruction import Obstruction
from services.property.domain.occupancy import Occupancy
from services.property.domain.permit import Permit
from services.property.domain.retention_rule import RetentionRule
from services.property.domain.space import Space
from services.property.domain.vehicle import Vehicle, VehicleState
from services.property.domain.visitor import VisitorPass
from shared.alarms import LONG_AGO
from shared.mongo import Database, Documents, Index
from shared.mongo.sealed import Sealed
from shared.mongo.sealed_fields import SealedFields, written
from shared.sealing import Sealer
from shared.store import A

SOURCE = "/linli/property"
ESTATE = Index((("estate_id", 1), ("_id", -1)), name="estate")
ALARM = Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm")
DWELLING = Index((("dwelling_id", 1), ("_id", -1)), name="dwelling")
LIVE_PLATE = Index(
    (("estate_id", 1), ("plate_digest", 1)), partial={"state": "issued"}, name="live_plate"
)
_TEXT: TypeAdapter[Any] = TypeAdapter(str | None)


Vehicles = Sealed[Vehicle, Any]
Permits = Sealed[Permit, Any]
Allotments = Sealed[Allotment, Any]
Passes = Sealed[VisitorPass, Any]
Obstructions = Sealed[Obstruction, Any]


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
    return _sealed(database, "vehicles", Vehicle, ("plate",), sealer, indexes)


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
    return _sealed(database, "permits", Permit, ("plate",), sealer, indexes)


def allotments(database: Database, sealer: Sealer) -> Allotments:
    """The collection; the seed of a draw cannot be read in it."""
    return _sealed(database, "allotments", Allotment, ("seed",), sealer, [ESTATE, ALARM])


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
    return _sealed(database, "visitor_passes", VisitorPass, ("visitor", "plate"), sealer, indexes)


def obstructions(database: Database, sealer: Sealer) -> Obstructions:
    """The collection."""
    return _sealed(
        database, "obstructions", Obstruction, ("plate", "text"), sealer, [ESTATE, ALARM]
    )


def retention_rules(database: Database) -> Documents[RetentionRule]:
    """The collection; a community has one, by its id."""
    return database.documents("retention_rules", RetentionRule, source=SOURCE)


def _sealed(
    database: Database,
    name: str,
    kind: type[A],
    texts: Sequence[str],
    sealer: Sealer,
    indexes: Sequence[Index],
) -> Sealed[A, Any]:
    """A collection in which these texts of each document are sealed, each by itself."""
    sealed = dict.fromkeys(texts, _TEXT)
    kept = written(kind, sealed)
    seals = SealedFields(sealer, kind, kept, sealed)
    documents = database.documents(name, kept, source=SOURCE, indexes=indexes)
    return Sealed(documents, seal=seals.seal, opened=seals.opened)
