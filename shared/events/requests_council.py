"""What the requests service tells of its council: proposals (议题), votes and meetings (议事会).

Who proposed, seconded or decided is told by id only; what people wrote (titles, texts, minutes,
resolutions) stays in the service, and so does every single ballot: a vote is told of when it opens
and, with its counts, when it is closed. A draft that came from a confidential request bears its
visibility, so that no web hook tells of it (``docs/decisions``).
"""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import Event


class ProposalEvent(Event):
    """What happened to a proposal; ``visibility`` is ``confidential`` while nobody may know."""

    proposal_id: str
    visibility: Literal["public", "confidential"] = "public"


class ProposalDrafted(ProposalEvent):
    """Somebody began a proposal; ``origin`` says from what: directly, a request or a survey."""

    type: ClassVar[str] = "requests.proposal.drafted.v1"

    origin: str


class ProposalRevised(ProposalEvent):
    """Its words changed before it was submitted."""

    type: ClassVar[str] = "requests.proposal.revised.v1"


class ProposalSubmitted(ProposalEvent):
    """It stands before the council (提议), to be seconded and listed."""

    type: ClassVar[str] = "requests.proposal.submitted.v1"


class ProposalSeconded(ProposalEvent):
    """One more person stands behind it (附议); ``times`` counts them."""

    type: ClassVar[str] = "requests.proposal.seconded.v1"

    by: str
    times: int = Field(ge=1)


class ProposalListed(ProposalEvent):
    """It is on a meeting's agenda (列入议程), for the first time or on another one's."""

    type: ClassVar[str] = "requests.proposal.listed.v1"

    meeting_id: str


class ProposalDeclined(ProposalEvent):
    """It comes on no agenda (不列入); ``reason`` is a code."""

    type: ClassVar[str] = "requests.proposal.declined.v1"

    reason: str


class ProposalDeliberated(ProposalEvent):
    """The meeting has taken it up (协商)."""

    type: ClassVar[str] = "requests.proposal.deliberated.v1"

    meeting_id: str


class ProposalMinuted(ProposalEvent):
    """What was said of it is on record."""

    type: ClassVar[str] = "requests.proposal.minuted.v1"


class VoteOpened(Event):
    """A vote is open until ``closes_at`` (表决); its roll of ``entries`` is frozen."""

    type: ClassVar[str] = "requests.vote.opened.v1"

    vote_id: str
    proposal_id: str
    entries: int = Field(ge=1)
    closes_at: AwareDatetime


class VoteClosed(Event):
    """A vote is over and counted; ``quorate``: enough of the roll took part."""

    type: ClassVar[str] = "requests.vote.closed.v1"

    vote_id: str
    proposal_id: str
    entries: int = Field(ge=1)
    votes_for: int = Field(ge=0)
    votes_against: int = Field(ge=0)
    abstained: int = Field(ge=0)
    quorate: bool


class ProposalAdopted(ProposalEvent):
    """The vote carried it (通过)."""

    type: ClassVar[str] = "requests.proposal.adopted.v1"


class ProposalNotAdopted(ProposalEvent):
    """The vote did not carry it (未通过)."""

    type: ClassVar[str] = "requests.proposal.not_adopted.v1"


class ProposalPublicised(ProposalEvent):
    """The decision is on public show (公示) until ``until``."""

    type: ClassVar[str] = "requests.proposal.publicised.v1"

    until: AwareDatetime


class ProposalCommenced(ProposalEvent):
    """The decision is being carried out (落实): its tasks are set."""

    type: ClassVar[str] = "requests.proposal.commenced.v1"


class ProposalTaskSet(Event):
    """A decision's task, which becomes the request ``request_id``."""

    type: ClassVar[str] = "requests.proposal_task.set.v1"

    proposal_task_id: str
    proposal_id: str
    request_id: str
    service_code: str
    estate_id: str


class ProposalTaskMoved(Event):
    """The request that a task became was merged into ``request_id``, which goes on for the task."""

    type: ClassVar[str] = "requests.proposal_task.moved.v1"

    proposal_task_id: str
    proposal_id: str
    request_id: str


class ProposalTaskEnded(Event):
    """The request that a task became has come to its end; ``outcome`` is that end's state."""

    type: ClassVar[str] = "requests.proposal_task.ended.v1"

    proposal_task_id: str
    proposal_id: str
    request_id: str
    outcome: str


class ProposalDone(ProposalEvent):
    """The decision is carried out (办结): residents are asked what they make of it."""

    type: ClassVar[str] = "requests.proposal.done.v1"


class ProposalEvaluated(ProposalEvent):
    """Residents' evaluation is closed (居民评议); ``scores`` counts the marks 1 to 5, in order."""

    type: ClassVar[str] = "requests.proposal.evaluated.v1"

    scores: tuple[int, ...] = Field(min_length=5, max_length=5)


class ProposalWithdrawn(ProposalEvent):
    """Taken back before it came to a vote (撤回)."""

    type: ClassVar[str] = "requests.proposal.withdrawn.v1"


class ProposalAnonymised(ProposalEvent):
    """Nothing says any more who made it: the suggestion behind it was made anonymous (匿名化)."""

    type: ClassVar[str] = "requests.proposal.anonymised.v1"


class MeetingEvent(Event):
    """What happened to a meeting of the council."""

    meeting_id: str


class MeetingCalled(MeetingEvent):
    """The council is to meet ``at`` this time."""

    type: ClassVar[str] = "requests.meeting.called.v1"

    at: AwareDatetime


class MeetingChanged(MeetingEvent):
    """Its time, place, chair or agenda changed."""

    type: ClassVar[str] = "requests.meeting.changed.v1"

    at: AwareDatetime


class MeetingHeld(MeetingEvent):
    """The council has met; ``attendance`` counts who was there."""

    type: ClassVar[str] = "requests.meeting.held.v1"

    attendance: int = Field(ge=1)


class MeetingMinuted(MeetingEvent):
    """The meeting's minutes were written or corrected."""

    type: ClassVar[str] = "requests.meeting.minuted.v1"


class MeetingCancelled(MeetingEvent):
    """It does not take place; what was on its agenda waits for another one."""

    type: ClassVar[str] = "requests.meeting.cancelled.v1"
