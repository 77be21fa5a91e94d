"""Mediations in every state, made by the domain's own functions."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from services.requests.domain import mediation_steps as steps
from services.requests.domain.mediation import (
    Agreement,
    AgreementForm,
    ConsentMethod,
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
)

NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
SOON = NOW + timedelta(days=3)
MEDIATOR, SECRETARY = "per_mediator", "per_secretary"
SUBJECT = "楼上漏水,两家争执不下。"
PARTIES = (
    Party("pty_1", Side.APPLICANT, "王大妈", "per_wang", "13800000001"),
    Party("pty_2", Side.RESPONDENT, "李大爷"),
)
CONSENT = PartyConsent(NOW, ConsentMethod.SPOKEN, MEDIATOR)
SESSION = Session("ses_1", SOON, ("pty_1", "pty_2"), "双方各退一步。", MEDIATOR)
ORAL = Agreement(AgreementForm.ORAL, "李家赔偿粉刷费用五百元。", SOON)
CONFIDED = ("王大妈", "13800000001", "李大爷", "漏水", "各退一步", "五百元", "per_wang")
"""What no event may hold."""

S, A = MediationState, MediationAction
ACT: dict[MediationAction, Callable[[Mediation], Decided]] = {
    A.NAME_PARTIES: lambda m: steps.name_parties(m, parties=PARTIES),
    A.CONSENT: lambda m: steps.consent(m, party_id="pty_1", given=CONSENT),
    A.APPOINT: lambda m: steps.appoint(m, mediator_ids=(MEDIATOR,)),
    A.FLAG: lambda m: steps.flag(m, urgent=True),
    A.ACCEPT: lambda m: steps.accept(m, at=NOW),
    A.DECLINE: lambda m: steps.decline(m, reason=DeclineReason.NO_CONSENT),
    A.BEGIN: steps.begin,
    A.MEET: lambda m: steps.meet(m, session=SESSION, at=SOON),
    A.EXTEND: lambda m: steps.extend(m, consenting=("pty_1", "pty_2"), at=SOON),
    A.AGREE: lambda m: steps.agree(m, agreement=ORAL, at=SOON),
    A.FAIL: lambda m: steps.fail(m, note="双方不肯让步。"),
    A.WITHDRAW: lambda m: steps.withdraw(m),
    A.PERFORM: steps.perform,
    A.FULFIL: lambda m: steps.fulfil(m),
    A.BREACH: lambda m: steps.breach(m),
    A.RESUME: lambda m: steps.resume(m, at=SOON),
    A.REFER: lambda m: steps.refer(m, way=Way.COURT),
}
_ACCEPTED = (A.ACCEPT,)
_MEDIATING = (*_ACCEPTED, A.BEGIN)
_AGREED = (*_MEDIATING, A.MEET, A.AGREE)
PATHS: dict[MediationState, tuple[MediationAction, ...]] = {
    S.REGISTERED: (),
    S.ACCEPTED: _ACCEPTED,
    S.DECLINED: (A.DECLINE,),
    S.MEDIATING: _MEDIATING,
    S.AGREED: _AGREED,
    S.FAILED: (*_MEDIATING, A.FAIL),
    S.WITHDRAWN: (*_MEDIATING, A.WITHDRAW),
    S.REFERRED: (*_MEDIATING, A.FAIL, A.REFER),
    S.PERFORMING: (*_AGREED, A.PERFORM),
    S.FULFILLED: (*_AGREED, A.PERFORM, A.FULFIL),
    S.BREACHED: (*_AGREED, A.PERFORM, A.BREACH),
}


def registered(**changes: object) -> Mediation:
    """A dispute as it is brought in."""
    facts: dict[str, object] = {
        "id": "med_1",
        "community": "hongmiao",
        "version": 0,
        "state": S.REGISTERED,
        "subject": SUBJECT,
        "registered_at": NOW,
        "request_id": "req_1",
        **changes,
    }
    return Mediation(**facts)  # type: ignore[arg-type]


def consented() -> Mediation:
    """Registered, with a mediator and the consent of both parties: fit to be accepted."""
    case, _ = steps.name_parties(registered(), parties=PARTIES)
    case, _ = steps.appoint(case, mediator_ids=(MEDIATOR,))
    for party in PARTIES:
        case, _ = steps.consent(case, party_id=party.id, given=CONSENT)
    return case


def in_state(state: MediationState) -> Mediation:
    """A case that came to this state by the table."""
    case = consented()
    for action in PATHS[state]:
        case, _ = ACT[action](case)
    return case
