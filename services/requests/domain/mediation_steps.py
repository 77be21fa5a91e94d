"""What may happen to a mediation: ``(mediation, facts) -> (mediation, events)``, or a refusal.

``WrongState`` if the table does not allow it, ``Conflict`` if its parties or its term do not,
``Invalid`` for facts that cannot be.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from services.requests.domain.mediation import (
    AGREEMENT_CHARACTERS_MAX,
    MEDIATORS_MAX,
    PARTIES_MAX,
    PARTIES_MIN,
    SESSIONS_MAX,
    SUBJECT_CHARACTERS_MAX,
    TRANSITIONS,
    Agreement,
    AgreementForm,
    Decided,
    DeclineReason,
    Mediation,
    MediationAction,
    MediationState,
    Party,
    PartyConsent,
    Session,
    Side,
    Way,
    WithdrawalReason,
    is_party,
    moved,
    told,
)
from services.requests.domain.term import end_of, months_later
from shared.days import day_of
from shared.errors import Conflict, Invalid, TooMany
from shared.events.requests_mediation import (
    MediationAccepted,
    MediationAgreed,
    MediationBegun,
    MediationBreached,
    MediationConsented,
    MediationDeclined,
    MediationExtended,
    MediationFailed,
    MediationFlagged,
    MediationFulfilled,
    MediationMediatorsAppointed,
    MediationPartiesNamed,
    MediationPerformanceStarted,
    MediationReferred,
    MediationRegistered,
    MediationResumed,
    MediationSessionHeld,
    MediationWithdrawn,
)

TERM_MONTHS = 1  # 人民调解 rules art. 33: normally one month, longer if the parties agree
CONFIRMATION_SPAN = timedelta(days=30)
"""人民调解法 art. 33: within 30 days the parties may jointly ask a court to confirm it."""


def register(mediation: Mediation) -> Decided:
    """A dispute was brought in, with or without its parties' names."""
    if not mediation.subject.strip():
        raise Invalid("mediation.subject_blank", pointer="/subject")
    if len(mediation.subject) > SUBJECT_CHARACTERS_MAX:
        limit = SUBJECT_CHARACTERS_MAX
        raise Invalid("mediation.subject_too_long", pointer="/subject", limit=limit)
    if mediation.parties:
        _check_parties(mediation.parties, mediation.mediator_ids)
    return mediation, [told(MediationRegistered, mediation, urgent=mediation.urgent)]


def flag(mediation: Mediation, *, urgent: bool) -> Decided:
    """Say whether the dispute may escalate."""
    flagged = moved(mediation, MediationAction.FLAG, urgent=urgent)
    return flagged, [told(MediationFlagged, mediation, urgent=urgent)]


def appoint(mediation: Mediation, *, mediator_ids: tuple[str, ...]) -> Decided:
    """These mediate from now on, in place of those before; nobody in a dispute of their own."""
    appointed = moved(mediation, MediationAction.APPOINT, mediator_ids=mediator_ids)
    if not 1 <= len(mediator_ids) <= MEDIATORS_MAX or len(set(mediator_ids)) < len(mediator_ids):
        raise Invalid("mediation.mediators", pointer="/mediator_ids", most=MEDIATORS_MAX)
    if any(is_party(mediation, each) for each in mediator_ids):
        raise Conflict("mediation.own_dispute", pointer="/mediator_ids")
    return appointed, [told(MediationMediatorsAppointed, mediation, mediator_ids=mediator_ids)]


def name_parties(mediation: Mediation, *, parties: tuple[Party, ...]) -> Decided:
    """Name all parties; consent was to these opponents, so each is asked anew."""
    named = moved(mediation, MediationAction.NAME_PARTIES, parties=parties)
    _check_parties(parties, mediation.mediator_ids)
    return named, [told(MediationPartiesNamed, mediation, parties=len(parties))]


def consent(mediation: Mediation, *, party_id: str, given: PartyConsent) -> Decided:
    """A party agrees; said twice, the later one counts."""
    _known(mediation, (party_id,), "/party_id")
    parties = tuple(
        replace(party, consent=given) if party.id == party_id else party
        for party in mediation.parties
    )
    consented = moved(mediation, MediationAction.CONSENT, parties=parties)
    return consented, [told(MediationConsented, mediation)]


