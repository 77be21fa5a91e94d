"""Coverage is kept up to date by what is heard, and is that of a count from scratch."""

import asyncio

import pytest

from services.pairing.domain.coverage import LEVELS, Level, count
from services.pairing.domain.coverage_goals import DEFAULT_GOALS, CoverageGoals
from services.pairing.service.coverage import Sums
from services.pairing.tests.coverage_harness import CoverageHarness, coverage_over
from services.pairing.tests.harness import HERE, THERE, Harness
from shared.errors import Malformed, Stale
from shared.mongo import Database
from shared.store import Order, Place
from shared.testing import estate_registered

TOWN = HERE[0]


@pytest.fixture
async def stored(real: Harness, database: Database) -> CoverageHarness:
    """The same over the real store alone."""
    return await coverage_over(real, database)


async def figures(coverage: CoverageHarness) -> dict[str, tuple[int, int, int]]:
    units = await coverage.units()
    return {unit.id: (unit.target, unit.actual, unit.missing) for unit in units}


async def test_a_pairing_that_begins_covers_a_household_its_entrance_and_its_building(
    coverage: CoverageHarness,
) -> None:
    home = await coverage.harness.household()
    helpers = [await coverage.harness.member(n) for n in (1, 2)]
    await coverage.hear_all()
    assert (await figures(coverage))[home.id] == (1, 0, 1)

    await coverage.harness.paired(helpers, home)
    await coverage.hear_all()

    assert await figures(coverage) == {
        "bld_1": (10, 2, 8),
        "ent_1": (3, 2, 1),
        home.id: (1, 2, 0),
    }


async def test_what_is_not_heard_yet_is_not_counted_and_then_it_is(
    coverage: CoverageHarness,
) -> None:
    home = await coverage.harness.household()
    await coverage.hear_all()
    before = await figures(coverage)

    await coverage.harness.paired([await coverage.harness.member()], home)
    assert await figures(coverage) == before
    await coverage.hear_all()

    assert (await figures(coverage))[home.id] == (1, 1, 0)


async def test_a_household_that_takes_its_consent_back_wants_nobody(
    coverage: CoverageHarness,
) -> None:
    home = await coverage.harness.household()
    await coverage.harness.households.withdraw_consent(home.id, communities=HERE)
    await coverage.hear_all()

    assert set(await figures(coverage)) == {"bld_1", "ent_1"}


async def test_another_communitys_figures_are_its_own(coverage: CoverageHarness) -> None:
    home = await coverage.harness.household("dwl_9")
    await coverage.harness.paired([await coverage.harness.member(community=THERE[0])], home)
    await coverage.hear_all()

    assert await figures(coverage) == {"bld_1": (10, 0, 10), "ent_1": (3, 0, 3)}
    assert len(await coverage.units(THERE[0])) == 3


async def test_goals_are_versioned_and_hold_for_the_next_count(coverage: CoverageHarness) -> None:
    assert await coverage.service.goals(TOWN) == DEFAULT_GOALS
    changed = await coverage.service.change_goals(TOWN, CoverageGoals(2, 4, 12), seen=1)
    assert (changed.version, changed.community) == (2, TOWN)

    assert (await figures(coverage))["ent_1"] == (4, 0, 4)
    assert (await coverage.service.page(HERE, cursor=None, limit=9)).items[0].goals_version == 2
    same = await coverage.service.change_goals(TOWN, CoverageGoals(2, 4, 12), seen=2)
    assert same == changed
    with pytest.raises(Stale):
        await coverage.service.change_goals(TOWN, CoverageGoals(), seen=1)


async def test_units_come_by_level_and_page_and_by_whether_somebody_is_missing(
    coverage: CoverageHarness,
) -> None:
    homes = [await coverage.harness.household(f"dwl_{n}") for n in (1, 2, 3)]
    await coverage.harness.paired([await coverage.harness.member()], homes[1])
    await coverage.hear_all()

    async def page(
        level: Level | None, missing_only: bool, cursor: str | None
    ) -> tuple[list[str], str | None]:
        found = await coverage.service.of(
            TOWN,
            levels=LEVELS if level is None else (level,),
            missing_only=missing_only,
            cursor=cursor,
            limit=2,
        )
        return [unit.id for unit in found.units], found.next_cursor

    lacking, after = await page(Level.HOUSEHOLD, True, None)
    assert (lacking, after) == (sorted([homes[0].id, homes[2].id]), None)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        ids, cursor = await page(None, False, cursor)
        seen += ids
        if cursor is None:
            break
    assert seen == ["bld_1", "ent_1", *sorted(home.id for home in homes)]


