"""Every noun in every state, made by the domain's own functions."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.pairing.domain import (
    care_placing,
    care_task,
    contribution,
    household,
    household_alarm,
    household_end,
    member,
    pairing,
    pairing_answer,
    pairing_pause,
    pairing_plan,
    pairing_proposal,
    pairing_release,
    revocation,
)
from services.pairing.domain.care_asking import Asking, Step
from services.pairing.domain.care_offer import OfferReason, Rung
from services.pairing.domain.care_rules import DEFAULT_RULES
from services.pairing.domain.care_task import CareTask, CareTaskAction, CareTaskState, Origin
from services.pairing.domain.contribution import (
    Contribution,
    ContributionAction,
    ContributionState,
    Question,
    ReturnReason,
)
from services.pairing.domain.deed import Correction
from services.pairing.domain.household import (
    Category,
    Circumstances,
    Consent,
    ConsentMethod,
    ConsentScope,
    Household,
    HouseholdAction,
    HouseholdState,
    LeftReason,
    RiskLevel,
)
from services.pairing.domain.member import Member, Profile
from services.pairing.domain.pairing import (
    Answer,
    EndReason,
    Pairing,
    PairingAction,
    PairingMode,
    PairingState,
)
from services.pairing.domain.plan import CareService, PlannedService
from shared.events import Event

NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
HERE, ELDER, SECRETARY, STAFF = "hongmiao", "per_elder", "per_secretary", "per_staff"
CIRCUMSTANCES = Circumstances((Category.HARDSHIP,), RiskLevel.HIGH, ("chat", "carry_shopping"))


def a_consent(**changes: Any) -> Consent:
    """A consent to everything, in writing, given now, without an end."""
    facts: dict[str, Any] = {
        "at": NOW,
        "by": ELDER,
        "method": ConsentMethod.WRITTEN,
        "scope": ConsentScope.CARE,
    }
    return Consent(**{**facts, **changes})


WEEKLY = (PlannedService(CareService.CHAT, "FREQ=WEEKLY;BYDAY=TU", None, NOW.date(), "10:00", 4),)


HOUSEHOLD_ACT: dict[HouseholdAction, Callable[[Household], tuple[Household, list[Event]]]] = {
    HouseholdAction.CONSENT: lambda h: household.consent(h, given=a_consent(), at=NOW),
    HouseholdAction.WITHDRAW: lambda h: household.withdraw_consent(h, at=NOW),
    HouseholdAction.EXPIRE: household_alarm.expire,
    HouseholdAction.REMIND: lambda h: household_alarm.remind(h, at=NOW),
    HouseholdAction.CHANGE: lambda h: household.change(
        h,
        person_ids=(*h.person_ids, f"per_new{len(h.person_ids)}"),
        circumstances=CIRCUMSTANCES,
        at=NOW,
    ),
    HouseholdAction.LEAVE: lambda h: household_end.leave(h, reason=LeftReason.MOVED, at=NOW),
}
HOUSEHOLD_PATHS: dict[HouseholdState, tuple[HouseholdAction, ...]] = {
    HouseholdState.REGISTERED: (),
    HouseholdState.CONSENTED: (HouseholdAction.CONSENT,),
    HouseholdState.WITHDRAWN: (HouseholdAction.CONSENT, HouseholdAction.WITHDRAW),
    HouseholdState.EXPIRED: (HouseholdAction.CONSENT, HouseholdAction.EXPIRE),
    HouseholdState.LEFT: (HouseholdAction.LEAVE,),
}


def a_household(number: int = 1, *, person_ids: tuple[str, ...] = ()) -> Household:
    """A household on the register, without consent."""
    return household.register(
        id=f"hsh_{number}",
        community=HERE,
        dwelling_id=f"dwl_{number}",
        person_ids=person_ids or (f"{ELDER}{number}",),
        circumstances=CIRCUMSTANCES,
    )[0]


def consenting(number: int = 1, **changes: Any) -> Household:
    """A household whose consent is in force."""
    return household.consent(a_household(number), given=a_consent(**changes), at=NOW)[0]


def household_in(state: HouseholdState) -> Household:
    """A household that came to this state by the table."""
    home = a_household()
    for action in HOUSEHOLD_PATHS[state]:
        home, _ = HOUSEHOLD_ACT[action](home)
    return home


def a_member(number: int = 1, *, households_max: int = 3) -> Member:
    """A member of the first branch."""
    return member.register(
        id=f"mem_{number}",
        community=HERE,
        person_id=f"per_member{number}",
        profile=Profile("brn_1", households_max=households_max),
    )[0]


def proposed(
    mode: PairingMode = PairingMode.ONE_ONE,
    *,
    helpers: Sequence[Member] = (),
    households: Sequence[Household] = (),
    standing: Sequence[Pairing] = (),
) -> Pairing:
    """A proposal, of the first member and the first household if not told otherwise."""
    return pairing_proposal.propose(
        id="prg_1",
        community=HERE,
        mode=mode,
        helpers=helpers or [a_member()],
        households=households or [a_household()],
        standing=standing,
    )[0]


def _households_of(paired: Pairing) -> list[Household]:
    return [replace(consenting(), id=each) for each in paired.household_ids]


PAIRING_ACT: dict[PairingAction, Callable[[Pairing], tuple[Pairing, list[Event]]]] = {
    PairingAction.AGREE: lambda p: pairing_answer.household_agrees(
        p, answer=Answer(p.household_ids[0], ELDER, NOW)
    ),
    PairingAction.CONSENT: pairing.consent,
    PairingAction.DECLINE: pairing.decline,
    PairingAction.ACTIVATE: lambda p: pairing.activate(p, households=_households_of(p), at=NOW),
    PairingAction.PLAN: lambda p: pairing_plan.change_plan(
        p, plan=WEEKLY, households=_households_of(p), today=NOW.date()
    ),
    PairingAction.PAUSE: lambda p: pairing_pause.pause(p, at=NOW),
    PairingAction.RESUME: lambda p: pairing_pause.resume(p, households=_households_of(p), at=NOW),
    PairingAction.REST: lambda p: pairing_pause.rest(p, household_id=p.household_ids[0], at=NOW),
    PairingAction.RELEASE: lambda p: pairing_release.release(
        p, household_id=p.household_ids[0], reason=EndReason.CONSENT_WITHDRAWN
    ),
    PairingAction.END: lambda p: pairing.end(p, reason=EndReason.MOVED),
}
_TO_ACTIVE = (PairingAction.CONSENT, PairingAction.ACTIVATE)
PAIRING_PATHS: dict[PairingState, tuple[PairingAction, ...]] = {
    PairingState.PROPOSED: (),
    PairingState.CONSENTED: (PairingAction.CONSENT,),
    PairingState.DECLINED: (PairingAction.DECLINE,),
    PairingState.ACTIVE: _TO_ACTIVE,
    PairingState.PAUSED: (*_TO_ACTIVE, PairingAction.PAUSE),
    PairingState.ENDED: (*_TO_ACTIVE, PairingAction.END),
}


def pairing_in(state: PairingState, start: Pairing | None = None) -> Pairing:
    """A pairing that came to this state by the table; of two households if not told otherwise."""
    paired = start or proposed(PairingMode.ONE_MANY, households=[a_household(1), a_household(2)])
    for action in PAIRING_PATHS[state]:
        paired, _ = PAIRING_ACT[action](paired)
    return paired


ORIGIN = Origin("req_1", 3, "care.shopping", "dwl_1", NOW + timedelta(days=7))


def asking(
    helpers: Sequence[Member] = (), *, home: Household | None = None, at: datetime = NOW
) -> Asking:
    """The household's own helpers may be asked, by the common rules; a consenting household, if
    not told otherwise."""
    ladder = [Step(Rung.OWN, helpers)]
    return Asking(DEFAULT_RULES, at, home or consenting(), ladder)


def placed(
    home: Household | None, helpers: Sequence[Member], *, at: datetime = NOW
) -> tuple[CareTask, list[Event]]:
    """What becomes of the sample request."""
    facts = replace(asking(helpers, at=at), household=home)
    return care_placing.place(id="cta_1", community=HERE, origin=ORIGIN, asking=facts)


def _lapsed(task: CareTask) -> care_task.Outcome:
    """The first member did not answer."""
    later = asking([a_member()], at=NOW + timedelta(days=1))
    lapsed = care_placing.lapse(task, asking=later)
    assert lapsed is not None
    return lapsed


CARE_TASK_ACT: dict[CareTaskAction, Callable[[CareTask], care_task.Outcome]] = {
    CareTaskAction.ACCEPT: lambda t: care_placing.accept(t, person_id="per_member1", at=NOW),
    CareTaskAction.DECLINE: lambda t: care_placing.decline(
        t, person_id="per_member1", reason=OfferReason.NO_TIME, asking=asking([a_member()])
    ),
    CareTaskAction.LAPSE: _lapsed,
    CareTaskAction.START: lambda t: care_task.start(t, at=NOW),
    CareTaskAction.COMPLETE: lambda t: care_task.complete(t, note="放在门口", minutes=45, at=NOW),
    CareTaskAction.GIVE_BACK: lambda t: care_placing.give_back(
        t, reason=OfferReason.AWAY, asking=asking([a_member()])
    ),
    CareTaskAction.CANCEL: care_placing.cancel,
    CareTaskAction.STOP: lambda t: care_placing.stop(t, watchers=care_placing.NOBODY),
}
CARE_TASK_PATHS: dict[CareTaskState, tuple[CareTaskAction, ...]] = {
    CareTaskState.OFFERED: (),
    CareTaskState.ACCEPTED: (CareTaskAction.ACCEPT,),
    CareTaskState.STARTED: (CareTaskAction.ACCEPT, CareTaskAction.START),
    CareTaskState.COMPLETED: (CareTaskAction.ACCEPT, CareTaskAction.COMPLETE),
    CareTaskState.UNPLACED: (CareTaskAction.DECLINE,),
    CareTaskState.CANCELLED: (CareTaskAction.CANCEL,),
}


def care_task_in(state: CareTaskState) -> CareTask:
    """A care task, offered to the first member, that came to this state by the table."""
    task, _ = placed(consenting(), [a_member()])
    for action in CARE_TASK_PATHS[state]:
        task, _ = CARE_TASK_ACT[action](task)
    return task


CONTRIBUTION_ACT: dict[
    ContributionAction, Callable[[Contribution], tuple[Contribution, list[Event]]]
] = {
    ContributionAction.SUBMIT: lambda c: submitted(c),
    ContributionAction.CONFIRM: lambda c: contribution.confirm(c, by=SECRETARY, at=NOW),
    ContributionAction.RETURN: lambda c: contribution.give_back(
        c, by=SECRETARY, reason=ReturnReason.WRONG_TIME
    ),
    ContributionAction.QUESTION: lambda c: revocation.question(
        replace(c, question=None), by=SECRETARY, reason=ReturnReason.NOT_DONE, at=NOW
    ),
    ContributionAction.UPHOLD: lambda c: revocation.uphold(asked_about(c), by=SECRETARY),
    ContributionAction.REVOKE: lambda c: revocation.revoke(asked_about(c), by=STAFF, at=NOW),
}
CONTRIBUTION_PATHS: dict[ContributionState, tuple[ContributionAction, ...]] = {
    ContributionState.DRAFT: (),
    ContributionState.SUBMITTED: (ContributionAction.SUBMIT,),
    ContributionState.CONFIRMED: (ContributionAction.SUBMIT, ContributionAction.CONFIRM),
    ContributionState.RETURNED: (ContributionAction.SUBMIT, ContributionAction.RETURN),
    ContributionState.REVOKED: (
        ContributionAction.SUBMIT,
        ContributionAction.CONFIRM,
        ContributionAction.REVOKE,
    ),
}


def submitted(
    record: Contribution, correction: Correction | None = None
) -> tuple[Contribution, list[Event]]:
    """The first member puts a record before the branch."""
    return contribution.submit(
        record, correction=correction or Correction(), member=a_member(), at=NOW
    )


def asked_about(record: Contribution) -> Contribution:
    """The same record, which the secretary wants revoked."""
    return replace(record, question=Question(SECRETARY, NOW, ReturnReason.NOT_DONE))


def contribution_in(state: ContributionState) -> Contribution:
    """A contribution of the first member that came to this state by the table."""
    task = care_task_in(CareTaskState.COMPLETED)
    record, _ = contribution.draft(
        id="ctr_1",
        member=a_member(),
        deed=contribution.done_task(task),
        care_task_id=task.id,
    )
    for action in CONTRIBUTION_PATHS[state]:
        record, _ = CONTRIBUTION_ACT[action](record)
    return record
