"""Property companies in MongoDB: whom one calls there is sealed, and found by nobody."""

from typing import Any

from pydantic import TypeAdapter

from services.property.domain.contractor import Contact, Contractor
from shared.alarms import LONG_AGO
from shared.mongo import Database, Index
from shared.mongo.sealed import Sealed
from shared.mongo.sealed_fields import SealedFields, written
from shared.sealing import Sealer

INDEXES = (
    Index((("community", 1), ("contractor_id", 1)), unique=True, name="company"),
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
)
"""A company is registered once in a community."""


_SEALED = {"contacts": TypeAdapter(tuple[Contact, ...])}
Contractors = Sealed[Contractor, Any]


def contractors(database: Database, sealer: Sealer) -> Contractors:
    """The collection."""
    kept = written(Contractor, _SEALED)
    seals = SealedFields(sealer, Contractor, kept, _SEALED)
    documents = database.documents("contractors", kept, source="/linli/property", indexes=INDEXES)
    return Contractors(documents, seal=seals.seal, opened=seals.opened)
