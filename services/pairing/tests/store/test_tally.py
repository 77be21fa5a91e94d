"""Figures as MongoDB adds them up: equal to the slow ones, and from an index alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.pairing.domain.contribution import Contribution, ContributionState
from services.pairing.domain.points import PAID, ContributionKind
from services.pairing.domain.tally import PERIODS, Dimension, Question, Row, period
from services.pairing.store.contribution import SealedContribution, contributions
from services.pairing.store.tally import ContributionTallies, pipeline, states_pipeline
from services.pairing.tests.harness import KEYS, Harness
from services.pairing.tests.samples import contribution_in
from services.pairing.tests.tally_reference import reference
from shared.days import Period
from shared.mongo import Database
from shared.sealing import Sealer

pytestmark = pytest.mark.mongo

CODEC: TypeAdapter[SealedContribution] = TypeAdapter(SealedContribution)
BASE = contribution_in(ContributionState.CONFIRMED)
COMMUNITIES, BRANCHES, MEMBERS = ("hongmiao", "elsewhere"), ("brn_1", "brn_2"), ("mem_1", "mem_2")
MIDNIGHT = datetime(2026, 1, 31, 16, tzinfo=UTC)
"""When February begins in Beijing."""
COVERED = {"IXSCAN", "PROJECTION_COVERED", "PROJECTION_DEFAULT", "PROJECTION_SIMPLE", "GROUP"}

MOMENTS = st.one_of(
    st.integers(-90, 700).map(lambda days: MIDNIGHT + timedelta(days=days)),
    st.integers(-90, 700).map(lambda days: MIDNIGHT + timedelta(days=days, milliseconds=-1)),
)


@st.composite
def records(draw: st.DrawFn) -> Contribution:
    """A record of any kind and state, often at a border between two days of Beijing."""
    kind = draw(st.sampled_from(ContributionKind))
    state = draw(st.sampled_from([*ContributionState, ContributionState.CONFIRMED]))
    return replace(
        BASE,
        state=state,
        kind=kind,
        community=draw(st.sampled_from(COMMUNITIES)),
        branch_id=draw(st.sampled_from(BRANCHES)),
        member_id=draw(st.sampled_from(MEMBERS)),
        done_at=draw(MOMENTS),
        minutes=None if kind in PAID else draw(st.integers(1, 1440)),
        amount_fen=draw(st.integers(1, 10**8)) if kind in PAID else None,
        points=draw(st.integers(0, 240)) if state is ContributionState.CONFIRMED else None,
    )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Any that may be asked."""
    others = [each for each in Dimension if each not in PERIODS]
    by = [
        *draw(st.lists(st.sampled_from(others), unique=True, max_size=3)),
        *draw(st.lists(st.sampled_from(sorted(PERIODS)), max_size=1)),
    ]
    first_on = date(2025, 11, 1) + timedelta(days=draw(st.integers(0, 300)))
    return Question(
        period(first_on, first_on + timedelta(days=draw(st.sampled_from([0, 30, 365, 900])))),
        tuple(draw(st.lists(st.sampled_from(COMMUNITIES), min_size=1, unique=True))),
        tuple(draw(st.permutations(by))),
        branch_id=draw(st.sampled_from([None, None, *BRANCHES])),
        member_id=draw(st.sampled_from([None, None, *MEMBERS])),
        kind=draw(st.sampled_from([None, None, *ContributionKind])),
    )


async def kept(database: Database, rows: list[Contribution]) -> Any:
    """The collection, with nothing in it but these."""
    collection: Any = database._database["contributions"]
    await collection.delete_many({})
    written = [CODEC.dump_python(_sealed(each)) for each in rows]
    documents = [{**row, "_id": f"ctr_{number:06}"} for number, row in enumerate(written)]
    if documents:
        await collection.insert_many(documents)
    return collection


def tallies_in(database: Database) -> ContributionTallies:
    return ContributionTallies(contributions(database, Sealer(KEYS)))


