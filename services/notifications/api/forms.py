"""What the routes of this service share: prefix and callers."""

from typing import Annotated

from fastapi import Depends

from shared.auth import Caller
from shared.web import needs

PREFIX = "/api/notifications/v1"

Managing = Annotated[Caller, Depends(needs("notifications:endpoint:manage"))]
Reading = Annotated[Caller, Depends(needs("notifications:delivery:read"))]
