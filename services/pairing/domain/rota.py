"""The rota (走访排期) of a pairing: which visits its plan asks for, and who is to make them.

Plain reckoning from what stands in the documents; whoever reckons again gets the same visits, under
the same keys. Days are the community's; its clocks are those of Beijing (``shared.days``).
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from services.pairing.domain.errand import Errand, Window
from services.pairing.domain.household import ConsentScope, Household, consents
from services.pairing.domain.household_end import ended_at
from services.pairing.domain.member import Member, MemberState
from services.pairing.domain.pairing import Pairing, PairingState
from services.pairing.domain.pairing_pause import resting_since, rests
from services.pairing.domain.participant import Participant
from services.pairing.domain.plan import (
    CareService,
    Occurrence,
    next_occurrence,
    occurrences,
    plan_of,
    window,
)
from services.pairing.domain.standin import StandIn, StandInState, stands
from services.pairing.domain.visit import (
    OPEN_STATES,
    CancelReason,
    Outcome,
    Visit,
    VisitState,
    assign,
    cancel,
)
from services.pairing.domain.visit_clock import make_up_on, over_before
from shared.days import BEIJING, day_of

URGENT_WITHIN = timedelta(days=1)
"""A household whose risk has risen to high is looked in on within 24 h (domain.md, 3: a regional
rule, of a major change)."""
URGENT_LATE, URGENT_HOURS_MIN = timedelta(days=7), timedelta(hours=12)
"""Heard late, there is as much time still; after a week its weekly visit has seen to it."""
LEAD_DAYS = 7
"""So many days ahead visits are made: a week to look forward to, and every festival in time."""
MADE_AT = time(8)
"""Nobody is told of next week's visits by night."""
RESTED = (CancelReason.PAUSED, CancelReason.CONSENT_ENDED)
"""What a visit that was cancelled so was for is still to be done once visits go on."""


@dataclass(frozen=True, slots=True)
class Rota:
    """How far a pairing's visits are made: up to before ``made_to``, and when it is looked at next.

    ``rev`` rises with every change around the pairing, so that a sweep that read before it cannot
    write after it. Without ``next_at`` there is nothing to make.
    """

    id: str
    rev: int
    made_to: date | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """A pairing with all that its visits depend on: the documents of its people, as they are."""

    pairing: Pairing
    households: Mapping[str, Household] = field(default_factory=dict)
    members: Mapping[str, Member] = field(default_factory=dict)
    stand_ins: Sequence[StandIn] = ()


def stopped(round_: Round, household_id: str, *, at: datetime) -> CancelReason | None:
    """Why the household is not visited at all; None if it is."""
    pairing, household = round_.pairing, round_.households.get(household_id)
    if rests(pairing, household_id):
        return CancelReason.PAUSED
    if pairing.state is not PairingState.ACTIVE or household_id not in pairing.household_ids:
        return CancelReason.ENDED
    if household is None or not consents(household, at=at, to=ConsentScope.VISITS):
        return CancelReason.CONSENT_ENDED
    return None


def stopped_since(round_: Round, household_id: str) -> datetime | None:
    """Since when it is not visited, if it is not, and that is known."""
    pairing, household = round_.pairing, round_.households.get(household_id)
    if rests(pairing, household_id):
        return resting_since(pairing, household_id)
    if pairing.state is PairingState.ACTIVE and household is not None:
        return ended_at(household)
    return None


def participants(round_: Round, household_id: str, *, at: datetime) -> tuple[Participant, ...]:
    """Who makes a visit at this moment: the helpers who are there, and who stands in for others."""
    helpers = [round_.members.get(each) for each in round_.pairing.helper_ids]
    there = [_participant(each) for each in helpers if each is not None and _is_there(each, at)]
    for stand_in in round_.stand_ins:
        member = round_.members.get(stand_in.member_id)
        if member is not None and _helps(round_, stand_in, household_id, at):
            there.append(_participant(member, stands_in=True))
    return tuple({each.member_id: each for each in there}.values())


def errands(round_: Round, *, since: date, until: date, at: datetime) -> list[Errand]:
    """The visits that are planned from ``since`` until before ``until``, of all its households."""
    made = []
    for household in visited(round_, at=at):
        anchor = _anchor(round_.pairing)
        days = occurrences(
            plan_of(round_.pairing.plan, household.id),
            risk=household.risk_level,
            since=since,
            until=until,
            anchor=anchor,
        )
        made += [
            _errand(round_, household, day.key, day.services, Window(day.on, *window(day, BEIJING)))
            for day in days
        ]
    return made


def look_again_at(round_: Round, *, made_to: date, at: datetime) -> datetime | None:
    """When visits are to be made next, if they are made until before ``made_to``; None if never."""
    days = [_next(round_, household, made_to).on for household in visited(round_, at=at)]
    if not days:
        return None
    day = min(days) - timedelta(days=LEAD_DAYS)
    return datetime.combine(day, MADE_AT, tzinfo=BEIJING).astimezone(UTC)


def make_up(round_: Round, missed: Visit, *, at: datetime) -> Errand | None:
    """The visit that makes up for one that was missed; None if the plan's own next comes first."""
    return _made_up(round_, missed, since=missed.on + timedelta(days=1), at=at)


