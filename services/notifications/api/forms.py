"""What the routes of this service share: prefix and callers."""

from typing import Annotated

from fastapi import Depends

from services.notifications.domain.endpoint import Whose
from shared.auth import Caller
from shared.web import needs

PREFIX = "/api/notifications/v1"


def whose(caller: Caller) -> Whose | None:
    """For whose endpoints the caller answers: its company's, or the community's own; None: for
    all, as operations does.

    Somebody of a property company without a company named in the token answers for none: the empty
    name is nobody's. What signs a company's web hook is nothing for the committee, nor the reverse.
    """
    if caller.is_a("ops"):
        return None
    if caller.is_a("contractor"):
        return Whose(caller.company or "")
    return Whose(None)


Managing = Annotated[Caller, Depends(needs("notifications:endpoint:manage"))]
Reading = Annotated[Caller, Depends(needs("notifications:delivery:read"))]
