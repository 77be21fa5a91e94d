"""Who voted, and who gave which mark, goes when the rule says; every count is as before."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from services.requests.domain.decision import Done, end_task
from services.requests.domain.proposal import Proposal, ProposalState
from services.requests.domain.retention import DEFAULT_RULES, RetentionRules
from services.requests.service.council_retention import (
    COUNTED_AT,
    DONE_AT,
    CouncilRetentionService,
)
from services.requests.service.decision import TaskDraft
from services.requests.service.retention import RetentionService
from services.requests.service.sweeping import BATCH, by_community
from services.requests.store.retention import retention_rules
from services.requests.tests.chamber import (
    KEEPER,
    NEIGHBOUR,
    RESIDENT,
    Chamber,
    chamber_over,
    voter,
)
from services.requests.tests.council_samples import NOW
from services.requests.tests.store.test_urgency import stages
from shared.alarms import LONG_AGO
from shared.errors import Unavailable, WrongState
from shared.mongo import Database, Documents
from shared.mongo.ordered import ranges
from shared.store import Order
from shared.testing import FakeStore

KEPT_FOR = timedelta(days=DEFAULT_RULES.council_days)
LAMPS = TaskDraft("noise", "est_1", "装路灯")
VOTERS = ("per_a", "per_b", "dwl_1", "dwl_2", "dwl_3")


class Archive:
    """The council, and what lets go of who voted."""

    def __init__(self, chamber: Chamber, database: Database | None) -> None:
        self.chamber, self.database = chamber, database
        kept: Any = FakeStore(RetentionRules)
        if database is not None:
            kept = retention_rules(database)
        self.rules = RetentionService(kept)
        self.retention = self.replica()

    def replica(self) -> CouncilRetentionService:
        chamber = self.chamber
        return CouncilRetentionService(
            chamber.proposals, chamber.rolls, chamber.evaluations, self.rules, chamber.clock
        )

    async def done(self) -> Proposal:
        """A decision that was carried out a moment ago, on which two gave their marks."""
        self.chamber.clock.moment = NOW
        doing = await self.chamber.implementing(LAMPS)
        [task] = doing.tasks
        ended = end_task(doing, Done(task.request_id, "closed"), at=self.chamber.clock.now())
        assert ended is not None
        finished = await self.chamber.proposals.save(*ended)
        for who, score in ((NEIGHBOUR, 2), (RESIDENT, 5)):
            await self.chamber.council.decisions.mark(finished.id, who, score)
        return finished

    async def told(self, proposal: Proposal) -> list[str]:
        story = await self.chamber.proposals.story(proposal.id)
        return [each.type.split(".")[2] for each in story]

    async def held(self) -> str:
        """All that is kept of ballots and marks."""
        if self.database is None:
            fakes: Any = (self.chamber.rolls, self.chamber.evaluations)
            return repr([fake.kept for fake in fakes])
        found = [await self.database.records(n).find({}) for n in ("ballots", "evaluations")]
        return json.dumps(found, default=str)


@pytest.fixture
async def archive(either: Database | None) -> Archive:
    chamber = await chamber_over(either)
    made = Archive(chamber, either)
    if either is not None:
        await either.migrate()
    return made


async def test_who_voted_goes_when_the_rule_says_and_the_count_stays(archive: Archive) -> None:
    adopted = await archive.chamber.adopted()
    voting = await archive.chamber.voting()
    assert adopted.vote is not None
    archive.chamber.clock.moment = adopted.vote.closed_at  # type: ignore[assignment]
    archive.chamber.clock.move(KEPT_FOR - timedelta(milliseconds=1))
    assert await archive.retention.sweep_ballots() == 0
    archive.chamber.clock.move(timedelta(milliseconds=1))

    assert (await archive.retention.sweep_ballots(), await archive.retention.sweep_ballots()) == (
        1,
        0,
    )

    after = await archive.chamber.proposals.get(adopted.id)
    assert after.vote == adopted.vote
    assert after.ballots_gone_at == archive.chamber.clock.now()
    roll = await archive.chamber.council.votes.roll(adopted.id, KEEPER, cursor=None, limit=9)
    assert roll.items == []
    assert await archive.chamber.council.votes.mine(adopted.id, voter("per_a")) == []
    assert adopted.vote.id not in await archive.held()
    assert voting.vote is not None
    assert voting.vote.id in await archive.held()  # what is not counted yet is kept
    story = await archive.chamber.proposals.story(adopted.id)
    assert story[-1].type == "requests.proposal.ballots_forgotten.v1"
    assert story[-1].data["rules_version"] == 1
    assert not [who for who in VOTERS if who in json.dumps(story[-1].data)]


async def test_marks_go_once_they_are_counted_and_no_more_are_taken(archive: Archive) -> None:
    decisions = archive.chamber.council.decisions
    left_open = await archive.done()
    evaluated = await decisions.evaluate((await archive.done()).id, KEEPER, seen=None)
    archive.chamber.clock.move(KEPT_FOR)

    assert (await archive.retention.sweep_marks(), await archive.retention.sweep_marks()) == (2, 0)

    for proposal in (left_open, evaluated):
        after = await archive.chamber.proposals.get(proposal.id)
        assert (after.state, after.scores) == (ProposalState.EVALUATED, (0, 1, 0, 0, 1))
        assert (await archive.told(proposal))[-2:] == ["evaluated", "marks_forgotten"]
        with pytest.raises(WrongState):
            await decisions.mark(proposal.id, NEIGHBOUR, 1)
    held = await archive.held()
    assert not [who.id for who in (NEIGHBOUR, RESIDENT) if f":{who.id}" in held]


async def test_where_nobody_gave_a_mark_none_is_taken_any_more(archive: Archive) -> None:
    done = await archive.done()
    await archive.chamber.evaluations.forget(done.id)
    archive.chamber.clock.move(KEPT_FOR)
    assert await archive.retention.sweep_marks() == 1
    assert (await archive.chamber.proposals.get(done.id)).state is ProposalState.DONE
    with pytest.raises(WrongState):
        await archive.chamber.council.decisions.mark(done.id, NEIGHBOUR, 1)


async def test_a_communitys_own_rule_is_applied_and_told(archive: Archive) -> None:
    adopted = await archive.chamber.adopted()
    await archive.rules.change(adopted.community, RetentionRules(1000, 1000, 30), seen=None)
    archive.chamber.clock.move(timedelta(days=30))
    assert await archive.retention.sweep_ballots() == 1
    story = await archive.chamber.proposals.story(adopted.id)
    assert story[-1].data["rules_version"] == 2


async def test_replicas_let_go_at_once_and_tell_it_once(archive: Archive) -> None:
    proposals = [await archive.done() for _ in range(3)]
    archive.chamber.clock.move(KEPT_FOR)
    replicas = [archive.replica() for _ in range(3)]
    await asyncio.gather(*(each.sweep_ballots() for each in replicas))
    await asyncio.gather(*(each.sweep_marks() for each in replicas))
    for proposal in proposals:
        told = await archive.told(proposal)
        for once in ("ballots_forgotten", "evaluated", "marks_forgotten"):
            assert told.count(once) == 1


@pytest.mark.parametrize("failing_write", [1, 2])
async def test_broken_off_at_any_write_it_goes_on_and_no_count_is_lost(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, failing_write: int
) -> None:
    done = await archive.done()
    archive.chamber.clock.move(KEPT_FOR)
    save, writes = archive.chamber.proposals.save, 0

    async def broken(*told: Any, **more: Any) -> Proposal:
        nonlocal writes
        writes += 1
        if writes == failing_write:
            raise Unavailable("store.away")
        return await save(*told, **more)

    monkeypatch.setattr(archive.chamber.proposals, "save", broken)
    for sweep in (archive.retention.sweep_marks, archive.retention.sweep_ballots) * 2:
        try:
            await sweep()
        except Unavailable:
            continue

    after = await archive.chamber.proposals.get(done.id)
    assert (after.scores, after.vote) == ((0, 1, 0, 0, 1), done.vote)
    told = await archive.told(done)
    assert sorted(told[-3:]) == ["ballots_forgotten", "evaluated", "marks_forgotten"]
    assert done.id not in await archive.held()


@pytest.mark.mongo
async def test_what_is_due_is_found_by_an_index_whatever_is_gone_already(
    database: Database,
) -> None:
    archive = Archive(await chamber_over(database), database)
    await database.migrate()
    done = await archive.done()
    store: Any = archive.chamber.proposals
    assert isinstance(store, Documents)
    collection: Any = store._collection
    model = await collection.find_one({"_id": done.id})
    now = archive.chamber.clock.now()
    gone = {"ballots_gone_at": now, "marks_gone_at": now, "place": None}
    await collection.insert_many([{**model, **gone, "_id": f"prp_{n:04}"} for n in range(300)])
    for field, since in (("ballots_gone_at", COUNTED_AT), ("marks_gone_at", DONE_AT)):
        bounds = {"$gt": LONG_AGO, "$lte": now}
        end = Order(((since, 1),), ids=1)
        for community, order in (({"$gt": ""}, by_community(since)), (done.community, end)):
            [asked] = ranges({field: None, "community": community, since: bounds}, order, None)
            plan = await collection.find(asked.where).sort(asked.sort).limit(BATCH).explain()
            assert not stages(plan["queryPlanner"]["winningPlan"]) & {"SORT", "COLLSCAN"}
            assert plan["executionStats"]["totalDocsExamined"] == 1
