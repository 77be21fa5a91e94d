"""One round: planned, walked, missed, or called off."""

from dataclasses import replace
from datetime import datetime
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain import patrol as domain
from services.property.domain.patrol import (
    SENT_WITHIN,
    TRANSITIONS,
    CallOffReason,
    Patrol,
    PatrolAction,
    PatrolState,
)
from services.property.domain.patrol_record import Passing, Sighting, Verdict
from services.property.domain.patrol_walk import (
    FINDINGS_MAX,
    RECORDS_MAX,
    Faults,
    Sent,
    Taken,
    take,
)
from services.property.tests.patrol_samples import (
    BACK,
    CHECKPOINTS,
    CLOSES,
    FAR,
    MINUTE,
    OPENS,
    passing,
    patrol,
    route,
    sighting,
)
from services.property.tests.samples import COMPANY
from shared.errors import Conflict, Invalid, WrongState
from shared.events.property_patrol import PatrolDone, PatrolFound, PatrolMissed, PatrolOpened
from shared.testing import refused_by_table

ALL = (passing("GATE", 5), passing("GARAGE", 15), passing("BACK", 25))
# Written out a second time: the table must not change unseen.
ALLOWED = {
    ("planned", "begin"): "under_way",
    ("planned", "miss"): "missed",
    ("planned", "cancel"): "cancelled",
    ("under_way", "finish"): "done",
    ("under_way", "miss"): "missed",
    ("missed", "make_good"): "done",
}


def sent(
    walked: Patrol,
    *passings: Passing,
    findings: tuple[Sighting, ...] = (),
    minutes: int = 30,
    faults: Faults | None = None,
) -> Taken:
    """What comes of these, sent so many minutes after the round opened."""
    what = Sent(passings, findings, "per_guard", OPENS + minutes * MINUTE)
    return take(walked, route(), what, faults=faults or {})


def tick(walked: Patrol, *, at: datetime, handler: str | None = COMPANY) -> domain.Outcome | None:
    """What this moment brings, while this company looks after the estate."""
    return domain.tick(walked, handler=handler, at=at)


def types(taken: Taken) -> list[str]:
    return [event.type.split(".", 1)[1] for event in taken.events]


def fault(taken: Taken) -> tuple[str, object]:
    """Code and place of the fault of the only thing that was sent."""
    (item,) = (*taken.records, *taken.findings)
    assert item.fault is not None
    return item.fault.code, item.fault.facts.get("pointer")


@pytest.mark.parametrize(("state", "action"), list(product(PatrolState, PatrolAction)))
def test_a_round_moves_as_the_table_says_and_no_other_way(
    state: PatrolState, action: PatrolAction
) -> None:
    after = ALLOWED.get((state.value, action.value))
    assert TRANSITIONS[state].get(action) == after
    if after is None:
        with refused_by_table("patrol", state, action):
            domain.move(patrol(state=state), action)
    else:
        assert domain.move(patrol(state=state), action).state.value == after


def test_a_round_begins_with_its_first_record_and_ends_with_its_last_checkpoint() -> None:
    first = sent(patrol(), ALL[0])
    assert types(first) == ["patrol.begun.v1", "patrol.recorded.v1"]
    assert first.patrol.state is PatrolState.UNDER_WAY
    assert first.patrol.begun_at == ALL[0].taken_at
    rest = sent(first.patrol, *ALL[1:])
    assert types(rest) == ["patrol.recorded.v1", "patrol.done.v1"]
    assert rest.patrol.state is PatrolState.DONE
    assert rest.patrol.finished_at == ALL[2].taken_at
    assert rest.patrol.in_order is True
    assert tick(rest.patrol, at=CLOSES) is None


def test_a_round_follows_the_route_as_it_was_when_it_began() -> None:
    begun = sent(patrol(), ALL[0]).patrol
    drawn_anew = replace(route(), checkpoints=CHECKPOINTS[:1])
    what = Sent((passing("BACK"),), (), "per_guard", OPENS + 30 * MINUTE)
    assert take(begun, drawn_anew, what, faults={}).records[0].fault is None
    assert begun.checkpoints == route().checkpoints


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_records_come_in_the_round_ends_alike(order: tuple[int, ...]) -> None:
    walked = patrol()
    for number in order:
        walked = sent(walked, ALL[number]).patrol
    assert walked.state is PatrolState.DONE
    assert walked.in_order is True
    assert {record.passing for record in walked.records} == set(ALL)


def test_checkpoints_that_were_passed_out_of_their_order_are_told_as_such() -> None:
    done = sent(patrol(), passing("GATE", 20), passing("GARAGE", 10), passing("BACK", 25))
    assert done.patrol.state is PatrolState.DONE
    (told,) = (event for event in done.events if isinstance(event, PatrolDone))
    assert told.in_order is False