@pytest.mark.parametrize(
    "cursor", ["nonsense", Order((("level", 1),), ids=1).cursor(Place(("x",), "bld_1"))]
)
async def test_a_cursor_that_no_page_gave_is_refused(
    coverage: CoverageHarness, cursor: str
) -> None:
    with pytest.raises(Malformed):
        await coverage.service.of(TOWN, levels=LEVELS, missing_only=False, cursor=cursor, limit=1)


async def test_a_community_of_which_nothing_was_heard_has_nothing(
    coverage: CoverageHarness,
) -> None:
    assert await coverage.units("nowhere") == []


async def test_communities_are_listed_by_name_each_counted_anew_if_it_changed(
    coverage: CoverageHarness,
) -> None:
    await coverage.harness.household("dwl_9")
    await coverage.hear_all()

    first = await coverage.service.page((*HERE, *THERE), cursor=None, limit=1)
    second = await coverage.service.page((*HERE, *THERE), cursor=first.next_cursor, limit=1)

    assert [each.community for each in first.items + second.items] == [*THERE, *HERE]
    assert second.next_cursor is None
    assert [total.units for total in first.items[0].totals] == [3, 1, 1, 1]
    assert (await coverage.service.page(HERE, cursor=None, limit=9)).items == second.items


async def test_however_many_change_it_and_ask_at_once_the_last_figures_are_right(
    coverage: CoverageHarness,
) -> None:
    home = await coverage.harness.household()
    helpers = [await coverage.harness.member(n) for n in range(6)]
    await coverage.hear_all()

    async def help_out(number: int) -> None:
        await coverage.harness.paired([helpers[number]], home)
        await coverage.hear_all()
        await coverage.units()

    await asyncio.gather(*(help_out(n) for n in range(6)), *(coverage.units() for _ in range(6)))

    assert (await figures(coverage))[home.id] == (1, 6, 0)
    kept = await coverage.counts.sums(TOWN)
    assert kept is not None
    assert kept.fresh
    whole = await coverage.counts.units(kept)
    assert whole == count(await coverage.sources.facts(TOWN), DEFAULT_GOALS)


@pytest.mark.mongo
async def test_a_count_that_was_overtaken_replaces_nothing(stored: CoverageHarness) -> None:
    await stored.counts.mark(TOWN)
    early = await stored.counts.sums(TOWN)
    assert early is not None
    home = await stored.harness.household()
    await stored.hear_all()
    late = await stored.units()

    await stored.counts.keep(Sums(TOWN, early.changes, early.changes), [])

    assert [unit.id for unit in await stored.units()] == ["bld_1", "ent_1", home.id]
    assert await stored.units() == late


@pytest.mark.mongo
async def test_units_that_are_not_whole_are_counted_again(
    stored: CoverageHarness, database: Database
) -> None:
    await stored.harness.household()
    await stored.hear_all()
    whole = await stored.units()
    kept = database.records("coverage_units")
    await kept.update({"community": TOWN}, {"$set": {"sequence": 1, "units": []}})

    assert await stored.units() == whole


@pytest.mark.mongo
async def test_the_units_of_a_large_community_are_kept_in_parts(
    stored: CoverageHarness, database: Database
) -> None:
    larger = estate_registered(*(f"dwl_{n}" for n in range(10, 15)), estate_id=f"est_{TOWN}")
    await stored.harness.hear(larger, sequence=2)
    for n in range(10, 15):
        await stored.harness.household(f"dwl_{n}")
    await stored.hear_all()
    units = await stored.units()
    sums = await stored.counts.mark(TOWN)
    many = [unit for unit in units for _ in range(600)]
    kept = Sums(TOWN, sums.changes, sums.changes, totals=sums.totals)

    await stored.counts.keep(kept, many)

    found = await stored.counts.sums(TOWN)
    assert found is not None
    assert found.parts == 3
    assert await stored.counts.units(found) == many
    await stored.service.recount(TOWN)
    assert await stored.units() == units
    assert await database.records("coverage_units").count({"community": TOWN}) == 1
