"""Property companies in MongoDB: whom one calls there is sealed, and found by nobody."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from services.property.domain.contractor import Contact, Contractor
from shared.alarms import LONG_AGO
from shared.mongo import Database, Index
from shared.mongo.sealed import Sealed
from shared.mongo.sealed_fields import SealedFields
from shared.sealing import Sealer

INDEXES = (
    Index((("community", 1), ("contractor_id", 1)), unique=True, name="company"),
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
)
"""A company is registered once in a community."""


@dataclass(frozen=True, slots=True)
class SealedContractor(Contractor):
    """A company as it is written: its contacts are one sealed text."""

    contacts: str | None = None  # type: ignore[assignment]


Contractors = Sealed[Contractor, SealedContractor]


def contractors(database: Database, sealer: Sealer) -> Contractors:
    """The collection."""
    documents = database.documents(
        "contractors", SealedContractor, source="/linli/property", indexes=INDEXES
    )
    sealed = {"contacts": TypeAdapter(tuple[Contact, ...])}
    seals = SealedFields(sealer, Contractor, SealedContractor, sealed)
    return Contractors(documents, seal=seals.seal, opened=seals.opened)
