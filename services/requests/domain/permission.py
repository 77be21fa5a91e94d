"""Who may do what to a request: one table of actions, scopes and who must be asking.

A scope opens the door (``shared/auth/roles.py`` says which roles have it); who of those behind it
may do it to this very request is said here. Whoever may not even read it is told that there is
none, before any of this.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.requests.domain.reader import Reader
from services.requests.domain.request import Action, ServiceRequest
from shared.errors import NotAllowed


class Who(StrEnum):
    """What somebody is to a request."""

    HANDLER = "handler"
    """Of those who handle the community's requests."""
    REQUESTER = "requester"
    OTHERS = "others"
    """Who may read it, and did not ask for it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The scope of an action, and for whom it is."""

    scope: str
    whom: frozenset[Who]


def _for(verb: str, *whom: Who) -> Rule:
    return Rule(f"requests:{verb}", frozenset(whom))


_HANDLING = _for("request:handle", Who.HANDLER)
_CORRECTING = _for("request:correct", Who.HANDLER)

RULES: Mapping[Action, Rule] = {
    Action.ACCEPT: _HANDLING,
    Action.REJECT: _HANDLING,
    Action.ASSIGN: _HANDLING,
    Action.HAND_OVER: _HANDLING,
    Action.START: _HANDLING,
    Action.TAKE_OVER: _HANDLING,
    Action.RETURN: _HANDLING,
    Action.ASSIST: _HANDLING,
    Action.CONTACT: _HANDLING,
    Action.HOLD: _HANDLING,
    Action.RESUME: _HANDLING,
    Action.RESOLVE: _HANDLING,
    Action.REFER: _HANDLING,
    Action.MERGE: _HANDLING,
    Action.ABSORB: _HANDLING,
    # By a follow-up, or when the time for one is over.
    Action.CLOSE: _HANDLING,
    Action.REOPEN: _for("request:rate", Who.REQUESTER),
    # The branch and staff ask afterwards; not who handled it (``closure.call_back``).
    Action.CALL_BACK: _for("follow_up:record", Who.HANDLER, Who.OTHERS),
    Action.UPDATE: _for("request:update", Who.HANDLER, Who.REQUESTER),
    Action.WITHDRAW: _for("request:withdraw", Who.REQUESTER),
    Action.SUPPORT: _for("request:support", Who.OTHERS),
    Action.REINSTATE: _CORRECTING,
    Action.CORRECT: _CORRECTING,
}


def standing(reader: Reader, request: ServiceRequest) -> set[Who]:
    """What the reader is to the request; one may be several things."""
    asked = request.requester_id == reader.id
    whom = {Who.REQUESTER if asked else Who.OTHERS}
    return whom | {Who.HANDLER} if reader.handles else whom


def must(reader: Reader, action: Action, request: ServiceRequest) -> None:
    """Passes if the action is for this reader; ``NotAllowed`` says for whom it is."""
    if RULES[action].whom & standing(reader, request):
        return
    if RULES[action].whom == {Who.REQUESTER}:
        raise NotAllowed("request.not_yours")
    raise NotAllowed("request.not_for_you", action=f"request.{action.value}")