def test_a_route_without_an_order_asks_for_none() -> None:
    what = Sent(ALL, (), "per_guard", OPENS + 30 * MINUTE)
    assert take(patrol(), replace(route(), ordered=False), what, faults={}).patrol.in_order is None


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        (passing("BACK"), Verdict.GOOD),
        (passing("BACK", position=replace(BACK, lat=BACK.lat + 0.0004)), Verdict.GOOD),
        (passing("BACK", position=replace(BACK, lat=BACK.lat + 0.0006)), Verdict.OFF_PLACE),
        (passing("BACK", position=FAR), Verdict.OFF_PLACE),
        (passing("BACK", position=None), Verdict.NO_POSITION),
        (passing("GARAGE"), Verdict.GOOD),
        (passing("GARAGE", position=FAR), Verdict.GOOD),
    ],
)
def test_a_record_shows_presence_by_its_code_and_where_one_is_asked_for_its_position(
    record: Passing, verdict: Verdict
) -> None:
    (kept,) = sent(patrol(), record).patrol.records
    assert kept.verdict is verdict


def test_a_checkpoint_that_was_recorded_off_its_place_is_still_to_be_passed() -> None:
    off = sent(patrol(), ALL[0], ALL[1], passing("BACK", position=FAR))
    assert off.patrol.state is PatrolState.UNDER_WAY
    again = sent(off.patrol, passing("BACK", 30, id="rec_again"))
    assert again.patrol.state is PatrolState.DONE


def test_the_same_record_sent_again_changes_nothing() -> None:
    odd = passing("GATE", taken_at=ALL[0].taken_at.replace(microsecond=123456))
    first = sent(patrol(), odd)
    again = sent(first.patrol, odd)
    assert again.patrol == first.patrol
    assert again.events == []
    assert again.records[0].known


def test_twice_in_one_message_is_once() -> None:
    taken = sent(patrol(), ALL[0], ALL[0], findings=(sighting(), sighting()))
    assert [item.known for item in (*taken.records, *taken.findings)] == [False, True] * 2
    assert (len(taken.patrol.records), len(taken.patrol.findings)) == (1, 1)


def test_another_record_under_the_same_id_is_refused_and_the_first_stays() -> None:
    first = sent(patrol(), ALL[0])
    other = sent(first.patrol, replace(ALL[0], code="BACK"))
    assert fault(other) == ("patrol.id_taken", "/records/0/id")
    assert other.patrol == first.patrol


@pytest.mark.parametrize(
    ("record", "code", "field"),
    [
        (passing("SHED"), "checkpoint_unknown", "code"),
        (passing("GATE", -1), "out_of_time", "taken_at"),
        (passing("GATE", 61), "in_the_future", "taken_at"),
    ],
)
def test_a_record_that_cannot_be_is_refused_at_its_field(
    record: Passing, code: str, field: str
) -> None:
    assert fault(sent(patrol(), record)) == (f"patrol.{code}", f"/records/0/{field}")


def test_what_was_taken_after_the_window_shows_nothing_of_the_round() -> None:
    taken = sent(patrol(), passing("GATE", 61), minutes=90)
    assert fault(taken) == ("patrol.out_of_time", "/records/0/taken_at")
    assert taken.patrol.state is PatrolState.PLANNED
    assert taken.events == []


def test_what_is_wrong_with_one_hinders_no_other() -> None:
    known = {"/records/0": Invalid("photo.not_yours", pointer="/records/0/photo_ids/0")}
    taken = sent(patrol(), *ALL, findings=(sighting(code="SHED"), sighting()), faults=known)
    assert [item.fault is None for item in taken.records] == [False, True, True]
    assert [item.fault is None for item in taken.findings] == [False, True]
    assert types(taken) == ["patrol.begun.v1", "patrol.recorded.v1", "patrol.found.v1"]


def test_a_finding_is_told_with_its_place_and_without_its_words() -> None:
    taken = sent(patrol(), findings=(sighting(),))
    (told,) = taken.events
    assert isinstance(told, PatrolFound)
    assert (told.place.building_id, told.place.entrance_id) == ("bld_2", "ent_21")
    assert (told.scope, told.severity) == ("repair", 3)
    assert "lamp" not in told.model_dump_json()
    assert taken.patrol.state is PatrolState.PLANNED


def test_a_round_opens_for_the_company_that_looks_after_the_estate_by_then() -> None:
    assert tick(patrol(), at=OPENS - MINUTE) is None
    opened, (event,) = tick(patrol(), at=OPENS, handler="cmp_next") or (patrol(), [])
    assert isinstance(event, PatrolOpened)
    assert (opened.contractor_id, event.contractor_id) == ("cmp_next", "cmp_next")
    assert tick(opened, at=CLOSES - MINUTE, handler="cmp_third") is None
    missed, (told,) = tick(opened, at=CLOSES, handler="cmp_third") or (opened, [])
    assert isinstance(told, PatrolMissed)
    assert missed.contractor_id == told.contractor_id == "cmp_next"


