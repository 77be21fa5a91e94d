"""Requests in every state, made by the domain's own functions."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from services.requests.domain.assignment import Refusal, Unit
from services.requests.domain.follow_up import Answer, FollowUp
from services.requests.domain.request import (
    Action,
    Decided,
    RequestState,
    ServiceRequest,
    accept,
    assign,
    close,
    reject,
    reopen,
    resolve,
    return_,
    start,
    withdraw,
)
from services.requests.domain.submission import Submission, submit

NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
REQUEST_ID = "req_01JTCZ4Y6B8Q2M5N7P9R3S4T5V"
HELPER, STAFF, RESIDENT = "mem_helper", "per_staff", "per_resident"

ACT: dict[Action, Callable[[ServiceRequest], Decided]] = {
    Action.ACCEPT: lambda r: accept(r, at=NOW),
    Action.ASSIGN: lambda r: assign(r, unit=Unit.STAFF, at=NOW),
    Action.START: lambda r: start(r, handler_id=STAFF),
    Action.RETURN: lambda r: return_(r, refusal=Refusal("wrong_unit", None, Unit.PROPERTY)),
    Action.RESOLVE: lambda r: resolve(r, at=NOW, handler_id=STAFF),
    Action.REOPEN: reopen,
    Action.CLOSE: lambda r: close(r, at=LATER),
    Action.REJECT: lambda r: reject(r, refusal=Refusal("outside_remit", "12345")),
    Action.WITHDRAW: withdraw,
}
PATHS: dict[RequestState, tuple[Action, ...]] = {
    RequestState.SUBMITTED: (),
    RequestState.ACCEPTED: (Action.ACCEPT,),
    RequestState.ASSIGNED: (Action.ACCEPT, Action.ASSIGN),
    RequestState.IN_PROGRESS: (Action.ACCEPT, Action.ASSIGN, Action.START),
    RequestState.RESOLVED: (Action.ACCEPT, Action.ASSIGN, Action.START, Action.RESOLVE),
    RequestState.REOPENED: (
        Action.ACCEPT,
        Action.ASSIGN,
        Action.START,
        Action.RESOLVE,
        Action.REOPEN,
    ),
    RequestState.CLOSED: (
        Action.ACCEPT,
        Action.ASSIGN,
        Action.START,
        Action.RESOLVE,
        Action.CLOSE,
    ),
    RequestState.REJECTED: (Action.REJECT,),
    RequestState.WITHDRAWN: (Action.WITHDRAW,),
}


def submission(service_code: str = "noise", **changes: object) -> Submission:
    """What a resident might ask for."""
    facts: dict[str, object] = {
        "service_code": service_code,
        "requester_id": RESIDENT,
        "estate_id": "est_1",
        "dwelling_id": "dwl_1",
        "description": "晚上十点以后楼上装修。",
        **changes,
    }
    return Submission(**facts)  # type: ignore[arg-type]


def submitted(service_code: str = "noise", **changes: object) -> ServiceRequest:
    """A request as it is after submission: a care request is assigned already."""
    asked = submission(service_code, **changes)
    return submit(asked, request_id=REQUEST_ID, community="hongmiao", at=NOW)[0]


def in_state(state: RequestState) -> ServiceRequest:
    """A request that came to this state by the table."""
    request = submitted()
    for action in PATHS[state]:
        request, _ = ACT[action](request)
    return request


def said(resolved: Answer, satisfaction: int | None = None) -> FollowUp:
    """A requester's answer."""
    return FollowUp(resolved=resolved, by=RESIDENT, at=NOW, satisfaction=satisfaction)
