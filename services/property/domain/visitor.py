"""Visitors' passes (访客通行证): a dwelling expects somebody, once, within a time.

The code is told to the host alone, and kept as a keyed hash; name and plate are kept sealed. It is
used once, by code or by plate, by whichever gate is first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Invalid
from shared.events import Event
from shared.events.property_gate import (
    VisitorPassExpired,
    VisitorPassForgotten,
    VisitorPassIssued,
    VisitorPassRevoked,
    VisitorPassUsed,
)
from shared.transitions import step

CODE_SIGNS = "0123456789"
CODE_LENGTH = 8
"""Typed at a gate; of a thousand live ones, a guess in a hundred thousand would hit."""
WINDOW_MAX = timedelta(days=7)
AHEAD_MAX = timedelta(days=30)
LIVE_PER_DWELLING_MAX = 20
"""Ours, all three."""


class VisitorPassState(StrEnum):
    """Where it stands."""

    ISSUED = "issued"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


class VisitorPassAction(StrEnum):
    """What moves it."""

    USE = "use"
    EXPIRE = "expire"
    REVOKE = "revoke"


_S, _A = VisitorPassState, VisitorPassAction
TRANSITIONS: Mapping[VisitorPassState, Mapping[VisitorPassAction, VisitorPassState]] = {
    _S.ISSUED: {_A.USE: _S.USED, _A.EXPIRE: _S.EXPIRED, _A.REVOKE: _S.REVOKED},
    _S.USED: {},
    _S.EXPIRED: {},
    _S.REVOKED: {},
}


@dataclass(frozen=True, slots=True)
class VisitorPass:
    """One visitor of one dwelling; ``host_id`` expects them.

    ``alarm_at``: when it runs out, and once it has ended, when who it was is forgotten.
    """

    id: str
    community: str
    version: int
    state: VisitorPassState
    estate_id: str
    dwelling_id: str
    host_id: str | None
    visitor: str | None
    plate: str | None
    plate_digest: str | None
    code_digest: str | None
    valid_from: datetime
    valid_to: datetime
    used_at: datetime | None = None
    used_gate: str | None = None
    alarm_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the visitor may come in at this moment."""
        live = self.state is VisitorPassState.ISSUED
        return live and self.valid_from <= at < self.valid_to


Outcome = tuple[VisitorPass, list[Event]]


def issue(new: VisitorPass, *, at: datetime) -> Outcome:
    """A new one as it is given; ``Invalid`` for a window that is over, too long or too far off."""
    if new.valid_to <= max(new.valid_from, at):
        raise Invalid("visitor_pass.ends_first", pointer="/valid_to")
    if new.valid_to - new.valid_from > WINDOW_MAX:
        raise Invalid("visitor_pass.too_long", pointer="/valid_to", limit=WINDOW_MAX.days)
    if new.valid_from > at + AHEAD_MAX:
        raise Invalid("visitor_pass.too_far_ahead", pointer="/valid_from", limit=AHEAD_MAX.days)
    event = VisitorPassIssued(visitor_pass_id=new.id, estate_id=new.estate_id)
    return replace(new, alarm_at=new.valid_to), [event]


def under(new: VisitorPass, code_digest: str) -> VisitorPass:
    """The pass under the hash of its code."""
    return replace(new, code_digest=code_digest)


def use(one: VisitorPass, *, gate: str, at: datetime, kept: timedelta) -> Outcome:
    """The visitor is here; who looked at the clock has asked ``holds``. ``WrongState``."""
    moved = _ended(one, VisitorPassAction.USE, at + kept)
    event = VisitorPassUsed(visitor_pass_id=one.id, estate_id=one.estate_id)
    return replace(moved, used_at=at, used_gate=gate), [event]


def revoke(one: VisitorPass, *, at: datetime, kept: timedelta) -> Outcome:
    """Nobody is expected any more. ``WrongState``."""
    moved = _ended(one, VisitorPassAction.REVOKE, at + kept)
    return moved, [VisitorPassRevoked(visitor_pass_id=one.id, estate_id=one.estate_id)]


def tick(one: VisitorPass, *, at: datetime, kept: timedelta) -> Outcome | None:
    """What the time brings: it has run out, or, ``kept`` for so long since it ended, who it was is
    let go of. None for nothing."""
    if one.alarm_at is None or one.alarm_at > at:
        return None
    told = {"visitor_pass_id": one.id, "estate_id": one.estate_id}
    if one.state is VisitorPassState.ISSUED:
        after = _ended(one, VisitorPassAction.EXPIRE, one.valid_to + kept)
        return after, [VisitorPassExpired(**told)]
    after = replace(one, visitor=None, plate=None, plate_digest=None, host_id=None, alarm_at=None)
    return after, [VisitorPassForgotten(**told)]


def _ended(one: VisitorPass, action: VisitorPassAction, forgotten_at: datetime) -> VisitorPass:
    """The code is gone with it, and free for another."""
    state = step(TRANSITIONS, one.state, action, noun="visitor_pass")
    return replace(one, state=state, code_digest=None, alarm_at=forgotten_at)
