"""The people of a pairing: they answer for themselves, rest, and are let go."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import pairing, pairing_answer, pairing_pause, pairing_release
from services.pairing.domain.household import RiskLevel
from services.pairing.domain.pairing import (
    Answer,
    EndReason,
    Pairing,
    PairingMode,
    PairingState,
    Rest,
)
from services.pairing.domain.pairing_plan import change_plan, keep_floor
from services.pairing.domain.plan import CareService, PlannedService, plan_of
from services.pairing.domain.plan_check import is_often_enough
from services.pairing.tests.samples import (
    NOW,
    WEEKLY,
    a_household,
    a_member,
    consenting,
    pairing_in,
    proposed,
)
from shared.errors import Conflict, Invalid, WrongState
from shared.events.pairing import PairingConsented, PairingDeclined, PairingEnded
from shared.events.pairing_pairing import (
    PairingHelperAgreed,
    PairingHelperReleased,
    PairingHouseholdAgreed,
    PairingHouseholdReturned,
    PairingPlanned,
    PairingResumptionWithheld,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = NOW.date()


def several_helpers(state: PairingState = PairingState.PROPOSED) -> Pairing:
    """Three members for one household."""
    helpers = [a_member(number) for number in (1, 2, 3)]
    return pairing_in(state, proposed(PairingMode.MANY_ONE, helpers=helpers))


def several_homes(state: PairingState = PairingState.ACTIVE) -> Pairing:
    """One member for two households."""
    return pairing_in(state)


def _answer(paired: Pairing, side: str, by: str = "per_x") -> Pairing:
    answer = Answer(side, by, NOW)
    agrees = pairing_answer.helper_agrees
    if side.startswith("hsh"):
        agrees = pairing_answer.household_agrees
    return agrees(paired, answer=answer)[0]


@pytest.mark.parametrize("order", list(permutations(["mem_1", "hsh_1", "hsh_2"])))
def test_once_all_have_agreed_in_any_order_it_is_consented(order: tuple[str, ...]) -> None:
    paired = several_homes(PairingState.PROPOSED)
    for side in order[:-1]:
        paired = _answer(_answer(paired, side), side)
        assert paired.state is PairingState.PROPOSED
    assert _answer(paired, order[-1]).state is PairingState.CONSENTED


def test_an_agreement_tells_who_and_keeps_who_said_so() -> None:
    paired, events = pairing_answer.household_agrees(
        proposed(), answer=Answer("hsh_1", "per_e", NOW)
    )
    assert events == [PairingHouseholdAgreed(pairing_id="prg_1", household_id="hsh_1")]
    assert paired.household_answers == (Answer("hsh_1", "per_e", NOW),)
    _, events = pairing_answer.helper_agrees(paired, answer=Answer("mem_1", "per_m", NOW))
    assert events == [
        PairingHelperAgreed(pairing_id="prg_1", helper_id="mem_1"),
        PairingConsented(pairing_id="prg_1"),
    ]


def test_nobody_else_answers() -> None:
    with pytest.raises(Invalid, match=r"pairing\.other_helper"):
        _answer(proposed(), "mem_9")
    with pytest.raises(Invalid, match=r"pairing\.other_household"):
        _answer(proposed(), "hsh_9")


def test_who_declines_leaves_the_others_proposed_to_each_other() -> None:
    paired, events = pairing_answer.helper_declines(several_helpers(), helper_id="mem_2")
    assert (paired.state, paired.helper_ids) == (PairingState.PROPOSED, ("mem_1", "mem_3"))
    assert events == [
        PairingHelperReleased(
            pairing_id="prg_1", helper_id="mem_2", mode="many_one", reason="declined"
        )
    ]


def test_if_only_who_declines_had_not_answered_the_rest_is_consented() -> None:
    paired = several_helpers()
    for side in ("mem_1", "mem_3", "hsh_1"):
        paired = _answer(paired, side)
    rest, events = pairing_answer.helper_declines(paired, helper_id="mem_2")
    assert rest.state is PairingState.CONSENTED
    assert events[-1] == PairingConsented(pairing_id="prg_1")


def test_the_last_who_declines_is_named_in_the_end_of_the_proposal() -> None:
    gone, events = pairing_answer.helper_declines(proposed(), helper_id="mem_1")
    assert gone.state is PairingState.DECLINED
    assert events == [PairingDeclined(pairing_id="prg_1", helper_id="mem_1")]
    _, events = pairing_answer.household_declines(proposed(), household_id="hsh_1")
    assert events == [PairingDeclined(pairing_id="prg_1", household_id="hsh_1")]


def test_nobody_declines_what_has_begun() -> None:
    with pytest.raises(WrongState):
        pairing_answer.helper_declines(several_helpers(PairingState.ACTIVE), helper_id="mem_1")
    with pytest.raises(WrongState):
        pairing_answer.household_declines(several_homes(), household_id="hsh_1")


def test_released_helpers_leave_the_others_in_the_mode_that_fits() -> None:
    two, _ = pairing_release.release_helper(
        several_helpers(PairingState.ACTIVE), helper_id="mem_1", reason=EndReason.HELPER_LEFT
    )
    assert (two.mode, two.helper_ids) == (PairingMode.MANY_ONE, ("mem_2", "mem_3"))
    one, _ = pairing_release.release_helper(two, helper_id="mem_3", reason=EndReason.HELPER_LEFT)
    assert (one.mode, one.helper_ids) == (PairingMode.ONE_ONE, ("mem_2",))
    none, events = pairing_release.release_helper(
        one, helper_id="mem_2", reason=EndReason.HELPER_LEFT
    )
    assert (none.state, none.helper_ids) == (PairingState.ENDED, ("mem_2",))
    assert events == [PairingEnded(pairing_id="prg_1", reason="helper_left")]


def test_a_helper_of_no_part_cannot_be_released() -> None:
    with pytest.raises(Invalid, match=r"pairing\.other_helper"):
        pairing_release.release_helper(proposed(), helper_id="mem_9", reason=EndReason.HELPER_LEFT)


def test_a_released_household_takes_what_was_planned_for_it_and_its_rest_along() -> None:
    paired = replace(
        several_homes(),
        plan=(replace(WEEKLY[0], household_id="hsh_1"), *WEEKLY),
        household_answers=(Answer("hsh_1", "per_x", NOW),),
    )
    paired, _ = pairing_pause.rest(paired, household_id="hsh_1", until=NOW + DAY, at=NOW)
    left, _ = pairing_release.release(paired, household_id="hsh_1", reason=EndReason.DIED)
    assert (left.plan, left.resting, left.back_at) == (WEEKLY, (), None)
    assert left.household_answers == ()


@pytest.mark.parametrize("wrong", [NOW, NOW - HOUR, NOW + 367 * DAY])
def test_a_pause_ends_in_the_future_and_within_a_year(wrong: object) -> None:
    with pytest.raises(Invalid, match=r"pairing\.pause_until") as refused:
        pairing_pause.pause(several_homes(), until=wrong, at=NOW)  # type: ignore[arg-type]
    assert refused.value.facts["pointer"] == "/until"


def test_a_pause_is_over_at_its_end_and_never_before() -> None:
    homes = [consenting(1), consenting(2)]
    paused, _ = pairing_pause.pause(several_homes(), until=NOW + DAY, at=NOW)
    assert (paused.state, paused.back_at) == (PairingState.PAUSED, NOW + DAY)
    longer, _ = pairing_pause.pause(paused, until=NOW + 2 * DAY, at=NOW)

    assert pairing_pause.go_on(paused, households=homes, at=NOW + DAY - HOUR) is None
    assert pairing_pause.go_on(longer, households=homes, at=NOW + DAY) is None
    gone_on = pairing_pause.go_on(longer, households=homes, at=NOW + 2 * DAY)
    assert gone_on is not None
    assert (gone_on[0].state, gone_on[0].paused_until) == (PairingState.ACTIVE, None)
    assert pairing_pause.go_on(gone_on[0], households=homes, at=NOW + 9 * DAY) is None


def test_an_open_pause_waits_for_somebody() -> None:
    paused, _ = pairing_pause.pause(several_homes(), at=NOW)
    assert paused.back_at is None
    homes = [consenting(1), consenting(2)]
    assert pairing_pause.go_on(paused, households=homes, at=NOW + 999 * DAY) is None


def test_without_consent_a_pause_that_is_over_goes_on_and_says_so_once() -> None:
    paused, _ = pairing_pause.pause(several_homes(), until=NOW + DAY, at=NOW)
    homes = [consenting(1), consenting(2, until=NOW + HOUR)]
    waiting = pairing_pause.go_on(paused, households=homes, at=NOW + DAY)
    assert waiting is not None
    assert waiting[1] == [PairingResumptionWithheld(pairing_id="prg_1")]
    assert (waiting[0].state, waiting[0].back_at) == (PairingState.PAUSED, None)


def test_one_of_several_households_rests_by_itself() -> None:
    rested, _ = pairing_pause.rest(several_homes(), household_id="hsh_1", until=NOW + DAY, at=NOW)
    assert rested.state is PairingState.ACTIVE
    assert rested.resting == (Rest("hsh_1", NOW + DAY, NOW),)
    assert [pairing_pause.rests(rested, each) for each in ("hsh_1", "hsh_2")] == [True, False]
    back = pairing_pause.go_on(rested, households=[], at=NOW + DAY)
    assert back is not None
    assert back[1] == [PairingHouseholdReturned(pairing_id="prg_1", household_id="hsh_1")]
    assert (back[0].resting, back[0].back_at) == ((), None)


def test_who_does_not_rest_does_not_return_and_without_consent_nobody_does() -> None:
    with pytest.raises(Conflict, match=r"pairing\.not_resting"):
        pairing_pause.come_back(several_homes(), household=consenting(), at=NOW)
    rested, _ = pairing_pause.rest(several_homes(), household_id="hsh_1", at=NOW)
    with pytest.raises(Conflict, match=r"pairing\.no_consent"):
        pairing_pause.come_back(rested, household=a_household(), at=NOW)


@given(
    ends=st.lists(st.none() | st.integers(1, 300), min_size=3, max_size=3), days=st.integers(0, 301)
)
def test_going_on_late_gives_what_going_on_in_time_gives(ends: list[int | None], days: int) -> None:
    """Also after days of standstill: one look gives what a look each day gives."""
    paired = several_homes()
    for household, end in zip(("hsh_1", "hsh_2"), ends[:2], strict=True):
        until = None if end is None else NOW + end * DAY
        paired, _ = pairing_pause.rest(paired, household_id=household, until=until, at=NOW)
    until = None if ends[2] is None else NOW + ends[2] * DAY
    paired, _ = pairing_pause.pause(paired, until=until, at=NOW)
    homes = [consenting(1), consenting(2)]

    daily = paired
    for day in range(days + 1):
        daily = (pairing_pause.go_on(daily, households=homes, at=NOW + day * DAY) or (daily,))[0]
    late = pairing_pause.go_on(paired, households=homes, at=NOW + days * DAY)
    assert (late or (paired,))[0] == daily
    assert daily.back_at is None or daily.back_at > NOW + days * DAY


def test_a_plan_that_is_too_seldom_for_a_household_is_refused_without_saying_why() -> None:
    slow = (replace(WEEKLY[0], rhythm="FREQ=MONTHLY"),)
    homes = [replace(consenting(1), risk_level=RiskLevel.GENERAL), consenting(2)]
    with pytest.raises(Invalid, match=r"plan\.too_seldom") as refused:
        change_plan(several_homes(), plan=slow, households=homes, today=TODAY)
    assert refused.value.facts == {"pointer": "/plan", "household_id": "hsh_2"}
    general = [replace(home, risk_level=RiskLevel.GENERAL) for home in homes]
    planned, events = change_plan(several_homes(), plan=slow, households=general, today=TODAY)
    assert (planned.plan, events) == (slow, [PairingPlanned(pairing_id="prg_1")])


def test_nothing_is_planned_for_a_household_of_no_part() -> None:
    plan = (replace(WEEKLY[0], household_id="hsh_9"),)
    homes = [consenting(1), consenting(2)]
    with pytest.raises(Invalid, match=r"pairing\.other_household"):
        change_plan(several_homes(), plan=plan, households=homes, today=TODAY)


SLOW = PlannedService(CareService.CHAT, "FREQ=MONTHLY;BYMONTHDAY=3", None, TODAY, "14:00", 2)
CLEAN = PlannedService(CareService.CLEANING, "FREQ=MONTHLY;INTERVAL=4", None, TODAY, "10:00", 2)


@pytest.mark.parametrize("risk", RiskLevel)
@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("plan", [(), (SLOW,), (CLEAN,), (SLOW, CLEAN), WEEKLY])
def test_a_risk_that_rises_puts_its_floor_into_the_plan_once(
    risk: RiskLevel, alone: bool, plan: tuple[PlannedService, ...]
) -> None:
    start = pairing_in(PairingState.ACTIVE, proposed()) if alone else several_homes()
    home = replace(consenting(1), risk_level=risk)
    kept = keep_floor(replace(start, plan=plan), household=home, today=TODAY)
    if kept is None:
        assert is_often_enough(plan, risk=risk, today=TODAY)
        return
    after, events = kept
    assert events == [PairingPlanned(pairing_id="prg_1")]
    assert is_often_enough(plan_of(after.plan, "hsh_1"), risk=risk, today=TODAY)
    assert keep_floor(after, household=home, today=TODAY) is None
    # What is kept may be sent again as it is, and the other household has what it had.
    change_plan(after, plan=after.plan, households=[home], today=TODAY)
    assert alone or plan_of(after.plan, "hsh_2") == plan
    if SLOW in plan:
        assert after.plan[-1].time == "14:00"


def test_an_end_leaves_nothing_to_go_on() -> None:
    paused, _ = pairing_pause.pause(several_homes(), until=NOW + DAY, at=NOW)
    ended, _ = pairing.end(paused, reason=EndReason.DIED)
    assert (ended.paused_until, ended.back_at, ended.resting) == (None, None, ())
