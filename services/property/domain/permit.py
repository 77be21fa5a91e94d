"""Permits (通行停放许可): a vehicle may come in, for a time, and stand on a space if it has one.

A permit holds between two moments, whatever its state says a little later: who checks one asks
``holds``. Its plate is kept with it, sealed, so that a gate needs one look-up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Invalid
from shared.events import Event
from shared.events.property_parking import (
    PermitExpired,
    PermitExtended,
    PermitForgotten,
    PermitIssued,
    PermitRevoked,
)
from shared.transitions import step


class PermitKind(StrEnum):
    """Whose vehicle it is for (``domain.md`` section 1)."""

    RESIDENT = "resident"
    TEMPORARY = "temporary"
    EMERGENCY = "emergency"


LONGEST: Mapping[PermitKind, timedelta] = {
    PermitKind.RESIDENT: timedelta(days=366),
    PermitKind.TEMPORARY: timedelta(days=30),
    PermitKind.EMERGENCY: timedelta(days=3),
}
"""How long one of a kind may hold; ours, so that none is given once and for all."""
AHEAD_MAX = timedelta(days=90)
"""How far ahead one may begin; ours."""


class PermitState(StrEnum):
    """Where it stands."""

    ISSUED = "issued"
    EXPIRED = "expired"
    REVOKED = "revoked"


class PermitAction(StrEnum):
    """What moves it."""

    EXTEND = "extend"
    EXPIRE = "expire"
    REVOKE = "revoke"


_S, _A = PermitState, PermitAction
TRANSITIONS: Mapping[PermitState, Mapping[PermitAction, PermitState]] = {
    _S.ISSUED: {_A.EXTEND: _S.ISSUED, _A.EXPIRE: _S.EXPIRED, _A.REVOKE: _S.REVOKED},
    _S.EXPIRED: {},
    _S.REVOKED: {},
}


class PermitEnd(StrEnum):
    """Why one was taken back before its time."""

    REQUESTED = "requested"
    MISUSED = "misused"
    MISTAKEN = "mistaken"
    VEHICLE_GONE = "vehicle_gone"
    SPACE_CLOSED = "space_closed"


@dataclass(frozen=True, slots=True)
class Permit:
    """One permit; ``vehicle_id`` and ``dwelling_id`` of a resident's, ``held_space`` while live.

    ``alarm_at``: when it runs out, and once it has ended, when its plate is forgotten.
    """

    id: str
    community: str
    version: int
    state: PermitState
    kind: PermitKind
    estate_id: str
    vehicle_id: str | None
    dwelling_id: str | None
    plate: str | None
    plate_digest: str | None
    space_id: str | None
    held_space: str | None
    valid_from: datetime
    valid_to: datetime
    allotment_id: str | None = None
    end: PermitEnd | None = None
    alarm_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the vehicle may come in at this moment."""
        live = self.state is PermitState.ISSUED
        return live and self.valid_from <= at < self.valid_to


Outcome = tuple[Permit, list[Event]]


def issue(permit: Permit, *, at: datetime) -> Outcome:
    """A new one as it is given.

    ``Invalid`` if it ends before it begins or now, begins too far ahead, or is longer than its kind
    may hold.
    """
    if permit.valid_from > at + AHEAD_MAX:
        raise Invalid("permit.too_far_ahead", pointer="/valid_from", limit=AHEAD_MAX.days)
    _bounded(permit, permit.valid_to, at)
    event = PermitIssued(
        permit_id=permit.id,
        estate_id=permit.estate_id,
        kind=permit.kind.value,
        space_id=permit.space_id,
    )
    return replace(permit, held_space=permit.space_id, alarm_at=permit.valid_to), [event]


def extend(permit: Permit, *, valid_to: datetime, at: datetime) -> Outcome:
    """It holds until another, later moment; as long from now on as a new one may.

    ``WrongState``; ``Invalid`` unless it is later.
    """
    moved = _moved(permit, PermitAction.EXTEND)
    if valid_to <= permit.valid_to:
        raise Invalid("permit.not_later", pointer="/valid_to")
    _bounded(replace(moved, valid_from=max(permit.valid_from, at)), valid_to, at)
    after = replace(moved, valid_to=valid_to, alarm_at=valid_to)
    return after, [PermitExtended(permit_id=permit.id, estate_id=permit.estate_id)]


def revoke(permit: Permit, *, end: PermitEnd, at: datetime, kept: timedelta) -> Outcome:
    """Take it back; its space is free, and its plate is ``kept`` for so long. ``WrongState``."""
    after = replace(_ended(permit, PermitAction.REVOKE, at + kept), end=end)
    return after, [PermitRevoked(permit_id=permit.id, estate_id=permit.estate_id)]


def tick(permit: Permit, *, at: datetime, kept: timedelta) -> Outcome | None:
    """What the time brings: it has run out and its space is free, or, ``kept`` for so long since it
    ended, its plate is let go of. None for nothing."""
    if permit.alarm_at is None or permit.alarm_at > at:
        return None
    told = {"permit_id": permit.id, "estate_id": permit.estate_id}
    if permit.state is PermitState.ISSUED:
        after = _ended(permit, PermitAction.EXPIRE, permit.valid_to + kept)
        return after, [PermitExpired(**told)]
    after = replace(permit, plate=None, plate_digest=None, alarm_at=None)
    return after, [PermitForgotten(**told)]


def _bounded(permit: Permit, valid_to: datetime, at: datetime) -> None:
    if valid_to <= max(permit.valid_from, at):
        raise Invalid("permit.ends_first", pointer="/valid_to")
    longest = LONGEST[permit.kind]
    if valid_to - permit.valid_from > longest:
        raise Invalid("permit.too_long", pointer="/valid_to", limit=longest.days)


def _ended(permit: Permit, action: PermitAction, forgotten_at: datetime) -> Permit:
    return replace(_moved(permit, action), held_space=None, alarm_at=forgotten_at)


def _moved(permit: Permit, action: PermitAction) -> Permit:
    return replace(permit, state=step(TRANSITIONS, permit.state, action, noun="permit"))
