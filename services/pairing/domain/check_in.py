"""What helpers report of a visit, from a phone: one tap, at once or once there is a network again.

A report is kept once, however often it is sent. Whose clock is right is settled here: the server's
is, and a phone's only says how long ago the tap was.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.pairing.domain.participant import Participant
from services.pairing.domain.visit import (
    CHECK_INS_MAX,
    Outcome,
    Visit,
    VisitAction,
    VisitState,
    move,
    refs,
    wrong_state,
)
from services.pairing.domain.visit_clock import escalate, opened
from services.pairing.domain.visit_report import (
    Attendance,
    CheckIn,
    DangerSign,
    HelpService,
    WelfareCheck,
)
from shared.errors import Conflict, Invalid, NotAllowed
from shared.events import Event
from shared.events.pairing_visit import (
    VisitCompleted,
    VisitConcernRaised,
    VisitHelpRequested,
    VisitNoAnswer,
    VisitReported,
    VisitVerified,
)

LATE_MAX = timedelta(days=3)
"""So long after its time a report is taken: a weekend without a network, and not a month's worth
of visits ticked off at its end."""
MINUTES_MAX = 24 * 60


def happened_at(
    visit: Visit, *, tapped_at: datetime, sent_at: datetime | None, received_at: datetime
) -> datetime:
    """When it happened. ``tapped_at`` and ``sent_at`` are the phone's, which may be wrong.

    Their difference is right even so, if the phone says both. What would lie before the visit's
    time or in the future is not believed: the moment at which we heard counts instead.
    """
    ago = (sent_at or received_at) - tapped_at
    believed = timedelta(0) <= ago <= received_at - visit.window_start
    return received_at - ago if believed else received_at


def check_in(
    visit: Visit, *, said: CheckIn, high_risk: bool, estate_id: str | None
) -> Outcome | None:
    """Keep what a participant reports; None if this very report is kept already.

    ``high_risk``: whether the household is. ``estate_id``: where it lives, if help is asked for.
    Errors: ``Invalid`` for an id that another report bears, or minutes beyond a day; ``Conflict``
    before the visit's time, after it, or with 20 reports kept; ``WrongState`` for one that is not
    to be made.
    """
    if _kept(visit, said):
        return None
    visit = _with_former(visit, said)
    _check(visit, said)
    if visit.state is VisitState.SCHEDULED:
        visit, events = opened(visit)
    else:
        events = []
    decide = _done if said.outcome is Attendance.DONE else _nobody
    after, more = decide(visit, said, high_risk)
    after = replace(
        after,
        check_ins=(*after.check_ins, said),
        participants=_spoken(after.participants, said),
    )
    return after, events + more + _besides(after, said.danger_signs, said.help_service, estate_id)


def make_sure(visit: Visit, *, found: WelfareCheck, minutes: int, estate_id: str | None) -> Outcome:
    """The branch or staff made sure that all is well where nobody had answered.

    Errors: ``WrongState`` unless it was escalated; ``Invalid`` for minutes beyond a day.
    """
    _check_minutes(minutes)
    if visit.state is not VisitState.ESCALATED:
        raise wrong_state(visit.state, "make_sure")
    moved = move(visit, VisitAction.COMPLETE)
    event = VisitCompleted(**refs(visit), helper_ids=(), minutes=minutes, made_at=found.at)
    after = replace(moved, welfare_check=found, completed_at=found.at)
    return after, [event, *_besides(visit, (), found.help_service, estate_id)]


def verify(visit: Visit, *, by: str, at: datetime) -> Outcome | None:
    """The household or the branch says that it was so; None if that was said before.

    Errors: ``NotAllowed`` for who made the visit; ``WrongState`` unless it is completed.
    """
    if visit.state is not VisitState.COMPLETED:
        raise wrong_state(visit.state, "verify")
    if any(by == each.person_id for each in visit.participants):
        raise NotAllowed("visit.own", visit_id=visit.id)
    if visit.verified_at is not None:
        return None
    verified = replace(visit, verified_by=by, verified_at=at)
    return verified, [VisitVerified(**refs(visit))]


def may_report(visit: Visit) -> frozenset[str]:
    """The people who are to make the visit, or were in its time."""
    former = (each.participant for each in visit.former)
    return frozenset(each.person_id for each in (*visit.participants, *former))


def _with_former(visit: Visit, said: CheckIn) -> Visit:
    """With who reports among the participants, if they were one when it happened."""
    if any(each.person_id == said.person_id for each in visit.participants):
        return visit
    (was,) = [one for one in visit.former if one.participant.person_id == said.person_id][-1:]
    if said.at >= was.until:
        raise Conflict("visit.too_late", until=was.until.isoformat())
    rest = tuple(each for each in visit.former if each is not was)
    return replace(visit, participants=(*visit.participants, was.participant), former=rest)


def _kept(visit: Visit, said: CheckIn) -> bool:
    same = [each for each in visit.check_ins if each.id == said.id]
    if not same:
        return False
    # When it happened is reckoned anew at each sending, and may differ by what the network takes.
    if replace(same[0], at=said.at, received_at=said.received_at) != said:
        raise Invalid("visit.check_in_reused", pointer="/check_in_id")
    return True


def _check(visit: Visit, said: CheckIn) -> None:
    _check_minutes(said.minutes)
    if len(visit.check_ins) >= CHECK_INS_MAX:
        raise Conflict("visit.check_ins_full", most=CHECK_INS_MAX)
    if said.at < visit.window_start:
        raise Conflict("visit.too_early", opens_at=visit.window_start.isoformat())
    if visit.state is VisitState.ESCALATED:
        return  # to make sure it is never too late
    if said.at >= visit.window_end or said.received_at >= visit.window_end + LATE_MAX:
        raise Conflict("visit.too_late", until=visit.window_end.isoformat())


def _check_minutes(minutes: int) -> None:
    if not 0 <= minutes <= MINUTES_MAX:
        raise Invalid("visit.minutes", pointer="/minutes", least=0, most=MINUTES_MAX)


def _done(visit: Visit, said: CheckIn, _: bool) -> Outcome:
    credited = VisitCompleted(
        **refs(visit),
        helper_ids=(_helper(visit, said),),
        minutes=said.minutes,
        made_at=said.at,
    )
    if visit.state is VisitState.COMPLETED:
        again = _outcome_of(visit, said) is Attendance.DONE
        return visit, [_reported(visit, said) if again else credited]
    late = visit.state in (VisitState.MISSED, VisitState.CANCELLED)
    if visit.cancelled_at is not None and said.at >= visit.cancelled_at:
        raise wrong_state(visit.state, "complete")
    moved = move(visit, VisitAction.COMPLETE_LATE if late else VisitAction.COMPLETE)
    return replace(moved, completed_at=said.at), [credited]


def _nobody(visit: Visit, said: CheckIn, high_risk: bool) -> Outcome:
    if visit.state in (VisitState.COMPLETED, VisitState.ESCALATED):
        return visit, [_reported(visit, said)]
    told: Event = VisitNoAnswer(**refs(visit), helper_ids=(_helper(visit, said),))
    if visit.state is VisitState.DUE:
        visit = replace(move(visit, VisitAction.MEET_NOBODY), alarm_at=visit.window_end)
        if not high_risk:
            return visit, [told]
        action = VisitAction.ESCALATE
    elif visit.state is VisitState.NO_ANSWER:
        action = VisitAction.ESCALATE
    else:
        action = VisitAction.ESCALATE_LATE
    escalated, more = escalate(visit, action=action, at=said.received_at)
    return escalated, [told, *more]


def _besides(
    visit: Visit, signs: Sequence[DangerSign], wanted: HelpService | None, estate_id: str | None
) -> list[Event]:
    """What else follows from what was seen."""
    events: list[Event] = []
    if signs:
        events.append(VisitConcernRaised(**refs(visit), branch_ids=visit.branch_ids))
    if wanted is not None and estate_id is not None:
        asked = VisitHelpRequested(
            visit_id=visit.id,
            service_code=wanted.value,
            dwelling_id=visit.dwelling_id,
            estate_id=estate_id,
        )
        events.append(asked)
    return events


def _spoken(participants: tuple[Participant, ...], said: CheckIn) -> tuple[Participant, ...]:
    """The participants with what this one said: that it was done is never taken back."""

    def after(each: Participant) -> Participant:
        if each.person_id != said.person_id or each.outcome is Attendance.DONE:
            return each
        return replace(each, outcome=said.outcome, minutes=said.minutes)

    return tuple(after(each) for each in participants)


def _outcome_of(visit: Visit, said: CheckIn) -> Attendance | None:
    mine = [each for each in visit.participants if each.person_id == said.person_id]
    return mine[0].outcome if mine else None


def _helper(visit: Visit, said: CheckIn) -> str:
    """The member who reports; the use case let nobody else come so far."""
    return next(each.member_id for each in visit.participants if each.person_id == said.person_id)


def _reported(visit: Visit, said: CheckIn) -> VisitReported:
    return VisitReported(**refs(visit), helper_id=_helper(visit, said))
