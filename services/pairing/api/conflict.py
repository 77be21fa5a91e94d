"""Conflicts over HTTP: officers say which two people must not be paired."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.pairing.api.forms import PREFIX
from services.pairing.domain.conflict import ConflictState, PersonConflict
from services.pairing.service.conflict import ConflictService
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Ref, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Managing = Annotated[Caller, Depends(needs("pairing:conflict:manage"))]
Looking = Annotated[Caller, Depends(needs("pairing:conflict:read"))]


class ConflictBody(Body):
    """Which two; ``community``: where, for who has several."""

    person_ids: Annotated[tuple[Ref, ...], Field(min_length=2, max_length=2)]
    community: Ref | None = None


class ConflictView(View):
    """Two people who must not be paired, or must not any more."""

    id: str
    community: str
    version: int
    state: ConflictState
    person_ids: list[str]
    by: str
    at: datetime

    @classmethod
    def of(cls, conflict: PersonConflict) -> "ConflictView":
        """The view of a conflict."""
        return cls.model_validate(conflict, from_attributes=True)


def router(service: ConflictService, answered: Lookup) -> APIRouter:
    """The routes of conflicts."""
    router = APIRouter(prefix=f"{PREFIX}/conflicts", tags=["pairings"])
    _reading(router, service)
    registered = Depends(Once(answered, ConflictView.of, status=201))

    @router.post("", status_code=201, response_model=ConflictView, dependencies=[registered])
    async def register_conflict(body: ConflictBody, caller: Managing) -> Response:
        """Keep two people apart: where they are paired, they are parted."""
        conflict = await service.register(
            body.person_ids, community=caller.one_community(body.community), by=caller.id
        )
        location = f"{PREFIX}/conflicts/{conflict.id}"
        return answer(ConflictView.of(conflict), conflict.version, 201, location)

    @router.post(
        "/{conflict_id}/lifting",
        response_model=ConflictView,
        dependencies=[Depends(Once(answered, ConflictView.of))],
    )
    async def lift_conflict(conflict_id: PathId, caller: Managing, version: Version) -> Response:
        """Let the two be paired again."""
        conflict = await service.lift(
            conflict_id, communities=caller.communities, by=caller.id, seen=version
        )
        return answer(ConflictView.of(conflict), conflict.version)

    return router


def _reading(router: APIRouter, service: ConflictService) -> None:
    @router.get("", response_model=PageView[ConflictView])
    async def list_conflicts(
        caller: Looking,
        page: Paging,
        state: ConflictState | None = None,
        person_id: QueryId = None,
    ) -> Response:
        """Conflicts of the caller's communities, newest first."""
        found = await service.page(
            communities=caller.communities,
            state=state,
            person_id=person_id,
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([ConflictView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{conflict_id}", response_model=ConflictView)
    async def read_conflict(conflict_id: PathId, caller: Looking) -> Response:
        """One conflict."""
        conflict = await service.get(conflict_id, communities=caller.communities)
        return answer(ConflictView.of(conflict), conflict.version)

    @router.get("/{conflict_id}/story", response_model=StoryView)
    async def read_conflict_story(conflict_id: PathId, caller: Looking) -> Response:
        """Everything that happened to it, oldest first."""
        story = await service.story(conflict_id, communities=caller.communities)
        return answer(StoryView.of(story))
