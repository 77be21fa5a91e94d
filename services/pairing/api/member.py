"""Members over HTTP: branches and staff register them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints

from services.pairing.api.forms import PREFIX
from services.pairing.domain.member import (
    HOUSEHOLDS_MAX_DEFAULT,
    HOUSEHOLDS_MAX_LIMIT,
    Member,
    Profile,
)
from services.pairing.service.member import MemberService
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Ref
from shared.web.once import Lookup
from shared.web.story import StoryView

Writing = Annotated[Caller, Depends(needs("pairing:member:write"))]


class MemberBody(Body):
    """A member; ``community`` only for callers of several."""

    person_id: Ref
    branch_id: Ref
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    households_max: Annotated[int, Field(strict=True, ge=1, le=HOUSEHOLDS_MAX_LIMIT)] = (
        HOUSEHOLDS_MAX_DEFAULT
    )
    community: Ref | None = None


class MemberView(View):
    """A member after a change, without the name: what is answered is kept, and a name is sealed."""

    id: str
    community: str
    version: int
    person_id: str
    branch_id: str
    households_max: int

    @classmethod
    def of(cls, member: Member) -> "MemberView":
        """The view of a member."""
        return cls.model_validate(member, from_attributes=True)


class NamedMemberView(MemberView):
    """A member as branches and staff see them."""

    name: str | None

    @classmethod
    def of(cls, member: Member) -> "NamedMemberView":
        """The view of a member."""
        return cls.model_validate(member, from_attributes=True)


def router(service: MemberService, answered: Lookup) -> APIRouter:
    """The routes of members."""
    router = APIRouter(prefix=f"{PREFIX}/members", tags=["members"])
    once = Depends(Once(answered, MemberView.of, status=201))

    @router.post("", status_code=201, response_model=MemberView, dependencies=[once])
    async def register_member(body: MemberBody, caller: Writing) -> Response:
        """Register a person of a branch as ready to help."""
        member = await service.register(
            community=caller.one_community(body.community),
            person_id=body.person_id,
            profile=Profile(body.branch_id, name=body.name, households_max=body.households_max),
        )
        return answer(MemberView.of(member), member.version, 201, f"{PREFIX}/members/{member.id}")

    @router.get("", response_model=PageView[NamedMemberView])
    async def list_members(caller: Writing, page: Paging, branch_id: QueryId = None) -> Response:
        """The members of the caller's communities, newest first."""
        found = await service.page(
            communities=caller.communities,
            branch_id=branch_id,
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([NamedMemberView.of(member) for member in found.items], found.next_cursor)

    @router.get("/{member_id}", response_model=NamedMemberView)
    async def read_member(member_id: PathId, caller: Writing) -> Response:
        """One member."""
        member = await service.get(member_id, communities=caller.communities)
        return answer(NamedMemberView.of(member), member.version)

    @router.get("/{member_id}/story", response_model=StoryView)
    async def read_member_story(member_id: PathId, caller: Writing) -> Response:
        """Everything that happened to the record, oldest first."""
        story = await service.story(member_id, communities=caller.communities)
        return answer(StoryView.of(story))

    return router
