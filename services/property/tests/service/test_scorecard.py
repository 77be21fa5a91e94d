"""Scorecards: counted while the month runs, sealed as it ends, verified, corrected beside."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.property.domain import work_steps
from services.property.domain.objection import Grounds, Remedy
from services.property.domain.patrol import PatrolState
from services.property.domain.score_rules import DEFAULT_RULES, Measure
from services.property.domain.scorecard import Figure, InputKind, ScorecardState
from services.property.domain.seal import Fault
from services.property.domain.work_order import Pause, PauseReason
from services.property.domain.work_states import WorkOrderState
from services.property.service.scorecard import Question
from services.property.service.scorecard_inputs import card_id as id_of
from services.property.service.viewer import Target
from services.property.tests.samples import COMMUNITY, COMPANY
from services.property.tests.supervision_world import SupervisionWorld, real_supervision
from services.property.tests.world import (
    COMMITTEE,
    CONTRACTOR,
    OTHER_COMPANY,
    STRANGERS,
)
from shared.clock import derived_id
from shared.errors import Conflict, Invalid, LinliError, Malformed, NotFound
from shared.events.property_supervision import ObjectionUpheld, ScorecardSealed
from shared.mongo import Database

NOV = datetime(2026, 11, 10, 8, tzinfo=UTC)
END = datetime(2026, 11, 30, 16, tzinfo=UTC)
"""Of November, in Beijing."""
DONE: dict[str, Any] = {
    "state": WorkOrderState.ACCEPTED_WORK,
    "due_at": NOV,
    "completed_at": NOV,
    "first_completed_at": NOV,
    "on_time": True,
}


async def a_month(world: SupervisionWorld) -> None:
    """An estate of the company's, and things of every sort that happened there."""
    await world.world.estate()
    await world.order(**DONE)
    await world.order(**{**DONE, "on_time": False, "times_sent_back": 2, "satisfaction": 2})
    await world.order(due_at=NOV)
    await world.order(due_at=NOV, state=WorkOrderState.CANCELLED)
    await world.order(due_at=END)
    await world.order(due_at=NOV, contractor_id="cmp_other")
    await world.patrol(PatrolState.DONE, NOV)
    await world.patrol(PatrolState.MISSED, NOV)
    await world.patrol(PatrolState.CANCELLED, NOV)
    await world.use.ratings.give(COMMUNITY, COMPANY, score=4, by="per_1")
    await world.settle()


async def sealed(world: SupervisionWorld, until: datetime = END) -> None:
    world.clock.moment = until
    await world.use.sealing.ring()
    await world.settle()


async def test_a_month_that_runs_is_counted_as_it_is_now(supervised: SupervisionWorld) -> None:
    await a_month(supervised)
    card = await supervised.card()

    shown = await supervised.use.scorecards.get(COMMITTEE, card.id)

    assert shown.figures[Measure.ON_TIME] == Figure(1, 3)
    assert shown.figures[Measure.FIRST_TIME_FIX] == Figure(1, 2)
    assert shown.figures[Measure.REWORK] == Figure(2, 2)
    assert shown.figures[Measure.ACCEPTANCE] == Figure(2, 3)
    assert shown.figures[Measure.SATISFACTION] == Figure(0, 1)
    assert shown.figures[Measure.PATROLS] == Figure(1, 2)
    assert shown.figures[Measure.RATINGS] == Figure(4, 5)
    assert shown.points is not None


async def test_what_is_not_due_yet_is_not_counted_yet(supervised: SupervisionWorld) -> None:
    await a_month(supervised)
    await supervised.order(due_at=supervised.clock.now() + timedelta(days=1))
    card = await supervised.card()
    shown = await supervised.use.scorecards.get(COMMITTEE, card.id)
    assert shown.figures[Measure.ON_TIME].denominator == 3


async def test_a_month_is_sealed_as_it_ends_and_the_next_one_is_open(
    supervised: SupervisionWorld,
) -> None:
    await a_month(supervised)
    shown = await supervised.use.scorecards.get(COMMITTEE, (await supervised.card()).id)
    assert await supervised.use.sealing.ring() == 0

    await sealed(supervised)

    card = await supervised.card("2026-11")
    assert card.state is ScorecardState.SEALED
    assert card.sealing is not None
    assert card.sealing.figures == shown.figures
    assert (card.position, card.sealing.previous_seal, card.sealing.inputs) == (1, "", 6)
    following = await supervised.card("2026-12")
    assert following.state is ScorecardState.OPEN
    verified = await supervised.use.scorecards.verify(COMMITTEE, card.id)
    assert (verified.faults, verified.drifted) == ({}, 0)


