"""API keys over HTTP: operations hands them out and takes them back."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints

from shared.auth import Caller
from shared.keys.grants import Grant, KeyRecord
from shared.keys.issuing import ApiKeyService, Issuer
from shared.web import Body, View, answer, listing, needs, no_content
from shared.web.forms import Moment, PageView, Paging, PathId, Ref


class ApiKeyBody(Body):
    """What the key may do, where, from where and until when (not told: two years, the most)."""

    company: Ref
    scopes: list[Annotated[str, StringConstraints(max_length=64)]] = Field(
        min_length=1, max_length=20
    )
    communities: list[Ref] = Field(min_length=1, max_length=50)
    estates: list[Ref] | None = Field(default=None, min_length=1, max_length=50)
    """The estates that it is bound to; all of its communities, if not told."""
    cidrs: list[Annotated[str, StringConstraints(max_length=50)]] = Field(default=[], max_length=20)
    """The networks that it may call from; any, if none is told."""
    expires_at: Moment | None = None

    def grant(self) -> Grant:
        """In the words of the domain."""
        return Grant(
            company=self.company,
            scopes=tuple(self.scopes),
            communities=tuple(self.communities),
            estates=None if self.estates is None else tuple(self.estates),
            cidrs=tuple(self.cidrs),
            expires_at=self.expires_at,
        )


class ApiKeyView(View):
    """A key as operations sees it, never its secret; ``last_used_at`` is right to a minute."""

    id: str
    public_id: str
    company: str
    scopes: list[str]
    communities: list[str]
    estates: list[str] | None
    cidrs: list[str]
    expires_at: datetime | None
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: KeyRecord) -> "ApiKeyView":
        """As the caller sees it."""
        grant = key.grant
        return cls(
            id=key.id,
            public_id=key.public_id,
            company=grant.company,
            scopes=list(grant.scopes),
            communities=list(grant.communities),
            estates=None if grant.estates is None else list(grant.estates),
            cidrs=list(grant.cidrs),
            expires_at=grant.expires_at,
            created_at=key.created_at,
            revoked_at=key.revoked_at,
            last_used_at=key.last_used_at,
        )


class FreshKeyView(ApiKeyView):
    """A key just made, with what its owner sends; nobody can show it again."""

    key: str


def router(service: ApiKeyService, name: str) -> APIRouter:
    """The routes of API keys of the service with this name."""
    prefix = f"/api/{name}/v1"
    router = APIRouter(prefix=prefix, tags=["API keys"])
    Managing = Annotated[Caller, Depends(needs(f"{name}:api_key:manage"))]  # noqa: N806

    @router.post("/api-keys", status_code=201, response_model=FreshKeyView)
    async def issue_api_key(body: ApiKeyBody, caller: Managing) -> Response:
        """A new key. No ``Idempotency-Key``: to give the answer again we would keep the secret."""
        key, text = await service.issue(_issuer(caller), body.grant())
        view = FreshKeyView(**ApiKeyView.of(key).model_dump(), key=text)
        return answer(view, status=201, location=f"{prefix}/api-keys/{key.public_id}")

    @router.get("/api-keys", response_model=PageView[ApiKeyView])
    async def list_api_keys(caller: Managing, page: Paging) -> Response:
        """The keys of the caller's communities, newest first, dead ones too."""
        found = await service.page(_issuer(caller), cursor=page.cursor, limit=page.limit)
        return listing([ApiKeyView.of(key) for key in found.items], found.next_cursor)

    @router.delete("/api-keys/{public_id}", status_code=204)
    async def revoke_api_key(public_id: PathId, caller: Managing) -> Response:
        """The key opens nothing any more, everywhere within seconds; twice is no fault."""
        await service.revoke(_issuer(caller), public_id)
        return no_content()

    return router


def _issuer(caller: Caller) -> Issuer:
    return Issuer(caller.id, caller.communities)
