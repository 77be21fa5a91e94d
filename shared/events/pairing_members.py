"""What pairing tells of branches, members' comings and goings, posts and volunteer teams.

Ids only: why somebody is away, or until when, is theirs to tell.
"""

from typing import ClassVar

from shared.events.base import Event


class BranchRegistered(Event):
    """A branch is on the register."""

    type: ClassVar[str] = "pairing.branch.registered.v1"

    branch_id: str


class BranchChanged(Event):
    """A branch is called something else, or others answer for it."""

    type: ClassVar[str] = "pairing.branch.changed.v1"

    branch_id: str


class MemberChanged(Event):
    """What is told of a member changed; ``fields`` says which, ``branch_id`` is that from now."""

    type: ClassVar[str] = "pairing.member.changed.v1"

    member_id: str
    branch_id: str
    fields: tuple[str, ...]


class MemberAway(Event):
    """A member cannot help for a while."""

    type: ClassVar[str] = "pairing.member.away.v1"

    member_id: str
    branch_id: str


class MemberAbsencePlanned(Event):
    """A member will not be able to help for a while, or at another time than was planned."""

    type: ClassVar[str] = "pairing.member.absence_planned.v1"

    member_id: str
    branch_id: str


class MemberAbsenceDropped(Event):
    """A member stays who had planned to be away."""

    type: ClassVar[str] = "pairing.member.absence_dropped.v1"

    member_id: str
    branch_id: str


class MemberReturned(Event):
    """A member can help again, after having been away or having left."""

    type: ClassVar[str] = "pairing.member.returned.v1"

    member_id: str
    branch_id: str


class MemberLeft(Event):
    """A member helps no more; the record of what they did stays theirs."""

    type: ClassVar[str] = "pairing.member.left.v1"

    member_id: str
    branch_id: str


class PostRegistered(Event):
    """There is a post; ``code`` is what a service type names."""

    type: ClassVar[str] = "pairing.post.registered.v1"

    post_id: str
    code: str


class PostChanged(Event):
    """A post's duties, or the requests that it answers for, changed."""

    type: ClassVar[str] = "pairing.post.changed.v1"

    post_id: str
    code: str


class PostHolderAppointed(Event):
    """A member holds the post."""

    type: ClassVar[str] = "pairing.post.holder_appointed.v1"

    post_id: str
    code: str
    member_id: str


class PostHolderReleased(Event):
    """A member holds the post no more: released, left, or their term is over."""

    type: ClassVar[str] = "pairing.post.holder_released.v1"

    post_id: str
    code: str
    member_id: str


class PostClosed(Event):
    """There is no such post any more."""

    type: ClassVar[str] = "pairing.post.closed.v1"

    post_id: str
    code: str


class TeamRegistered(Event):
    """There is a volunteer team."""

    type: ClassVar[str] = "pairing.team.registered.v1"

    team_id: str
    branch_id: str


class TeamChanged(Event):
    """A team is called something else, does something else, or another leads it."""

    type: ClassVar[str] = "pairing.team.changed.v1"

    team_id: str


class TeamMemberJoined(Event):
    """A member is in the team."""

    type: ClassVar[str] = "pairing.team.member_joined.v1"

    team_id: str
    member_id: str


class TeamMemberLeft(Event):
    """A member is in the team no more."""

    type: ClassVar[str] = "pairing.team.member_left.v1"

    team_id: str
    member_id: str


class TeamClosed(Event):
    """There is no such team any more."""

    type: ClassVar[str] = "pairing.team.closed.v1"

    team_id: str
