"""What is sent about proposals and what is shown of them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.requests.domain.agenda import (
    MINUTES_CHARACTERS_MAX,
    TEXT_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
)
from services.requests.domain.ballot import Basis
from services.requests.domain.proposal import (
    DeclineReason,
    OriginKind,
    Proposal,
    ProposalState,
)
from shared.web import Body, View
from shared.web.forms import Note, Ref

Title = Annotated[str, Field(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS_MAX)]
MinutesText = Annotated[str, Field(min_length=1, max_length=MINUTES_CHARACTERS_MAX)]


class FindingBody(Body):
    """The finding of a survey (需求清单) that a proposal comes from."""

    survey_id: Ref
    finding_id: Ref


class DraftBody(Body):
    """A new proposal. ``community`` only where the caller belongs to several."""

    title: Title
    text: Text
    community: Ref | None = None
    finding: FindingBody | None = None


class WordingBody(Body):
    """A draft in other words."""

    title: Title
    text: Text


class ListingBody(Body):
    """On which meeting's agenda it comes."""

    meeting_id: Ref


class DeclineBody(Body):
    """Why it comes on no agenda; the note says more to its proposer."""

    reason: DeclineReason
    note: Note | None = None


class MinutesBody(Body):
    """What was said."""

    text: MinutesText


class OriginView(View):
    """What it came from: ``id`` is the survey's; a request's is told by its thread."""

    kind: OriginKind
    id: str | None
    finding_id: str | None


class DeclinedView(View):
    """Why it comes on no agenda."""

    reason: DeclineReason
    note: str | None


class MinutesView(View):
    """What was said, who wrote it down and when."""

    text: str
    by: str
    at: datetime


class ShareView(View):
    """At least this share of a whole, or ``more_than`` it."""

    numerator: int
    denominator: int
    more_than: bool


class RulesView(View):
    """When the vote counts and when it carries."""

    quorum: ShareView
    threshold: ShareView
    basis: Basis


class TallyView(View):
    """The count, once the vote is closed; nobody sees any before."""

    votes_for: int
    votes_against: int
    abstained: int


class VoteView(View):
    """A vote; how anybody voted is shown to nobody."""

    id: str
    resolution: str
    entries: int
    rules: RulesView
    officers: list[str]
    opened_at: datetime
    closes_at: datetime
    entered_until: datetime
    closed_at: datetime | None
    tally: TallyView | None
    quorate: bool | None


class PublicationView(View):
    """When the decision is on public show."""

    at: datetime
    until: datetime


class TaskView(View):
    """A task; its request is made a moment after it is set, and its end is the ``outcome``."""

    id: str
    request_id: str
    service_code: str
    estate_id: str
    dwelling_id: str | None
    description: str
    attributes: dict[str, list[str]]
    outcome: str | None
    ended_at: datetime | None


class ProposalView(View):
    """A proposal as its readers see it; ``scores`` counts residents' marks 1 to 5, in order.

    Since ``ballots_gone_at`` and ``marks_gone_at`` nobody can tell whose they were; counts stay.
    """

    id: str
    community: str
    version: int
    state: ProposalState
    title: str
    text: str
    proposer_id: str
    drafted_at: datetime
    origin: OriginView
    seconders: int
    meeting_id: str | None
    declined: DeclinedView | None
    minutes: MinutesView | None
    vote: VoteView | None
    publication: PublicationView | None
    tasks: list[TaskView]
    done_at: datetime | None
    scores: list[int]
    ballots_gone_at: datetime | None
    marks_gone_at: datetime | None

    @classmethod
    def of(cls, proposal: Proposal) -> "ProposalView":
        """The view of a proposal."""
        origin = proposal.origin
        survey = origin.id if origin.kind is OriginKind.SURVEY else None
        shaped = {
            "origin": OriginView(kind=origin.kind, id=survey, finding_id=origin.finding_id),
            "seconders": len(proposal.seconders),
        }
        fields = {name: shaped.get(name, getattr(proposal, name)) for name in cls.model_fields}
        return cls.model_validate(fields, from_attributes=True)
