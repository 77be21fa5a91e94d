"""What the routes of this service share: prefix, sorts of fields, stories."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends
from pydantic import StringConstraints

from shared.auth import Caller
from shared.web import PageQuery, needs, paging, seen

PREFIX = "/api/notifications/v1"

Lookup = Callable[[str], Awaitable[dict[str, Any] | None]]
"""Finds the answer kept for an ``Idempotency-Key``: ``Documents.answered``."""

Managing = Annotated[Caller, Depends(needs("notifications:endpoint:manage"))]
Reading = Annotated[Caller, Depends(needs("notifications:delivery:read"))]
Version = Annotated[int | None, Depends(seen)]
Paging = Annotated[PageQuery, Depends(paging)]
Ref = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
