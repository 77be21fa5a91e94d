"""Whom a care task is put to, in which order and for how long; the first to accept does it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import care_placing
from services.pairing.domain.care_asking import Asking, Step, UnplacedReason, Watchers
from services.pairing.domain.care_offer import OfferReason, OfferState, Rung, still_open
from services.pairing.domain.care_rules import DEFAULT_RULES, CareRules, RungRule
from services.pairing.domain.care_task import CareTask, CareTaskState
from services.pairing.domain.household import ConsentScope, Household, HouseholdState
from services.pairing.domain.member import Member
from services.pairing.tests.samples import (
    HERE,
    NOW,
    ORIGIN,
    a_member,
    asking,
    care_task_in,
    consenting,
    household_in,
    placed,
)
from shared.errors import Conflict, WrongState
from shared.events import Event
from shared.events.pairing import (
    CareTaskAccepted,
    CareTaskCancelled,
    CareTaskDeclined,
    CareTaskOffered,
    CareTaskUnplaced,
)
from shared.events.pairing_care import (
    CareTaskGivenBack,
    CareTaskOfferLapsed,
    CareTaskOfferWithdrawn,
)

HOUR = timedelta(hours=1)
PATIENT = RungRule(answer_seconds=3600, at_once=1, asked_max=9)


def rules(**at_once: int) -> CareRules:
    """An hour to answer on every rung, and so many at once."""
    rungs = {rung: replace(PATIENT, at_once=at_once.get(rung.value, 1)) for rung in Rung}
    return replace(DEFAULT_RULES, rungs=rungs)


def ladder(*, by: CareRules, hours: int = 0, **members: Sequence[int]) -> Asking:
    """These members on these rungs, so many hours later."""
    steps = [Step(rung, [a_member(n) for n in members.get(rung.value, ())]) for rung in Rung]
    return Asking(by, NOW + hours * HOUR, consenting(), steps, Watchers(("mem_9",), ("brn_1",)))


def put_to(facts: Asking) -> tuple[CareTask, list[Event]]:
    return care_placing.place(id="cta_1", community=HERE, origin=ORIGIN, asking=facts)


def asked(task: CareTask) -> list[str]:
    return [offer.helper_id for offer in still_open(task.offers)]


def types(events: Sequence[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


def test_the_first_helper_of_the_household_is_asked_and_told_until_when() -> None:
    task, events = placed(consenting(), [a_member(2), a_member(1)])

    assert (task.state, task.helper_id, asked(task)) == (CareTaskState.OFFERED, None, ["mem_2"])
    assert (task.asked_ids, task.alarm_at) == (("per_member2",), NOW + 4 * HOUR)
    assert events == [
        CareTaskOffered(
            care_task_id="cta_1",
            request_id="req_1",
            household_id="hsh_1",
            helper_id="mem_2",
            rung="own",
            answer_by=NOW + 4 * HOUR,
        )
    ]


@pytest.mark.parametrize(
    ("household", "helpers", "reason"),
    [
        (None, [a_member()], UnplacedReason.NO_HOUSEHOLD),
        (household_in(HouseholdState.REGISTERED), [a_member()], UnplacedReason.NO_CONSENT),
        (household_in(HouseholdState.WITHDRAWN), [a_member()], UnplacedReason.NO_CONSENT),
        (consenting(scope=ConsentScope.VISITS), [a_member()], UnplacedReason.NO_CONSENT),
        (consenting(until=NOW + timedelta(days=1)), [a_member()], UnplacedReason.NO_CONSENT),
        (consenting(), [], UnplacedReason.NO_HELPER),
    ],
)
def test_a_task_that_nobody_can_be_asked_for_says_why(
    household: Household | None, helpers: list[Member], reason: UnplacedReason
) -> None:
    task, events = placed(household, helpers, at=NOW + timedelta(days=1))

    assert (task.state, task.unplaced_reason) == (CareTaskState.UNPLACED, reason)
    assert (task.helper_id, task.asked_ids, task.alarm_at) == (None, (), None)
    assert events == [
        CareTaskUnplaced(care_task_id="cta_1", request_id="req_1", reason=reason.value)
    ]


@given(helpers=st.lists(st.integers(1, 5), min_size=1, max_size=5))
def test_refusals_ask_every_helper_once_in_order_and_then_give_up(helpers: list[int]) -> None:
    members = [a_member(number) for number in helpers]
    task, _ = placed(consenting(), members)
    in_turn = []
    while task.state is CareTaskState.OFFERED:
        in_turn += asked(task)
        task, events = care_placing.decline(
            task, person_id=task.asked_ids[0], reason=None, asking=asking(members)
        )
        assert isinstance(events[0], CareTaskDeclined)
        assert events[0].helper_id == in_turn[-1]

    assert in_turn == list(dict.fromkeys(f"mem_{number}" for number in helpers))
    assert task.unplaced_reason is UnplacedReason.DECLINED
    assert [offer.helper_id for offer in task.offers] == in_turn


def test_a_helper_who_left_meanwhile_is_not_asked() -> None:
    task, _ = placed(consenting(), [a_member(1), a_member(2)])

    task, events = care_placing.decline(
        task, person_id="per_member1", reason=None, asking=asking([a_member(1), a_member(3)])
    )

    assert asked(task) == ["mem_3"]
    assert types(events) == [CareTaskDeclined, CareTaskOffered]


def test_a_higher_rung_is_climbed_only_once_nobody_is_left_below() -> None:
    by = rules(post=2)
    facts = ladder(by=by, own=[1], post=[1, 2, 3], matched=[3, 4])
    task, _ = put_to(facts)
    assert asked(task) == ["mem_1"]

    task, events = care_placing.decline(task, person_id="per_member1", reason=None, asking=facts)
    assert asked(task) == ["mem_2", "mem_3"]
    assert [event.rung for event in events if isinstance(event, CareTaskOffered)] == ["post"] * 2

    task, _ = care_placing.decline(task, person_id="per_member2", reason=None, asking=facts)
    assert asked(task) == ["mem_3"]  # the rung is not done with while somebody may still answer
    task, _ = care_placing.decline(task, person_id="per_member3", reason=None, asking=facts)
    assert asked(task) == ["mem_4"]
    task, events = care_placing.decline(
        task, person_id="per_member4", reason=OfferReason.TOO_FAR, asking=facts
    )
    assert task.offers[-1].reason is OfferReason.TOO_FAR
    assert events[-1] == CareTaskUnplaced(
        care_task_id="cta_1",
        request_id="req_1",
        reason="declined",
        holder_ids=("mem_9",),
        branch_ids=("brn_1",),
    )


def test_who_says_no_among_several_makes_room_for_the_next() -> None:
    facts = ladder(by=rules(own=2), own=[1, 2, 3])
    task, _ = put_to(facts)

    task, _ = care_placing.decline(task, person_id="per_member1", reason=None, asking=facts)

    assert asked(task) == ["mem_2", "mem_3"]


@pytest.mark.parametrize(("asked_max", "count"), [(1, 1), (3, 3), (50, 4)])
def test_no_more_are_asked_on_a_rung_than_its_rule_says(asked_max: int, count: int) -> None:
    by = rules()
    by = replace(by, rungs={**by.rungs, Rung.OWN: RungRule(3600, 50, asked_max)})

    task, _ = put_to(ladder(by=by, own=[1, 2, 3, 4]))

    assert len(asked(task)) == count


def test_a_rung_that_nobody_is_asked_on_is_left_out() -> None:
    by = rules()
    by = replace(by, rungs={**by.rungs, Rung.POST: RungRule(3600, 1, 0)})

    task, _ = put_to(ladder(by=by, post=[1], matched=[2]))

    assert asked(task) == ["mem_2"]


def test_the_first_to_accept_does_it_and_the_others_are_told() -> None:
    task, _ = put_to(ladder(by=rules(own=3), own=[1, 2, 3]))

    done, events = care_placing.accept(task, person_id="per_member2", at=NOW)

    assert (done.state, done.helper_id, done.asked_ids) == (
        CareTaskState.ACCEPTED,
        "mem_2",
        ("per_member2",),
    )
    assert done.alarm_at is None
    assert events == [
        CareTaskAccepted(care_task_id="cta_1", request_id="req_1", helper_id="mem_2"),
        CareTaskOfferWithdrawn(
            care_task_id="cta_1",
            request_id="req_1",
            helper_ids=("mem_1", "mem_3"),
            reason="taken",
        ),
    ]
    with pytest.raises(WrongState):
        care_placing.accept(done, person_id="per_member1", at=NOW)


def test_an_answer_counts_until_its_time_is_over_whether_the_clock_has_seen_it_or_not() -> None:
    facts = ladder(by=rules(own=2), own=[1, 2])
    task, _ = put_to(facts)
    just_in_time = NOW + HOUR - timedelta(milliseconds=1)

    assert care_placing.accept(task, person_id="per_member1", at=just_in_time)[0].helper_id
    late = replace(facts, at=NOW + HOUR)
    with pytest.raises(Conflict) as over:
        care_placing.accept(task, person_id="per_member1", at=late.at)
    assert (over.value.code, over.value.facts) == (
        "care_task.offer_over",
        {"state": "care_offer.lapsed"},
    )
    with pytest.raises(Conflict):
        care_placing.decline(task, person_id="per_member1", reason=None, asking=late)


def test_who_was_never_asked_or_has_said_no_cannot_accept() -> None:
    facts = ladder(by=rules(), own=[1, 2])
    task, _ = put_to(facts)
    task, _ = care_placing.decline(task, person_id="per_member1", reason=None, asking=facts)

    for person_id in ("per_member1", "per_stranger"):
        with pytest.raises(Conflict):
            care_placing.accept(task, person_id=person_id, at=NOW)


def test_silence_goes_on_to_the_next_and_is_told() -> None:
    by = rules(own=2)
    task, _ = put_to(ladder(by=by, own=[1, 2, 3]))
    assert care_placing.lapse(task, asking=ladder(by=by, own=[1, 2, 3])) is None

    lapsed = care_placing.lapse(task, asking=ladder(by=by, hours=1, own=[1, 2, 3]))

    assert lapsed is not None
    after, events = lapsed
    assert events[0] == CareTaskOfferLapsed(
        care_task_id="cta_1", request_id="req_1", helper_ids=("mem_1", "mem_2")
    )
    assert asked(after) == ["mem_3"]
    assert after.alarm_at == NOW + 2 * HOUR


def test_what_nobody_answers_goes_back_and_says_so() -> None:
    by = rules()
    task, _ = put_to(ladder(by=by, own=[1]))

    lapsed = care_placing.lapse(task, asking=ladder(by=by, hours=1, own=[1]))

    assert lapsed is not None
    assert lapsed[0].unplaced_reason is UnplacedReason.NO_ANSWER
    assert types(lapsed[1]) == [CareTaskOfferLapsed, CareTaskUnplaced]


def test_consent_that_ran_out_meanwhile_stops_the_asking() -> None:
    by = rules(own=2)
    home = consenting(until=NOW + HOUR)
    facts = replace(ladder(by=by, own=[1, 2, 3]), household=home)
    task, _ = put_to(facts)

    over = replace(facts, at=NOW + HOUR - timedelta(seconds=1))
    task, _ = care_placing.decline(task, person_id="per_member1", reason=None, asking=over)
    assert asked(task) == ["mem_2", "mem_3"]
    lapsed = care_placing.lapse(task, asking=replace(facts, at=NOW + HOUR))
    assert lapsed is not None
    assert lapsed[0].unplaced_reason is UnplacedReason.NO_CONSENT
    assert (asked(lapsed[0]), lapsed[0].alarm_at) == ([], None)


@pytest.mark.parametrize("state", [CareTaskState.ACCEPTED, CareTaskState.STARTED])
def test_what_is_given_back_is_put_to_somebody_else(state: CareTaskState) -> None:
    facts = asking([a_member(1), a_member(2)])

    back, events = care_placing.give_back(
        care_task_in(state), reason=OfferReason.AWAY, asking=facts
    )

    assert (back.state, back.helper_id, back.started_at) == (CareTaskState.OFFERED, None, None)
    assert types(events) == [CareTaskGivenBack, CareTaskOffered]
    assert asked(back) == ["mem_2"]
    assert back.offers[0].state is OfferState.GIVEN_BACK
    with pytest.raises(Conflict):
        care_placing.accept(back, person_id="per_member1", at=NOW)


def test_a_helper_who_is_gone_leaves_offers_and_promises_to_others() -> None:
    facts = ladder(by=rules(own=2), own=[2, 3])
    task, _ = put_to(ladder(by=rules(own=2), own=[1, 2]))

    left, events = care_placing.helper_gone(task, helper_id="mem_1", asking=facts)

    assert asked(left) == ["mem_2", "mem_3"]
    assert types(events) == [CareTaskOfferWithdrawn, CareTaskOffered]
    promised, _ = care_placing.accept(task, person_id="per_member1", at=NOW)
    back, events = care_placing.helper_gone(promised, helper_id="mem_1", asking=facts)
    assert types(events) == [CareTaskGivenBack, CareTaskOffered, CareTaskOffered]
    assert asked(back) == ["mem_2", "mem_3"]  # the second was asked, and somebody was faster
    assert [offer.helper_id for offer in back.offers] == ["mem_1", "mem_2", "mem_3"]


def test_whoever_is_asked_is_told_when_the_request_is_over() -> None:
    task, _ = put_to(ladder(by=rules(own=2), own=[1, 2]))

    gone, events = care_placing.cancel(task)

    assert types(events) == [CareTaskCancelled, CareTaskOfferWithdrawn]
    assert (asked(gone), gone.asked_ids, gone.alarm_at) == ([], (), None)
