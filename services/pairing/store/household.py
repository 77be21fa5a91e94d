"""Care households in MongoDB: what is sensitive is sealed, each field by itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from services.pairing.domain.availability import TimeSlot
from services.pairing.domain.emergency_contact import EmergencyContact
from services.pairing.domain.household import (
    LIVING_HERE,
    Category,
    Consent,
    Household,
    HouseholdState,
    LeftReason,
    RiskLevel,
)
from shared.alarms import LONG_AGO
from shared.mongo import Database, Index
from shared.mongo.sealed import ErasableSealed
from shared.mongo.sealed_fields import SealedFields
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
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
)
"""A dwelling has one household on the register, and any number that have left."""


@dataclass(frozen=True, slots=True)
class SealedHousehold:
    """A household as it is written. What one written before the newer fields has not is None."""

    id: str
    community: str
    version: int
    state: HouseholdState
    dwelling_id: str
    person_ids: tuple[str, ...]
    categories: str
    risk_level: str
    needs: str
    consent: Consent | None
    languages: str | None = None
    suitable_times: str | None = None
    emergency_contact: str | None = None
    former_consents: tuple[Consent, ...] = ()
    reminded_at: datetime | None = None
    alarm_at: datetime | None = None
    left_at: datetime | None = None
    left_reason: LeftReason | None = None
    external_ref: str | None = None
    anonymised_at: datetime | None = None


Households = ErasableSealed[Household, SealedHousehold]
_SEALED: dict[str, TypeAdapter[Any]] = {
    "categories": TypeAdapter(tuple[Category, ...]),
    "risk_level": TypeAdapter(RiskLevel),
    "needs": TypeAdapter(tuple[str, ...]),
    "languages": TypeAdapter(tuple[str, ...]),
    "suitable_times": TypeAdapter(tuple[TimeSlot, ...]),
    "emergency_contact": TypeAdapter(EmergencyContact | None),
}


def households(database: Database, sealer: Sealer) -> Households:
    """The collection; a dwelling has one household at most."""
    documents = database.erasable(
        "households", SealedHousehold, source="/linli/pairing", indexes=INDEXES
    )
    seals = SealedFields(sealer, Household, SealedHousehold, _SEALED)
    return Households(documents, seal=seals.seal, opened=seals.opened)
