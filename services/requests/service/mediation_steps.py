"""The steps of a case, each made of what was told; ``MediationService.change`` takes it."""

from dataclasses import dataclass
from datetime import date, datetime

from services.requests.domain import mediation_steps as steps
from services.requests.domain.mediation import (
    Agreement,
    AgreementForm,
    ConsentMethod,
    Decided,
    DeclineReason,
    Mediation,
    PartyConsent,
    Session,
    Way,
)
from services.requests.service.mediation import Occasion, PartyNamed, Step, parties_of


@dataclass(frozen=True, slots=True)
class Talk:
    """What is told of a session."""

    at: datetime
    party_ids: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What is told of an agreement."""

    form: AgreementForm
    text: str
    signed_at: datetime | None = None
    performance_due_on: date | None = None


def flagging(*, urgent: bool) -> Step:
    """Say whether the dispute may escalate."""
    return lambda case, _: steps.flag(case, urgent=urgent)


def appointing(mediator_ids: tuple[str, ...]) -> Step:
    """Appoint those who mediate, in place of those before."""
    return lambda case, _: steps.appoint(case, mediator_ids=mediator_ids)


def naming(parties: tuple[PartyNamed, ...]) -> Step:
    """Name all parties; each is asked for consent anew."""
    return lambda case, now: steps.name_parties(case, parties=parties_of(parties, now.new_id))


def consenting(party_id: str, method: ConsentMethod) -> Step:
    """Keep that a party agrees, as whoever enters it heard or read it."""

    def step(case: Mediation, now: Occasion) -> Decided:
        given = PartyConsent(now.at, method, now.by)
        return steps.consent(case, party_id=party_id, given=given)

    return step


def accepting() -> Step:
    """Take it on: the term of one month begins."""
    return lambda case, now: steps.accept(case, at=now.at)


def declining(reason: DeclineReason, note: str | None) -> Step:
    """Do not take it on."""
    return lambda case, _: steps.decline(case, reason=reason, note=note)


def meeting(talk: Talk) -> Step:
    """Keep what was said in a session."""

    def step(case: Mediation, now: Occasion) -> Decided:
        session = Session(now.new_id("ses"), talk.at, talk.party_ids, talk.note, now.by)
        return steps.meet(case, session=session, at=now.at)

    return step


def extending(party_ids: tuple[str, ...]) -> Step:
    """One month more, to which these parties agree."""
    return lambda case, now: steps.extend(case, consenting=party_ids, at=now.at)


def agreeing(terms: Terms) -> Step:
    """Keep what the parties agreed on."""

    def step(case: Mediation, now: Occasion) -> Decided:
        agreement = Agreement(
            form=terms.form,
            text=terms.text,
            made_at=now.at,
            signed_at=terms.signed_at,
            performance_due_on=terms.performance_due_on,
        )
        return steps.agree(case, agreement=agreement, at=now.at)

    return step


def beginning() -> Step:
    """Let the talks begin."""
    return lambda case, _: steps.begin(case)


def failing(note: str | None) -> Step:
    """They did not come to an agreement."""
    return lambda case, _: steps.fail(case, note=note)


def withdrawing(note: str | None) -> Step:
    """A party wants no more of it."""
    return lambda case, _: steps.withdraw(case, note=note)


def performing() -> Step:
    """What was agreed is being done."""
    return lambda case, _: steps.perform(case)


def fulfilling(note: str | None) -> Step:
    """What was agreed is done."""
    return lambda case, _: steps.fulfil(case, note=note)


def breaching(note: str | None) -> Step:
    """What was agreed was not done."""
    return lambda case, _: steps.breach(case, note=note)


def resuming() -> Step:
    """Talk again after a breach."""
    return lambda case, now: steps.resume(case, at=now.at)


def referring(way: Way, note: str | None) -> Step:
    """Tell the parties of the other way there is."""
    return lambda case, _: steps.refer(case, way=way, note=note)
