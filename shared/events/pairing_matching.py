"""What pairing tells of matchings, and of who stands in for whom.

Ids, codes and counts only. All of it is about care households, so no web hook is told (decision
0009).
"""

from typing import ClassVar

from shared.events.base import Event


class MatchingRequested(Event):
    """A matching was asked for; ``cause`` is a code."""

    type: ClassVar[str] = "pairing.matching.requested.v1"

    matching_id: str
    cause: str


class MatchingBegun(Event):
    """It is being worked out."""

    type: ClassVar[str] = "pairing.matching.begun.v1"

    matching_id: str


class MatchingPutOff(Event):
    """It could not be worked out, and is tried again."""

    type: ClassVar[str] = "pairing.matching.put_off.v1"

    matching_id: str


class MatchingFailed(Event):
    """It could not be worked out, and is not tried again."""

    type: ClassVar[str] = "pairing.matching.failed.v1"

    matching_id: str


class MatchingProposed(Event):
    """A matching was worked out and waits for the branch; ``cause`` is a code."""

    type: ClassVar[str] = "pairing.matching.proposed.v1"

    matching_id: str
    cause: str
    pairs: int
    unmatched: int


class MatchingAnswered(Event):
    """Some of what it proposes was accepted or declined: so many items, or (null) all open ones."""

    type: ClassVar[str] = "pairing.matching.answered.v1"

    matching_id: str
    accepted: bool
    items: int | None


class MatchingDecided(Event):
    """What was answered is carried out; how many items of each kind there are now, ``failed`` those
    that were accepted but could not be done."""

    type: ClassVar[str] = "pairing.matching.decided.v1"

    matching_id: str
    accepted: int
    declined: int
    open: int
    failed: int = 0


class MatchingSettled(Event):
    """Everything that a matching proposed is decided."""

    type: ClassVar[str] = "pairing.matching.settled.v1"

    matching_id: str


class MatchingWithdrawn(Event):
    """A matching was taken back: nothing more of it can be accepted."""

    type: ClassVar[str] = "pairing.matching.withdrawn.v1"

    matching_id: str


class MatchingSuperseded(Event):
    """Another matching has taken over what was still open."""

    type: ClassVar[str] = "pairing.matching.superseded.v1"

    matching_id: str
    by_matching_id: str


class StandInAppointed(Event):
    """Somebody looks after a household while its helper is away."""

    type: ClassVar[str] = "pairing.stand_in.appointed.v1"

    stand_in_id: str
    household_id: str
    member_id: str
    for_member_id: str


class StandInEnded(Event):
    """Nobody stands in there any more; ``reason`` is a code."""

    type: ClassVar[str] = "pairing.stand_in.ended.v1"

    stand_in_id: str
    household_id: str
    reason: str
