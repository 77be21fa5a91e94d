"""What pairing tells of confirmed contributions that are in doubt; ids and codes only."""

from typing import ClassVar

from shared.events.base import Event


class ContributionQuestioned(Event):
    """Somebody wants a confirmed record revoked; ``reason`` is a code. It counts until then."""

    type: ClassVar[str] = "pairing.contribution.questioned.v1"

    contribution_id: str
    member_id: str
    branch_id: str
    reason: str


class ContributionUpheld(Event):
    """A questioned record stays confirmed."""

    type: ClassVar[str] = "pairing.contribution.upheld.v1"

    contribution_id: str
    member_id: str
    branch_id: str


class ContributionRevoked(Event):
    """A second person agreed: the record and its ``points`` count no more."""

    type: ClassVar[str] = "pairing.contribution.revoked.v1"

    contribution_id: str
    member_id: str
    branch_id: str
    reason: str
    points: int
