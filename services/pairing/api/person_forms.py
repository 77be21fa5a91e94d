"""What is sent about residents, and what is shown of them: masked, unless for a purpose."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import StringConstraints

from services.pairing.api.member_forms import Languages
from services.pairing.domain.emergency_contact import NAME_CHARACTERS_MAX, PHONE_CHARACTERS_MAX
from services.pairing.domain.erasure import ErasureReason
from services.pairing.domain.person import (
    Particulars,
    Person,
    PersonState,
)
from services.pairing.service.person import Newcomer
from shared.masks import masked_name, masked_phone
from shared.web import Body, View
from shared.web.forms import ChangeBody, Ref, left_out

Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_CHARACTERS_MAX)]
Phone = Annotated[str, StringConstraints(min_length=1, max_length=PHONE_CHARACTERS_MAX)]


class PersonBody(Body):
    """A resident. ``person_id``: by which the identity provider knows them, if it does.

    ``community`` only for callers of several; ``external_ref``: your own reference, no number that
    says who it is.
    """

    name: Name
    phone: Phone | None = None
    birth_date: date | None = None
    dwelling_id: Ref | None = None
    languages: Languages = ()
    person_id: Ref | None = None
    external_ref: Ref | None = None
    community: Ref | None = None

    def newcomer(self, community: str) -> Newcomer:
        """The same in the use case's words."""
        told = Particulars(self.name, self.phone, self.birth_date, self.dwelling_id, self.languages)
        return Newcomer(community, told, self.person_id, self.external_ref)


class PersonChangeBody(ChangeBody):
    """What is to be different; what is left out stays as it is, and null takes it away."""

    name: Name = left_out()
    phone: Phone | None = None
    birth_date: date | None = None
    dwelling_id: Ref | None = None
    languages: Languages = left_out()

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}


class ReturnBody(Body):
    """Where they live now; nothing if it is not known."""

    dwelling_id: Ref | None


class ErasureBody(Body):
    """Why: they ask for it, or who acts for them; it was a mistake; a court or an office says."""

    reason: ErasureReason


class PersonView(View):
    """A resident after a change: what is answered is kept for a while, and who it is is sealed."""

    id: str
    community: str
    version: int
    state: PersonState
    dwelling_id: str | None

    @classmethod
    def of(cls, person: Person) -> "PersonView":
        """The view without who it is."""
        return cls.model_validate(person, from_attributes=True)


class MaskedPersonView(PersonView):
    """A resident in a list: as much as tells the people of a home apart."""

    name: str
    phone: str | None

    @classmethod
    def of(cls, person: Person) -> "MaskedPersonView":
        """The masked view."""
        shown = PersonView.of(person).model_dump()
        return cls(**shown, name=masked_name(person.name), phone=masked_phone(person.phone))


class PersonRecordView(PersonView):
    """A resident in full; that somebody saw this is on record."""

    name: str
    phone: str | None
    birth_date: date | None
    languages: list[str]
    external_ref: str | None
    erased_at: datetime | None

    @classmethod
    def of(cls, person: Person) -> "PersonRecordView":
        """The full view."""
        return cls.model_validate(person, from_attributes=True)
