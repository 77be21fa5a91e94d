"""Members and posts in every state, made by the domain's own functions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from services.pairing.domain import member, post, team
from services.pairing.domain.load import Load
from services.pairing.domain.member import Member, MemberAction, MemberState, profile_of
from services.pairing.domain.post import Post, PostAction, PostState, Remit
from services.pairing.domain.team import Team, TeamAction, TeamState
from services.pairing.tests.samples import HERE, NOW, a_member
from shared.events import Event
from shared.transitions import step

WEEK = timedelta(days=7)
REMIT = Remit("便民服务岗", "Everyday help", "代购代办", "Errands", ("care",))


def _changed(some: Member) -> tuple[Member, list[Event]]:
    """Something is different, whatever it was before."""
    profile = replace(profile_of(some), hours_a_month=some.hours_a_month % 9 + 1)
    return member.change(some, profile=profile, carried=Load())


def _stays(some: Member) -> tuple[Member, list[Event]]:
    """Somebody who is there, and had planned to be away by then."""
    if some.state is MemberState.ACTIVE:
        some, _ = member.go_away(some, since=NOW + WEEK, until=None, at=NOW)
        return member.come_back(some)
    step(member.TRANSITIONS, some.state, MemberAction.DROP_ABSENCE, noun="member")
    raise AssertionError("only who is there can stay")


def _returned(some: Member) -> tuple[Member, list[Event]]:
    """Somebody who had planned nothing else."""
    return member.come_back(replace(some, planned=None))


MEMBER_ACT: dict[MemberAction, Callable[[Member], tuple[Member, list[Event]]]] = {
    MemberAction.CHANGE: _changed,
    MemberAction.PLAN_ABSENCE: lambda m: member.go_away(
        m, since=NOW + WEEK, until=NOW + 2 * WEEK, at=NOW
    ),
    MemberAction.DROP_ABSENCE: _stays,
    MemberAction.GO_AWAY: lambda m: member.go_away(m, until=NOW + WEEK, at=NOW),
    MemberAction.RETURN: _returned,
    MemberAction.LEAVE: member.leave,
    MemberAction.REJOIN: member.rejoin,
}
MEMBER_PATHS: dict[MemberState, tuple[MemberAction, ...]] = {
    MemberState.ACTIVE: (),
    MemberState.AWAY: (MemberAction.GO_AWAY,),
    MemberState.LEFT: (MemberAction.LEAVE,),
}


def member_in(state: MemberState) -> Member:
    """A member that came to this state by the table."""
    some = a_member()
    for action in MEMBER_PATHS[state]:
        some, _ = MEMBER_ACT[action](some)
    return some


def a_post() -> Post:
    """A post that nobody holds."""
    return post.register(id="pst_1", community=HERE, code="everyday", remit=REMIT)[0]


def held(some: Post, number: int = 1, *, weeks: int | None = None) -> tuple[Post, list[Event]]:
    """The post, given to a member, for so many weeks if told."""
    until = None if weeks is None else NOW + weeks * WEEK
    return post.appoint(some, member=a_member(number), since=NOW, until=until, at=NOW)


def _renamed(some: Post) -> tuple[Post, list[Event]]:
    return post.change(some, remit=replace(REMIT, name_zh=f"{some.name_zh}一"))


def _appointed(some: Post) -> tuple[Post, list[Event]]:
    return held(some, len(some.holders) + 10)


def _released(some: Post) -> tuple[Post, list[Event]]:
    """Take it from somebody who has it by then."""
    begun = some if some.holders or some.state is PostState.CLOSED else held(some)[0]
    holder = begun.holders[-1].member_id if begun.holders else "mem_1"
    return post.release(begun, member_id=holder)


POST_ACT: dict[PostAction, Callable[[Post], tuple[Post, list[Event]]]] = {
    PostAction.CHANGE: _renamed,
    PostAction.APPOINT: _appointed,
    PostAction.RELEASE: _released,
    PostAction.CLOSE: post.close,
}


def post_in(state: PostState) -> Post:
    """A post that came to this state by the table."""
    return a_post() if state is PostState.OPEN else post.close(a_post())[0]


def a_team() -> Team:
    """A team that nobody is in."""
    return team.register(
        id="tea_1", community=HERE, branch_id="brn_1", name="示例服务队", remit=""
    )[0]


def joined_by(some: Team, number: int = 1) -> tuple[Team, list[Event]]:
    """The team, with a member taken in."""
    return team.join(some, member=a_member(number))


def _taken_in(some: Team) -> tuple[Team, list[Event]]:
    """Take somebody in who is not in it."""
    number = max((int(each.removeprefix("mem_")) for each in some.member_ids), default=0) + 1
    return joined_by(some, number)


def _let_go(some: Team) -> tuple[Team, list[Event]]:
    """Let somebody go who is in it by then."""
    begun = some if some.member_ids or some.state is TeamState.CLOSED else joined_by(some)[0]
    return team.leave(begun, member_id=begun.member_ids[0] if begun.member_ids else "mem_1")


TEAM_ACT: dict[TeamAction, Callable[[Team], tuple[Team, list[Event]]]] = {
    TeamAction.CHANGE: lambda t: team.change(t, name=f"{t.name}一", remit="", lead_id=None),
    TeamAction.JOIN: _taken_in,
    TeamAction.LEAVE: _let_go,
    TeamAction.CLOSE: team.close,
}


def team_in(state: TeamState) -> Team:
    """A team that came to this state by the table."""
    return a_team() if state is TeamState.OPEN else team.close(a_team())[0]
