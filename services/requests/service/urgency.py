"""Lists by how pressing requests are: only those whose clock runs stand in them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.requests.domain.request import RUNNING, RequestState
from shared.store import NEWEST_FIRST, Order


class Sort(StrEnum):
    """In which order to list."""

    NEWEST = "newest"
    DUE = "due"
    """What is due first comes first."""
    RISK = "risk"
    """What was told to be late, or nearly so, comes first; among equals what is due first."""


ORDERS: Mapping[Sort, Order] = {
    Sort.NEWEST: NEWEST_FIRST,
    Sort.DUE: Order((("due_at", 1),), ids=1),
    Sort.RISK: Order((("stage", -1), ("due_at", 1)), ids=1),
}
RUNNING_STATES = sorted(state.value for state in RUNNING)
"""As the partial indexes of these lists have them."""


def pressing(state: RequestState | None, *, overdue_at: datetime | None) -> dict[str, Any]:
    """What is asked of stored fields: that the clock runs, and that it is overdue by a moment.

    With a state, of these the ones in that state: none in one whose clock stands.
    """
    states = [each for each in RUNNING_STATES if state in (None, each)]
    where: dict[str, Any] = {"state": {"$in": states}}
    if overdue_at is not None:
        where["due_at"] = {"$lt": overdue_at}
    return where
