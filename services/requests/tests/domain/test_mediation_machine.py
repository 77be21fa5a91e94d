"""Whatever parties, mediators and time do to a mediation, these stay true."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.requests.domain import mediation_steps as steps
from services.requests.domain.mediation import (
    SETTLING,
    TRANSITIONS,
    Agreement,
    AgreementForm,
    ConsentMethod,
    Decided,
    DeclineReason,
    MediationState,
    PartyConsent,
    Session,
    Way,
)
from services.requests.tests.mediation_samples import CONFIDED, NOW, PARTIES, registered
from shared.errors import Conflict
from shared.events import Event
from shared.events.requests_mediation import MediationExtended

S = MediationState
ENDED = {S.DECLINED, S.WITHDRAWN, S.FULFILLED, S.REFERRED}
PARTY_IDS = [party.id for party in PARTIES]


class CaseLife(RuleBasedStateMachine):
    """Everybody does what they like; days pass."""

    @initialize(named=st.booleans())
    def register(self, named: bool) -> None:
        self.now: datetime = NOW
        self.case, events = steps.register(registered(parties=PARTIES if named else ()))
        self.told: list[Event] = list(events)

    def _try(self, decide: object) -> None:
        before = self.case
        try:
            decided: Decided | None = decide()  # type: ignore[operator]
        except Conflict:  # WrongState is one
            assert self.case is before
            return
        if decided is None:
            return
        self.case, events = decided
        assert len(events) == 1
        assert self.case.state in TRANSITIONS[before.state].values()
        self.told += events

    @rule(days=st.integers(0, 20))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days, hours=1)

    @rule()
    def parties_are_named(self) -> None:
        self._try(lambda: steps.name_parties(self.case, parties=PARTIES))

    @rule(party_id=st.sampled_from(PARTY_IDS))
    def a_party_consents(self, party_id: str) -> None:
        if not self.case.parties:
            return
        given = PartyConsent(self.now, ConsentMethod.PHONE, "per_m1")
        self._try(lambda: steps.consent(self.case, party_id=party_id, given=given))

    @rule(mediators=st.sampled_from([("per_m1",), ("per_m1", "per_m2"), ("per_wang",)]))
    def somebody_is_appointed(self, mediators: tuple[str, ...]) -> None:
        self._try(lambda: steps.appoint(self.case, mediator_ids=mediators))

    @rule(urgent=st.booleans())
    def urgency_is_judged(self, urgent: bool) -> None:
        self._try(lambda: steps.flag(self.case, urgent=urgent))

    @rule()
    def it_is_accepted(self) -> None:
        self._try(lambda: steps.accept(self.case, at=self.now))

    @rule(reason=st.sampled_from(DeclineReason))
    def it_is_declined(self, reason: DeclineReason) -> None:
        self._try(lambda: steps.decline(self.case, reason=reason))

    @rule()
    def talks_begin(self) -> None:
        self._try(lambda: steps.begin(self.case))

    @rule()
    def they_meet(self) -> None:
        present = tuple(party.id for party in self.case.parties)
        session = Session("ses_1", self.now, present, "谈过", "per_m1")
        self._try(lambda: steps.meet(self.case, session=session, at=self.now))

    @rule(count=st.integers(0, 2))
    def some_extend(self, count: int) -> None:
        consenting = [party.id for party in self.case.parties][:count]
        self._try(lambda: steps.extend(self.case, consenting=consenting, at=self.now))

    @rule(form=st.sampled_from(AgreementForm))
    def they_agree(self, form: AgreementForm) -> None:
        agreement = Agreement(form, "赔五百元", self.now, signed_at=self.now)
        self._try(lambda: steps.agree(self.case, agreement=agreement, at=self.now))

    @rule()
    def talks_fail(self) -> None:
        self._try(lambda: steps.fail(self.case))

    @rule()
    def a_party_withdraws(self) -> None:
        self._try(lambda: steps.withdraw(self.case))

    @rule()
    def the_request_goes_away(self) -> None:
        settling = self.case.state in SETTLING
        self._try(lambda: steps.overtaken(self.case))
        assert not settling or self.case.state in (S.DECLINED, S.WITHDRAWN)

    @rule(after=st.sampled_from([steps.fulfil, steps.breach]))
    def performance_goes_on(self, after: object) -> None:
        self._try(lambda: steps.perform(self.case))
        self._try(lambda: after(self.case))  # type: ignore[operator]

    @rule()
    def they_talk_again(self) -> None:
        self._try(lambda: steps.resume(self.case, at=self.now))

    @rule(way=st.sampled_from(Way))
    def they_are_told_of_another_way(self, way: Way) -> None:
        self._try(lambda: steps.refer(self.case, way=way))

    @invariant()
    def no_mediator_is_a_party(self) -> None:
        persons = {party.person_id for party in self.case.parties}
        assert not persons & set(self.case.mediator_ids)

    @invariant()
    def nobody_is_mediated_without_the_consent_of_all(self) -> None:
        if self.case.state not in (S.REGISTERED, S.DECLINED):
            assert self.case.parties
            assert self.case.mediator_ids
            assert all(party.consent for party in self.case.parties)

    @invariant()
    def there_is_a_term_from_acceptance_on_which_only_an_extension_moves(self) -> None:
        assert (self.case.term_ends_at is not None) == (self._times("accepted") == 1)
        ends: Any = None
        for event in self.told:
            told = event.model_dump().get("term_ends_at")
            if event.type == MediationExtended.type:
                assert told > ends
            ends = told or ends
        assert ends == self.case.term_ends_at

    @invariant()
    def what_is_performed_was_agreed(self) -> None:
        if self.case.state in (S.AGREED, S.PERFORMING, S.FULFILLED, S.BREACHED):
            assert self.case.agreement is not None
        assert self._times("fulfilled") + self._times("breached") <= self._times(
            "performance_started"
        )

    @invariant()
    def it_ends_once(self) -> None:
        ends = sum(self._times(end) for end in ("declined", "withdrawn", "fulfilled", "referred"))
        assert ends == (1 if self.case.state in ENDED else 0)

    @invariant()
    def nothing_confided_is_told(self) -> None:
        told = self.told[-1].model_dump_json()
        assert [word for word in CONFIDED if word in told and word != "per_wang"] == []

    def _times(self, participle: str) -> int:
        return sum(event.type == f"requests.mediation.{participle}.v1" for event in self.told)


CaseLife.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestCaseLife = CaseLife.TestCase
