"""People in MongoDB: who they are is sealed, each field by itself."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from services.pairing.domain.person import Person, PersonState
from shared.mongo import Database, Index
from shared.mongo.sealed import ErasableSealed
from shared.mongo.sealed_fields import SealedFields
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


@dataclass(frozen=True, slots=True)
class SealedPerson:
    """A person as they are written."""

    id: str
    community: str
    version: int
    state: PersonState
    name: str
    phone: str
    birth_date: str
    dwelling_id: str | None
    languages: str
    external_ref: str | None
    erased_at: datetime | None


People = ErasableSealed[Person, SealedPerson]
_SEALED: dict[str, TypeAdapter[Any]] = {
    "name": TypeAdapter(str),
    "phone": TypeAdapter(str | None),
    "birth_date": TypeAdapter(date | None),
    "languages": TypeAdapter(tuple[str, ...]),
}


def people(database: Database, sealer: Sealer) -> People:
    """The collection."""
    documents = database.erasable("people", SealedPerson, source="/linli/pairing", indexes=INDEXES)
    seals = SealedFields(sealer, Person, SealedPerson, _SEALED)
    return People(documents, seal=seals.seal, opened=seals.opened)
