"""What is sent about care households, and what is shown of them: little, unless for a purpose."""

from datetime import datetime
from typing import Annotated, Protocol

from pydantic import Field, StringConstraints

from services.pairing.domain.household import (
    NEEDS_MAX,
    PERSONS_MAX,
    Category,
    ConsentMethod,
    ConsentScope,
    Household,
    HouseholdState,
    RiskLevel,
)
from shared.web import Body, View
from shared.web.forms import Moment, Ref

Need = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class HouseholdBody(Body):
    """A household of a dwelling that is known; its community is the dwelling's."""

    dwelling_id: Ref
    person_ids: Annotated[tuple[Ref, ...], Field(min_length=1, max_length=PERSONS_MAX)]
    categories: Annotated[tuple[Category, ...], Field(min_length=1, max_length=len(Category))]
    risk_level: RiskLevel
    needs: Annotated[tuple[Need, ...], Field(max_length=NEEDS_MAX)] = ()


class ConsentBody(Body):
    """Who said yes, how, to what, until when (nothing: until it is taken back)."""

    by: Ref
    method: ConsentMethod
    scope: ConsentScope
    until: Moment | None = None


class Masked(Protocol):
    """What may be shown of a household without a purpose; sealed or open, it has these."""

    @property
    def id(self) -> str: ...
    @property
    def community(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def state(self) -> HouseholdState: ...
    @property
    def dwelling_id(self) -> str: ...
    @property
    def person_ids(self) -> tuple[str, ...]: ...


class HouseholdView(View):
    """A household in a list and after a change: no categories, risk, needs or consent's details."""

    id: str
    community: str
    version: int
    state: HouseholdState
    dwelling_id: str
    persons: int

    @classmethod
    def of(cls, household: Masked) -> "HouseholdView":
        """The masked view."""
        return cls(
            id=household.id,
            community=household.community,
            version=household.version,
            state=household.state,
            dwelling_id=household.dwelling_id,
            persons=len(household.person_ids),
        )


class ConsentView(View):
    """The consent in full."""

    at: datetime
    by: str
    method: ConsentMethod
    scope: ConsentScope
    until: datetime | None
    withdrawn_at: datetime | None


class CircumstancesView(View):
    """A household in full; that somebody saw this is on record."""

    id: str
    community: str
    version: int
    state: HouseholdState
    dwelling_id: str
    person_ids: list[str]
    categories: list[Category]
    risk_level: RiskLevel
    needs: list[str]
    consent: ConsentView | None

    @classmethod
    def of(cls, household: Household) -> "CircumstancesView":
        """The full view."""
        return cls.model_validate(household, from_attributes=True)
