"""Registering households, their consent and its readings, over both stores."""

from datetime import timedelta

import pytest

from services.pairing.domain.household import HouseholdState
from services.pairing.service.household import Purpose
from services.pairing.tests.harness import HERE, THERE, Harness
from services.pairing.tests.samples import CIRCUMSTANCES
from shared.errors import Invalid, NotFound, Stale, WrongState
from shared.events.pairing import HouseholdConsented


async def test_a_household_gets_its_dwellings_community(harness: Harness) -> None:
    home = await harness.household("dwl_9", consent=False)

    assert (home.community, home.version) == ("elsewhere", 1)
    assert home.categories == CIRCUMSTANCES.categories
    assert await harness.backing.households.get(home.id) == home


@pytest.mark.parametrize("dwelling_id", ["dwl_unheard", "dwl_9"])
async def test_a_dwelling_that_is_unknown_or_elsewhere_is_refused(
    harness: Harness, dwelling_id: str
) -> None:
    with pytest.raises(Invalid, match=r"dwelling\.unknown"):
        await harness.households.register(
            communities=HERE,
            dwelling_id=dwelling_id,
            person_ids=("per_1",),
            circumstances=CIRCUMSTANCES,
        )


async def test_consent_is_given_at_the_clocks_moment_and_withdrawn_with_its_end(
    harness: Harness,
) -> None:
    home = await harness.household()
    given_at = harness.clock.now()
    harness.clock.move(timedelta(days=3))

    home = await harness.households.withdraw_consent(home.id, communities=HERE, seen=2)

    assert home.state is HouseholdState.WITHDRAWN
    assert home.consent is not None
    assert (home.consent.at, home.consent.withdrawn_at) == (given_at, harness.clock.now())
    with pytest.raises(WrongState):
        await harness.households.withdraw_consent(home.id, communities=HERE)


async def test_a_decision_on_a_version_that_moved_on_is_refused_and_changes_nothing(
    harness: Harness,
) -> None:
    home = await harness.household()

    with pytest.raises(Stale):
        await harness.households.withdraw_consent(home.id, communities=HERE, seen=1)
    assert await harness.backing.households.get(home.id) == home


async def test_a_reading_is_on_record_with_its_purpose(harness: Harness) -> None:
    home = await harness.household()
    await harness.households.read(
        home.id, communities=HERE, by="per_staff", purpose=Purpose.MATCHING
    )
    harness.clock.move(timedelta(hours=1))
    shown = await harness.households.read(
        home.id, communities=HERE, by="per_staff", purpose=Purpose.VISIT
    )

    found = await harness.households.readings(home.id, communities=HERE, cursor=None, limit=10)

    assert shown == home
    assert sorted(each.purpose for each in found.items) == [Purpose.MATCHING, Purpose.VISIT]
    assert {(each.by, each.subject_id) for each in found.items} == {("per_staff", home.id)}
    assert {each.at for each in found.items} == {
        harness.clock.now(),
        harness.clock.now() - timedelta(hours=1),
    }


async def test_another_communitys_household_is_not_there_and_no_reading_is_made(
    harness: Harness,
) -> None:
    home = await harness.household()

    for attempt in (
        harness.households.read(home.id, communities=THERE, by="per_x", purpose=Purpose.VISIT),
        harness.households.withdraw_consent(home.id, communities=THERE),
        harness.households.story(home.id, communities=THERE),
        harness.households.readings(home.id, communities=THERE, cursor=None, limit=1),
    ):
        with pytest.raises(NotFound):
            await attempt
    unread = await harness.households.readings(home.id, communities=HERE, cursor=None, limit=9)
    assert unread.items == []


async def test_lists_keep_to_communities_and_states(harness: Harness) -> None:
    first = await harness.household("dwl_1")
    second = await harness.household("dwl_2", consent=False)
    other = await harness.household("dwl_9")

    async def ids(communities: tuple[str, ...], state: HouseholdState | None = None) -> list[str]:
        page = await harness.households.page(
            communities=communities, state=state, cursor=None, limit=10
        )
        return [each.id for each in page.items]

    assert sorted(await ids(HERE)) == sorted([first.id, second.id])
    assert await ids(HERE, HouseholdState.CONSENTED) == [first.id]
    assert await ids(THERE) == [other.id]
    assert await ids(()) == []


async def test_the_story_tells_the_scope_and_no_circumstances(harness: Harness) -> None:
    home = await harness.household()

    story = await harness.households.story(home.id, communities=HERE)

    assert story[-1].data == HouseholdConsented(household_id=home.id, scope="care").model_dump()
    whole = " ".join(str(each) for each in story)
    assert not [word for word in ("hardship", "high", "chat", "oral") if word in whole]