def accept(mediation: Mediation, *, at: datetime) -> Decided:
    """Take it on (受理): all parties agree and somebody mediates. The term of one month begins."""
    term_ends_at = _term_from(at)
    accepted = moved(
        mediation, MediationAction.ACCEPT, accepted_at=at, term_ends_at=term_ends_at, note=None
    )
    if not mediation.mediator_ids:
        raise Conflict("mediation.no_mediator")
    if not mediation.parties:
        raise Conflict("mediation.no_parties")
    lacking = sum(party.consent is None for party in mediation.parties)
    if lacking:
        raise Conflict("mediation.consent_lacking", count=lacking)
    event = told(
        MediationAccepted,
        mediation,
        mediator_ids=mediation.mediator_ids,
        term_ends_at=term_ends_at,
    )
    return accepted, [event]


def decline(mediation: Mediation, *, reason: DeclineReason, note: str | None = None) -> Decided:
    """There will be no mediation (不予受理)."""
    declined = moved(mediation, MediationAction.DECLINE, decline_reason=reason, note=note)
    return declined, [told(MediationDeclined, mediation, reason=reason.value)]


def begin(mediation: Mediation) -> Decided:
    """The parties talk."""
    return moved(mediation, MediationAction.BEGIN), [told(MediationBegun, mediation)]


def meet(mediation: Mediation, *, session: Session, at: datetime) -> Decided:
    """Keep what was said in a session, within the term."""
    sessions = (*mediation.sessions, session)
    met = moved(mediation, MediationAction.MEET, sessions=sessions)
    _check_term(mediation, at)
    _known(mediation, session.party_ids, "/party_ids")
    if session.at > at:
        raise Invalid("mediation.in_future", pointer="/at")
    if len(sessions) > SESSIONS_MAX:
        raise TooMany("mediation.sessions_full", most=SESSIONS_MAX)
    return met, [told(MediationSessionHeld, mediation, sessions=len(sessions))]


def extend(mediation: Mediation, *, consenting: Collection[str], at: datetime) -> Decided:
    """One month more (延期), from the end of the term or from now if that is over; all must agree.

    ``consenting``: the ids of the parties that agree.
    """
    running_to = max(mediation.term_ends_at or at, at)
    term_ends_at = _term_from(running_to - timedelta(microseconds=1))
    times = mediation.extended_times + 1
    extended = moved(
        mediation, MediationAction.EXTEND, term_ends_at=term_ends_at, extended_times=times
    )
    _known(mediation, consenting, "/consenting")
    lacking = sum(party.id not in consenting for party in mediation.parties)
    if lacking:
        raise Conflict("mediation.consent_lacking", pointer="/consenting", count=lacking)
    return extended, [told(MediationExtended, mediation, term_ends_at=term_ends_at)]


def agree(mediation: Mediation, *, agreement: Agreement, at: datetime) -> Decided:
    """The parties came to an agreement (达成协议), within the term."""
    agreed = moved(mediation, MediationAction.AGREE, agreement=agreement, note=None)
    _check_term(mediation, at)
    _check_agreement(agreement, at)
    event = told(
        MediationAgreed,
        mediation,
        mediator_ids=mediation.mediator_ids,
        form=agreement.form.value,
    )
    return agreed, [event]


def fail(mediation: Mediation, *, note: str | None = None) -> Decided:
    """They did not come to one (调解不成): they are to be told of the other way there is."""
    return moved(mediation, MediationAction.FAIL, note=note), [told(MediationFailed, mediation)]


def withdraw(
    mediation: Mediation,
    *,
    reason: WithdrawalReason = WithdrawalReason.BY_PARTY,
    note: str | None = None,
) -> Decided:
    """A party wants no more of it, or the request behind it has ended."""
    action = MediationAction.WITHDRAW
    withdrawn = moved(mediation, action, withdrawal_reason=reason, note=note)
    who = mediation.mediator_ids
    return withdrawn, [told(MediationWithdrawn, mediation, reason=reason.value, mediator_ids=who)]


