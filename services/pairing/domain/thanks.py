"""Thanks (组织鼓励): a word of the branch, or of the community's staff, to a member."""

from dataclasses import dataclass
from datetime import datetime

from services.pairing.domain.member import Member
from shared.errors import NotAllowed
from shared.events import Event
from shared.events.pairing_encouragement import ThanksGiven


@dataclass(frozen=True, slots=True)
class Thanks:
    """Who thanked whom, when, in what words, for which record if for one."""

    id: str
    community: str
    version: int
    member_id: str
    person_id: str
    branch_id: str
    by: str
    at: datetime
    words: str | None = None
    contribution_id: str | None = None


def give(
    *,
    id: str,  # noqa: A002  the field's own name
    member: Member,
    by: str,
    at: datetime,
    words: str | None = None,
    contribution_id: str | None = None,
) -> tuple[Thanks, list[Event]]:
    """Thank a member. ``NotAllowed`` for oneself."""
    if by == member.person_id:
        raise NotAllowed("thanks.own", member_id=member.id)
    thanks = Thanks(
        id=id,
        community=member.community,
        version=0,
        member_id=member.id,
        person_id=member.person_id,
        branch_id=member.branch_id,
        by=by,
        at=at,
        words=words,
        contribution_id=contribution_id,
    )
    event = ThanksGiven(
        thanks_id=id,
        member_id=member.id,
        person_id=member.person_id,
        branch_id=member.branch_id,
    )
    return thanks, [event]
