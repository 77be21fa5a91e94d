"""What tables of residents and of care households may hold."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field

from services.pairing.api.household_forms import (
    Categories,
    EmergencyContactBody,
    Needs,
    PersonIds,
    in_household,
)
from services.pairing.api.member_forms import Languages, Slots
from services.pairing.api.member_table_forms import VERSION_MAX, listed, slots_in
from services.pairing.api.person_forms import Name, Phone
from services.pairing.api.table_forms import day_in, since_in, until_in, words_of
from services.pairing.domain.circumstances import NAMES
from services.pairing.domain.emergency_contact import Relation
from services.pairing.domain.household import (
    Category,
    ConsentMethod,
    ConsentScope,
    RiskLevel,
)
from services.pairing.domain.household_lists import PERSONS_MAX
from services.pairing.service.household import ConsentGiven
from services.pairing.service.register_table import TableRow
from shared.bulk import ROWS_MAX
from shared.errors import Invalid
from shared.texts import LANGS, label
from shared.web import Body
from shared.web.csv_import import Sheet
from shared.web.forms import Moment, Ref

K = TypeVar("K", bound=StrEnum)
_CATEGORIES = words_of(Category, "household_category")
_RISKS = words_of(RiskLevel, "household_risk")
_RELATIONS = words_of(Relation, "relation")
_METHODS = words_of(ConsentMethod, "consent_method")
_SCOPES = words_of(ConsentScope, "consent_scope")
PassedOver = str | None
"""Stands in a table that was read from here, and says nothing when it comes back."""


def categories_in(value: Any) -> Any:
    """Categories by their codes or in words, set apart by semicolons."""
    cells = listed(value)
    return [_CATEGORIES.get(each, each) for each in cells] if isinstance(cells, list) else cells


class _Row(Body):
    """What every row has; a blank cell leaves what is known as it is.

    It is known by ``id``, as a table from here has it, else by ``external_ref``. ``version`` is
    that of when it was read: what has changed since is left alone.
    """

    id: Ref | None = None
    external_ref: Ref | None = None
    community: Ref | None = None
    version: Annotated[int, Field(ge=1, le=VERSION_MAX)] | None = None
    state: PassedOver = None

    def reference(self) -> str:
        """What the row is known by; ``Invalid`` without."""
        reference = self.id or self.external_ref
        if reference is None:
            raise Invalid("table.no_reference", pointer="/external_ref")
        return reference


class PersonRowBody(_Row):
    """A resident. With an ``id`` that is new they are registered under it."""

    name: Name | None = None
    phone: Phone | None = None
    birth_date: Annotated[date | None, BeforeValidator(day_in)] = None
    dwelling_id: Ref | None = None
    languages: Annotated[Languages | None, BeforeValidator(listed)] = None
    erased_at: PassedOver = None

    def told(self, number: int, community: str) -> TableRow:
        """The same in the words of the use case."""
        names = ("name", "phone", "birth_date", "dwelling_id", "languages")
        given = {name: getattr(self, name) for name in names}
        changes = {name: value for name, value in given.items() if value is not None}
        known_by = self.external_ref or self.reference()
        return TableRow(number, known_by, community, self.id, changes, self.version)


class RowContactBody(EmergencyContactBody):
    """Whom to call when nobody opens; the relation by its code or in words."""

    relation: Annotated[Relation, BeforeValidator(lambda value: _RELATIONS.get(value, value))]


class RowConsentBody(Body):
    """A consent that the household has given, on paper for instance; by the first of its people if
    it is not told. One that is no newer than the one on record is known already."""

    at: Annotated[Moment, BeforeValidator(since_in)]
    method: Annotated[ConsentMethod, BeforeValidator(lambda value: _METHODS.get(value, value))]
    scope: Annotated[ConsentScope, BeforeValidator(lambda value: _SCOPES.get(value, value))]
    until: Annotated[Moment | None, BeforeValidator(until_in)] = None
    by: Ref | None = None
    withdrawn_at: PassedOver = None

    def given(self) -> ConsentGiven:
        """The same in the words of the use case."""
        return ConsentGiven(self.by or "", self.method, self.scope, self.until, self.at)


class HouseholdRowBody(_Row):
    """A care household. ``person_refs``: its people by your own references, instead of ids."""

    dwelling_id: Ref | None = None
    person_ids: Annotated[PersonIds | None, BeforeValidator(listed)] = None
    person_refs: Annotated[
        tuple[Ref, ...] | None, Field(max_length=PERSONS_MAX), BeforeValidator(listed)
    ] = None
    categories: Annotated[Categories | None, BeforeValidator(categories_in)] = None
    risk_level: Annotated[
        RiskLevel | None, BeforeValidator(lambda value: _RISKS.get(value, value))
    ] = None
    needs: Annotated[Needs | None, BeforeValidator(listed)] = None
    languages: Annotated[Languages | None, BeforeValidator(listed)] = None
    suitable_times: Annotated[Slots | None, BeforeValidator(slots_in)] = None
    emergency_contact: RowContactBody | None = None
    consent: RowConsentBody | None = None
    former_consents: PassedOver = None
    left_at: PassedOver = None
    left_reason: PassedOver = None
    anonymised_at: PassedOver = None

    def told(self, number: int, community: str) -> TableRow:
        """The same in the words of the use case."""
        told = {name: in_household(getattr(self, name)) for name in NAMES}
        told |= {"dwelling_id": self.dwelling_id, "person_ids": self.person_ids}
        return TableRow(
            number,
            self.reference(),
            community,
            self.id,
            {name: value for name, value in told.items() if value is not None},
            self.version,
            None if self.consent is None else self.consent.given(),
            self.person_refs or (),
        )


PERSON_COLUMNS = (
    "external_ref",
    "name",
    "phone",
    "birth_date",
    "dwelling_id",
    "languages",
)
HOUSEHOLD_COLUMNS = (
    "external_ref",
    "dwelling_id",
    "person_refs",
    "categories",
    "risk_level",
    "needs",
    "languages",
    "suitable_times",
    "emergency_contact.name",
    "emergency_contact.phone",
    "emergency_contact.relation",
    "consent.at",
    "consent.method",
    "consent.scope",
    "consent.until",
)
"""The columns that have a name in words, too."""


def _sheet(form: type[Body], columns: tuple[str, ...]) -> Sheet:
    names = {label(f"register_column.{each}", lang): each for each in columns for lang in LANGS}
    return Sheet(form=form, rows_max=ROWS_MAX, others=names)


PERSONS = _sheet(PersonRowBody, PERSON_COLUMNS)
HOUSEHOLDS = _sheet(HouseholdRowBody, HOUSEHOLD_COLUMNS)
