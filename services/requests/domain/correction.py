"""What the administration sets right afterwards: each time logged, with its reason and by whom."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.requests.domain.deadline import PROMISES, paused, resumed
from services.requests.domain.progress import Correction
from services.requests.domain.request import Action, Decided, ServiceRequest, moved, told
from services.requests.domain.service_type import Visibility, narrower
from services.requests.domain.submission import must_describe
from shared.errors import Conflict, Invalid
from shared.events.requests import RequestCorrected

CORRECTIONS_MAX = 20


class CorrectionReason(StrEnum):
    """Why something is set right."""

    ENTERED_WRONGLY = "entered_wrongly"
    ENDED_BY_MISTAKE = "ended_by_mistake"
    ON_REQUEST = "on_request"
    """The requester, or a law, asks for it."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What it should have been; None: as it is."""

    description: str | None = None
    visibility: Visibility | None = None
    dwelling_id: str | None = None

    def given(self) -> dict[str, Any]:
        """Those that are to change."""
        return {f.name: v for f in fields(self) if (v := getattr(self, f.name)) is not None}


def correct(
    request: ServiceRequest, *, correction: Correction, fields: Fields, building_id: str | None
) -> Decided:
    """Set fields right, in whatever state it is; what was promised stays.

    ``building_id`` is that of the dwelling. ``Invalid`` if nothing is to change, for a description
    that is none, and for more to be shown than its requester chose.
    """
    changes = fields.given()
    if not changes:
        raise Invalid("correction.nothing")
    if fields.description is not None:
        must_describe(fields.description)
    if fields.visibility and not narrower(fields.visibility, request.visibility):
        raise Invalid("visibility.too_wide", pointer="/visibility")
    if fields.dwelling_id is not None:
        changes["building_id"] = building_id
    correction = replace(correction, fields=tuple(sorted(changes)))
    corrected = moved(_logged(request, correction), Action.CORRECT, **changes)
    return corrected, [_told(corrected, correction)]


def reinstate(request: ServiceRequest, *, correction: Correction, at: datetime) -> Decided:
    """Take an ended request up again: it waits for the dispatcher as one accepted.

    The time for which it counted as ended is no delay of its handlers'.
    """
    reinstated = moved(
        _logged(request, correction),
        Action.REINSTATE,
        promise=request.promise or PROMISES[request.sla_class],
        accepted_at=request.accepted_at or at,
        pauses=resumed(paused(request.pauses, at=request.closed_at or at), at=at),
        assignment=None,
        handler_id=None,
        care_task=None,
        work=None,
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
