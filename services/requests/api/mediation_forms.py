"""What is sent about mediations and what is shown of them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from services.requests.domain.mediation import (
    AGREEMENT_CHARACTERS_MAX,
    MEDIATORS_MAX,
    PARTIES_MAX,
    PARTIES_MIN,
    SUBJECT_CHARACTERS_MAX,
    AgreementForm,
    ConsentMethod,
    DeclineReason,
    Mediation,
    MediationState,
    Side,
    Way,
    WithdrawalReason,
)
from services.requests.domain.mediation_steps import CONFIRMATION_SPAN
from services.requests.service.mediation import PartyNamed
from shared.web import Body, View
from shared.web.forms import Moment, Note, Ref

Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Phone = Annotated[str, StringConstraints(pattern=r"^[0-9+ ()-]{3,30}$")]
Subject = Annotated[str, StringConstraints(min_length=1, max_length=SUBJECT_CHARACTERS_MAX)]
AgreementText = Annotated[str, StringConstraints(min_length=1, max_length=AGREEMENT_CHARACTERS_MAX)]


class PartyBody(Body):
    """One of those who quarrel; ``person_id`` if it is somebody whom the platform knows."""

    side: Side
    name: Name
    person_id: Ref | None = None
    phone: Phone | None = None

    def named(self) -> PartyNamed:
        """The same for the use case."""
        return PartyNamed(self.side, self.name, self.person_id, self.phone)


Parties = Annotated[tuple[PartyBody, ...], Field(min_length=PARTIES_MIN, max_length=PARTIES_MAX)]


class DisputeBody(Body):
    """A dispute that somebody brings in; ``urgent`` if it may escalate.

    ``community`` is needed only of who belongs to several.
    """

    subject: Subject
    parties: Parties | None = None
    urgent: bool = False
    community: Ref | None = None


class UrgencyBody(Body):
    """Whether the dispute may escalate."""

    urgent: bool


class MediatorsBody(Body):
    """Who mediates from now on: persons, none of whom is a party."""

    mediator_ids: Annotated[tuple[Ref, ...], Field(min_length=1, max_length=MEDIATORS_MAX)]


class PartiesBody(Body):
    """All parties, in place of those named before; each is asked for consent anew."""

    parties: Parties


class ConsentBody(Body):
    """That a party agrees to be helped, and how it said so; who enters it is kept."""

    party_id: Ref
    method: ConsentMethod


class DeclineBody(Body):
    """Why there will be no mediation."""

    reason: DeclineReason
    note: Note | None = None


class SessionBody(Body):
    """A session that was held: when, which parties were there, what was said."""

    at: Moment
    party_ids: Annotated[tuple[Ref, ...], Field(min_length=1, max_length=PARTIES_MAX)]
    note: Note


class ExtensionBody(Body):
    """The parties that agree to one month more: all of them are needed."""

    consenting: Annotated[tuple[Ref, ...], Field(max_length=PARTIES_MAX)]


class AgreementBody(Body):
    """What the parties agreed on; a written agreement says when it was signed."""

    form: AgreementForm
    text: AgreementText
    signed_at: Moment | None = None
    performance_due_on: date | None = None


class NoteBody(Body):
    """A few words for the readers of the case."""

    note: Note | None = None


class ReferralBody(Body):
    """The other way that the parties were told of."""

    way: Way
    note: Note | None = None


class MediationView(View):
    """A case in a list and after a change: nothing of what is confided."""

    id: str
    community: str
    version: int
    state: MediationState
    urgent: bool
    registered_at: datetime
    request_id: str | None
    mediator_ids: list[str]
    parties: int
    parties_consenting: int
    accepted_at: datetime | None
    term_ends_at: datetime | None
    extended_times: int
    sessions: int

    @classmethod
    def of(cls, mediation: Mediation) -> "MediationView":
        """The masked view."""
        return cls(
            id=mediation.id,
            community=mediation.community,
            version=mediation.version,
            state=mediation.state,
            urgent=mediation.urgent,
            registered_at=mediation.registered_at,
            request_id=mediation.request_id,
            mediator_ids=list(mediation.mediator_ids),
            parties=len(mediation.parties),
            parties_consenting=sum(each.consent is not None for each in mediation.parties),
            accepted_at=mediation.accepted_at,
            term_ends_at=mediation.term_ends_at,
            extended_times=mediation.extended_times,
            sessions=len(mediation.sessions),
        )


class PartyConsentView(View):
    """That a party agreed."""

    at: datetime
    method: ConsentMethod
    entered_by: str


class PartyView(View):
    """One party."""

    id: str
    side: Side
    name: str
    person_id: str | None
    phone: str | None
    consent: PartyConsentView | None


class SessionView(View):
    """One session."""

    id: str
    at: datetime
    party_ids: list[str]
    note: str
    by: str


class AgreementView(View):
    """What was agreed; ``effective_at``: since when it binds the parties."""

    form: AgreementForm
    text: str
    made_at: datetime
    signed_at: datetime | None
    performance_due_on: date | None
    effective_at: datetime


class CaseView(View):
    """A case in full; that somebody saw this is on record.

    Until ``confirmation_until`` the parties may jointly ask a court to confirm their agreement.
    """

    id: str
    community: str
    version: int
    state: MediationState
    subject: str
    urgent: bool
    registered_at: datetime
    request_id: str | None
    mediator_ids: list[str]
    parties: list[PartyView]
    accepted_at: datetime | None
    term_ends_at: datetime | None
    extended_times: int
    sessions: list[SessionView]
    agreement: AgreementView | None
    confirmation_until: datetime | None
    decline_reason: DeclineReason | None
    withdrawal_reason: WithdrawalReason | None
    way: Way | None
    note: str | None

    @classmethod
    def of(cls, mediation: Mediation) -> "CaseView":
        """The full view."""
        until = mediation.agreement and mediation.agreement.effective_at + CONFIRMATION_SPAN
        kept = cls.model_fields.keys() - {"confirmation_until"}
        shown = {name: getattr(mediation, name) for name in kept}
        return cls.model_validate({**shown, "confirmation_until": until}, from_attributes=True)
