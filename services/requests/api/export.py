"""What is held about the caller, over HTTP: to read, and to keep."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.requests.api.export_forms import ExportView
from services.requests.api.request import PREFIX
from services.requests.service.export import ITEMS_MAX, ExportService
from shared.auth import Caller
from shared.web import needs
from shared.web.forms import CURSOR_LENGTH_MAX, JsonAnswer

Owner = Annotated[Caller, Depends(needs("requests:export:read"))]
FILE_NAME = b"linli-requests.json"


def router(service: ExportService) -> APIRouter:
    """The route of exports."""
    api = APIRouter(prefix=f"{PREFIX}/me", tags=["personal data"])

    @api.get("/export", response_model=ExportView)
    async def export(
        caller: Owner,
        cursor: Annotated[str | None, Query(max_length=CURSOR_LENGTH_MAX)] = None,
        limit: Annotated[int, Query(ge=1, le=ITEMS_MAX)] = ITEMS_MAX,
        download: bool = False,
    ) -> Response:
        """All that the requests service holds about the caller, in the caller's communities.

        In one answer for nearly everybody; while there is a ``next_cursor``, there is more. With
        ``download`` a browser saves it as a file. That it was read is put on record.
        """
        found = await service.export(caller.id, caller.communities, cursor=cursor, limit=limit)
        headers = [(b"cache-control", b"no-store")]
        if download:
            headers.append((b"content-disposition", b'attachment; filename="' + FILE_NAME + b'"'))
        return JsonAnswer(ExportView.of(found).model_dump_json().encode(), 200, headers)

    return api
