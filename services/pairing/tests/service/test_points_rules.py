"""A community's own points rules: they hold from their moment on, and the past keeps its own."""

from datetime import timedelta

import pytest

from services.pairing.domain.deed import Deed
from services.pairing.domain.points import RULES, ContributionKind
from services.pairing.domain.points_rules import POINTS_MAX
from services.pairing.service.contribution import Target
from services.pairing.tests.harness import HERE, THERE, Harness, branch, me
from shared.errors import Invalid, Stale

DAY = timedelta(days=1)
MEETING = ContributionKind.MEETING


async def points_of_a_meeting(harness: Harness) -> tuple[int | None, int | None]:
    """What an hour's meeting of this day earns."""
    deed = Deed(MEETING, harness.clock.now(), minutes=60)
    told = await harness.contributions.report(me("per_member1"), deed, by="per_member1")
    confirmed = await harness.contributions.confirm(Target(told.id, branch()), by="per_sec")
    return confirmed.points, confirmed.rule_version


async def test_a_rule_holds_from_its_moment_on_in_its_community_alone(harness: Harness) -> None:
    await harness.member(1)
    points = harness.ledger.points
    since = harness.clock.now() + DAY
    published = await points.publish(
        HERE[0], since=since, per_hour={MEETING: 7}, per_act={MEETING: 1}, seen=1
    )
    assert [each.version for each in published.rules] == [1, 2]
    assert await points_of_a_meeting(harness) == (RULES[0].per_act[MEETING], 1)
    harness.clock.move(2 * DAY)
    assert await points_of_a_meeting(harness) == (8, 2)
    assert (await points.get(THERE[0])).rules == RULES


async def test_a_rule_of_the_past_or_before_the_last_or_without_bounds_is_refused(
    harness: Harness,
) -> None:
    points, now = harness.ledger.points, harness.clock.now()
    await points.publish(HERE[0], since=now + 2 * DAY, per_hour={}, per_act={}, seen=None)
    for since in (now - DAY, now + DAY, now + 2 * DAY):
        with pytest.raises(Invalid, match=r"points_rule\.since"):
            await points.publish(HERE[0], since=since, per_hour={}, per_act={}, seen=None)
    with pytest.raises(Invalid, match=r"points_rule\.points") as refused:
        await points.publish(
            HERE[0],
            since=now + 3 * DAY,
            per_hour={},
            per_act={MEETING: POINTS_MAX + 1},
            seen=None,
        )
    assert refused.value.facts["pointer"] == "/per_act/meeting"
    with pytest.raises(Stale):
        await points.publish(HERE[0], since=now + 3 * DAY, per_hour={}, per_act={}, seen=1)
