"""Care households in MongoDB: categories, risk and needs are sealed, each field by itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.pairing.domain.household import (
    Category,
    Consent,
    Household,
    HouseholdState,
    RiskLevel,
)
from shared.envelope import Envelope
from shared.events import Event
from shared.mongo import Database, Documents, Index
from shared.sealing import Sealer
from shared.store import Page

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


class Households:
    """Keeps the promises of ``Store[Household]`` over sealed documents."""

    def __init__(self, documents: Documents[SealedHousehold], sealer: Sealer) -> None:
        self._documents = documents
        self._sealer = sealer
        self.answered = documents.answered

    async def get(
        self,
        id: str,  # noqa: A002  as in Store
        *,
        communities: Sequence[str] | None = None,
        seen: int | None = None,
        handling: Envelope | None = None,
    ) -> Household:
        """See ``Store.get``."""
        found = await self._documents.get(id, communities=communities, seen=seen, handling=handling)
        return self._opened(found)

    async def find(self, where: Mapping[str, Any], *, limit: int = 100) -> list[Household]:
        """See ``Store.find``; sealed fields cannot be asked for."""
        return [self._opened(each) for each in await self._documents.find(where, limit=limit)]

    async def page(
        self,
        where: Mapping[str, Any],
        *,
        communities: Sequence[str],
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Household]:
        """See ``Store.page``."""
        page = await self._documents.page(
            where, communities=communities, cursor=cursor, limit=limit
        )
        return Page([self._opened(each) for each in page.items], page.next_cursor)

    async def save(
        self, aggregate: Household, events: Sequence[Event], *, handling: Envelope | None = None
    ) -> Household:
        """See ``Store.save``."""
        sealed = self._sealed(aggregate)
        return self._opened(await self._documents.save(sealed, events, handling=handling))

    async def story(
        self,
        id: str,  # noqa: A002  as in Store
        *,
        communities: Sequence[str] | None = None,
    ) -> list[Envelope]:
        """See ``Store.story``."""
        return await self._documents.story(id, communities=communities)

    def _sealed(self, household: Household) -> SealedHousehold:
        def seal(field: str, value: object) -> str:
            return self._sealer.seal(json.dumps(value).encode(), place=f"{household.id}/{field}")

        return SealedHousehold(
            id=household.id,
            community=household.community,
            version=household.version,
            state=household.state,
            dwelling_id=household.dwelling_id,
            person_ids=household.person_ids,
            categories=seal("categories", household.categories),
            risk_level=seal("risk_level", household.risk_level),
            needs=seal("needs", household.needs),
            consent=household.consent,
        )

    def _opened(self, sealed: SealedHousehold) -> Household:
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
    return Households(documents, sealer)
