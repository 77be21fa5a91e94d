"""Branches over HTTP: staff register them, whoever has to do with members reads them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints

from services.pairing.api.forms import PREFIX, Named
from services.pairing.domain.branch import SECRETARIES_MAX, Branch, Naming
from services.pairing.service.branch import BranchService
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, Ref, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Writing = Annotated[Caller, Depends(needs("pairing:branch:write"))]
Reading = Annotated[Caller, Depends(needs("pairing:branch:read"))]
BranchId = Annotated[str, StringConstraints(pattern=r"^brn_[A-Za-z0-9_.:-]{1,60}$")]


class BranchNamingBody(Body):
    """All of a branch but its id and community."""

    name_zh: Named
    name_en: Named
    secretary_person_ids: Annotated[tuple[Ref, ...], Field(max_length=SECRETARIES_MAX)] = ()

    def naming(self) -> Naming:
        """The same in the domain's words."""
        return Naming(self.name_zh, self.name_en, self.secretary_person_ids)


class BranchBody(BranchNamingBody):
    """A branch; ``id`` if the identity provider's tokens name it already, ``community`` only for
    callers of several."""

    id: BranchId | None = None
    community: Ref | None = None


class BranchView(View):
    """A branch."""

    id: str
    community: str
    version: int
    name_zh: str
    name_en: str
    secretary_person_ids: list[str]

    @classmethod
    def of(cls, branch: Branch) -> "BranchView":
        """The view of a branch."""
        return cls.model_validate(branch, from_attributes=True)


def router(service: BranchService, answered: Lookup) -> APIRouter:
    """The routes of branches."""
    router = APIRouter(prefix=f"{PREFIX}/branches", tags=["branches"])
    made = [Depends(Once(answered, BranchView.of, status=201))]
    changed = [Depends(Once(answered, BranchView.of))]

    @router.post("", status_code=201, response_model=BranchView, dependencies=made)
    async def register_branch(body: BranchBody, caller: Writing) -> Response:
        """Register a branch."""
        community = caller.one_community(body.community)
        branch = await service.register(community=community, naming=body.naming(), id=body.id)
        location = f"{PREFIX}/branches/{branch.id}"
        return answer(BranchView.of(branch), branch.version, 201, location)

    @router.put("/{branch_id}", response_model=BranchView, dependencies=changed)
    async def change_branch(
        branch_id: PathId, body: BranchNamingBody, caller: Writing, version: Version
    ) -> Response:
        """Say the whole of it anew."""
        bounds = caller.communities
        branch = await service.change(branch_id, body.naming(), communities=bounds, seen=version)
        return answer(BranchView.of(branch), branch.version)

    @router.get("", response_model=PageView[BranchView])
    async def list_branches(caller: Reading, page: Paging) -> Response:
        """The branches of the caller's communities, newest first."""
        found = await service.page(
            communities=caller.communities, cursor=page.cursor, limit=page.limit
        )
        return listing([BranchView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{branch_id}", response_model=BranchView)
    async def read_branch(branch_id: PathId, caller: Reading) -> Response:
        """One branch."""
        branch = await service.get(branch_id, communities=caller.communities)
        return answer(BranchView.of(branch), branch.version)

    @router.get("/{branch_id}/story", response_model=StoryView)
    async def read_branch_story(branch_id: PathId, caller: Reading) -> Response:
        """Everything that happened to it, oldest first."""
        story = await service.story(branch_id, communities=caller.communities)
        return answer(StoryView.of(story))

    return router
