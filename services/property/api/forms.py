"""What the routes of this service share: prefix, callers' eyes, sorts of fields."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.property.service.viewer import Viewer
from shared.auth import Caller
from shared.web import Body

PREFIX = "/api/property/v1"

Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Severity = Annotated[int, Field(strict=True, ge=1, le=4)]
"""From 1, danger to life, to 4, least."""


class ReasonBody(Body):
    """Why."""

    reason: Reason


def viewer(caller: Caller) -> Viewer:
    """Whose eyes the caller has.

    Somebody of a property company without a company named in the token sees none's things: the
    empty name is nobody's.
    """
    company = caller.company
    if company is None and caller.is_a("contractor"):
        company = ""
    return Viewer(caller.communities, company, caller.estates)
