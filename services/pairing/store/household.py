"""Care households in MongoDB: categories, risk and needs are sealed, each field by itself."""

import json
from dataclasses import dataclass
from typing import Any

from services.pairing.domain.household import (
    Category,
    Consent,
    Household,
    HouseholdState,
    RiskLevel,
)
from shared.mongo import Database, Index
from shared.mongo.sealed import Sealed
from shared.sealing import Sealer

INDEXES = (
    Index((("community", 1), ("dwelling_id", 1)), unique=True, name="dwelling"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
)


@dataclass(frozen=True, slots=True)
class SealedHousehold:
    """A household as it is written."""

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


Households = Sealed[Household, SealedHousehold]


class Seals:
    """Seals a household's circumstances and opens them again."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def seal(self, household: Household) -> SealedHousehold:
        """The household as it is written."""

        def sealed(field: str, value: object) -> str:
            return self._sealer.seal(json.dumps(value).encode(), place=f"{household.id}/{field}")

        return SealedHousehold(
            id=household.id,
            community=household.community,
            version=household.version,
            state=household.state,
            dwelling_id=household.dwelling_id,
            person_ids=household.person_ids,
            categories=sealed("categories", household.categories),
            risk_level=sealed("risk_level", household.risk_level),
            needs=sealed("needs", household.needs),
            consent=household.consent,
        )

    def opened(self, sealed: SealedHousehold) -> Household:
        """The household again."""

        def opened(field: str, text: str) -> Any:
            return json.loads(self._sealer.open(text, place=f"{sealed.id}/{field}"))

        return Household(
            id=sealed.id,
            community=sealed.community,
            version=sealed.version,
            state=sealed.state,
            dwelling_id=sealed.dwelling_id,
            person_ids=sealed.person_ids,
            categories=tuple(Category(each) for each in opened("categories", sealed.categories)),
            risk_level=RiskLevel(opened("risk_level", sealed.risk_level)),
            needs=tuple(opened("needs", sealed.needs)),
            consent=sealed.consent,
        )


def households(database: Database, sealer: Sealer) -> Households:
    """The collection; a dwelling has one household at most."""
    documents = database.documents(
        "households", SealedHousehold, source="/linli/pairing", indexes=INDEXES
    )
    seals = Seals(sealer)
    return Households(documents, seal=seals.seal, opened=seals.opened)
