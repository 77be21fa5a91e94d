"""What is sent about property companies, and what is shown of them: whom one calls, masked."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from services.property.domain.contractor import (
    CONTACTS_MAX,
    Contact,
    Contractor,
    ContractorState,
    Terms,
)
from services.property.domain.work_scope import WorkScope
from services.property.service.contractor import ContractorDraft
from shared.masks import masked_name, masked_phone
from shared.web import Body, View
from shared.web.forms import ChangeBody, Day, Ref, left_out

CompanyName = Annotated[str, StringConstraints(min_length=1, max_length=100)]
ContactName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Phone = Annotated[str, StringConstraints(min_length=1, max_length=30)]
Scopes = Annotated[list[WorkScope], Field(min_length=1, max_length=len(WorkScope))]


class ContactBody(Body):
    """Somebody at the company, and what one calls them about."""

    name: ContactName
    phone: Phone
    duty: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None

    def contact(self) -> Contact:
        """In the words of the domain."""
        return Contact(self.name, self.phone, self.duty)


Contacts = Annotated[list[ContactBody], Field(max_length=CONTACTS_MAX)]


class TermsBody(Body):
    """A contract: its first day, its last (none: for good), and the sorts of work it covers."""

    contract_from: Day
    contract_to: Day | None = None
    scopes: Scopes

    def terms(self) -> Terms:
        """In the words of the domain."""
        return Terms(self.contract_from, self.contract_to, tuple(self.scopes))


class ContractorBody(TermsBody):
    """A company with its contract; ``contractor_id`` as estates and API keys bear it, if they do
    already."""

    community: Ref | None = None
    contractor_id: Ref | None = None
    name: CompanyName
    contacts: Contacts = Field(default=[])

    def draft(self, community: str) -> ContractorDraft:
        """In the words of the use case."""
        contacts = tuple(each.contact() for each in self.contacts)
        return ContractorDraft(community, self.name, self.terms(), contacts, self.contractor_id)


class ContractorChangeBody(ChangeBody):
    """What is to be different; what is left out stays as it is."""

    name: CompanyName = left_out()
    contract_from: Day = left_out()
    contract_to: Day | None = None
    scopes: Scopes = left_out()
    contacts: Contacts = left_out()

    def changes(self) -> dict[str, Any]:
        """What was sent, in the words of the domain."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        if "scopes" in sent:
            sent["scopes"] = tuple(self.scopes)
        if "contacts" in sent:
            sent["contacts"] = tuple(each.contact() for each in self.contacts)
        return sent


class ContactView(View):
    """Somebody at the company."""

    name: str
    phone: str
    duty: str | None

    @classmethod
    def of(cls, contact: Contact) -> "ContactView":
        """In full."""
        return cls.model_validate(contact, from_attributes=True)

    @classmethod
    def masked(cls, contact: Contact) -> "ContactView":
        """As much as tells the company's own people apart."""
        phone = masked_phone(contact.phone) or ""
        return cls(name=masked_name(contact.name), phone=phone, duty=contact.duty)


class ContractorView(View):
    """A company and its contract; names and numbers of its contacts are masked, and null in the
    answer to a change, which is kept to be given again."""

    id: str
    community: str
    version: int
    state: ContractorState
    contractor_id: str
    name: str
    contract_from: date
    contract_to: date | None
    scopes: list[WorkScope]
    contacts: list[ContactView] | None
    ended_on: date | None
    end_reason: str | None

    @classmethod
    def of(cls, contractor: Contractor) -> "ContractorView":
        """As who reads it sees it."""
        masked = [ContactView.masked(each) for each in contractor.contacts]
        return cls.told(contractor).model_copy(update={"contacts": masked})

    @classmethod
    def told(cls, contractor: Contractor) -> "ContractorView":
        """As who has changed it sees it; a company as it is written, sealed, will do."""
        named = {name: getattr(contractor, name) for name in cls.model_fields}
        return cls(**{**named, "scopes": list(contractor.scopes), "contacts": None})


class ContactsView(View):
    """Whom one calls at a company, in full; that somebody saw this is on record."""

    contractor_id: str
    contacts: list[ContactView]

    @classmethod
    def of(cls, contractor: Contractor) -> "ContactsView":
        """In full."""
        contacts = [ContactView.of(each) for each in contractor.contacts]
        return cls(contractor_id=contractor.contractor_id, contacts=contacts)
