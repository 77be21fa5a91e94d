"""The vote on a proposal (表决): its roll frozen at the opening, secret until it is closed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.requests.domain.ballot import (
    Ballot,
    BallotChannel,
    RollEntry,
    Rules,
    Tally,
    check_rules,
    judged,
)
from services.requests.domain.proposal import (
    Decided,
    Proposal,
    ProposalAction,
    Vote,
    moved,
)
from shared.errors import Invalid, NotAllowed, WrongState
from shared.events.requests_council import (
    ProposalAdopted,
    ProposalNotAdopted,
    VoteClosed,
    VoteOpened,
)

VOTE_SPAN_MAX = timedelta(days=60)
"""Our choice: a roll frozen for longer is not the estate's any more."""
ENTERING_SPAN_MAX = timedelta(days=7)
"""Our choice: time to enter a ballot box, and not so long that nobody remembers."""
OFFICERS_MAX = 20
RESOLUTION_CHARACTERS_MAX = 4000


@dataclass(frozen=True, slots=True)
class Opening:
    """How a vote is to be held: on what, by which rules, until when, and who enters ballots."""

    resolution: str
    closes_at: datetime
    rules: Rules
    officers: tuple[str, ...]
    entered_until: datetime | None = None
    """Until when officers enter what came before the end; None: until the end itself."""


def open_vote(
    proposal: Proposal, opening: Opening, *, vote_id: str, roll: Sequence[RollEntry], at: datetime
) -> Decided:
    """Open the vote; its roll is frozen from now on.

    ``WrongState`` too while nothing is minuted of the deliberation; ``Invalid`` for a resolution
    that is blank, rules that nobody can meet, an end that is past or over 60 days away, and for a
    time to enter ballots that ends before it or more than 7 days after.
    """
    _check(opening, at)
    entered_until = opening.entered_until or opening.closes_at
    vote = Vote(
        id=vote_id,
        resolution=opening.resolution,
        entries=len(roll),
        rules=opening.rules,
        officers=opening.officers,
        opened_at=at,
        closes_at=opening.closes_at,
        entered_until=entered_until,
    )
    after = moved(proposal, ProposalAction.OPEN_VOTE, vote=vote, alarm_at=entered_until)
    if proposal.minutes is None:
        raise WrongState("proposal.not_minuted")
    told = VoteOpened(
        vote_id=vote_id,
        proposal_id=proposal.id,
        entries=vote.entries,
        closes_at=vote.closes_at,
    )
    return after, [told]


def may_cast(proposal: Proposal, entry: RollEntry, ballot: Ballot) -> Vote:
    """The vote, if it takes this ballot now.

    ``WrongState`` before its opening and from its end on, or, on paper and by telephone, from the
    end of the time to enter those; ``NotAllowed`` online for somebody else's entry, else for who is
    not one of its officers.
    """
    vote = proposal.vote
    online = ballot.channel is BallotChannel.ONLINE
    if vote is None or vote.closed_at is not None:
        raise WrongState("vote.not_open")
    if ballot.at >= (vote.closes_at if online else vote.entered_until):
        raise WrongState("vote.not_open")
    if online:
        if entry.voter_id != ballot.by:
            raise NotAllowed("vote.entry_not_yours")
    elif ballot.by not in vote.officers:
        raise NotAllowed("vote.not_officer")
    return vote


def may_close(proposal: Proposal, *, cast: int, at: datetime) -> Vote:
    """The vote, if all its time is over or everybody has voted; else ``WrongState``."""
    vote = proposal.vote
    if vote is None or vote.closed_at is not None:
        raise WrongState("vote.not_open")
    if at < vote.entered_until and cast < vote.entries:
        raise WrongState("vote.still_open", until=vote.entered_until.isoformat())
    return vote


def close_vote(proposal: Proposal, tally: Tally, *, at: datetime) -> Decided:
    """Count it: adopted if enough took part and enough of them were in favour, else not.

    The roll must be sealed before it is counted, so that no ballot comes after the count.
    """
    vote = may_close(proposal, cast=tally.cast, at=at)
    outcome = judged(tally, entries=vote.entries, rules=vote.rules)
    closed = replace(vote, closed_at=at, tally=tally, quorate=outcome.quorate)
    action = ProposalAction.ADOPT if outcome.carried else ProposalAction.NOT_ADOPT
    after = moved(proposal, action, vote=closed, alarm_at=None)
    counted = VoteClosed(
        vote_id=vote.id,
        proposal_id=proposal.id,
        entries=vote.entries,
        votes_for=tally.votes_for,
        votes_against=tally.votes_against,
        abstained=tally.abstained,
        quorate=outcome.quorate,
    )
    ended = ProposalAdopted if outcome.carried else ProposalNotAdopted
    return after, [counted, ended(proposal_id=proposal.id)]


def _check(opening: Opening, at: datetime) -> None:
    check_rules(opening.rules)
    words = opening.resolution
    if not words.strip() or len(words) > RESOLUTION_CHARACTERS_MAX:
        raise Invalid("council.text", pointer="/resolution", limit=RESOLUTION_CHARACTERS_MAX)
    if len(opening.officers) > OFFICERS_MAX:
        raise Invalid("vote.officers", pointer="/officers", limit=OFFICERS_MAX)
    if not at < opening.closes_at <= at + VOTE_SPAN_MAX:
        raise Invalid("vote.span", pointer="/closes_at", days=VOTE_SPAN_MAX.days)
    until = opening.entered_until or opening.closes_at
    if not opening.closes_at <= until <= opening.closes_at + ENTERING_SPAN_MAX:
        raise Invalid("vote.entering", pointer="/entered_until", days=ENTERING_SPAN_MAX.days)