def _sealed(record: Contribution) -> SealedContribution:
    fields = {name: getattr(record, name) for name in Contribution.__dataclass_fields__}
    return SealedContribution(**fields)


def by_key(rows: list[Row]) -> Mapping[tuple[str, ...], Any]:
    found = {row.key: row.figures for row in rows}
    assert len(found) == len(rows)
    return found


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(records(), max_size=25), st.lists(questions(), min_size=3, max_size=6))
async def test_the_store_adds_up_what_the_definition_says(
    database: Database, rows: list[Contribution], asked: list[Question]
) -> None:
    await kept(database, rows)
    tallies = tallies_in(database)

    for question in asked:
        found = await tallies.rows(question, limit=10_000)
        assert by_key(found) == by_key(reference(rows, question)), question


async def test_states_are_counted_as_they_are(database: Database) -> None:
    states = [ContributionState.DRAFT, ContributionState.DRAFT, ContributionState.RETURNED]
    rows = [replace(BASE, state=state, member_id="mem_1") for state in states]
    await kept(database, [*rows, replace(BASE, member_id="mem_2")])

    counted = await tallies_in(database).states("mem_1")

    assert counted == {ContributionState.DRAFT: 2, ContributionState.RETURNED: 1}


async def test_figures_come_from_an_index_and_cost_what_is_in_their_period(
    real: Harness, database: Database
) -> None:
    many = [
        replace(
            BASE,
            done_at=MIDNIGHT + timedelta(days=number % 400),
            member_id=f"mem_{number % 50}",
            community=COMMUNITIES[number % 2],
            state=ContributionState.CONFIRMED if number % 3 else ContributionState.DRAFT,
        )
        for number in range(3_000)
    ]
    collection = await kept(database, many)
    month = period(date(2026, 2, 1), date(2026, 2, 28))
    for question in (
        Question(month, COMMUNITIES[:1]),
        Question(month, COMMUNITIES, (Dimension.MEMBER, Dimension.KIND, Dimension.QUARTER)),
        Question(month, COMMUNITIES[:1], (Dimension.BRANCH,), branch_id="brn_1"),
        Question(month, COMMUNITIES[:1], (Dimension.KIND,), member_id="mem_4"),
    ):
        plan = await _plan(collection, pipeline(question, 10))
        inside = sum(_within(each, question.period, question) for each in many)
        assert stages(plan["queryPlanner"]["winningPlan"]) <= COVERED
        assert plan["executionStats"]["totalDocsExamined"] == 0
        assert inside <= plan["executionStats"]["totalKeysExamined"] <= inside + 20


async def test_one_members_states_come_from_an_index(real: Harness, database: Database) -> None:
    collection = await kept(
        database, [replace(BASE, member_id=f"mem_{number % 50}") for number in range(1_000)]
    )

    plan = await _plan(collection, states_pipeline("mem_4"))

    assert stages(plan["queryPlanner"]["winningPlan"]) <= COVERED
    assert plan["executionStats"]["totalDocsExamined"] == 0
    assert plan["executionStats"]["totalKeysExamined"] <= 21


def stages(node: Mapping[str, Any]) -> set[str]:
    """The kinds of steps in a plan."""
    node = node.get("queryPlan", node)
    inner = [node["inputStage"]] if "inputStage" in node else []
    return {node["stage"]}.union(*(stages(each) for each in inner))


async def _plan(collection: Any, asked: list[Mapping[str, Any]]) -> Any:
    explained = await collection.database.command(
        "explain",
        {"aggregate": collection.name, "pipeline": asked, "cursor": {}},
        verbosity="executionStats",
    )
    return explained["stages"][0]["$cursor"] if "stages" in explained else explained


def _within(record: Contribution, days: Period, question: Question) -> bool:
    """Whether its key is looked at: a branch is told from the others by the key itself."""
    return (
        record.state is ContributionState.CONFIRMED
        and days.since <= record.done_at < days.until
        and record.community in question.communities
        and question.member_id in (None, record.member_id)
    )
