"""Whatever happens to a request, in whatever order, these stay true."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.requests.domain.assignment import Refusal, Unit
from services.requests.domain.care import care_accepted, care_completed, care_unplaced
from services.requests.domain.closure import close, follow_up, withdraw
from services.requests.domain.follow_up import Answer
from services.requests.domain.handling import accept, assign, reject, resolve, return_, start
from services.requests.domain.request import TRANSITIONS, Decided, RequestState
from services.requests.domain.service_type import SLA_SPANS
from services.requests.domain.service_type_seed import SERVICE_TYPES
from services.requests.domain.submission import submit
from services.requests.tests.samples import (
    ESTATE,
    HELPER,
    NOW,
    REQUEST_ID,
    STAFF,
    said,
    submission,
)
from shared.errors import WrongState
from shared.events import Event

S = RequestState
ENDED = {S.CLOSED, S.REJECTED, S.WITHDRAWN}
TASKS = st.sampled_from(["cta_1", "cta_2", "cta_3"])


class RequestLife(RuleBasedStateMachine):
    """Staff, resident and pairing do what they like; time passes."""

    @initialize(code=st.sampled_from(sorted(SERVICE_TYPES)))
    def submit(self, code: str) -> None:
        self.now = NOW
        self.told: list[Event] = []
        self.request, events = submit(
            submission(code),
            kind=SERVICE_TYPES[code],
            request_id=REQUEST_ID,
            estate=ESTATE,
            at=NOW,
        )
        self.told += events

    def _try(self, decide: object) -> None:
        before = self.request
        self.now += timedelta(hours=7)
        try:
            decided: Decided | None = decide()  # type: ignore[operator]
        except WrongState:
            assert self.request == before
            return
        if decided is None:
            return
        self.request, events = decided
        assert events
        self.told += events
        reachable = {before.state, *TRANSITIONS[before.state].values()}
        for step in TRANSITIONS[before.state].values():
            reachable |= set(TRANSITIONS[step].values())
        assert self.request.state in reachable
        assert before.due_at is None or self.request.due_at == before.due_at

    @rule()
    def staff_accepts(self) -> None:
        self._try(lambda: accept(self.request, at=self.now))

    @rule()
    def staff_rejects(self) -> None:
        self._try(lambda: reject(self.request, refusal=Refusal("outside_remit"), at=self.now))

    @rule(unit=st.sampled_from(Unit))
    def staff_assigns(self, unit: Unit) -> None:
        self._try(lambda: assign(self.request, unit=unit, at=self.now))

    @rule()
    def unit_returns(self) -> None:
        refusal = Refusal("wrong_unit", None, Unit.STAFF)
        self._try(lambda: return_(self.request, refusal=refusal))

    @rule()
    def staff_starts(self) -> None:
        self._try(lambda: start(self.request, handler_id=STAFF, at=self.now))

    @rule()
    def staff_resolves(self) -> None:
        self._try(lambda: resolve(self.request, at=self.now, handler_id=STAFF))

    @rule()
    def staff_closes(self) -> None:
        self._try(lambda: close(self.request, at=self.now))

    @rule(answer=st.sampled_from(Answer), satisfaction=st.none() | st.integers(1, 5))
    def resident_answers(self, answer: Answer, satisfaction: int | None) -> None:
        self._try(lambda: follow_up(self.request, said=said(answer, satisfaction)))

    @rule()
    def resident_withdraws(self) -> None:
        self._try(lambda: withdraw(self.request, at=self.now))

    @rule(task=TASKS)
    def helper_accepts(self, task: str) -> None:
        self._try(lambda: care_accepted(self.request, task_id=task, helper_id=HELPER, at=self.now))

    @rule(task=TASKS)
    def helper_completes(self, task: str) -> None:
        self._try(lambda: care_completed(self.request, task_id=task, helper_id=HELPER, at=self.now))

    @rule(task=TASKS)
    def pairing_finds_nobody(self, task: str) -> None:
        self._try(lambda: care_unplaced(self.request, task_id=task, reason="no_helper"))

    @invariant()
    def the_promise_is_that_of_its_class_and_starts_at_acceptance(self) -> None:
        times = self._times("accepted")
        assert times <= 1
        assert (self.request.due_at is not None) == (times == 1)
        if self.request.due_at is not None:
            assert self.request.due_at >= NOW + SLA_SPANS[self.request.sla_class]

    @invariant()
    def it_is_with_somebody_exactly_while_it_is_assigned_or_beyond(self) -> None:
        if self.request.state in {S.SUBMITTED, S.ACCEPTED, S.REJECTED}:
            assert self.request.assignment is None
        if self.request.state in {S.ASSIGNED, S.IN_PROGRESS, S.RESOLVED, S.REOPENED, S.CLOSED}:
            assert self.request.assignment is not None

    @invariant()
    def it_is_resolved_as_often_as_it_was_started_or_once_less(self) -> None:
        started, resolved = self._times("started"), self._times("resolved")
        assert resolved <= started <= resolved + 1

    @invariant()
    def an_answer_is_awaited_only_of_a_resolved_request(self) -> None:
        assert (self.request.follow_up_due_at is not None) == (self.request.state is S.RESOLVED)

    @invariant()
    def the_second_reopening_escalates(self) -> None:
        assert self.request.reopened_times == self._times("reopened")
        assert self.request.escalated is (self.request.reopened_times >= 2)

    @invariant()
    def every_step_says_who_may_be_told_of_it(self) -> None:
        told = {getattr(event, "visibility", None) for event in self.told}
        assert told <= {self.request.visibility.value}

    @invariant()
    def it_ends_once(self) -> None:
        ends = sum(self._times(end) for end in ("closed", "rejected", "withdrawn"))
        assert ends == (1 if self.request.state in ENDED else 0)

    def _times(self, participle: str) -> int:
        return sum(event.type == f"requests.request.{participle}.v1" for event in self.told)


RequestLife.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestRequestLife = RequestLife.TestCase
