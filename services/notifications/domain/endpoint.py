"""A web-hook endpoint: where a community's events are posted, which of them, and signed with what.

States and the 24 hours for which two secrets hold: webhooks.md, 2 and 6.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from services.notifications.domain.privacy import is_for
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.notifications import (
    EndpointDeleted,
    EndpointDisabled,
    EndpointPaused,
    EndpointRegistered,
    EndpointResumed,
    EndpointSecretRotated,
)
from shared.transitions import step

FILTERS_MAX = 50
FILTER_CHARACTERS_MAX = 100
DESCRIPTION_CHARACTERS_MAX = 200
SECRETS_LIVE_MAX = 3
ROTATION_HOURS = 24
ROTATION_HOURS_MAX = 7 * 24

_FILTER_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.")


class EndpointState(StrEnum):
    """Where an endpoint stands. Deleted ones stay, so that their log can be read."""

    ENABLED = "enabled"
    PAUSED = "paused"
    AUTO_DISABLED = "auto_disabled"
    DELETED = "deleted"


class EndpointAction(StrEnum):
    """What may be done to an endpoint."""

    PAUSE = "pause"
    RESUME = "resume"
    DISABLE = "disable"
    ROTATE = "rotate"
    TEST = "test"
    REDELIVER = "redeliver"
    DELETE = "delete"


def _row(state: EndpointState, **moves: EndpointState) -> Mapping[EndpointAction, EndpointState]:
    kept = dict.fromkeys(
        (EndpointAction.ROTATE, EndpointAction.TEST, EndpointAction.REDELIVER), state
    )
    moved = {EndpointAction(action): to for action, to in moves.items()}
    return kept | moved | {EndpointAction.DELETE: EndpointState.DELETED}


TRANSITIONS: Mapping[EndpointState, Mapping[EndpointAction, EndpointState]] = {
    EndpointState.ENABLED: _row(
        EndpointState.ENABLED, pause=EndpointState.PAUSED, disable=EndpointState.AUTO_DISABLED
    ),
    # What was on its way when it was paused may still find the receiver gone.
    EndpointState.PAUSED: _row(
        EndpointState.PAUSED, resume=EndpointState.ENABLED, disable=EndpointState.AUTO_DISABLED
    ),
    EndpointState.AUTO_DISABLED: _row(EndpointState.AUTO_DISABLED, resume=EndpointState.ENABLED),
    EndpointState.DELETED: {},
}


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A signing secret as it is kept: encrypted, headed by the id of the key that opens it."""

    id: str
    sealed: str
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events go. ``event_types``: exact types, or prefixes that end in a dot; none: all.

    ``company``: the property company whose it is, which is told of its own business alone; None for
    the community's own.
    """

    id: str
    community: str
    version: int
    state: EndpointState
    url: str
    description: str
    event_types: tuple[str, ...]
    ordered: bool
    secrets: tuple[SealedSecret, ...]
    state_reason: str | None = None
    company: str | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """Somebody who answers for the endpoints of this company, or for the community's own."""

    company: str | None

    def holds(self, company: str | None) -> bool:
        """Whether an endpoint or a delivery of this company's is theirs to see."""
        return self.company == company


