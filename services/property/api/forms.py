"""What the routes of this service share: prefix, callers' eyes, sorts of fields, stories."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends
from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from services.property.service.viewer import Viewer
from shared.auth import Caller
from shared.web import Body, PageQuery, paging, seen

PREFIX = "/api/property/v1"

Lookup = Callable[[str], Awaitable[dict[str, Any] | None]]
"""Finds the answer kept for an ``Idempotency-Key``: ``Documents.answered``."""

Version = Annotated[int | None, Depends(seen)]
Paging = Annotated[PageQuery, Depends(paging)]

Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Ref = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
"""An id, ours or another system's."""
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Severity = Annotated[int, Field(strict=True, ge=1, le=4)]
"""From 1, danger to life, to 4, least."""


def _written_out(value: object) -> object:
    """A bare number would pass for a time and has no zone; ``webhooks.md`` 11 asks for one."""
    if isinstance(value, str) and value[4:5] == "-":
        return value
    raise PydanticCustomError("timezone_aware", "a time is written out, with its zone")


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
"""RFC 3339, with its zone."""


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
