"""Posts over HTTP: what they are for, who holds them for how long."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints

from services.pairing.api.forms import PREFIX, Named, onlooker_of_records
from services.pairing.domain.post import CATEGORIES_MAX, Post, PostState, Remit
from services.pairing.service.post import PostService, Term
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import Moment, PageView, Paging, PathId, Ref, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

CODE_LENGTH_MAX, DUTIES_LENGTH_MAX = 40, 1000
Writing = Annotated[Caller, Depends(needs("pairing:post:write"))]
Appointing = Annotated[Caller, Depends(needs("pairing:post:appoint"))]
Reading = Annotated[Caller, Depends(needs("pairing:post:read"))]
PostCode = Annotated[str, StringConstraints(pattern=rf"^[A-Za-z0-9_.-]{{1,{CODE_LENGTH_MAX}}}$")]
Duties = Annotated[str, StringConstraints(max_length=DUTIES_LENGTH_MAX)]


class PostRemitBody(Body):
    """All of a post but its code, community and holders."""

    name_zh: Named
    name_en: Named
    duties_zh: Duties = ""
    duties_en: Duties = ""
    request_categories: Annotated[tuple[Ref, ...], Field(max_length=CATEGORIES_MAX)] = ()

    def remit(self) -> Remit:
        """The same in the domain's words."""
        return Remit(
            self.name_zh, self.name_en, self.duties_zh, self.duties_en, self.request_categories
        )


class PostBody(PostRemitBody):
    """A post; ``community`` only for callers of several."""

    code: PostCode
    community: Ref | None = None


class AppointmentBody(Body):
    """Who is to hold the post, from when (nothing: from now) until when (nothing: until
    released)."""

    member_id: Ref
    since: Moment | None = None
    until: Moment | None = None


class ReleaseBody(Body):
    """Who is to hold the post no more."""

    member_id: Ref


class HolderView(View):
    """Who holds a post."""

    member_id: str
    since: datetime
    until: datetime | None


class PostView(View):
    """A post."""

    id: str
    community: str
    version: int
    state: PostState
    code: str
    name_zh: str
    name_en: str
    duties_zh: str
    duties_en: str
    request_categories: list[str]
    holders: list[HolderView]

    @classmethod
    def of(cls, post: Post) -> "PostView":
        """The view of a post."""
        return cls.model_validate(post, from_attributes=True)


def router(service: PostService, answered: Lookup) -> APIRouter:
    """The routes of posts."""
    router = APIRouter(prefix=f"{PREFIX}/posts", tags=["posts"])
    _writing(router, service, answered)
    _appointing(router, service, answered)
    _reading(router, service)
    return router


def _writing(router: APIRouter, service: PostService, answered: Lookup) -> None:
    made = [Depends(Once(answered, PostView.of, status=201))]
    changed = [Depends(Once(answered, PostView.of))]

    @router.post("", status_code=201, response_model=PostView, dependencies=made)
    async def register_post(body: PostBody, caller: Writing) -> Response:
        """Make a post, which nobody holds as yet."""
        community = caller.one_community(body.community)
        post = await service.register(community=community, code=body.code, remit=body.remit())
        return answer(PostView.of(post), post.version, 201, f"{PREFIX}/posts/{post.id}")

    @router.put("/{post_id}", response_model=PostView, dependencies=changed)
    async def change_post(
        post_id: PathId, body: PostRemitBody, caller: Writing, version: Version
    ) -> Response:
        """Say its names, duties and requests anew, the whole of it."""
        bounds = caller.communities
        return _shown(await service.change(post_id, body.remit(), communities=bounds, seen=version))

    @router.post("/{post_id}/closure", response_model=PostView, dependencies=changed)
    async def close_post(post_id: PathId, caller: Writing, version: Version) -> Response:
        """Do away with it: whoever holds it is released, and its code is free."""
        bounds = caller.communities
        return _shown(await service.close(post_id, communities=bounds, seen=version))


def _appointing(router: APIRouter, service: PostService, answered: Lookup) -> None:
    changed = [Depends(Once(answered, PostView.of))]

    @router.post("/{post_id}/appointment", response_model=PostView, dependencies=changed)
    async def appoint_holder(
        post_id: PathId, body: AppointmentBody, caller: Appointing, version: Version
    ) -> Response:
        """Give it to a member, beside those who hold it; a branch, to its own members."""
        term, onlooker = Term(body.since, body.until), onlooker_of_records(caller)
        return _shown(await service.appoint(post_id, onlooker, body.member_id, term, seen=version))

    @router.post("/{post_id}/release", response_model=PostView, dependencies=changed)
    async def release_holder(
        post_id: PathId, body: ReleaseBody, caller: Appointing, version: Version
    ) -> Response:
        """Take it from a member; a branch, from its own members."""
        onlooker = onlooker_of_records(caller)
        return _shown(await service.release(post_id, onlooker, body.member_id, seen=version))


def _reading(router: APIRouter, service: PostService) -> None:
    @router.get("", response_model=PageView[PostView])
    async def list_posts(caller: Reading, page: Paging, state: PostState | None = None) -> Response:
        """The posts of the caller's communities, newest first."""
        found = await service.page(
            communities=caller.communities, state=state, cursor=page.cursor, limit=page.limit
        )
        return listing([PostView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{post_id}", response_model=PostView)
    async def read_post(post_id: PathId, caller: Reading) -> Response:
        """One post."""
        return _shown(await service.get(post_id, communities=caller.communities))

    @router.get("/{post_id}/story", response_model=StoryView)
    async def read_post_story(post_id: PathId, caller: Reading) -> Response:
        """Everything that happened to it, oldest first."""
        story = await service.story(post_id, communities=caller.communities)
        return answer(StoryView.of(story))


def _shown(post: Post) -> Response:
    return answer(PostView.of(post), post.version)
