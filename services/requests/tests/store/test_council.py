"""What only the real store can show of the council: its indexes, a whole estate voting at once."""

import asyncio
from typing import Any

import pytest

from services.requests.domain.ballot import Choice, RollEntry, Tally
from services.requests.domain.proposal import ProposalState
from services.requests.service.proposal import OPEN_STATES
from services.requests.service.vote import Electorate, Said
from services.requests.store.roll import RollRecords
from services.requests.tests.chamber import Chamber, chamber_over, voter
from services.requests.tests.council_samples import CLOSES, NOW
from services.requests.tests.harness import HERE
from shared.mongo import Database

pytestmark = pytest.mark.mongo
VOTERS = 300


@pytest.fixture
async def real_chamber(database: Database) -> Chamber:
    """The council over the real store."""
    return await chamber_over(database)


def stages(plan: Any) -> set[str]:
    """The stages of a winning plan, however deep."""
    if isinstance(plan, list):
        return set().union(*(stages(part) for part in plan))
    if not isinstance(plan, dict):
        return set()
    own = {plan["stage"]} if "stage" in plan else set()
    return own.union(*(stages(part) for part in plan.values()))


@pytest.mark.parametrize(
    ("where", "sort"),
    [
        ({"community": {"$in": HERE}}, [("_id", -1)]),
        ({"community": {"$in": HERE}, "state": "submitted"}, [("_id", -1)]),
        ({"community": {"$in": HERE}, "state": {"$in": OPEN_STATES}}, [("_id", -1)]),
        ({"community": {"$in": HERE}, "proposer_id": "per_a"}, [("_id", -1)]),
        ({"community": {"$in": HERE}, "meeting_id": "mtg_1"}, [("_id", -1)]),
        ({"community": {"$in": HERE}, "origin_id": "req_1"}, [("_id", -1)]),
        ({"task_request_ids": "req_1"}, [("_id", 1)]),
        ({"alarm_at": {"$gt": NOW, "$lte": CLOSES}}, [("alarm_at", 1), ("_id", 1)]),
    ],
)
async def test_every_way_to_find_proposals_goes_by_an_index(
    real_chamber: Chamber, where: dict[str, Any], sort: Any
) -> None:
    for _ in range(3):
        await real_chamber.submitted()
    rows = real_chamber.proposals._collection.find(where).sort(sort)  # type: ignore[attr-defined]
    explained = await rows.explain()

    used = stages(explained["queryPlanner"]["winningPlan"])
    assert "IXSCAN" in used
    assert "COLLSCAN" not in used


@pytest.mark.parametrize(
    "where",
    [
        {"roll_id": "vot_1", "choice": "for"},
        {"roll_id": "vot_1", "voter_id": "per_a"},
        {"roll_id": "vot_1", "entry_id": {"$gt": "dwl_1"}},
        {"roll_id": "vot_1", "sealed": False},
    ],
)
async def test_every_way_to_read_a_roll_goes_by_an_index(
    real_chamber: Chamber, where: dict[str, Any]
) -> None:
    await real_chamber.voting()
    assert isinstance(real_chamber.rolls, RollRecords)
    rows = real_chamber.rolls._records._collection.find(where)
    explained = await rows.explain()

    used = stages(explained["queryPlanner"]["winningPlan"])
    assert "IXSCAN" in used
    assert "COLLSCAN" not in used


async def test_an_estate_that_votes_at_once_is_counted_to_the_last_ballot(
    real_chamber: Chamber,
) -> None:
    roll = tuple(RollEntry(f"dwl_{n}", f"per_{n}") for n in range(VOTERS))
    proposal = await real_chamber.listed(
        await real_chamber.submitted(), await real_chamber.meeting()
    )
    voting = await real_chamber.voting(proposal, electorate=Electorate(roll))
    votes = (real_chamber.council.votes, real_chamber.replica().votes)

    await asyncio.gather(
        *(
            votes[n % 2].cast(voting.id, voter(f"per_{n}"), f"dwl_{n}", Said(choice))
            for n in range(VOTERS)
            for choice in [Choice.FOR if n % 3 else Choice.AGAINST]
        )
    )
    real_chamber.clock.moment = CLOSES
    await asyncio.gather(*(each.ring() for each in votes))

    closed = await real_chamber.proposals.get(voting.id)
    assert closed.state is ProposalState.ADOPTED
    assert closed.vote is not None
    assert closed.vote.tally == Tally(200, 100, 0)
    assert closed.version == voting.version + 2
