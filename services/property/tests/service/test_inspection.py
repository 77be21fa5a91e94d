"""Inspections: who may inspect, what is refused, and the work that follows."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.property.domain.committee import Committee, CommitteeState, Seat, SeatKind, form
from services.property.domain.inspection import ActionItem, Inspection, InspectionState, Verdict
from services.property.domain.roster import Dealing, Roster, Worker
from services.property.domain.score_rules import DEFAULT_CRITERIA
from services.property.domain.work_order import Mode, SourceKind, WorkOrder, WorkSource
from services.property.domain.work_scope import WorkScope
from services.property.service.viewer import Target, Viewer
from services.property.tests.samples import COMMUNITY, COMPANY
from services.property.tests.supervision_world import SupervisionWorld
from services.property.tests.teams import TEAM, joined_team
from services.property.tests.world import (
    COMMITTEE,
    CONTRACTOR,
    OTHER_COMMUNITY,
    OTHER_COMPANY,
    STRANGERS,
)
from shared.envelope import Envelope
from shared.errors import Invalid, LinliError, NotAllowed, NotFound, WrongState
from shared.events.property_supervision import InspectionCompleted

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SEATS = ("per_chair", "per_member")
LEFT = "per_left"
HELPER = "per_helper"
GUARD = "per_guard"
REPAIR = ActionItem("Mend the lamp at gate 3", date(2026, 12, 1), WorkScope.REPAIR, 2)


async def an_estate(world: SupervisionWorld) -> str:
    """An estate of the company's with a committee, a team that helps it, and a company's guard who
    sits on the committee, too."""
    inner = world.world
    world.clock.moment = NOW
    estate = await inner.estate()
    since = date(2026, 1, 1)
    seats = [Seat(each, SeatKind.MEMBER, since) for each in (*SEATS, GUARD)]
    committee = Committee(
        id="cmt_1",
        community=COMMUNITY,
        version=0,
        state=CommitteeState.FORMED,
        estate_id=estate.id,
        members=(*seats, Seat(LEFT, SeatKind.CHAIR, since, date(2026, 11, 23))),
        team_ids=(TEAM,),
    )
    await inner.committee_store.save(*form(committee))
    guard = Roster(
        id="ros_1",
        community=COMMUNITY,
        version=0,
        estate_id=estate.id,
        scope=None,
        contractor_id=COMPANY,
        dealing=Dealing(Mode.ASSIGN, workers=(Worker(GUARD),)),
    )
    await world.put(inner.roster_store, guard)
    for told in joined_team(HELPER):
        await inner.hear(told)
    return estate.id


async def started(world: SupervisionWorld) -> Inspection:
    estate_id = await an_estate(world)
    return await world.use.inspections.start(COMMITTEE, estate_id, SEATS)


async def judge(world: SupervisionWorld, id_: str, verdict: Verdict) -> Inspection:
    return await world.use.inspections.judge(Target(COMMITTEE, id_), verdict, by=SEATS[0])


async def completed(world: SupervisionWorld) -> Inspection:
    """One that found security too poor, and of the equipment that something is to be mended."""
    begun = await started(world)
    photo = await world.world.photo(COMMITTEE)
    for each in DEFAULT_CRITERIA:
        verdict = Verdict(each.key, each.points_max)
        if each.key == "security":
            verdict = replace(verdict, points=2, photo_ids=(photo,), note="Nobody at the gate")
        if each.key == "equipment":
            verdict = replace(verdict, action=REPAIR)
        await judge(world, begun.id, verdict)
    for who in SEATS:
        done = await world.use.inspections.sign(Target(COMMITTEE, begun.id), by=who)
    return done


async def news_of(world: SupervisionWorld, id_: str) -> Envelope:
    story = await world.stores.counted.inspections.story(id_)
    return next(each for each in story if each.type == InspectionCompleted.type)


async def orders(world: SupervisionWorld) -> list[WorkOrder]:
    found = await world.world.work_order_store.find({}, limit=50)
    return sorted(found, key=lambda each: each.scope)


async def test_what_an_inspection_finds_is_work_each_thing_once(
    supervised: SupervisionWorld,
) -> None:
    done = await completed(supervised)
    assert done.state is InspectionState.COMPLETED
    await supervised.settle()

    made = await orders(supervised)

    assert [(each.scope, each.severity) for each in made] == [
        (WorkScope.REPAIR, 2),
        (WorkScope.SECURITY, 3),
    ]
    assert {each.source for each in made} == {WorkSource(SourceKind.INSPECTION, done.id)}
    assert {each.contractor_id for each in made} == {COMPANY}


async def test_a_completion_heard_twice_and_late_makes_each_order_once(
    supervised: SupervisionWorld,
) -> None:
    done = await completed(supervised)
    told = await news_of(supervised, done.id)
    for _ in range(3):
        await supervised.hear(told)
    assert len(await orders(supervised)) == 2


async def test_what_a_crash_left_out_is_made_as_the_news_comes_again(
    supervised: SupervisionWorld,
) -> None:
    done = await completed(supervised)
    told = await news_of(supervised, done.id)
    whole = InspectionCompleted.model_validate(told.data)
    first = whole.model_copy(update={"items": whole.items[:1]})
    await supervised.use.work.on_completed(first, told)
    assert len(await orders(supervised)) == 1

    await supervised.hear(told)

    assert len(await orders(supervised)) == 2


async def test_nothing_that_was_written_is_in_what_is_told(supervised: SupervisionWorld) -> None:
    done = await completed(supervised)
    told = (await news_of(supervised, done.id)).model_dump_json()
    assert "lamp" not in told
    assert "gate" not in told


@pytest.mark.parametrize("people", [SEATS, (SEATS[0], HELPER)])
async def test_committee_and_the_volunteers_who_help_it_inspect(
    supervised: SupervisionWorld, people: tuple[str, ...]
) -> None:
    estate_id = await an_estate(supervised)
    begun = await supervised.use.inspections.start(COMMITTEE, estate_id, people)
    assert begun.inspector_ids == people


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("per_stranger", "inspection.inspector_unknown"),
        (LEFT, "inspection.inspector_unknown"),
        (GUARD, "inspection.inspector_of_company"),
    ],
)
async def test_nobody_else_inspects_and_the_company_s_people_never(
    supervised: SupervisionWorld, person: str, code: str
) -> None:
    estate_id = await an_estate(supervised)
    with pytest.raises(Invalid) as refused:
        await supervised.use.inspections.start(COMMITTEE, estate_id, (SEATS[0], person))
    assert (refused.value.code, refused.value.facts["pointer"]) == (code, "/inspector_ids/1")


async def test_a_company_begins_no_inspection_and_changes_none(
    supervised: SupervisionWorld,
) -> None:
    begun = await started(supervised)
    use, target = supervised.use.inspections, Target(CONTRACTOR, begun.id)
    verdict = Verdict("security", 10)
    for refused in (
        use.start(CONTRACTOR, begun.estate_id, SEATS),
        use.judge(target, verdict, by=SEATS[0]),
        use.sign(target, by=SEATS[0]),
        use.cancel(target, reason="rain", by=SEATS[0]),
    ):
        with pytest.raises(NotAllowed) as wrong:
            await refused
        assert wrong.value.code == "inspection.company"


@pytest.mark.parametrize("viewer", STRANGERS.values(), ids=STRANGERS.keys())
async def test_strangers_see_no_inspection(supervised: SupervisionWorld, viewer: Viewer) -> None:
    begun = await started(supervised)
    use = supervised.use.inspections
    with pytest.raises(NotFound):
        await use.get(viewer, begun.id)
    with pytest.raises(NotFound):
        await use.story(viewer, begun.id)
    assert (await use.page(viewer, {}, cursor=None, limit=9)).items == []


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (Verdict("colour", 1), "inspection.criterion_unknown"),
        (Verdict("security", 11), "inspection.points"),
        (Verdict("security", -1), "inspection.points"),
        (Verdict("security", 2), "inspection.no_evidence"),
    ],
)
async def test_a_verdict_that_cannot_be_is_refused(
    supervised: SupervisionWorld, verdict: Verdict, code: str
) -> None:
    begun = await started(supervised)
    with pytest.raises(Invalid) as refused:
        await judge(supervised, begun.id, verdict)
    assert refused.value.code == code


async def test_what_has_ended_changes_no_more(supervised: SupervisionWorld) -> None:
    done = await completed(supervised)
    with pytest.raises(WrongState):
        await judge(supervised, done.id, Verdict("security", 10))
    with pytest.raises(WrongState):
        await supervised.use.inspections.cancel(
            Target(COMMITTEE, done.id), reason="rain", by=SEATS[0]
        )


@pytest.mark.parametrize("changes", [{"estate_id": "est_none"}, {"viewer": OTHER_COMMUNITY}])
async def test_an_estate_that_is_not_there_is_not_inspected(
    supervised: SupervisionWorld, changes: dict[str, Any]
) -> None:
    asked = {"viewer": COMMITTEE, "estate_id": await an_estate(supervised), **changes}
    with pytest.raises(LinliError) as refused:
        await supervised.use.inspections.start(asked["viewer"], asked["estate_id"], SEATS)
    assert refused.value.code == "inspection.estate_unknown"


async def test_another_company_reads_nothing_of_it(supervised: SupervisionWorld) -> None:
    done = await completed(supervised)
    (photo,) = next(each.photo_ids for each in done.verdicts if each.photo_ids)
    with pytest.raises(NotFound):
        await supervised.world.photos.read(OTHER_COMPANY, photo)
    await supervised.world.photos.read(CONTRACTOR, photo)
