"""A proposal's way to the vote: drafted, submitted, seconded, listed, deliberated; or not."""

from dataclasses import dataclass
from datetime import datetime

from services.requests.domain.proposal import (
    DIRECT,
    Decided,
    Declined,
    Minutes,
    Origin,
    OriginKind,
    Proposal,
    ProposalAction,
    ProposalState,
    moved,
    visibility_of,
)
from shared.errors import Conflict, Invalid, WrongState
from shared.events.requests_council import (
    ProposalDeclined,
    ProposalDeliberated,
    ProposalDrafted,
    ProposalListed,
    ProposalMinuted,
    ProposalRevised,
    ProposalSeconded,
    ProposalSubmitted,
    ProposalWithdrawn,
)

TITLE_CHARACTERS_MAX, TEXT_CHARACTERS_MAX = 80, 4000
MINUTES_CHARACTERS_MAX = 20_000
SECONDERS_MAX = 200
SECONDERS_NEEDED = 2  # our choice: enough to show that it is no single voice, few in a small estate


@dataclass(frozen=True, slots=True)
class Wording:
    """A proposal's own words."""

    title: str
    text: str


def draft(
    wording: Wording,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    community: str,
    proposer_id: str,
    at: datetime,
    origin: Origin = DIRECT,
) -> Decided:
    """Begin a proposal. ``Invalid`` for a blank or over-long title or text."""
    _check(wording)
    proposal = Proposal(
        id=id,
        community=community,
        version=0,
        state=ProposalState.DRAFT,
        title=wording.title,
        text=wording.text,
        proposer_id=proposer_id,
        drafted_at=at,
        origin=origin,
        origin_id=origin.id,
    )
    told = ProposalDrafted(
        proposal_id=id, visibility=visibility_of(proposal), origin=origin.kind.value
    )
    return proposal, [told]


def revise(proposal: Proposal, wording: Wording) -> Decided:
    """Put it in other words, as long as it is a draft. ``Invalid`` as for ``draft``."""
    _check(wording)
    after = moved(proposal, ProposalAction.REVISE, title=wording.title, text=wording.text)
    told = ProposalRevised(proposal_id=proposal.id, visibility=visibility_of(proposal))
    return after, [told]


def submit(proposal: Proposal) -> Decided:
    """Put it before the council, for all to read (提议)."""
    after = moved(proposal, ProposalAction.SUBMIT, submitted=True)
    return after, [ProposalSubmitted(proposal_id=proposal.id)]


def second(proposal: Proposal, *, by: str) -> Decided:
    """Stand behind it (附议). ``Conflict`` for the proposer, for a second time, and beyond 200."""
    after = moved(proposal, ProposalAction.SECOND, seconders=(*proposal.seconders, by))
    if by == proposal.proposer_id:
        raise Conflict("proposal.seconds_own")
    if by in proposal.seconders:
        raise Conflict("proposal.seconded_already")
    if len(after.seconders) > SECONDERS_MAX:
        raise Conflict("proposal.seconders_full", limit=SECONDERS_MAX)
    times = len(after.seconders)
    return after, [ProposalSeconded(proposal_id=proposal.id, by=by, times=times)]


def list_(proposal: Proposal, *, meeting_id: str, place: int) -> Decided:
    """Put it on a meeting's agenda (列入议程), or on another meeting's, in this place.

    ``WrongState`` for a direct proposal with fewer than two seconders: what came from a suggestion
    or a survey has shown already that somebody asks for it.
    """
    after = moved(proposal, ProposalAction.LIST, meeting_id=meeting_id, place=place)
    if proposal.origin.kind is OriginKind.DIRECT and len(proposal.seconders) < SECONDERS_NEEDED:
        raise WrongState("proposal.not_seconded", needed=SECONDERS_NEEDED)
    return after, [ProposalListed(proposal_id=proposal.id, meeting_id=meeting_id)]


def decline(proposal: Proposal, declined: Declined) -> Decided:
    """Put it on no agenda (不列入), for a reason that its proposer is told."""
    after = moved(proposal, ProposalAction.DECLINE, declined=declined)
    return after, [ProposalDeclined(proposal_id=proposal.id, reason=declined.reason.value)]


def deliberate(proposal: Proposal) -> Decided:
    """The meeting takes it up (协商)."""
    after = moved(proposal, ProposalAction.DELIBERATE)
    meeting_id = proposal.meeting_id or ""
    return after, [ProposalDeliberated(proposal_id=proposal.id, meeting_id=meeting_id)]


def minute(proposal: Proposal, *, text: str, by: str, at: datetime) -> Decided:
    """Keep what was said of it; a later record takes the place of an earlier one.

    ``Invalid`` for one that is blank or over 20,000 characters.
    """
    if not text.strip() or len(text) > MINUTES_CHARACTERS_MAX:
        raise Invalid("council.text", pointer="/text", limit=MINUTES_CHARACTERS_MAX)
    after = moved(proposal, ProposalAction.MINUTE, minutes=Minutes(text, by, at))
    return after, [ProposalMinuted(proposal_id=proposal.id)]


def withdraw(proposal: Proposal) -> Decided:
    """Take it back, as long as no vote was opened on it."""
    after = moved(proposal, ProposalAction.WITHDRAW)
    told = ProposalWithdrawn(proposal_id=proposal.id, visibility=visibility_of(proposal))
    return after, [told]


def _check(wording: Wording) -> None:
    for name, limit in (("title", TITLE_CHARACTERS_MAX), ("text", TEXT_CHARACTERS_MAX)):
        words = getattr(wording, name)
        if not words.strip() or len(words) > limit:
            raise Invalid("council.text", pointer=f"/{name}", limit=limit)
