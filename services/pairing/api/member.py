"""Members over HTTP: branches and staff register them, and everybody says when they are away."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.pairing.api.forms import PREFIX, onlooker_of_records
from services.pairing.api.member_forms import (
    AbsenceBody,
    MemberBody,
    MemberChangeBody,
    MemberLoadView,
    MemberView,
    NamedMemberView,
)
from services.pairing.domain.codes import CODE_LENGTH_MAX
from services.pairing.domain.member import Member, MemberKind, MemberState
from services.pairing.service.member import MemberFilter, MemberService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Writing = Annotated[Caller, Depends(needs("pairing:member:write"))]
Acting = Annotated[Caller, Depends(needs("pairing:member:act"))]
Reading = Annotated[Caller, Depends(needs("pairing:member:read"))]
QueryCode = Annotated[str | None, Query(max_length=CODE_LENGTH_MAX)]


async def filtered(
    branch_id: QueryId = None,
    state: MemberState | None = None,
    kind: MemberKind | None = None,
    skill: QueryCode = None,
    language: QueryCode = None,
) -> MemberFilter:
    """The dependency of lists of members: which are asked for."""
    return MemberFilter(branch_id, state, kind, skill, language)


Wanted = Annotated[MemberFilter, Depends(filtered)]


def router(service: MemberService, answered: Lookup) -> APIRouter:
    """The routes of members."""
    router = APIRouter(prefix=PREFIX, tags=["members"])
    _telling(router, service, answered)
    _going(router, service, answered)
    _reading(router, service)
    return router


def _telling(router: APIRouter, service: MemberService, answered: Lookup) -> None:
    made = [Depends(Once(answered, MemberView.of, status=201))]
    changed = [Depends(Once(answered, MemberView.of))]

    @router.post("/members", status_code=201, response_model=MemberView, dependencies=made)
    async def register_member(body: MemberBody, caller: Writing) -> Response:
        """Register a person as ready to help; a branch, for itself."""
        member = await service.register(
            onlooker_of_records(caller),
            community=caller.one_community(body.community),
            person_id=body.person_id,
            profile=body.profile(),
        )
        return answer(MemberView.of(member), member.version, 201, f"{PREFIX}/members/{member.id}")

    @router.patch("/members/{member_id}", response_model=MemberView, dependencies=changed)
    async def change_member(
        member_id: PathId, body: MemberChangeBody, caller: Acting, version: Version
    ) -> Response:
        """Tell some of it anew; members themselves: what they can, how much and when.

        A capacity below what is carried is refused. Only staff move somebody to another branch.
        """
        onlooker = onlooker_of_records(caller)
        return _shown(await service.change(member_id, onlooker, body.changes(), seen=version))


def _going(router: APIRouter, service: MemberService, answered: Lookup) -> None:
    changed = [Depends(Once(answered, MemberView.of))]

    @router.post("/members/{member_id}/absence", response_model=MemberView, dependencies=changed)
    async def go_away(
        member_id: PathId, body: AbsenceBody, caller: Acting, version: Version
    ) -> Response:
        """Be away, from now or from a moment to come; whoever told until when is back by then
        without telling again."""
        member = await service.go_away(
            member_id,
            onlooker_of_records(caller),
            since=body.since,
            until=body.until,
            seen=version,
        )
        return _shown(member)

    @router.post("/members/{member_id}/return", response_model=MemberView, dependencies=changed)
    async def come_back(member_id: PathId, caller: Acting, version: Version) -> Response:
        """Be there again; or stay, whatever was planned."""
        return _shown(await service.come_back(member_id, onlooker_of_records(caller), seen=version))

    @router.post("/members/{member_id}/departure", response_model=MemberView, dependencies=changed)
    async def leave(member_id: PathId, caller: Writing, version: Version) -> Response:
        """Leave for good: pairings, posts and teams let go; what was done stays on record."""
        return _shown(await service.leave(member_id, onlooker_of_records(caller), seen=version))

    @router.post("/members/{member_id}/rejoining", response_model=MemberView, dependencies=changed)
    async def rejoin(member_id: PathId, caller: Writing, version: Version) -> Response:
        """Come back after having left."""
        return _shown(await service.rejoin(member_id, onlooker_of_records(caller), seen=version))


def _reading(router: APIRouter, service: MemberService) -> None:
    @router.get("/members", response_model=PageView[NamedMemberView])
    async def list_members(caller: Reading, page: Paging, wanted: Wanted) -> Response:
        """Members, newest first: a branch sees its own, staff the community's, others themselves.

        As a table (``Accept: text/csv``) it may be changed and sent to ``/members/imports``.
        """
        found = await service.page(
            onlooker_of_records(caller), wanted, cursor=page.cursor, limit=page.limit
        )
        return listing([NamedMemberView.of(member) for member in found.items], found.next_cursor)

    @router.get("/member-loads", response_model=PageView[MemberLoadView])
    async def list_member_loads(caller: Reading, page: Paging, wanted: Wanted) -> Response:
        """The same members, each with how many households they lead of how many they can."""
        found = await service.loads(
            onlooker_of_records(caller), wanted, cursor=page.cursor, limit=page.limit
        )
        return listing([MemberLoadView.of(*each) for each in found.items], found.next_cursor)

    @router.get("/members/{member_id}", response_model=NamedMemberView)
    async def read_member(member_id: PathId, caller: Reading) -> Response:
        """One member."""
        member = await service.get(member_id, onlooker_of_records(caller))
        return answer(NamedMemberView.of(member), member.version)

    @router.get("/members/{member_id}/story", response_model=StoryView)
    async def read_member_story(member_id: PathId, caller: Reading) -> Response:
        """Everything that happened to the record, oldest first."""
        story = await service.story(member_id, onlooker_of_records(caller))
        return answer(StoryView.of(story))


def _shown(member: Member) -> Response:
    return answer(MemberView.of(member), member.version)
