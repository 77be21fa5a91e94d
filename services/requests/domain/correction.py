"""What the administration sets right afterwards: each time logged, with its reason and by whom."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.requests.domain.deadline import PROMISES, paused, resumed
from services.requests.domain.progress import Correction
from services.requests.domain.request import Action, Decided, ServiceRequest, moved, told
from shared.errors import Conflict
from shared.events.requests import RequestCorrected

CORRECTIONS_MAX = 20


class CorrectionReason(StrEnum):
    """Why something is set right."""

    ENTERED_WRONGLY = "entered_wrongly"
    ENDED_BY_MISTAKE = "ended_by_mistake"
    ON_REQUEST = "on_request"
    """The requester, or a law, asks for it."""


def correct(request: ServiceRequest, *, correction: Correction, **changes: Any) -> Decided:
    """Set fields right, in whatever state it is; what was promised stays."""
    corrected = replace(_logged(request, correction), **changes)
    return corrected, [_told(corrected, correction)]


def reinstate(request: ServiceRequest, *, correction: Correction, at: datetime) -> Decided:
    """Take an ended request up again: it waits for the dispatcher as one accepted."""
    reinstated = moved(
        _logged(request, correction),
        Action.REINSTATE,
        promise=request.promise or PROMISES[request.sla_class],
        accepted_at=request.accepted_at or at,
        pauses=resumed(paused(request.pauses, at=request.closed_at or at), at=at),
        assignment=None,
        handler_id=None,
        refusal=None,
        referral=None,
        duplicate_of=None,
        closed_at=None,
    )
    return reinstated, [_told(reinstated, correction)]


def _logged(request: ServiceRequest, correction: Correction) -> ServiceRequest:
    if len(request.corrections) >= CORRECTIONS_MAX:
        raise Conflict("request.corrections_full", limit=CORRECTIONS_MAX)
    return replace(request, corrections=(*request.corrections, correction))


def _told(request: ServiceRequest, correction: Correction) -> RequestCorrected:
    return told(
        RequestCorrected,
        request,
        fields=correction.fields,
        reason=correction.reason,
        by=correction.by,
    )
