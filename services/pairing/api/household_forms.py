"""What is sent about care households, and what is shown of them: little, unless for a purpose."""

from datetime import datetime
from typing import Annotated, Any, Protocol

from pydantic import Field, StringConstraints

from services.pairing.api.member_forms import Languages, Slots, TimeSlotView, in_domain
from services.pairing.api.person_forms import Name, Phone
from services.pairing.domain.circumstances import NAMES
from services.pairing.domain.emergency_contact import (
    EmergencyContact,
    Relation,
    emergency_contact,
)
from services.pairing.domain.household import (
    Category,
    Circumstances,
    ConsentMethod,
    ConsentScope,
    Household,
    HouseholdState,
    LeftReason,
    RiskLevel,
)
from services.pairing.domain.household_lists import NEEDS_MAX, PERSONS_MAX
from services.pairing.service.household import ConsentGiven
from shared.store import Aggregate
from shared.web import Body, View
from shared.web.forms import ChangeBody, Moment, Ref, left_out

Need = Annotated[str, StringConstraints(min_length=1, max_length=200)]
PersonIds = Annotated[tuple[Ref, ...], Field(min_length=1, max_length=PERSONS_MAX)]
Categories = Annotated[tuple[Category, ...], Field(min_length=1, max_length=len(Category))]
Needs = Annotated[tuple[Need, ...], Field(max_length=NEEDS_MAX)]


class EmergencyContactBody(Body):
    """Whom to call when nobody opens."""

    name: Name
    phone: Phone
    relation: Relation

    def contact(self) -> EmergencyContact:
        """The same in the domain's words; ``Invalid`` for a number that can be none."""
        return emergency_contact(self.name, self.phone, self.relation)


class HouseholdBody(Body):
    """A household of a dwelling that is known; its community is the dwelling's.

    ``external_ref``: your own reference, no number that says who they are.
    """

    dwelling_id: Ref
    person_ids: PersonIds
    categories: Categories
    risk_level: RiskLevel
    needs: Needs = ()
    languages: Languages = ()
    suitable_times: Slots = ()
    emergency_contact: EmergencyContactBody | None = None
    external_ref: Ref | None = None

    def circumstances(self) -> Circumstances:
        """The sensitive part in the domain's words."""
        return Circumstances(**{name: in_household(getattr(self, name)) for name in NAMES})


class HouseholdChangeBody(ChangeBody):
    """What is to be different; what is left out stays as it is, and null takes a contact away."""

    person_ids: PersonIds = left_out()
    categories: Categories = left_out()
    risk_level: RiskLevel = left_out()
    needs: Needs = left_out()
    languages: Languages = left_out()
    suitable_times: Slots = left_out()
    emergency_contact: EmergencyContactBody | None = None

    def changes(self) -> dict[str, Any]:
        """What was sent, in the domain's words."""
        return {name: in_household(getattr(self, name)) for name in sorted(self.model_fields_set)}


class ConsentBody(Body):
    """Who said yes, how, to what, when (nothing: now), until when (nothing: until taken back)."""

    by: Ref
    method: ConsentMethod
    scope: ConsentScope
    until: Moment | None = None
    at: Moment | None = None

    def given(self) -> ConsentGiven:
        """The same in the use case's words."""
        return ConsentGiven(self.by, self.method, self.scope, self.until, self.at)


class AssignmentBody(Body):
    """The branch that answers for it from now on; null: none."""

    branch_id: Ref | None


class DepartureBody(Body):
    """Why the household is on the register no more."""

    reason: LeftReason


class Masked(Aggregate, Protocol):
    """What may be shown of a household without a purpose; sealed or open, it has these."""

    @property
    def state(self) -> HouseholdState: ...
    @property
    def dwelling_id(self) -> str: ...
    @property
    def branch_id(self) -> str | None: ...
    @property
    def person_ids(self) -> tuple[str, ...]: ...
    @property
    def reminded_at(self) -> datetime | None: ...


class HouseholdView(View):
    """A household in a list and after a change: no categories, risk, needs or consent's details."""

    id: str
    community: str
    version: int
    state: HouseholdState
    dwelling_id: str
    branch_id: str | None
    persons: int
    consent_expiring: bool

    @classmethod
    def of(cls, household: Masked) -> "HouseholdView":
        """The masked view."""
        return cls(
            id=household.id,
            community=household.community,
            version=household.version,
            state=household.state,
            dwelling_id=household.dwelling_id,
            branch_id=household.branch_id,
            persons=len(household.person_ids),
            consent_expiring=_is_expiring(household),
        )


class ConsentView(View):
    """A consent in full."""

    at: datetime
    by: str
    method: ConsentMethod
    scope: ConsentScope
    until: datetime | None
    withdrawn_at: datetime | None


class EmergencyContactView(View):
    """Whom to call when nobody opens."""

    name: str
    phone: str
    relation: Relation


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
    languages: list[str]
    suitable_times: list[TimeSlotView]
    emergency_contact: EmergencyContactView | None
    consent: ConsentView | None
    former_consents: list[ConsentView]
    external_ref: str | None
    left_at: datetime | None
    left_reason: LeftReason | None
    anonymised_at: datetime | None

    @classmethod
    def of(cls, household: Household) -> "CircumstancesView":
        """The full view."""
        return cls.model_validate(household, from_attributes=True)


def in_household(value: Any) -> Any:
    """A part of a body in the domain's words."""
    return value.contact() if isinstance(value, EmergencyContactBody) else in_domain(value)


def _is_expiring(household: Masked) -> bool:
    return household.state is HouseholdState.CONSENTED and household.reminded_at is not None
