"""People in MongoDB: who they are is sealed, each field by itself."""

from datetime import date
from typing import Any

from pydantic import TypeAdapter

from services.pairing.domain.person import Person
from shared.mongo import Database, Index
from shared.mongo.sealed import ErasableSealed
from shared.mongo.sealed_fields import SealedFields, written
from shared.sealing import Sealer

INDEXES = (
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("community", 1), ("dwelling_id", 1), ("_id", -1)), name="dwelling"),
    Index(
        (("community", 1), ("external_ref", 1)),
        unique=True,
        partial={"external_ref": {"$type": "string"}},
        name="external_ref",
    ),
)


People = ErasableSealed[Person, Any]
_SEALED: dict[str, TypeAdapter[Any]] = {
    "name": TypeAdapter(str),
    "phone": TypeAdapter(str | None),
    "birth_date": TypeAdapter(date | None),
    "languages": TypeAdapter(tuple[str, ...]),
}


def people(database: Database, sealer: Sealer) -> People:
    """The collection."""
    kept = written(Person, _SEALED)
    seals = SealedFields(sealer, Person, kept, _SEALED)
    documents = database.erasable("people", kept, source="/linli/pairing", indexes=INDEXES)
    return People(documents, seal=seals.seal, opened=seals.opened)
