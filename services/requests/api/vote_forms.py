"""What is sent about a vote and what is shown of its roll."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.requests.domain.ballot import (
    HALF,
    MORE_THAN_HALF,
    SHARE_PARTS_MAX,
    BallotChannel,
    Basis,
    Choice,
    KeptEntry,
    RollEntry,
    Rules,
    Share,
)
from services.requests.domain.vote import OFFICERS_MAX, RESOLUTION_CHARACTERS_MAX, Opening
from services.requests.service.vote import Electorate
from shared.web import Body, View
from shared.web.forms import Moment, PageView, Ref

ENTRIES_NAMED_MAX = 2_000
"""As many as fit into a body of 256 KB; every other home of an estate needs no naming."""
Part = Annotated[int, Field(ge=1, le=SHARE_PARTS_MAX)]


class ShareBody(Body):
    """At least ``numerator``/``denominator`` of a whole, or ``more_than`` it."""

    numerator: Part
    denominator: Part
    more_than: bool = False

    def share(self) -> Share:
        """The same in the domain's words."""
        return Share(self.numerator, self.denominator, self.more_than)


SIMPLE_QUORUM = ShareBody(numerator=HALF.numerator, denominator=HALF.denominator)
SIMPLE_MAJORITY = ShareBody(
    numerator=MORE_THAN_HALF.numerator, denominator=MORE_THAN_HALF.denominator, more_than=True
)


class EntryBody(Body):
    """One vote on the roll: a home's or a person's id; ``voter_id`` may cast it online."""

    id: Ref
    voter_id: Ref | None = None


class VoteBody(Body):
    """How the vote is to be held.

    The roll is who is named in ``entries`` and, with ``estate_id``, each other home of that estate,
    which votes on paper or by telephone. ``officers`` enter those ballots, until ``entered_until``
    if that is told, at most 7 days after ``closes_at``. Without rules at least half of the roll
    must take part, and more than half of the ballots be in favour.
    """

    resolution: Annotated[str, Field(min_length=1, max_length=RESOLUTION_CHARACTERS_MAX)]
    closes_at: Moment
    entered_until: Moment | None = None
    quorum: ShareBody = SIMPLE_QUORUM
    threshold: ShareBody = SIMPLE_MAJORITY
    basis: Basis = Basis.CAST
    officers: Annotated[tuple[Ref, ...], Field(max_length=OFFICERS_MAX)] = ()
    entries: Annotated[tuple[EntryBody, ...], Field(max_length=ENTRIES_NAMED_MAX)] = ()
    estate_id: Ref | None = None

    def opening(self) -> Opening:
        """What is voted on, how, and until when."""
        rules = Rules(self.quorum.share(), self.threshold.share(), self.basis)
        officers = tuple(dict.fromkeys(self.officers))
        return Opening(self.resolution, self.closes_at, rules, officers, self.entered_until)

    def electorate(self) -> Electorate:
        """Who is to vote."""
        named = tuple(RollEntry(entry.id, entry.voter_id) for entry in self.entries)
        return Electorate(named, self.estate_id)


class BallotBody(Body):
    """What one says."""

    choice: Choice


class EnteredBallotBody(Body):
    """What somebody said on paper or by telephone."""

    choice: Choice
    channel: Literal[BallotChannel.PAPER, BallotChannel.PHONE]


class BallotView(View):
    """A ballot as it was taken, shown to who sent it."""

    entry_id: str
    choice: Choice
    channel: BallotChannel
    at: datetime


class EntryView(View):
    """An entry of the roll: whether it has voted and how its ballot came in, never what it said."""

    id: str
    voter_id: str | None
    voted: bool
    channel: BallotChannel | None

    @classmethod
    def of(cls, kept: KeptEntry) -> "EntryView":
        """The view of an entry."""
        channel = kept.ballot.channel if kept.ballot else None
        return cls(
            id=kept.entry.id,
            voter_id=kept.entry.voter_id,
            voted=kept.ballot is not None,
            channel=channel,
        )


class MineView(PageView[EntryView]):
    """The entries of the roll that the caller may cast online."""
