"""Whatever people do and whenever the clock looks, these stay true of what it tells."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.requests.domain.alarm import tick
from services.requests.domain.assignment import Hold, HoldReason, Refusal, Unit
from services.requests.domain.closure import close, reopen, withdraw
from services.requests.domain.correction import reinstate
from services.requests.domain.deadline import PROMISES, left
from services.requests.domain.handling import (
    accept,
    assign,
    contact,
    hold,
    reject,
    resolve,
    resume,
    return_,
    start,
)
from services.requests.domain.progress import Correction
from services.requests.domain.request import (
    ENDED,
    RUNNING,
    TRANSITIONS,
    Action,
    Decided,
    RequestState,
    ServiceRequest,
)
from services.requests.domain.service_type import SlaClass
from services.requests.tests.samples import NOW, STAFF, submitted
from shared.errors import Conflict, Invalid
from shared.events import Event

MINUTES = st.integers(0, 60 * 30)
PEOPLE: dict[Action, Callable[[ServiceRequest, "Clocks"], Decided]] = {
    Action.ACCEPT: lambda r, c: accept(r, at=c.now),
    Action.REJECT: lambda r, c: reject(r, refusal=Refusal("outside_remit"), at=c.now),
    Action.ASSIGN: lambda r, c: assign(r, unit=Unit.STAFF, at=c.now),
    Action.RETURN: lambda r, c: return_(r, refusal=Refusal("no_capacity", None, Unit.PROPERTY)),
    Action.START: lambda r, c: start(r, handler_id=STAFF, at=c.now),
    Action.CONTACT: lambda r, c: contact(r, by=STAFF, at=c.now),
    Action.HOLD: lambda r, c: hold(r, hold=Hold(HoldReason.PARTS, c.now)),
    Action.RESUME: lambda r, c: resume(r, at=c.now),
    Action.RESOLVE: lambda r, c: resolve(r, at=c.now, handler_id=STAFF),
    Action.REOPEN: lambda r, c: reopen(r, at=c.now),
    Action.CLOSE: lambda r, c: close(r, at=c.now),
    Action.WITHDRAW: lambda r, c: withdraw(r, at=c.now),
    Action.REINSTATE: lambda r, c: reinstate(
        r, correction=Correction("ended_by_mistake", ("state",), STAFF, c.now), at=c.now
    ),
}


ENDINGS = {Action.REJECT, Action.WITHDRAW}


class Clocks(RuleBasedStateMachine):
    """One request, the people around it, and a clock that looks when it can.

    ``counted`` is kept by hand, one step after the other: so much time has counted for it.
    """

    request: ServiceRequest
    now: datetime
    counted: timedelta
    told: list[Event]

    @initialize(sla_class=st.sampled_from(SlaClass))
    def submit(self, sla_class: SlaClass) -> None:
        codes = {"2h": "security", "24h": "repair.water", "7d": "noise", "15d": "suggestion"}
        self.request = submitted(codes[sla_class.value])
        assert self.request.promise == PROMISES[sla_class]
        self.now = NOW
        self.counted = timedelta(0)
        self.told: list[Event] = []

    @rule(minutes=MINUTES)
    def time_passes(self, minutes: int) -> None:
        span = timedelta(minutes=minutes)
        self.now += span
        if self.request.state in RUNNING:
            self.counted += span

    @rule(data=st.data())
    def somebody_acts(self, data: st.DataObject) -> None:
        """Mostly they do what leads on, so that a life is not over before it began."""
        possible = sorted((PEOPLE.keys() & TRANSITIONS[self.request.state].keys()) - ENDINGS)
        action = data.draw(st.sampled_from(possible))
        self._keep(lambda: PEOPLE[action](self.request, self))

    @rule(action=st.sampled_from(sorted(PEOPLE)))
    def somebody_tries(self, action: Action) -> None:
        self._keep(lambda: PEOPLE[action](self.request, self))

    @rule(minutes=st.integers(1, 60 * 30))
    def somebody_lets_it_wait_until(self, minutes: int) -> None:
        until = self.now + timedelta(minutes=minutes)
        self._keep(lambda: hold(self.request, hold=Hold(HoldReason.PARTS, self.now, until)))

    @rule()
    def the_clock_looks(self) -> None:
        before = self.request
        ticked = tick(before, at=self.now)
        if ticked is None:
            assert before.alarm_at is None or before.alarm_at > self.now
            return
        self.request, events = ticked
        assert events, "an alarm rings for something"
        assert self.request.alarm_at is None or self.request.alarm_at > self.now
        if before.state is RequestState.ON_HOLD:
            # Since its end it runs again, though nobody has looked until now.
            assert before.hold is not None
            assert before.hold.until is not None
            self.counted += self.now - before.hold.until
        self.told += events

    def _keep(self, decide: Callable[[], Decided]) -> None:
        before = self.request
        try:
            self.request, _ = decide()
        except (Conflict, Invalid):
            assert self.request == before
            return
        if before.hold is not None and before.hold.until is not None and self.request.hold is None:
            self.counted += max(timedelta(0), self.now - before.hold.until)

    @invariant()
    def everything_is_told_once(self) -> None:
        words = Counter(
            (
                event.type,
                *sorted(
                    str(fact) for fact in event.model_dump(exclude={"due_at", "unit"}).values()
                ),
            )
            for event in self.told
            if event.type.split(".")[2] in ("warned", "delayed", "kept_waiting")
        )
        assert all(count == 1 for count in words.values()), words

    @invariant()
    def what_is_left_is_what_has_not_counted(self) -> None:
        promise = self.request.promise
        if promise is None or self.request.accepted_at is None or self.request.state in ENDED:
            return
        if self.request.state is RequestState.ON_HOLD and self.request.hold is not None:
            until = self.request.hold.until
            if until is not None and until < self.now:
                return  # over, and nobody has looked
        assert left(self.request, self.now) == timedelta(seconds=promise.seconds) - self.counted

    @invariant()
    def nothing_rings_once_it_is_over(self) -> None:
        if self.request.state in ENDED:
            assert self.request.alarm_at is None

    @invariant()
    def while_it_runs_it_is_due_when_what_is_left_has_passed(self) -> None:
        if self.request.state in RUNNING:
            remaining = left(self.request, self.now)
            assert remaining is not None
            if remaining > timedelta(0):
                assert self.request.due_at == self.now + remaining


TestClocks = Clocks.TestCase
TestClocks.settings = settings(max_examples=200, stateful_step_count=40)
