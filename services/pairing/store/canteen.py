"""Menus and meals in MongoDB: what somebody may not eat is sealed."""

from typing import Any

from pydantic import TypeAdapter

from services.pairing.domain.meal import Meal
from services.pairing.domain.menu import Menu
from shared.alarms import LONG_AGO
from shared.mongo import Database, Documents, Index
from shared.mongo.sealed import Sealed
from shared.mongo.sealed_fields import SealedFields, written
from shared.sealing import Sealer

MENU_INDEXES = (Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),)
MEAL_INDEXES = (
    Index((("menu_id", 1), ("sitting", 1), ("state", 1), ("_id", 1)), name="sitting"),
    Index((("person_id", 1), ("state", 1), ("_id", -1)), name="eater"),
    Index((("carrier_person_id", 1), ("state", 1), ("_id", -1)), name="carrier_person"),
    Index((("carrier_id", 1), ("state", 1), ("_id", 1)), name="carrier"),
    Index((("household_id", 1), ("state", 1), ("_id", 1)), name="household"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
)


Meals = Sealed[Meal, Any]
_SEALED: dict[str, TypeAdapter[Any]] = {"dietary_note": TypeAdapter(str | None)}


def menus(database: Database) -> Documents[Menu]:
    """The collection of menus."""
    return database.documents("menus", Menu, source="/linli/pairing", indexes=MENU_INDEXES)


def meals(database: Database, sealer: Sealer) -> Meals:
    """The collection of meals."""
    kept = written(Meal, _SEALED)
    seals = SealedFields(sealer, Meal, kept, _SEALED)
    documents = database.documents("meals", kept, source="/linli/pairing", indexes=MEAL_INDEXES)
    return Meals(documents, seal=seals.seal, opened=seals.opened)
