"""What the requests service tells of personal data: what became anonymous, and by which rule."""

from typing import ClassVar

from pydantic import Field

from shared.events.base import Event
from shared.events.requests import RequestEvent
from shared.events.requests_council import ProposalEvent


class RequestAnonymised(RequestEvent):
    """Nothing in the requests service says any more whose request it was (匿名化).

    ``reason``: ``retention``, and then ``rules_version`` says by which version of the community's
    rules; or why staff did it sooner. Whoever keeps ids of its people may let go of them now.
    """

    type: ClassVar[str] = "requests.request.anonymised.v1"

    reason: str
    rules_version: int | None


class ProposalBallotsForgotten(ProposalEvent):
    """Nothing says any more who voted on a proposal, or how; the count stays (匿名化).

    ``rules_version``: of the community's retention rules.
    """

    type: ClassVar[str] = "requests.proposal.ballots_forgotten.v1"

    rules_version: int


class ProposalMarksForgotten(ProposalEvent):
    """Nothing says any more who gave which mark to a decision; their counts stay (匿名化).

    ``rules_version``: of the community's retention rules.
    """

    type: ClassVar[str] = "requests.proposal.marks_forgotten.v1"

    rules_version: int


class RetentionRulesAdopted(Event):
    """A community made the common retention rules its own, as they were, to change them."""

    type: ClassVar[str] = "requests.retention_rules.adopted.v1"

    retention_rules_id: str
    request_days: int = Field(ge=1)
    survey_days: int = Field(ge=1)
    council_days: int | None = Field(default=None, ge=1)


class RetentionRulesChanged(Event):
    """From now on a community keeps what says who it was for so many days after its end."""

    type: ClassVar[str] = "requests.retention_rules.changed.v1"

    retention_rules_id: str
    request_days: int = Field(ge=1)
    survey_days: int = Field(ge=1)
    council_days: int | None = Field(default=None, ge=1)
