"""What the requests service tells of asking requesters afterwards, beside what they answered."""

from typing import ClassVar

from shared.events.requests import RequestEvent


class RequestCalledBack(RequestEvent):
    """Somebody wanted to ask the requester whether it is solved (回访) and got no answer.

    ``method`` is how; ``was_reached``: the requester was reached, and did not say.
    """

    type: ClassVar[str] = "requests.request.called_back.v1"

    by: str
    method: str
    was_reached: bool