def owed(round_: Round, last: Visit, *, at: datetime) -> Errand | None:
    """The visit that is still owed if ``last``, of all up to tomorrow, was missed or fell into a
    rest that is over now; None if the plan's own next comes first."""
    if last.state is not VisitState.MISSED and last.cancel_reason not in RESTED:
        return None
    after = max(last.on, day_of(at)) + timedelta(days=1)
    return _made_up(round_, last, since=after, at=at)


def after_rise(
    round_: Round, household: Household, known: Iterable[Visit], *, at: datetime
) -> Errand | None:
    """The visit that is due because the household's risk has risen to high.

    None if it has not of late, the household is not visited, or one of the ``known`` visits was
    made since, or will be over in that time.
    """
    since = household.raised_at
    if since is None or at - since > URGENT_LATE or stopped(round_, household.id, at=at):
        return None
    end = max(since + URGENT_WITHIN, at + URGENT_HOURS_MIN)
    if any(_sees_to(visit, since=since, end=end) for visit in known):
        return None
    window = Window(day_of(at), at, end)
    services = (CareService.CHAT.value,)
    return extra(round_, household, key=f"raised:{since.isoformat()}", of=services, window=window)


def extra(
    round_: Round, household: Household, *, key: str, of: tuple[str, ...], window: Window
) -> Errand:
    """A visit outside of the plan."""
    return replace(_errand(round_, household, key, of, window), extra=True)


def _sees_to(visit: Visit, *, since: datetime, end: datetime) -> bool:
    if visit.state is VisitState.COMPLETED:
        return visit.completed_at is not None and visit.completed_at >= since
    return visit.state in OPEN_STATES and visit.window_end <= end


def _made_up(round_: Round, missed: Visit, *, since: date, at: datetime) -> Errand | None:
    household = round_.households.get(missed.household_id)
    if household is None or stopped(round_, household.id, at=at) is not None:
        return None
    on = make_up_on(missed, today=day_of(at))
    if _next(round_, household, since).on <= on:
        return None
    days = on - missed.on
    return Errand(
        pairing_id=missed.pairing_id,
        household_id=missed.household_id,
        dwelling_id=missed.dwelling_id,
        key=f"{missed.key}+",
        services=missed.services,
        window=Window(on, _later(missed.window_start, days), _later(missed.window_end, days)),
        branch_ids=missed.branch_ids,
        makes_up=missed.id,
        missed_before=missed.missed_before + (missed.state is VisitState.MISSED),
    )


def revise(
    visit: Visit, round_: Round, *, planned: Container[tuple[str, str]], at: datetime
) -> Outcome | None:
    """What becomes of a visit that is open, as things stand now; None if nothing does.

    ``planned``: household and key of what the plan asks for from today on.
    """
    reason = stopped(round_, visit.household_id, at=at)
    if reason is not None and over_before(visit, stopped_since(round_, visit.household_id)):
        return None  # the clock will say that it was missed
    if reason is not None:
        return cancel(visit, reason=reason, at=at)
    of_plan = visit.makes_up is None and not visit.extra and visit.state is VisitState.SCHEDULED
    if of_plan and (visit.household_id, visit.key) not in planned and visit.on >= day_of(at):
        return cancel(visit, reason=CancelReason.PLAN_CHANGED, at=at)
    return assign(visit, participants(round_, visit.household_id, at=visit.window_start), at=at)


def visited(round_: Round, *, at: datetime) -> Iterator[Household]:
    """The pairing's households that are visited at this moment."""
    for household_id in round_.pairing.household_ids:
        if stopped(round_, household_id, at=at) is None:
            yield round_.households[household_id]


def _next(round_: Round, household: Household, since: date) -> Occurrence:
    pairing = round_.pairing
    return next_occurrence(
        plan_of(pairing.plan, household.id),
        risk=household.risk_level,
        since=since,
        anchor=_anchor(pairing),
    )


def _anchor(pairing: Pairing) -> date | None:
    return None if pairing.active_since is None else day_of(pairing.active_since)


def _errand(
    round_: Round, household: Household, key: str, services: Sequence[str], when: Window
) -> Errand:
    helpers = [round_.members.get(each) for each in round_.pairing.helper_ids]
    branches = dict.fromkeys(each.branch_id for each in helpers if each is not None)
    return Errand(
        pairing_id=round_.pairing.id,
        household_id=household.id,
        dwelling_id=household.dwelling_id,
        key=key,
        services=tuple(services),
        window=when,
        branch_ids=tuple(branches),
    )


def _helps(round_: Round, stand_in: StandIn, household_id: str, at: datetime) -> bool:
    helper = round_.members.get(stand_in.for_member_id)
    return (
        stand_in.state is StandInState.STANDING
        and stand_in.household_id == household_id
        and stand_in.for_member_id in round_.pairing.helper_ids
        and (helper is None or not _is_there(helper, at))
        and stands(stand_in, at=at)
        and _is_there(round_.members[stand_in.member_id], at)
    )


def _is_there(member: Member, at: datetime) -> bool:
    if member.state is MemberState.AWAY:
        return member.away_until is not None and member.away_until <= at
    return member.state is MemberState.ACTIVE


def _participant(member: Member, *, stands_in: bool = False) -> Participant:
    return Participant(member.id, member.person_id, member.branch_id, stands_in)


def _later(moment: datetime, days: timedelta) -> datetime:
    """The same time by the clocks there, so many days later."""
    return (moment.astimezone(BEIJING) + days).astimezone(moment.tzinfo)
