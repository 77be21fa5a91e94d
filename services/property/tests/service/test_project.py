"""Improvement projects: stages in order, never beyond the budget, before and after."""

from dataclasses import replace

import pytest

from services.property.domain.project import (
    ENTRIES_MAX,
    TRANSITIONS,
    Project,
    ProjectAction,
    ProjectState,
    change_budget,
    complete,
    move,
    spend,
)
from services.property.service.project import Entry, ProjectDraft, ProjectService
from services.property.service.standing import Yards
from services.property.service.viewer import Target, Viewer
from services.property.store.project import projects
from services.property.tests.world import COMMITTEE, SOURCE, World, fake_world, real_world
from shared.errors import Conflict, Invalid, NotFound, Stale, WrongState
from shared.mongo import Database
from shared.testing import FakeStore, refused_by_table

ENTRY = Entry(400_00, "Lamps", "per_staff")


@pytest.fixture
async def world(either: Database | None) -> World:
    """Both stores."""
    if either is None:
        return fake_world()
    projects(either)
    return await real_world(either)


@pytest.fixture
async def service(world: World, either: Database | None) -> ProjectService:
    """The use cases; every test runs over both stores."""
    store = projects(either) if either else FakeStore(Project, source=SOURCE, clock=world.clock)
    return ProjectService(store, Yards(world.plans), world.photos, world.clock)


async def proposed(world: World, service: ProjectService, budget: int = 1_000_00) -> Project:
    estate = await world.estate()
    draft = ProjectDraft(estate.id, "Light", "Lamps in the yard", budget, ())
    return await service.propose(COMMITTEE, draft, by="per_committee")


async def test_a_project_goes_through_its_stages_within_its_budget(
    world: World, service: ProjectService
) -> None:
    project = await proposed(world, service)
    at = Target(COMMITTEE, project.id)
    with pytest.raises(WrongState):
        await service.spend(at, ENTRY)
    await service.move(at, ProjectAction.APPROVE)
    await service.move(at, ProjectAction.START)
    for _ in range(2):
        project = await service.spend(at, ENTRY)
    with pytest.raises(Conflict, match=r"project\.over_budget"):
        await service.spend(at, ENTRY)
    with pytest.raises(Conflict, match=r"project\.spent_more"):
        await service.change_budget(at, Entry(799_99, "Less", "per_c"))
    project = await service.change_budget(at, Entry(1_200_00, "Copper", "per_c"))
    assert [(c.before_fen, c.after_fen, c.reason) for c in project.budget_changes] == [
        (1_000_00, 1_200_00, "Copper")
    ]
    assert (await service.spend(at, ENTRY)).spent_fen == 1_200_00
    with pytest.raises(Invalid, match=r"project\.no_photo"):
        await service.complete(at, ())
    with pytest.raises(Invalid, match=r"photo\.unknown"):
        await service.complete(at, ("pho_none",))
    photo = await world.photo()
    done = await service.complete(at, (photo,))
    assert done.photos_after == (photo,)
    accepted = await service.move(at, ProjectAction.ACCEPT)
    assert accepted.state is ProjectState.ACCEPTED
    told = [each.type.split(".")[2] for each in await service.story(COMMITTEE, project.id)]
    assert told.count("moved") == 4
    assert "Copper" not in str([e.data for e in await service.story(COMMITTEE, project.id)])


async def test_strangers_see_no_project_and_who_was_outrun_is_told(
    world: World, service: ProjectService
) -> None:
    project = await proposed(world, service)
    stranger = Viewer(("elsewhere",))
    with pytest.raises(NotFound):
        await service.get(stranger, project.id)
    assert (await service.page(stranger, {}, cursor=None, limit=10)).items == []
    assert (await service.page(COMMITTEE, {}, cursor=None, limit=10)).items == [project]
    with pytest.raises(Stale):
        await service.move(Target(COMMITTEE, project.id, 9), ProjectAction.APPROVE)
    with pytest.raises(Invalid, match=r"project\.sum"):
        await proposed_with(world, service, project.estate_id, 0)


async def proposed_with(world: World, service: ProjectService, estate: str, sum_: int) -> None:
    draft = ProjectDraft(estate, "Light", "Lamps", sum_, ())
    await service.propose(COMMITTEE, draft, by="per_c")


@pytest.mark.parametrize("action", ProjectAction)
@pytest.mark.parametrize("state", ProjectState)
def test_a_project_moves_as_its_table_says(state: ProjectState, action: ProjectAction) -> None:
    world = fake_world()
    at = world.clock.now()
    project = Project("prj_1", "hm", 1, state, "est_1", "t", "a", 100, "per_1", at)

    def act() -> Project:
        if action is ProjectAction.SPEND:
            return spend(project, 1, about="x", by="per_1", at=at)[0]
        if action is ProjectAction.CHANGE_BUDGET:
            return change_budget(project, 1, reason="x", by="per_1", at=at)[0]
        if action is ProjectAction.COMPLETE:
            return complete(project, ("pho_1",))[0]
        return move(project, action)[0]

    if action in TRANSITIONS[state]:
        assert act().state is TRANSITIONS[state][action]
        return
    with refused_by_table("project", state, action):
        act()


def test_a_project_has_so_many_expenses_and_no_more() -> None:
    at = fake_world().clock.now()
    approved = ProjectState.APPROVED
    project = Project("prj_1", "hm", 1, approved, "est_1", "t", "a", 10_000, "per_1", at)
    one = spend(project, 1, about="x", by="per_1", at=at)[0]
    full = replace(one, expenses=one.expenses * ENTRIES_MAX)
    with pytest.raises(Conflict, match=r"project\.too_many_entries"):
        spend(full, 1, about="x", by="per_1", at=at)
