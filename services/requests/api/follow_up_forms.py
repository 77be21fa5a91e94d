"""What is sent and shown about following up."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.requests.domain.follow_up import (
    SATISFACTION_MAX,
    SATISFACTION_MIN,
    Answer,
    Method,
)
from services.requests.service.follow_up import Call
from shared.web import Body, View
from shared.web.forms import Note


class CallBody(Body):
    """A call or a visit: was the requester reached, and what was said; ``satisfaction`` from 1 to
    5 (best)."""

    method: Literal[Method.PHONE, Method.VISIT]
    contacted: bool
    resolved: Answer | None = None
    satisfaction: Annotated[int, Field(ge=SATISFACTION_MIN, le=SATISFACTION_MAX)] | None = None
    text: Note | None = None

    def call(self) -> Call:
        """The same in the use case's words."""
        return Call(self.method, self.contacted, self.resolved, self.satisfaction, self.text)


class LinkView(View):
    """Where the requester answers, and until when; ``url`` is the whole address, null where this
    service was not told its own (``REQUESTS_PUBLIC_URL``)."""

    path: str
    url: str | None
    expires_at: datetime | None
