"""Care households in MongoDB: what is sensitive is sealed, each field by itself."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from services.pairing.domain.availability import TimeSlot
from services.pairing.domain.emergency_contact import EmergencyContact
from services.pairing.domain.household import (
    LIVING_HERE,
    Category,
    Household,
    RiskLevel,
)
from shared.alarms import LONG_AGO
from shared.mongo import Database, Index
from shared.mongo.sealed import ErasableSealed
from shared.mongo.sealed_fields import SealedFields, written
from shared.sealing import Sealer

_LIVING_HERE = {"state": {"$in": [state.value for state in LIVING_HERE]}}
INDEXES = (
    Index(
        (("community", 1), ("dwelling_id", 1)),
        unique=True,
        partial=_LIVING_HERE,
        name="home",
        replaces="dwelling",
    ),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index(
        (("community", 1), ("external_ref", 1)),
        unique=True,
        partial={"external_ref": {"$type": "string"}},
        name="external_ref",
    ),
    Index((("person_ids", 1), ("_id", 1)), name="person"),
    Index((("branch_id", 1), ("_id", 1)), partial={"branch_id": {"$gt": ""}}, name="branch"),
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
)
"""A dwelling has one household on the register, and any number that have left."""


Households = ErasableSealed[Household, Any]
_SEALED: dict[str, TypeAdapter[Any]] = {
    "categories": TypeAdapter(tuple[Category, ...]),
    "risk_level": TypeAdapter(RiskLevel),
    "needs": TypeAdapter(tuple[str, ...]),
    "languages": TypeAdapter(tuple[str, ...]),
    "suitable_times": TypeAdapter(tuple[TimeSlot, ...]),
    "emergency_contact": TypeAdapter(EmergencyContact | None),
    "raised_at": TypeAdapter(datetime | None),
}


def households(database: Database, sealer: Sealer) -> Households:
    """The collection; a dwelling has one household at most."""
    kept = written(Household, _SEALED)
    seals = SealedFields(sealer, Household, kept, _SEALED)
    documents = database.erasable("households", kept, source="/linli/pairing", indexes=INDEXES)
    return Households(documents, seal=seals.seal, opened=seals.opened)
