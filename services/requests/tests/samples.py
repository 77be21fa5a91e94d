"""Requests in every state, made by the domain's own functions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.requests.domain.assignment import Hold, HoldReason, Referral, Refusal, Unit
from services.requests.domain.closure import call_back, close, reopen, withdraw
from services.requests.domain.correction import Fields, correct, reinstate
from services.requests.domain.estate import Estate
from services.requests.domain.follow_up import Answer, FollowUp, Method
from services.requests.domain.handling import (
    accept,
    assign,
    assist,
    contact,
    hand_over,
    hold,
    refer,
    reject,
    resolve,
    resume,
    return_,
    start,
    take_over,
)
from services.requests.domain.joining import absorb, add_update, merge, support
from services.requests.domain.progress import Audience, Correction, Update
from services.requests.domain.request import Action, Decided, RequestState, ServiceRequest
from services.requests.domain.service_type_seed import SERVICE_TYPES
from services.requests.domain.submission import Submission, submit

NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
REQUEST_ID = "req_01JTCZ4Y6B8Q2M5N7P9R3S4T5V"
ESTATE = Estate(
    "est_1",
    "hongmiao",
    1,
    frozenset({"dwl_1", "dwl_2"}),
    {"dwl_1": "bld_1", "dwl_2": "bld_1"},
)
HELPER, STAFF, RESIDENT = "mem_helper", "per_staff", "per_resident"

ACT: dict[Action, Callable[[ServiceRequest], Decided]] = {
    Action.ACCEPT: lambda r: accept(r, at=NOW),
    Action.ASSIGN: lambda r: assign(r, unit=Unit.STAFF, at=NOW),
    Action.START: lambda r: start(r, handler_id=STAFF, at=NOW),
    Action.RETURN: lambda r: return_(r, refusal=Refusal("wrong_unit", None, Unit.PROPERTY)),
    Action.RESOLVE: lambda r: resolve(r, at=NOW, handler_id=STAFF),
    Action.REOPEN: lambda r: reopen(r, at=NOW),
    Action.CLOSE: lambda r: close(r, at=LATER),
    Action.REJECT: lambda r: reject(r, refusal=Refusal("outside_remit", "12345"), at=NOW),
    Action.WITHDRAW: lambda r: withdraw(r, at=NOW),
    Action.HOLD: lambda r: hold(r, hold=Hold(HoldReason.PARTS, NOW, LATER)),
    Action.RESUME: lambda r: resume(r, at=LATER),
    Action.MERGE: lambda r: merge(r, into=replace(submitted(), id="req_other"), at=NOW),
    Action.REFER: lambda r: refer(r, referral=Referral("12345", "T-1"), at=NOW),
    Action.HAND_OVER: lambda r: hand_over(r, unit=Unit.PROPERTY, at=NOW),
    Action.TAKE_OVER: lambda r: take_over(r, handler_id=HELPER, at=NOW),
    Action.ASSIST: lambda r: assist(r, unit=Unit.TEAM),
    Action.CONTACT: lambda r: contact(r, by=STAFF, at=NOW),
    Action.CALL_BACK: lambda r: call_back(r, said=unanswered("per_caller")),
    Action.UPDATE: lambda r: add_update(
        r, update=Update("upd_1", Audience.PUBLIC, "材料已到。", STAFF, NOW)
    ),
    Action.SUPPORT: lambda r: support(r, person_id="per_neighbour"),
    Action.ABSORB: lambda r: absorb(r, duplicate=replace(submitted(), id="req_other")),
    Action.CORRECT: lambda r: correct(
        r,
        correction=Correction("entered_wrongly", (), STAFF, NOW),
        fields=Fields("楼上晚上装修。"),
        building_id=None,
    ),
    Action.REINSTATE: lambda r: reinstate(
        r, correction=Correction("ended_by_mistake", ("state",), STAFF, NOW), at=NOW
    ),
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
    RequestState.ON_HOLD: (Action.ACCEPT, Action.ASSIGN, Action.START, Action.HOLD),
    RequestState.MERGED: (Action.ACCEPT, Action.MERGE),
    RequestState.REFERRED: (Action.ACCEPT, Action.REFER),
}


def needed(service_code: str) -> dict[str, tuple[str, ...]]:
    """Answers to what a service type insists on."""
    kind = SERVICE_TYPES.get(service_code)
    return {
        each.code: (each.values[0].key if each.values else NOW.isoformat(),)
        for each in (kind.attributes if kind else ())
        if each.required
    }


def submission(service_code: str = "noise", **changes: object) -> Submission:
    """What a resident might ask for."""
    facts: dict[str, object] = {
        "service_code": service_code,
        "requester_id": RESIDENT,
        "estate_id": "est_1",
        "dwelling_id": "dwl_1",
        "description": "晚上十点以后楼上装修。",
        "attributes": needed(service_code),
        **changes,
    }
    return Submission(**facts)  # type: ignore[arg-type]


def submitted(service_code: str = "noise", **changes: object) -> ServiceRequest:
    """A request as it is after submission: a care request is assigned already."""
    asked = submission(service_code, **changes)
    kind = SERVICE_TYPES[service_code]
    return submit(asked, kind=kind, request_id=REQUEST_ID, estate=ESTATE, at=NOW)[0]


def in_state(state: RequestState) -> ServiceRequest:
    """A request that came to this state by the table."""
    request = submitted()
    for action in PATHS[state]:
        request, _ = ACT[action](request)
    return request


def said(resolved: Answer, satisfaction: int | None = None) -> FollowUp:
    """A requester's answer."""
    return FollowUp(resolved=resolved, by=RESIDENT, at=NOW, satisfaction=satisfaction)


def unanswered(by: str) -> FollowUp:
    """Nobody took up the telephone."""
    return FollowUp(resolved=None, by=by, at=NOW, method=Method.PHONE, contacted=False)