Outcome = tuple[Endpoint, list[Event]]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody asks for: where to, what of, whether in order; ``url`` is checked."""

    url: str
    description: str = ""
    event_types: tuple[str, ...] = ()
    ordered: bool = False
    company: str | None = None


def register(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    wishes: Wishes,
    secret: SealedSecret,
) -> Outcome:
    """A new endpoint, enabled. Errors: ``Invalid`` if a filter or the description cannot be."""
    if len(wishes.description) > DESCRIPTION_CHARACTERS_MAX:
        raise Invalid("endpoint.description_too_long", pointer="/description")
    endpoint = Endpoint(
        id=id,
        community=community,
        version=0,
        state=EndpointState.ENABLED,
        url=wishes.url,
        description=wishes.description,
        event_types=_checked_filters(wishes.event_types),
        ordered=wishes.ordered,
        secrets=(secret,),
        company=wishes.company,
    )
    return endpoint, [EndpointRegistered(endpoint_id=id)]


def pause(endpoint: Endpoint) -> Outcome:
    """Hold what is due, until somebody resumes it."""
    return _move(endpoint, EndpointAction.PAUSE), [EndpointPaused(endpoint_id=endpoint.id)]


def resume(endpoint: Endpoint) -> Outcome:
    """Go on, with what was held first; from ``auto_disabled`` as well."""
    return _move(endpoint, EndpointAction.RESUME), [EndpointResumed(endpoint_id=endpoint.id)]


def disable(endpoint: Endpoint, *, reason: str) -> Outcome:
    """Stop without being asked; ``reason`` is a code, such as ``gone`` after a 410."""
    moved = replace(_move(endpoint, EndpointAction.DISABLE), state_reason=reason)
    return moved, [EndpointDisabled(endpoint_id=endpoint.id, reason=reason)]


def delete(endpoint: Endpoint) -> Outcome:
    """Stop for good; its secrets go, its log stays."""
    moved = replace(_move(endpoint, EndpointAction.DELETE), secrets=())
    return moved, [EndpointDeleted(endpoint_id=endpoint.id)]


def rotate(
    endpoint: Endpoint, *, secret: SealedSecret, at: datetime, overlap_hours: int = ROTATION_HOURS
) -> Outcome:
    """Sign with a new secret too; those before it end ``overlap_hours`` from now (0: at once).

    Errors: ``Invalid`` for hours out of bounds; ``Conflict`` if too many are live.
    """
    moved = _move(endpoint, EndpointAction.ROTATE)
    if not 0 <= overlap_hours <= ROTATION_HOURS_MAX:
        raise Invalid("endpoint.overlap_bounds", pointer="/overlap_hours", most=ROTATION_HOURS_MAX)
    until = at + timedelta(hours=overlap_hours)
    before = tuple(
        replace(each, expires_at=min(until, each.expires_at or until))
        for each in endpoint.secrets
        if _is_live(each, at)
    )
    kept = tuple(each for each in before if _is_live(each, at))
    if len(kept) >= SECRETS_LIVE_MAX:
        raise Conflict("endpoint.secrets_too_many", most=SECRETS_LIVE_MAX)
    event = EndpointSecretRotated(endpoint_id=endpoint.id, secret_id=secret.id)
    return replace(moved, secrets=(secret, *kept)), [event]


def live_secrets(endpoint: Endpoint, *, at: datetime) -> tuple[SealedSecret, ...]:
    """Those to sign with at this moment, newest first."""
    return tuple(each for each in endpoint.secrets if _is_live(each, at))


def wants(endpoint: Endpoint, event_type: str, data: Mapping[str, Any]) -> bool:
    """Whether this event is for this endpoint; held or not is another matter."""
    if endpoint.state is EndpointState.DELETED or not is_for(endpoint.company, event_type, data):
        return False
    return not endpoint.event_types or any(
        event_type.startswith(each) if each.endswith(".") else event_type == each
        for each in endpoint.event_types
    )


def receives(endpoint: Endpoint) -> bool:
    """Whether anything is posted to it now."""
    return endpoint.state is EndpointState.ENABLED


def check(endpoint: Endpoint, action: EndpointAction) -> None:
    """``WrongState`` if this may not be done to it now."""
    _move(endpoint, action)


def _move(endpoint: Endpoint, action: EndpointAction) -> Endpoint:
    state = step(TRANSITIONS, endpoint.state, action, noun="endpoint")
    reason = endpoint.state_reason if state is endpoint.state else None
    return replace(endpoint, state=state, state_reason=reason)


def _is_live(secret: SealedSecret, at: datetime) -> bool:
    return secret.expires_at is None or secret.expires_at > at


def _checked_filters(filters: Iterable[str]) -> tuple[str, ...]:
    once = tuple(dict.fromkeys(filters))
    if len(once) > FILTERS_MAX:
        raise Invalid("endpoint.filters_too_many", pointer="/event_types", most=FILTERS_MAX)
    for place, each in enumerate(once):
        parts = each.removesuffix(".").split(".")
        readable = _FILTER_CHARACTERS.issuperset(each) and len(each) <= FILTER_CHARACTERS_MAX
        if not readable or not all(parts):
            raise Invalid("endpoint.filter_invalid", pointer=f"/event_types/{place}")
    return once
