"""Whatever happens to a request, in whatever order, these stay true."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from services.requests.domain import works
from services.requests.domain.assignment import Hold, HoldReason, Referral, Refusal, Unit
from services.requests.domain.care import (
    News,
    care_accepted,
    care_completed,
    care_started,
    care_unplaced,
)
from services.requests.domain.closure import close, follow_up, withdraw
from services.requests.domain.correction import Fields, correct, reinstate
from services.requests.domain.follow_up import Answer
from services.requests.domain.handling import (
    accept,
    assign,
    hand_over,
    hold,
    refer,
    reject,
    resolve,
    resume,
    return_,
    sign,
)
from services.requests.domain.joining import absorb, add_update, merge, support
from services.requests.domain.progress import Audience, Correction, Update
from services.requests.domain.request import ENDED, Decided, RequestState
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
    submitted,
)
from services.requests.tests.story import told_state
from shared.errors import Conflict, WrongState
from shared.events import Event

S = RequestState
TASKS = st.sampled_from(["cta_1", "cta_2", "cta_3"])
ORDERS = st.sampled_from(["wor_1", "wor_2", "wor_3"])
WORK = st.sampled_from(
    [works.work_begun, works.work_done, works.work_sent_back, works.work_cancelled]
)
WHY = Correction("on_request", ("state",), STAFF, NOW)


def late(machine: "RequestLife") -> bool:
    """Ends come late, so that there is a life before."""
    return machine.now > NOW + timedelta(days=5)


class RequestLife(RuleBasedStateMachine):
    """Staff, resident, pairing, property and the clock do what they like; time passes."""

    @initialize(
        code=st.sampled_from(sorted(SERVICE_TYPES)),
        contracted=st.booleans(),
        steps=st.integers(0, 5),
    )
    def submit(self, code: str, contracted: bool, steps: int) -> None:
        """It begins some way on, since most that may happen early ends it."""
        self.now = NOW
        self.told: list[Event] = []
        self.request, events = submit(
            submission(code),
            kind=SERVICE_TYPES[code],
            request_id=REQUEST_ID,
            estate=replace(ESTATE, has_contractor=contracted),
            at=NOW,
        )
        self.told += events
        way: tuple[Callable[[], None], ...] = (
            self.staff_accepts,
            lambda: self.staff_assigns(Unit.STAFF),
            self.staff_signs,
            self.staff_resolves,
            lambda: self.resident_answers(Answer.NO, None),
        )
        for step in way[:steps]:
            step()

    def _try(self, decide: Callable[[], Decided | None]) -> None:
        before = self.request
        self.now += timedelta(hours=7)
        try:
            decided = decide()
        except (WrongState, Conflict):
            assert self.request == before
            return
        if decided is None:
            return
        self.request, events = decided
        assert events
        self.told += events
        if before.due_at is not None:
            assert self.request.due_at is not None
            assert self.request.due_at >= before.due_at

    @rule()
    def staff_accepts(self) -> None:
        self._try(lambda: accept(self.request, at=self.now))

    @precondition(late)
    @rule()
    def staff_rejects(self) -> None:
        self._try(lambda: reject(self.request, refusal=Refusal("outside_remit"), at=self.now))

    @rule(unit=st.sampled_from(Unit))
    def staff_assigns(self, unit: Unit) -> None:
        self._try(lambda: assign(self.request, unit=unit, at=self.now))

    @rule(unit=st.sampled_from(Unit))
    def staff_hands_over(self, unit: Unit) -> None:
        self._try(lambda: hand_over(self.request, unit=unit, at=self.now))

    @rule()
    def unit_returns(self) -> None:
        refusal = Refusal("wrong_unit", None, Unit.STAFF)
        self._try(lambda: return_(self.request, refusal=refusal))

    @rule()
    def staff_signs(self) -> None:
        self._try(lambda: sign(self.request, handler_id=STAFF, at=self.now))

    @rule(hours=st.none() | st.integers(1, 30))
    def staff_holds(self, hours: int | None) -> None:
        def decide() -> Decided:
            until = None if hours is None else self.now + timedelta(hours=hours)
            return hold(self.request, hold=Hold(HoldReason.PARTS, self.now, until))

        self._try(decide)

    @rule()
    def staff_or_the_clock_resumes(self) -> None:
        self._try(lambda: resume(self.request, at=self.now))

    @rule()
    def staff_resolves(self) -> None:
        self._try(lambda: resolve(self.request, at=self.now, handler_id=STAFF))

    @precondition(late)
    @rule()
    def staff_refers(self) -> None:
        self._try(lambda: refer(self.request, referral=Referral("12345"), at=self.now))

    @precondition(late)
    @rule()
    def staff_merges(self) -> None:
        other = replace(submitted(), id="req_other")
        self._try(lambda: merge(self.request, into=other, at=self.now))

    @rule(n=st.integers(1, 3))
    def another_is_merged_into_it(self, n: int) -> None:
        other = replace(submitted(), id=f"req_{n}", requester_id=f"per_{n}")
        self._try(lambda: absorb(self.request, duplicate=other))

    @rule()
    def the_clock_closes(self) -> None:
        self._try(lambda: close(self.request, at=self.now))

    @rule()
    def the_administration_corrects(self) -> None:
        self._try(
            lambda: correct(self.request, correction=WHY, fields=Fields("更正"), building_id=None)
        )

    @rule()
    def the_administration_reinstates(self) -> None:
        self._try(lambda: reinstate(self.request, correction=WHY, at=self.now))

    @rule(n=st.integers(1, 5))
    def a_neighbour_supports(self, n: int) -> None:
        self._try(lambda: support(self.request, person_id=f"per_{n}"))

    @rule()
    def somebody_writes(self) -> None:
        update = Update("upd_1", Audience.PUBLIC, "还在等。", STAFF, self.now)
        self._try(lambda: add_update(self.request, update=update))

    @rule(answer=st.sampled_from(Answer), satisfaction=st.none() | st.integers(1, 5))
    def resident_answers(self, answer: Answer, satisfaction: int | None) -> None:
        answered = replace(said(answer, satisfaction), at=self.now + timedelta(hours=7))
        self._try(lambda: follow_up(self.request, said=answered))

    @precondition(late)
    @rule()
    def resident_withdraws(self) -> None:
        self._try(lambda: withdraw(self.request, at=self.now))

    @rule(
        hear=st.sampled_from((care_accepted, care_started, care_completed)),
        task=TASKS,
        sequence=st.integers(1, 9),
        helper=st.sampled_from((HELPER, "mem_other")),
    )
    def a_helper_tells(
        self, hear: Callable[..., Decided | None], task: str, sequence: int, helper: str
    ) -> None:
        self._try(lambda: hear(self.request, news=News(task, sequence, self.now, helper)))

    @rule(task=TASKS, sequence=st.integers(1, 9))
    def pairing_finds_nobody(self, task: str, sequence: int) -> None:
        news = News(task, sequence, self.now)
        self._try(lambda: care_unplaced(self.request, news=news, reason="no_helper"))

    @rule(hear=WORK, order=ORDERS, sequence=st.integers(1, 9), given=st.integers(1, 3))
    def property_tells(
        self, hear: Callable[..., Decided | None], order: str, sequence: int, given: int
    ) -> None:
        self._try(
            lambda: hear(self.request, news=works.News(order, sequence, given, self.now, "per_li"))
        )

    @invariant()
    def its_story_alone_tells_its_state(self) -> None:
        assert told_state(self.told) is self.request.state

    @invariant()
    def the_promise_is_that_of_its_class_and_starts_at_acceptance(self) -> None:
        assert self._times("accepted") <= 1
        assert (self.request.due_at is not None) == (self.request.accepted_at is not None)
        if self.request.due_at is not None and self.request.accepted_at is not None:
            span = SLA_SPANS[self.request.sla_class]
            assert self.request.due_at >= self.request.accepted_at + span

    @invariant()
    def it_is_with_somebody_exactly_while_it_is_assigned_or_beyond(self) -> None:
        if self.request.state in {S.SUBMITTED, S.ACCEPTED, S.REJECTED}:
            assert self.request.assignment is None
        if self.request.state in {S.ASSIGNED, S.IN_PROGRESS, S.ON_HOLD, S.RESOLVED, S.REOPENED}:
            assert self.request.assignment is not None
            assert self.request.assignment.number == self._times("assigned")
            assert self.request.lead_unit is not None

    @invariant()
    def it_waits_exactly_while_it_is_on_hold(self) -> None:
        assert (self.request.hold is not None) == (self.request.state is S.ON_HOLD)

    @invariant()
    def its_clocks_stand_still_exactly_while_nobody_is_to_act(self) -> None:
        lasting = [pause for pause in self.request.pauses if pause.end is None]
        assert lasting in ([], [*self.request.pauses[-1:]])
        stands = bool(lasting)
        if self.request.state in {S.ON_HOLD, S.RESOLVED}:
            assert stands
        elif self.request.state not in ENDED:
            assert not stands

    @invariant()
    def it_is_resolved_no_more_often_than_it_was_signed_for(self) -> None:
        assert self._times("resolved") <= self._times("started")

    @invariant()
    def an_answer_is_awaited_only_of_a_resolved_request(self) -> None:
        assert (self.request.follow_up_due_at is not None) == (self.request.state is S.RESOLVED)

    @invariant()
    def the_second_reopening_escalates(self) -> None:
        assert self.request.reopened_times == self._times("reopened")
        assert self.request.escalated is (self.request.reopened_times >= 2)
        assert self._times("escalated") == max(0, self.request.reopened_times - 1)

    @invariant()
    def every_step_says_who_may_be_told_of_it(self) -> None:
        told = {getattr(event, "visibility", None) for event in self.told}
        assert told <= {self.request.visibility.value}

    @invariant()
    def what_is_over_has_an_end_and_rings_no_more(self) -> None:
        over = self.request.state in ENDED
        assert (self.request.closed_at is not None) == over
        assert not (over and self.request.alarm_at)

    @invariant()
    def everybody_is_counted_once_and_never_the_requester(self) -> None:
        supporters = self.request.supporters
        assert len(set(supporters)) == len(supporters)
        assert self.request.requester_id not in supporters

    def _times(self, participle: str) -> int:
        return sum(event.type == f"requests.request.{participle}.v1" for event in self.told)


RequestLife.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestRequestLife = RequestLife.TestCase