async def test_months_are_chained_in_their_order_also_after_a_standstill(
    supervised: SupervisionWorld,
) -> None:
    await a_month(supervised)
    await sealed(supervised, END + timedelta(days=70))
    while await supervised.use.sealing.ring():
        pass

    cards = [card for card in await supervised.cards() if card.position]
    assert [(card.month, card.position) for card in cards] == [
        ("2026-11", 1),
        ("2026-12", 2),
        ("2027-01", 3),
    ]
    seals = [card.sealing.seal for card in cards if card.sealing]
    assert [card.sealing.previous_seal for card in cards if card.sealing] == ["", *seals[:-1]]
    for card in cards:
        assert not (await supervised.use.scorecards.verify(COMMITTEE, card.id)).faults


async def test_a_seal_is_told_once_however_many_replicas_ring(
    supervised: SupervisionWorld,
) -> None:
    await a_month(supervised)
    supervised.clock.moment = END
    await asyncio.gather(*(supervised.use.sealing.ring() for _ in range(8)), return_exceptions=True)
    await supervised.use.sealing.ring()
    await supervised.settle()
    told = [each for each in supervised.told if each.type == ScorecardSealed.type]
    assert len(told) == 1
    card = await supervised.card("2026-11")
    assert card.sealing is not None
    assert told[0].data["seal"] == card.sealing.seal
    assert not (await supervised.use.scorecards.verify(COMMITTEE, card.id)).faults


