"""A mediation (调解): who quarrels, who mediates, what was agreed, and the states of it all.

Everything here is confidential: a case is for its mediators and the branch secretary alone, and
what is told of it (``shared/events/requests_mediation.py``) bears ids and codes only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from services.requests.domain.term import end_of
from shared.events import Event
from shared.events.requests_mediation import MediationEvent
from shared.transitions import step

E = TypeVar("E", bound=MediationEvent)

PARTIES_MIN, PARTIES_MAX = 2, 20
MEDIATORS_MAX = 5
SESSIONS_MAX = 60
SUBJECT_CHARACTERS_MAX = 4000
AGREEMENT_CHARACTERS_MAX = 10_000


class MediationState(StrEnum):
    """Where a mediation stands."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MEDIATING = "mediating"
    AGREED = "agreed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    REFERRED = "referred"
    PERFORMING = "performing"
    FULFILLED = "fulfilled"
    BREACHED = "breached"


class MediationAction(StrEnum):
    """What may be done with a mediation."""

    NAME_PARTIES = "name_parties"
    CONSENT = "consent"
    APPOINT = "appoint"
    FLAG = "flag"
    ACCEPT = "accept"
    DECLINE = "decline"
    BEGIN = "begin"
    MEET = "meet"
    EXTEND = "extend"
    AGREE = "agree"
    FAIL = "fail"
    WITHDRAW = "withdraw"
    PERFORM = "perform"
    FULFIL = "fulfil"
    BREACH = "breach"
    RESUME = "resume"
    REFER = "refer"


_S, _A = MediationState, MediationAction


def _looked_after(state: MediationState) -> Mapping[MediationAction, MediationState]:
    """What may be done at any time while somebody has to see to it, and leads nowhere else."""
    return {_A.APPOINT: state, _A.FLAG: state}


TRANSITIONS: Mapping[MediationState, Mapping[MediationAction, MediationState]] = {
    # domain.md, section 2, mediation (调解). That accepted is withdrawn from as well: a party may
    # refuse mediation or have it ended at any time, 人民调解法 art. 23.
    _S.REGISTERED: {
        **_looked_after(_S.REGISTERED),
        _A.NAME_PARTIES: _S.REGISTERED,
        _A.CONSENT: _S.REGISTERED,
        _A.ACCEPT: _S.ACCEPTED,
        _A.DECLINE: _S.DECLINED,
    },
    _S.ACCEPTED: {
        **_looked_after(_S.ACCEPTED),
        _A.BEGIN: _S.MEDIATING,
        _A.WITHDRAW: _S.WITHDRAWN,
    },
    _S.MEDIATING: {
        **_looked_after(_S.MEDIATING),
        _A.MEET: _S.MEDIATING,
        _A.EXTEND: _S.MEDIATING,
        _A.AGREE: _S.AGREED,
        _A.FAIL: _S.FAILED,
        _A.WITHDRAW: _S.WITHDRAWN,
    },
    _S.AGREED: {**_looked_after(_S.AGREED), _A.PERFORM: _S.PERFORMING},
    _S.PERFORMING: {
        **_looked_after(_S.PERFORMING),
        _A.FULFIL: _S.FULFILLED,
        _A.BREACH: _S.BREACHED,
    },
    _S.BREACHED: {
        **_looked_after(_S.BREACHED),
        _A.RESUME: _S.MEDIATING,
        _A.REFER: _S.REFERRED,
    },
    _S.FAILED: {**_looked_after(_S.FAILED), _A.REFER: _S.REFERRED},
    _S.DECLINED: {},
    _S.WITHDRAWN: {},
    _S.FULFILLED: {},
    _S.REFERRED: {},
}

SETTLING = (_S.REGISTERED, _S.ACCEPTED, _S.MEDIATING)
"""While one of these, the request behind it waits for what becomes of it."""


TERM_RUNS = (_S.ACCEPTED, _S.MEDIATING)
"""While one of these, the term of one month runs."""
PERFORMED = (_S.AGREED, _S.PERFORMING)
"""While one of these, what was agreed is to be done."""
ENDING_BEFORE = timedelta(days=7)
"""When a term is told to be ending: time to talk once more, or to ask for more time. A choice."""


class TermTold(StrEnum):
    """What was told of the term that runs."""

    NOTHING = "nothing"
    ENDING = "ending"
    OVER = "over"


class Side(StrEnum):
    """On which side a party stands."""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"


class ConsentMethod(StrEnum):
    """How a party said that it agrees."""

    SPOKEN = "spoken"
    PHONE = "phone"
    WRITTEN = "written"


