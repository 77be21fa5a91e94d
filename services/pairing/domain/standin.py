"""A stand-in (代班): who looks after a household while its own helper is away.

The pairing goes on, and its history stays the helper's own; visits that fall into the absence go to
the stand-in (``stands``), and to the helper again once it is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.errors import Invalid
from shared.events import Event
from shared.events.pairing_matching import StandInAppointed, StandInEnded
from shared.transitions import step


class StandInState(StrEnum):
    """Whether somebody stands in."""

    STANDING = "standing"
    ENDED = "ended"


class StandInAction(StrEnum):
    """What may happen to it."""

    END = "end"


class StandInEnd(StrEnum):
    """Why it is over."""

    RETURNED = "returned"
    """The helper is back, or has left for good and the household is paired anew."""
    DECLINED = "declined"
    """Who stands in cannot, or does not want to."""
    LEFT = "left"
    """Who stands in went away or left."""
    RELEASED = "released"
    """The pairing is over, or the household is not visited any more."""


TRANSITIONS: Mapping[StandInState, Mapping[StandInAction, StandInState]] = {
    StandInState.STANDING: {StandInAction.END: StandInState.ENDED},
    StandInState.ENDED: {},
}


@dataclass(frozen=True, slots=True)
class StandIn:
    """``member_id`` stands in at a household for ``for_member_id``, from ``since`` until before
    ``until`` (None: until it is ended)."""

    id: str
    community: str
    version: int
    state: StandInState
    household_id: str
    member_id: str
    for_member_id: str
    since: datetime
    until: datetime | None = None
    end_reason: StandInEnd | None = None


Outcome = tuple[StandIn, list[Event]]


def appoint(stand_in: StandIn) -> Outcome:
    """Have somebody stand in.

    Errors: ``Invalid`` for somebody in their own stead, or an end that is not after its beginning.
    """
    if stand_in.member_id == stand_in.for_member_id:
        raise Invalid("stand_in.for_oneself", pointer="/member_id")
    if stand_in.until is not None and stand_in.until <= stand_in.since:
        raise Invalid("stand_in.until_before", pointer="/until")
    event = StandInAppointed(
        stand_in_id=stand_in.id,
        household_id=stand_in.household_id,
        member_id=stand_in.member_id,
        for_member_id=stand_in.for_member_id,
    )
    return stand_in, [event]


def end(stand_in: StandIn, *, reason: StandInEnd, at: datetime) -> Outcome:
    """It is over from this moment on; ``until`` says when it was, if that came before."""
    state = step(TRANSITIONS, stand_in.state, StandInAction.END, noun="stand_in")
    over = at if stand_in.until is None else min(at, stand_in.until)
    event = StandInEnded(
        stand_in_id=stand_in.id, household_id=stand_in.household_id, reason=reason.value
    )
    ended = replace(stand_in, state=state, until=max(over, stand_in.since), end_reason=reason)
    return ended, [event]


def stands(stand_in: StandIn, *, at: datetime) -> bool:
    """Whether a visit at this moment is the stand-in's."""
    begun = stand_in.since <= at
    return begun and (stand_in.until is None or at < stand_in.until)