async def test_who_was_stopped_between_chain_and_seal_leaves_the_month_to_the_next(
    supervised: SupervisionWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_month(supervised)
    card, save = await supervised.card(), supervised.stores.scorecards.save

    async def stopped(aggregate: Any, *given: Any, **named: Any) -> Any:
        if aggregate.state is ScorecardState.SEALED:
            raise asyncio.CancelledError
        return await save(aggregate, *given, **named)

    supervised.clock.moment = END
    monkeypatch.setattr(supervised.stores.scorecards, "save", stopped)
    with pytest.raises(asyncio.CancelledError):
        await supervised.use.sealing.ring()
    monkeypatch.undo()

    assert (await supervised.card("2026-11")).state is ScorecardState.OPEN
    assert await supervised.use.sealing.ring() == 1
    verified = await supervised.use.scorecards.verify(COMMITTEE, card.id)
    assert (verified.faults, verified.drifted) == ({}, 0)


async def test_a_change_after_the_seal_is_named_with_what_it_was_and_is(
    supervised: SupervisionWorld,
) -> None:
    await a_month(supervised)
    late = await supervised.order(due_at=NOV)
    gone = await supervised.order(**DONE)
    await sealed(supervised)
    store = supervised.world.work_order_store
    await supervised.put(store, replace(late, **DONE))
    await supervised.put(store, replace(gone, state=WorkOrderState.CANCELLED))
    added = await supervised.order(**DONE)

    card = await supervised.card("2026-11")
    verified = await supervised.use.scorecards.verify(CONTRACTOR, card.id)

    assert verified.faults == {}
    assert verified.drifted == 3
    drifts = {each.record_id: each for each in verified.drifts}
    assert set(drifts) == {late.id, gone.id, added.id}
    changed = drifts[late.id]
    assert changed.sealed is not None
    assert changed.now is not None
    assert (changed.sealed["on_time"], changed.now["on_time"]) == (False, True)
    assert drifts[gone.id].now is None
    assert drifts[added.id].sealed is None


async def test_an_open_scorecard_has_nothing_to_verify(supervised: SupervisionWorld) -> None:
    card = await supervised.open()
    with pytest.raises(Conflict) as refused:
        await supervised.use.scorecards.verify(COMMITTEE, card.id)
    assert refused.value.code == "scorecard.not_sealed"


async def all_records(
    world: SupervisionWorld,
    card_id: str,
    question: Question,
    limit: int,
) -> list[Any]:
    found: list[Any] = []
    cursor: str | None = None
    while True:
        page = await world.use.scorecards.records(
            COMMITTEE, card_id, question, cursor=cursor, limit=limit
        )
        found += page.items
        assert len(page.items) <= limit
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


@pytest.mark.parametrize("is_sealed", [False, True])
async def test_every_figure_opens_to_the_records_that_made_it(
    supervised: SupervisionWorld, is_sealed: bool
) -> None:
    await a_month(supervised)
    if is_sealed:
        await sealed(supervised)
    card = await supervised.card("2026-11")
    shown = await supervised.use.scorecards.get(COMMITTEE, card.id)
    for measure, figure in shown.figures.items():
        every = await all_records(supervised, card.id, Question(measure), 2)
        assert sum(each.figure.numerator for each in every) == figure.numerator, measure
        assert sum(each.figure.denominator for each in every) == figure.denominator, measure
        parts = [
            await all_records(supervised, card.id, Question(measure, met), 1)
            for met in (True, False)
        ]
        ids = [each.record.id for part in parts for each in part]
        assert sorted(ids) == sorted(each.record.id for each in every)
    late = await all_records(supervised, card.id, Question(Measure.ON_TIME, met=False), 50)
    assert len(late) == 2


@pytest.mark.parametrize("cursor", ["x", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk", "8J-YgA"])
async def test_a_cursor_of_no_page_is_refused(supervised: SupervisionWorld, cursor: str) -> None:
    await a_month(supervised)
    await sealed(supervised)
    card = await supervised.card("2026-11")
    with pytest.raises(Malformed):
        await supervised.use.scorecards.records(
            COMMITTEE, card.id, Question(Measure.ON_TIME), cursor=cursor, limit=5
        )


def paused(since: datetime, until: datetime | None = None) -> tuple[Pause, ...]:
    return (Pause(since, until, PauseReason.PARTS),)


async def test_work_whose_clock_stands_still_as_the_month_ends_counts_in_the_next_one(
    supervised: SupervisionWorld,
) -> None:
    await supervised.world.estate()
    due_at = END - timedelta(days=1)
    order = await supervised.order(
        due_at=due_at,
        state=WorkOrderState.PAUSED,
        pauses=paused(due_at - timedelta(days=1)),
    )
    overdue = await supervised.order(
        due_at=due_at,
        state=WorkOrderState.PAUSED,
        pauses=paused(due_at + timedelta(hours=1)),
    )
    await supervised.settle()
    await supervised.open("2026-11")
    await sealed(supervised)

    card = await supervised.card("2026-11")
    assert card.sealing is not None
    assert card.sealing.carried_ids == (order.id,)
    assert card.sealing.figures[Measure.ON_TIME] == Figure(0, 1)
    late = await all_records(supervised, card.id, Question(Measure.ON_TIME), 5)
    assert [each.record.id for each in late] == [overdue.id]

    done_at = END + timedelta(days=3)
    await supervised.put(
        supervised.world.work_order_store,
        replace(
            order,
            state=WorkOrderState.ACCEPTED_WORK,
            pauses=paused(due_at - timedelta(days=1), END + timedelta(days=3)),
            first_completed_at=done_at,
            completed_at=done_at,
            on_time=True,
        ),
    )
    supervised.clock.moment = END + timedelta(days=4)
    december = await supervised.card("2026-12")
    shown = await supervised.use.scorecards.get(COMMITTEE, december.id)
    assert shown.figures[Measure.ON_TIME] == Figure(1, 1)
    assert (await supervised.use.scorecards.verify(COMMITTEE, card.id)).drifted == 0
    await sealed(supervised, END + timedelta(days=31))
    december = await supervised.card("2026-12")
    assert december.sealing is not None
    assert december.sealing.figures[Measure.ON_TIME] == Figure(1, 1)


async def test_work_that_was_promised_long_ago_is_carried_no_further(
    supervised: SupervisionWorld,
) -> None:
    await supervised.world.estate()
    due_at = END - timedelta(days=1)
    order = await supervised.order(
        due_at=due_at, state=WorkOrderState.PAUSED, pauses=paused(due_at - timedelta(days=1))
    )
    await supervised.open("2026-11")
    await sealed(supervised, END + timedelta(days=170))
    while await supervised.use.sealing.ring():
        pass
    cards = [each for each in await supervised.cards() if each.sealing]
    carried = [each.month for each in cards if each.sealing and each.sealing.carried_ids]
    figures = [(each.month, each.sealing.figures) for each in cards if each.sealing]
    counted = [month for month, each in figures if each[Measure.ON_TIME].denominator]
    assert carried == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert counted == ["2027-03"]
    assert order.first_completed_at is None


async def objected(world: SupervisionWorld, record_id: str | None) -> str:
    card = await world.card("2026-11")
    grounds = Grounds(Measure.ON_TIME, record_id, "The gate was locked")
    made = await world.use.objections.raise_objection(CONTRACTOR, card.id, grounds, by="per_co")
    return made.id


async def late_order(world: SupervisionWorld) -> str:
    card = await world.card("2026-11")
    (late, *_) = await all_records(world, card.id, Question(Measure.ON_TIME, met=False), 50)
    return str(late.record.id)


async def test_an_upheld_objection_makes_a_corrected_edition_beside_the_sealed_one(
    supervised: SupervisionWorld,
) -> None:
    await a_month(supervised)
    await sealed(supervised)
    before, record_id = await supervised.card("2026-11"), await late_order(supervised)
    id_ = await objected(supervised, record_id)
    target = Target(COMMITTEE, id_)
    await supervised.use.objections.uphold(target, Remedy.LEAVE_OUT, text="So it was", by="per_w")
    await supervised.settle()

    assert await supervised.card("2026-11") == before
    page = await supervised.use.scorecards.page(
        COMMITTEE, {"month": "2026-11"}, cursor=None, limit=10
    )
    second, first = page.items
    assert first == before
    assert (second.edition, second.corrects_id, second.position) == (2, first.id, 2)
    assert second.sealing is not None
    assert first.sealing is not None
    assert second.sealing.previous_seal == first.sealing.seal
    assert first.sealing.figures[Measure.ON_TIME] == Figure(1, 3)
    assert second.sealing.figures[Measure.ON_TIME] == Figure(1, 2)
    assert second.sealing.figures[Measure.ACCEPTANCE] == first.sealing.figures[Measure.ACCEPTANCE]
    verified = await supervised.use.scorecards.verify(CONTRACTOR, second.id)
    assert verified.faults == {}
    shares = await all_records(supervised, second.id, Question(Measure.ON_TIME), 50)
    assert {each.record.id: each.left_out_by for each in shares}[record_id] == id_


async def test_a_recount_takes_what_was_put_right_meanwhile(supervised: SupervisionWorld) -> None:
    await a_month(supervised)
    late = await supervised.order(due_at=NOV)
    await sealed(supervised)
    await supervised.put(supervised.world.work_order_store, replace(late, **DONE))
    id_ = await objected(supervised, None)
    target = Target(COMMITTEE, id_)
    await supervised.use.objections.uphold(target, Remedy.RECOUNT, text="Entered late", by="per_w")
    await supervised.settle()
    second = (await supervised.cards())[-1]
    assert second.sealing is not None
    assert second.sealing.figures[Measure.ON_TIME] == Figure(2, 4)
    assert (await supervised.use.scorecards.verify(COMMITTEE, second.id)).drifted == 0


async def test_a_satisfaction_given_after_the_seal_counts_if_the_month_is_counted_again(
    supervised: SupervisionWorld,
) -> None:
    await a_month(supervised)
    done = await supervised.order(**DONE)
    await sealed(supervised)
    rated = work_steps.rate(done, satisfaction=5, seen=1)
    assert rated is not None
    await supervised.world.work_order_store.save(*rated)
    id_ = await objected(supervised, None)
    await supervised.use.objections.uphold(
        Target(COMMITTEE, id_), Remedy.RECOUNT, text="Rated late", by="per_w"
    )
    await supervised.settle()

    first, second = [card for card in await supervised.cards() if card.sealing]

    assert first.sealing is not None
    assert second.sealing is not None
    assert first.sealing.figures[Measure.SATISFACTION] == Figure(0, 1)
    assert second.sealing.figures[Measure.SATISFACTION] == Figure(1, 2)


async def test_an_upheld_objection_heard_twice_makes_one_edition(
    supervised: SupervisionWorld,
) -> None:
    await a_month(supervised)
    await sealed(supervised)
    id_ = await objected(supervised, await late_order(supervised))
    target = Target(COMMITTEE, id_)
    await supervised.use.objections.uphold(target, Remedy.LEAVE_OUT, text="So it was", by="per_w")
    await supervised.settle()
    (upheld,) = [each for each in supervised.told if each.type == ObjectionUpheld.type]
    count = len(await supervised.cards())
    await supervised.hear(upheld)
    await supervised.hear(upheld)
    assert len(await supervised.cards()) == count


async def test_an_objection_names_a_record_of_its_figure(supervised: SupervisionWorld) -> None:
    await a_month(supervised)
    await sealed(supervised)
    with pytest.raises(Invalid) as refused:
        await objected(supervised, "wor_none")
    assert refused.value.code == "objection.record_unknown"


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_a_scorecard_and_its_objections_are_not_there_for_strangers(
    supervised: SupervisionWorld, stranger: str
) -> None:
    await a_month(supervised)
    await sealed(supervised)
    card, id_ = await supervised.card("2026-11"), await objected(supervised, None)
    viewer = STRANGERS[stranger]
    use = supervised.use
    looks: list[Callable[[], Any]] = [
        lambda: use.scorecards.get(viewer, card.id),
        lambda: use.scorecards.story(viewer, card.id),
        lambda: use.scorecards.verify(viewer, card.id),
        lambda: use.scorecards.records(
            viewer, card.id, Question(Measure.ON_TIME), cursor=None, limit=5
        ),
        lambda: use.objections.raise_objection(
            viewer, card.id, Grounds(Measure.ON_TIME, None, "x"), by="per_x"
        ),
        lambda: use.objections.get(viewer, id_),
        lambda: use.objections.story(viewer, id_),
        lambda: use.objections.withdraw(Target(viewer, id_)),
    ]
    for look in looks:
        with pytest.raises(NotFound):
            await look()
    assert (await use.scorecards.page(viewer, {}, cursor=None, limit=5)).items == []
    assert (await use.objections.page(viewer, {}, cursor=None, limit=5)).items == []


async def test_a_company_that_asks_for_another_s_scorecards_gets_none(
    supervised: SupervisionWorld,
) -> None:
    await a_month(supervised)
    asked = {"contractor_id": COMPANY}
    page = await supervised.use.scorecards.page(OTHER_COMPANY, asked, cursor=None, limit=5)
    assert page.items == []
    mine = await supervised.use.scorecards.page(CONTRACTOR, asked, cursor=None, limit=5)
    assert [each.contractor_id for each in mine.items] == [COMPANY]


async def test_news_of_a_contractor_opens_one_scorecard_of_each_month_however_often(
    supervised: SupervisionWorld,
) -> None:
    await a_month(supervised)
    for envelope in [*reversed(supervised.world.told), *supervised.told]:
        await supervised.hear(envelope)
    found = await supervised.stores.scorecards.find({"contractor_id": COMPANY})
    assert [each.id for each in found] == [id_of(COMMUNITY, COMPANY, "2026-11")]


async def test_a_company_that_has_left_is_sealed_once_more_and_then_no_more(
    supervised: SupervisionWorld,
) -> None:
    await supervised.open("2026-11")
    await sealed(supervised)
    assert [each.month for each in await supervised.cards()] == ["2026-11"]


async def test_whose_a_rating_is_cannot_be_worked_out_by_who_knows_all_ids(
    supervised: SupervisionWorld,
) -> None:
    await supervised.world.estate()
    given = await supervised.use.ratings.give(COMMUNITY, COMPANY, score=1, by="per_1")
    assert given.id != derived_id("rat", COMMUNITY, COMPANY, given.month, "per_1")


async def test_a_rating_given_again_counts_once(supervised: SupervisionWorld) -> None:
    await supervised.world.estate()
    for score in (2, 5):
        await supervised.use.ratings.give(COMMUNITY, COMPANY, score=score, by="per_1")
    await supervised.use.ratings.give(COMMUNITY, COMPANY, score=1, by="per_2")
    card = await supervised.open()
    shown = await supervised.use.scorecards.get(COMMITTEE, card.id)
    assert shown.figures[Measure.RATINGS] == Figure(6, 10)
    with pytest.raises(Invalid):
        await supervised.use.ratings.give(COMMUNITY, "cmp_none", score=5, by="per_1")


async def test_a_month_is_counted_by_the_rules_of_its_time(supervised: SupervisionWorld) -> None:
    await a_month(supervised)
    wanted = replace(
        DEFAULT_RULES, in_force_from="2026-12", weights={Measure.PATROLS: 1}, satisfied_from=2
    )
    await supervised.use.rules.publish(COMMUNITY, wanted, by="per_w", seen=None)
    await sealed(supervised, END + timedelta(days=31))
    while await supervised.use.sealing.ring():
        pass
    november, december = await supervised.card("2026-11"), await supervised.card("2026-12")
    assert november.sealing is not None
    assert december.sealing is not None
    assert november.sealing.rules == DEFAULT_RULES
    assert (december.sealing.rules.number, december.sealing.points) == (2, None)


@pytest.mark.mongo
@pytest.mark.parametrize("field", ["facts.on_time", "facts.times_sent_back", "digest", "link"])
async def test_who_writes_into_the_store_is_found_out(database: Database, field: str) -> None:
    world = await real_supervision(database)
    await a_month(world)
    await sealed(world)
    card = await world.card("2026-11")
    assert card.sealing is not None
    records = database.records("scorecard_inputs")
    (victim, *_) = await records.find({"inputs_id": card.sealing.inputs_id, "kind": "work_order"})
    other = 7 if field == "facts.times_sent_back" else "f" * 64
    await records.update({"_id": victim["_id"]}, {"$set": {field: other}})

    verified = await world.use.scorecards.verify(COMMITTEE, card.id)

    assert verified.faults
    assert verified.findings[0].record_id == victim["record_id"]
    assert verified.findings[0].kind is InputKind.WORK_ORDER


@pytest.mark.mongo
async def test_figures_changed_in_the_store_are_found_out_and_betrayed_by_the_next_seal(
    database: Database,
) -> None:
    world = await real_supervision(database)
    await a_month(world)
    await sealed(world, END + timedelta(days=31))
    while await world.use.sealing.ring():
        pass
    card, following = await world.card("2026-11"), await world.card("2026-12")
    cards = database.records("scorecards")
    await cards.update({"_id": card.id}, {"$set": {"sealing.points": 10_000}})

    faults = (await world.use.scorecards.verify(COMMITTEE, card.id)).faults
    assert set(faults) == {Fault.FIGURES_CHANGED, Fault.SEAL_BROKEN}
    faults = (await world.use.scorecards.verify(COMMITTEE, following.id)).faults
    assert set(faults) == {Fault.PREVIOUS_BROKEN}


@pytest.mark.mongo
async def test_two_objections_upheld_at_once_make_two_editions_in_one_chain(
    database: Database,
) -> None:
    world = await real_supervision(database)
    await a_month(world)
    await sealed(world)
    ids = [await objected(world, None) for _ in range(2)]
    for id_ in ids:
        await world.use.objections.uphold(
            Target(COMMITTEE, id_), Remedy.RECOUNT, text="So it was", by="per_w"
        )
    upheld = [each for each in await world.news() if each.type == ObjectionUpheld.type]
    await asyncio.gather(*(world.hear(each) for each in upheld))

    cards = [each for each in await world.cards() if each.position]
    assert [(each.edition, each.position) for each in cards] == [(1, 1), (2, 2), (3, 3)]
    for card in cards:
        assert not (await world.use.scorecards.verify(COMMITTEE, card.id)).faults


@pytest.mark.mongo
async def test_replicas_beside_each_other_seal_each_month_once_and_leave_no_chain_behind(
    database: Database,
) -> None:
    world = await real_supervision(database)
    await a_month(world)
    world.clock.moment = END + timedelta(days=62)
    while True:
        rung = await asyncio.gather(
            *(world.use.sealing.ring() for _ in range(6)), return_exceptions=True
        )
        assert not [each for each in rung if isinstance(each, LinliError)]
        if not any(rung):
            break
    cards = [each for each in await world.cards() if each.sealing]
    assert [each.position for each in cards] == [1, 2, 3]
    kept = await database.records("scorecard_inputs").find({}, limit=1_000)
    named = {each.sealing.inputs_id for each in cards if each.sealing}
    assert {each["inputs_id"] for each in kept} <= named