class AgreementForm(StrEnum):
    """人民调解法 art. 28: written, or where that is not needed oral, and recorded."""

    WRITTEN = "written"
    ORAL = "oral"


class WithdrawalReason(StrEnum):
    """Why a mediation was given up on the way."""

    BY_PARTY = "by_party"
    REQUEST_ENDED = "request_ended"


class DeclineReason(StrEnum):
    """Why there is no mediation."""

    NO_CONSENT = "no_consent"
    """A party does not want it."""
    OUTSIDE_REMIT = "outside_remit"
    """The law has another way for it, or a court or an office has it already."""
    REQUEST_ENDED = "request_ended"
    """The request that brought it in was taken back or went elsewhere."""


class Way(StrEnum):
    """The other way that parties are told of when mediation did not help: 人民调解法 art. 26."""

    ARBITRATION = "arbitration"
    ADMINISTRATION = "administration"
    COURT = "court"


@dataclass(frozen=True, slots=True)
class PartyConsent:
    """That a party agrees to be helped by a mediator; ``entered_by``: who heard or read it."""

    at: datetime
    method: ConsentMethod
    entered_by: str


@dataclass(frozen=True, slots=True)
class Party:
    """One party; ``person_id`` if it is somebody whom the platform knows."""

    id: str
    side: Side
    name: str
    person_id: str | None = None
    phone: str | None = None
    consent: PartyConsent | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One talk of the parties with their mediators."""

    id: str
    at: datetime
    party_ids: tuple[str, ...]
    """Who was there."""
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the parties agreed on; a written one is signed."""

    form: AgreementForm
    text: str
    made_at: datetime
    signed_at: datetime | None = None
    performance_due_on: date | None = None

    @property
    def effective_at(self) -> datetime:
        """Since when it binds: signed or, if oral, made (人民调解法 arts 29, 30)."""
        return self.signed_at or self.made_at


@dataclass(frozen=True, slots=True)
class Mediation:
    """One case. ``term_ends_at`` is kept from its acceptance, and moves by extension only."""

    id: str
    community: str
    version: int
    state: MediationState
    subject: str
    registered_at: datetime
    request_id: str | None = None
    urgent: bool = False
    parties: tuple[Party, ...] = ()
    mediator_ids: tuple[str, ...] = ()
    accepted_at: datetime | None = None
    term_ends_at: datetime | None = None
    extended_times: int = 0
    sessions: tuple[Session, ...] = ()
    agreement: Agreement | None = None
    decline_reason: DeclineReason | None = None
    withdrawal_reason: WithdrawalReason | None = None
    way: Way | None = None
    note: str | None = None
    """What was said with the last step that ended or changed something; for its readers."""
    anonymised_at: datetime | None = None
    # What the clock has told of it, and when it has to act next.
    term_told: TermTold = TermTold.NOTHING
    performance_told: bool = False
    alarm_at: datetime | None = None


Decided = tuple[Mediation, list[Event]]


def moved(mediation: Mediation, action: MediationAction, **changes: Any) -> Mediation:
    """The mediation in the state that the action leads to, or ``WrongState``.

    Of a term that begins or is moved nothing has been told yet.
    """
    state = step(TRANSITIONS, mediation.state, action, noun="mediation")
    if "term_ends_at" in changes:
        changes["term_told"] = TermTold.NOTHING
    if "agreement" in changes:
        changes["performance_told"] = False
    return timed(replace(mediation, state=state, **changes))


def timed(mediation: Mediation) -> Mediation:
    """The mediation with the moment at which its clock has to act next."""
    alarm_at = None
    ends_at, agreement = mediation.term_ends_at, mediation.agreement
    if mediation.state in TERM_RUNS and ends_at is not None:
        alarm_at = {TermTold.NOTHING: ends_at - ENDING_BEFORE, TermTold.ENDING: ends_at}.get(
            mediation.term_told
        )
    elif mediation.state in PERFORMED and agreement is not None:
        due_on = agreement.performance_due_on
        if due_on is not None and not mediation.performance_told:
            alarm_at = end_of(due_on)
    return replace(mediation, alarm_at=alarm_at)


def told(kind: type[E], mediation: Mediation, **facts: Any) -> E:
    """What happened to it, with the request behind it."""
    return kind(mediation_id=mediation.id, request_id=mediation.request_id, **facts)


def is_party(mediation: Mediation, person_id: str) -> bool:
    """Whether this person is one of those who quarrel."""
    return any(party.person_id == person_id for party in mediation.parties)