def perform(mediation: Mediation) -> Decided:
    """What was agreed is being done (履行中), and looked after: 人民调解法 art. 31."""
    performing = moved(mediation, MediationAction.PERFORM)
    return performing, [told(MediationPerformanceStarted, mediation)]


def fulfil(mediation: Mediation, *, note: str | None = None) -> Decided:
    """What was agreed is done."""
    fulfilled = moved(mediation, MediationAction.FULFIL, note=note)
    return fulfilled, [told(MediationFulfilled, mediation)]


def breach(mediation: Mediation, *, note: str | None = None) -> Decided:
    """What was agreed was not done."""
    return moved(mediation, MediationAction.BREACH, note=note), [told(MediationBreached, mediation)]


def resume(mediation: Mediation, *, at: datetime) -> Decided:
    """Talk again after a breach, with a term of its own; the broken agreement stays on record."""
    term_ends_at = _term_from(at)
    resumed = moved(mediation, MediationAction.RESUME, term_ends_at=term_ends_at)
    return resumed, [told(MediationResumed, mediation, term_ends_at=term_ends_at)]


def refer(mediation: Mediation, *, way: Way, note: str | None = None) -> Decided:
    """Tell the parties of arbitration, administration or court: 人民调解法 art. 26."""
    referred = moved(mediation, MediationAction.REFER, way=way, note=note)
    who = mediation.mediator_ids
    return referred, [told(MediationReferred, mediation, way=way.value, mediator_ids=who)]


def overtaken(mediation: Mediation) -> Decided | None:
    """What has to follow when its request is not in mediation any more; None if nothing has.

    An agreement outlives the request: it binds, and its performance is looked after.
    """
    if mediation.state is MediationState.REGISTERED:
        return decline(mediation, reason=DeclineReason.REQUEST_ENDED)
    if MediationAction.WITHDRAW in TRANSITIONS[mediation.state]:
        return withdraw(mediation, reason=WithdrawalReason.REQUEST_ENDED)
    return None


def _term_from(moment: datetime) -> datetime:
    """The end of the day, a month after this moment."""
    return end_of(months_later(day_of(moment), TERM_MONTHS))


def _check_term(mediation: Mediation, at: datetime) -> None:
    if mediation.term_ends_at is not None and at >= mediation.term_ends_at:
        raise Conflict("mediation.term_over", ended_at=mediation.term_ends_at.isoformat())


def _check_parties(parties: tuple[Party, ...], mediator_ids: tuple[str, ...]) -> None:
    if not PARTIES_MIN <= len(parties) <= PARTIES_MAX:
        raise Invalid("mediation.parties", pointer="/parties", least=PARTIES_MIN, most=PARTIES_MAX)
    if {party.side for party in parties} != set(Side):
        raise Invalid("mediation.one_sided", pointer="/parties")
    persons = [party.person_id for party in parties if party.person_id is not None]
    if len(set(persons)) < len(persons):
        raise Invalid("mediation.party_repeats", pointer="/parties")
    if set(persons) & set(mediator_ids):
        raise Conflict("mediation.own_dispute", pointer="/parties")


def _known(mediation: Mediation, party_ids: Collection[str], pointer: str) -> None:
    if not set(party_ids) <= {party.id for party in mediation.parties}:
        raise Invalid("mediation.party_unknown", pointer=pointer)


def _check_agreement(agreement: Agreement, at: datetime) -> None:
    if not agreement.text.strip():
        raise Invalid("mediation.agreement_blank", pointer="/text")
    if len(agreement.text) > AGREEMENT_CHARACTERS_MAX:
        limit = AGREEMENT_CHARACTERS_MAX
        raise Invalid("mediation.agreement_too_long", pointer="/text", limit=limit)
    if agreement.form is AgreementForm.WRITTEN and agreement.signed_at is None:
        raise Invalid("mediation.not_signed", pointer="/signed_at")
    if agreement.effective_at > at:
        raise Invalid("mediation.in_future", pointer="/signed_at")
    due_on = agreement.performance_due_on
    if due_on is not None and due_on < day_of(agreement.effective_at):
        raise Invalid("mediation.due_in_past", pointer="/performance_due_on")
