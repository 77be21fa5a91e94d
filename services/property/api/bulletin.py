"""Bulletins over HTTP: what is shut off, where and until when, and that it is over."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX, viewer
from services.property.domain.bulletin import Bulletin, BulletinKind
from services.property.domain.incident import IncidentKind, KindOfEvent
from services.property.service.bulletin import BulletinService
from shared.auth import Caller
from shared.web import View, answer, listing, needs
from shared.web.forms import Paging, PathId, QueryId, filter_of

Reading = Annotated[Caller, Depends(needs("property:bulletin:read"))]


class BulletinView(View):
    """A bulletin. It is for all of these buildings; with entrances, for these of them alone; with
    homes, for these behind the entrance alone. ``dwellings``: how many homes that is."""

    id: str
    community: str
    kind: BulletinKind
    incident_id: str
    number: str
    estate_id: str
    kind_of_event: KindOfEvent
    incident_kind: IncidentKind
    text: str | None
    building_ids: list[str]
    entrance_ids: list[str]
    dwelling_ids: list[str]
    dwellings: int
    work_start: datetime | None
    work_finish: datetime | None
    restored_at: datetime | None
    published_at: datetime

    @classmethod
    def of(cls, bulletin: Bulletin) -> "BulletinView":
        """As the caller sees it."""
        return cls.model_validate(bulletin, from_attributes=True)


async def _filters(
    estate_id: QueryId = None,
    incident_id: QueryId = None,
    kind: BulletinKind | None = None,
) -> dict[str, Any]:
    return filter_of(estate_id=estate_id, incident_id=incident_id, kind=kind)


def router(service: BulletinService) -> APIRouter:
    """The routes of bulletins."""
    router = APIRouter(prefix=PREFIX, tags=["bulletins"])

    @router.get("/bulletins")
    async def list_bulletins(
        caller: Reading, page: Paging, where: Annotated[dict[str, Any], Depends(_filters)]
    ) -> Response:
        """The bulletins of the community, newest first: like a notice at the door, anybody who
        lives there may read any of them."""
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([BulletinView.of(each) for each in found.items], found.next_cursor)

    @router.get("/bulletins/{bulletin_id}", response_model=BulletinView)
    async def read_bulletin(bulletin_id: PathId, caller: Reading) -> Response:
        """One bulletin."""
        bulletin = await service.get(viewer(caller), bulletin_id)
        return answer(BulletinView.of(bulletin), bulletin.version)

    return router