def test_a_round_that_is_over_when_it_is_looked_at_stays_with_whom_it_was_planned_for() -> None:
    missed, _ = tick(patrol(), at=CLOSES, handler="cmp_next") or (patrol(), [])
    assert missed.contractor_id == COMPANY


def test_a_round_of_volunteers_stays_theirs_whoever_looks_after_the_estate() -> None:
    theirs = patrol(team_id="tea_1", contractor_id=None)
    opened, _ = tick(theirs, at=OPENS, handler="cmp_next") or (theirs, [])
    assert (opened.team_id, opened.contractor_id) == ("tea_1", None)
    assert domain.hand_over(theirs, handler="cmp_next") is None


def test_a_planned_round_is_handed_over_and_one_that_has_begun_is_not() -> None:
    after, (told,) = domain.hand_over(patrol(), handler="cmp_next") or (patrol(), [])
    assert after.contractor_id == "cmp_next"
    assert told.type == "property.patrol.handed_over.v1"
    assert domain.hand_over(after, handler="cmp_next") is None
    assert domain.hand_over(sent(patrol(), ALL[0]).patrol, handler="cmp_next") is None


def test_a_round_that_nobody_walked_is_missed_as_its_window_closes_and_not_before() -> None:
    opened, _ = tick(patrol(), at=CLOSES - MINUTE) or (patrol(), [])
    assert opened.state is PatrolState.PLANNED
    outcome = tick(patrol(), at=CLOSES)
    assert outcome is not None
    missed, (first, event) = outcome
    assert missed.state is PatrolState.MISSED
    assert isinstance(first, PatrolOpened)
    assert isinstance(event, PatrolMissed)
    assert event.passed == 0
    assert tick(missed, at=CLOSES + MINUTE) is None


def test_a_round_that_was_walked_in_part_is_missed_and_says_how_far() -> None:
    half = sent(patrol(), *ALL[:2], passing("BACK", position=FAR)).patrol
    outcome = tick(half, at=CLOSES)
    assert outcome is not None
    event = outcome[1][-1]
    assert isinstance(event, PatrolMissed)
    assert event.passed == 2


def test_records_that_were_taken_in_time_and_come_late_make_a_missed_round_good() -> None:
    missed, _ = tick(patrol(), at=CLOSES) or (patrol(), [])
    part = sent(missed, *ALL[:2], minutes=600)
    assert part.patrol.state is PatrolState.MISSED
    whole = sent(part.patrol, ALL[2], minutes=700)
    assert whole.patrol.state is PatrolState.DONE
    assert whole.patrol.late
    assert isinstance(whole.events[-1], PatrolDone)
    assert whole.events[-1].late


def test_nobody_reckons_with_what_comes_after_three_days() -> None:
    minutes = int((SENT_WITHIN + (CLOSES - OPENS)) / MINUTE)
    assert sent(patrol(), ALL[0], minutes=minutes).records[0].fault is None
    with pytest.raises(Conflict) as refused:
        sent(patrol(), ALL[0], minutes=minutes + 1)
    assert refused.value.code == "patrol.too_late"


def test_a_round_that_was_called_off_takes_nothing() -> None:
    off, _ = domain.cancel(patrol(), reason=CallOffReason.WEATHER, by="per_wang")
    with pytest.raises(WrongState):
        sent(off, ALL[0])
    assert tick(off, at=CLOSES) is None


def test_a_round_that_has_begun_or_was_missed_cannot_be_called_off() -> None:
    missed, _ = tick(patrol(), at=CLOSES) or (patrol(), [])
    for each in (sent(patrol(), ALL[0]).patrol, missed):
        with pytest.raises(WrongState):
            domain.cancel(each, reason=CallOffReason.WEATHER)


def test_a_round_takes_so_many_records_and_findings_and_says_when_it_is_full() -> None:
    many = tuple(passing("GATE", id=f"r{n}") for n in range(RECORDS_MAX + 1))
    seen = tuple(sighting(id=f"f{n}") for n in range(FINDINGS_MAX + 1))
    taken = sent(patrol(), *many, findings=seen)
    for items, most in ((taken.records, RECORDS_MAX), (taken.findings, FINDINGS_MAX)):
        last = items[-1].fault
        assert isinstance(last, Conflict)
        assert last.facts["limit"] == most
        assert all(item.fault is None for item in items[:-1])


@given(st.lists(st.sampled_from(ALL), max_size=8), st.integers(1, 7))
def test_however_records_are_cut_into_messages_the_round_is_the_same(
    records: list[Passing], size: int
) -> None:
    whole, apart = sent(patrol(), *records).patrol, patrol()
    for start in range(0, len(records), size):
        apart = sent(apart, *records[start : start + size]).patrol
    if records:
        assert apart.state is whole.state
    assert {each.passing for each in apart.records} == {each.passing for each in whole.records}
