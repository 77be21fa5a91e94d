"""What pairing tells of matchings, and of who stands in for whom.

Ids and codes only. All of it names care households, so no web hook is told (decision 0009).
"""

from typing import ClassVar

from shared.events.base import Event


class MatchingProposed(Event):
    """A matching was worked out and waits for the branch; ``cause`` is a code."""

    type: ClassVar[str] = "pairing.matching.proposed.v1"

    matching_id: str
    cause: str
    pairs: int
    unmatched: int


class MatchingDecided(Event):
    """Some of what a matching proposes was accepted or declined."""

    type: ClassVar[str] = "pairing.matching.decided.v1"

    matching_id: str
    accepted: int
    declined: int
    open: int


class MatchingSettled(Event):
    """Everything that a matching proposed is decided."""

    type: ClassVar[str] = "pairing.matching.settled.v1"

    matching_id: str


class MatchingWithdrawn(Event):
    """A matching was taken back: nothing more of it can be accepted."""

    type: ClassVar[str] = "pairing.matching.withdrawn.v1"

    matching_id: str


class MatchingSuperseded(Event):
    """A newer matching has taken over what was still open."""

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
