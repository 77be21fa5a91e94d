"""Who could lead which entrance or building, proposed and taken over, over both stores."""

import pytest

from services.pairing.domain.coverage import Level
from services.pairing.service.leading import Accepted, LeadingService
from services.pairing.service.onlooker import Onlooker
from services.pairing.solver.leading import assign_apart
from services.pairing.tests.coverage_harness import CoverageHarness
from services.pairing.tests.harness import HERE, branch
from shared.errors import LinliError

STAFF = Onlooker(HERE)


@pytest.fixture
def leading(coverage: CoverageHarness) -> LeadingService:
    return LeadingService(
        coverage.service, coverage.sources, coverage.harness.members, assign_apart
    )


async def test_who_could_lead_is_proposed_and_once_taken_over_fills_what_was_lacking(
    coverage: CoverageHarness, leading: LeadingService
) -> None:
    members = [await coverage.harness.member(number) for number in (1, 2)]

    proposed = await leading.propose(HERE[0])
    wanted = [Accepted(each.member_id, each.place_id) for each in proposed.leads]
    taken = await leading.accept(wanted, STAFF)
    again = await leading.accept(wanted, STAFF)
    after = await leading.propose(HERE[0])

    # One entrance and its building: each member leads the entrance, and so counts in both.
    assert [each.level for each in proposed.leads] == [Level.ENTRANCE] * 2
    assert {each.member_id for each in proposed.leads} == {each.id for each in members}
    assert [(unit.level, unit.missing) for unit in proposed.lacking] == [
        (Level.BUILDING, 8),
        (Level.ENTRANCE, 1),
    ]
    assert [(each.fault, each.known) for each in taken] == [(None, False)] * 2
    assert [(each.fault, each.known) for each in again] == [(None, True)] * 2
    assert (after.leads, after.lacking) == ([], proposed.lacking)


async def test_who_helps_behind_the_door_counts_and_is_not_proposed_for_it(
    coverage: CoverageHarness, leading: LeadingService
) -> None:
    helper = await coverage.harness.member(1)
    home = await coverage.harness.household()
    await coverage.harness.paired([helper], home)
    assert (await leading.propose(HERE[0])).leads == []


async def test_a_branch_takes_over_its_own_members_and_a_place_that_there_is(
    coverage: CoverageHarness, leading: LeadingService
) -> None:
    member = await coverage.harness.member(1)
    (lead,) = (await leading.propose(HERE[0])).leads
    wanted = [Accepted(member.id, "ent_none"), Accepted(member.id, lead.place_id)]

    refused = await leading.accept(wanted, branch("brn_2"))
    own = await leading.accept(wanted, branch())

    assert [_code(each.fault) for each in refused] == ["store.not_found"] * 2
    assert [_code(each.fault) for each in own] == ["place.unknown", None]


def _code(fault: Exception | None) -> str | None:
    return fault.code if isinstance(fault, LinliError) else None
