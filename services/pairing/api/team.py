"""Volunteer teams over HTTP: branches make them and say who is in them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import StringConstraints

from services.pairing.api.forms import PREFIX, Named, onlooker_of_records
from services.pairing.domain.team import Team, TeamState
from services.pairing.service.team import TeamService, TeamTold
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, Ref, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

REMIT_LENGTH_MAX = 1000
Writing = Annotated[Caller, Depends(needs("pairing:team:write"))]
Reading = Annotated[Caller, Depends(needs("pairing:team:read"))]
RemitText = Annotated[str, StringConstraints(max_length=REMIT_LENGTH_MAX)]


class TeamBody(Body):
    """A team of a branch; ``community`` only for callers of several."""

    branch_id: Ref
    name: Named
    remit: RemitText = ""
    community: Ref | None = None


class TeamChangeBody(Body):
    """The whole of it anew; without ``lead_id`` nobody leads it."""

    name: Named
    remit: RemitText = ""
    lead_id: Ref | None = None


class TeamMemberBody(Body):
    """Who is to be in the team, or no more."""

    member_id: Ref


class TeamView(View):
    """A team."""

    id: str
    community: str
    version: int
    state: TeamState
    branch_id: str
    name: str
    remit: str
    lead_id: str | None
    member_ids: list[str]

    @classmethod
    def of(cls, team: Team) -> "TeamView":
        """The view of a team."""
        return cls.model_validate(team, from_attributes=True)


def router(service: TeamService, answered: Lookup) -> APIRouter:
    """The routes of teams."""
    router = APIRouter(prefix=f"{PREFIX}/teams", tags=["teams"])
    _writing(router, service, answered)
    _joining(router, service, answered)
    _reading(router, service)
    return router


def _writing(router: APIRouter, service: TeamService, answered: Lookup) -> None:
    made = [Depends(Once(answered, TeamView.of, status=201))]
    changed = [Depends(Once(answered, TeamView.of))]

    @router.post("", status_code=201, response_model=TeamView, dependencies=made)
    async def register_team(body: TeamBody, caller: Writing) -> Response:
        """Make a team, which nobody is in as yet."""
        team = await service.register(
            onlooker_of_records(caller),
            community=caller.one_community(body.community),
            branch_id=body.branch_id,
            told=TeamTold(body.name, body.remit),
        )
        return answer(TeamView.of(team), team.version, 201, f"{PREFIX}/teams/{team.id}")

    @router.put("/{team_id}", response_model=TeamView, dependencies=changed)
    async def change_team(
        team_id: PathId, body: TeamChangeBody, caller: Writing, version: Version
    ) -> Response:
        """Say anew what it is called, what it does and who of it leads it."""
        told = TeamTold(body.name, body.remit, body.lead_id)
        onlooker = onlooker_of_records(caller)
        return _shown(await service.change(team_id, onlooker, told, seen=version))

    @router.post("/{team_id}/closure", response_model=TeamView, dependencies=changed)
    async def close_team(team_id: PathId, caller: Writing, version: Version) -> Response:
        """Do away with it."""
        return _shown(await service.close(team_id, onlooker_of_records(caller), seen=version))


def _joining(router: APIRouter, service: TeamService, answered: Lookup) -> None:
    changed = [Depends(Once(answered, TeamView.of))]

    @router.post("/{team_id}/joining", response_model=TeamView, dependencies=changed)
    async def join_team(
        team_id: PathId, body: TeamMemberBody, caller: Writing, version: Version
    ) -> Response:
        """Take a member in."""
        onlooker = onlooker_of_records(caller)
        return _shown(await service.join(team_id, onlooker, body.member_id, seen=version))

    @router.post("/{team_id}/leaving", response_model=TeamView, dependencies=changed)
    async def leave_team(
        team_id: PathId, body: TeamMemberBody, caller: Writing, version: Version
    ) -> Response:
        """Let a member go; whoever led it leads it no more."""
        onlooker = onlooker_of_records(caller)
        return _shown(await service.leave(team_id, onlooker, body.member_id, seen=version))


def _reading(router: APIRouter, service: TeamService) -> None:
    @router.get("", response_model=PageView[TeamView])
    async def list_teams(caller: Reading, page: Paging, state: TeamState | None = None) -> Response:
        """The teams of the caller's communities, newest first."""
        found = await service.page(
            communities=caller.communities, state=state, cursor=page.cursor, limit=page.limit
        )
        return listing([TeamView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{team_id}", response_model=TeamView)
    async def read_team(team_id: PathId, caller: Reading) -> Response:
        """One team."""
        return _shown(await service.get(team_id, communities=caller.communities))

    @router.get("/{team_id}/story", response_model=StoryView)
    async def read_team_story(team_id: PathId, caller: Reading) -> Response:
        """Everything that happened to it, oldest first."""
        story = await service.story(team_id, communities=caller.communities)
        return answer(StoryView.of(story))


def _shown(team: Team) -> Response:
    return answer(TeamView.of(team), team.version)
