"""What is shown of a request's clocks."""

from datetime import datetime

from services.requests.domain.deadline import Milestone, left, milestone_at
from services.requests.domain.request import ENDED, RUNNING, RequestState, ServiceRequest
from shared.web import View


class ClocksView(View):
    """How a request stands against what was promised (时限).

    ``stage``: what was told of it so far: ``on_time``, ``half`` of its time used, ``most`` (80 %),
    ``due``, and ``overdue`` once that was told again. ``left_seconds``: until it is due, of its own
    calendar (working hours if that is promised), below zero once it is late; null before it is
    accepted, and in the answer to a change, which is given again as it was. ``paused``: the clocks
    stand still; ``due_at`` is then as it was, and moves on when they go on.
    """

    stage: str
    paused: bool
    left_seconds: int | None
    accept_due_at: datetime | None
    acknowledge_due_at: datetime | None
    first_contact_due_at: datetime | None

    @classmethod
    def of(cls, request: ServiceRequest, at: datetime | None = None) -> "ClocksView | None":
        """The clocks, and what is left at a moment; None once it is over or nothing is promised."""
        if request.state in ENDED or request.promise is None:
            return None
        running = request.state in RUNNING
        remaining = None if at is None else left(request, at)
        return cls(
            stage=request.stage.name.lower(),
            paused=not running and request.state is not RequestState.SUBMITTED,
            left_seconds=None if remaining is None else int(remaining.total_seconds()),
            accept_due_at=milestone_at(request, Milestone.ACCEPTED),
            acknowledge_due_at=milestone_at(request, Milestone.ACKNOWLEDGED),
            first_contact_due_at=milestone_at(request, Milestone.FIRST_CONTACT),
        )
