"""What the events of a request say by themselves, written out apart from its table."""

from collections.abc import Callable

from services.requests.domain.request import RequestState
from shared.events import Event

S = RequestState
LEADS: dict[str, Callable[[RequestState], RequestState]] = {
    "submitted": lambda _: S.SUBMITTED,
    "accepted": lambda _: S.ACCEPTED,
    "rejected": lambda _: S.REJECTED,
    "assigned": lambda s: S.ASSIGNED if s is S.ACCEPTED else s,
    "returned": lambda _: S.ACCEPTED,
    "started": lambda s: S.IN_PROGRESS if s in (S.ASSIGNED, S.REOPENED) else s,
    "held": lambda _: S.ON_HOLD,
    "resumed": lambda _: S.IN_PROGRESS,
    "resolved": lambda _: S.RESOLVED,
    "reopened": lambda _: S.REOPENED,
    "closed": lambda _: S.CLOSED,
    "merged": lambda _: S.MERGED,
    "referred": lambda _: S.REFERRED,
    "withdrawn": lambda _: S.WITHDRAWN,
}


def told_state(events: list[Event]) -> RequestState:
    """The state that the story alone tells."""
    state = S.SUBMITTED
    for event in events:
        name = event.type.split(".")[2]
        if name == "corrected" and event.model_dump()["fields"] == ("state",):
            state = S.ACCEPTED
        if name in LEADS:
            state = LEADS[name](state)
    return state
