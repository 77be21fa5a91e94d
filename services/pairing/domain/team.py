"""A volunteer team (志愿服务队): members who do something together, with one who leads it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from services.pairing.domain.member import Member, check_there
from shared.errors import Conflict
from shared.events import Event
from shared.events.pairing_members import (
    TeamChanged,
    TeamClosed,
    TeamMemberJoined,
    TeamMemberLeft,
    TeamRegistered,
)
from shared.transitions import step

TEAM_MAX = 200


class TeamState(StrEnum):
    """Whether there is such a team still."""

    OPEN = "open"
    CLOSED = "closed"


class TeamAction(StrEnum):
    """What may be done to a team."""

    CHANGE = "change"
    JOIN = "join"
    LEAVE = "leave"
    CLOSE = "close"


TRANSITIONS: Mapping[TeamState, Mapping[TeamAction, TeamState]] = {
    TeamState.OPEN: {
        TeamAction.CHANGE: TeamState.OPEN,
        TeamAction.JOIN: TeamState.OPEN,
        TeamAction.LEAVE: TeamState.OPEN,
        TeamAction.CLOSE: TeamState.CLOSED,
    },
    TeamState.CLOSED: {},
}


@dataclass(frozen=True, slots=True)
class Team:
    """A team of a branch; ``lead_id`` is one of its members, None while nobody leads it."""

    id: str
    community: str
    version: int
    state: TeamState
    branch_id: str
    name: str
    remit: str = ""
    lead_id: str | None = None
    member_ids: tuple[str, ...] = ()


Outcome = tuple[Team, list[Event]]


def register(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    branch_id: str,
    name: str,
    remit: str,
) -> Outcome:
    """Make a team that has nobody as yet."""
    team = Team(id, community, 0, TeamState.OPEN, branch_id, name, remit)
    return team, [TeamRegistered(team_id=id, branch_id=branch_id)]


def change(team: Team, *, name: str, remit: str, lead_id: str | None) -> Outcome:
    """Say all of it anew; no event if nothing is different. ``Conflict`` for a leader from
    outside."""
    if lead_id is not None and lead_id not in team.member_ids:
        raise Conflict("team.lead_outside", pointer="/lead_id", member_id=lead_id)
    after = replace(_move(team, TeamAction.CHANGE), name=name, remit=remit, lead_id=lead_id)
    return after, [] if after == team else [TeamChanged(team_id=team.id)]


def join(team: Team, *, member: Member) -> Outcome:
    """Take a member in. ``Conflict`` if they are in it, have left, or it is full."""
    moved = _move(team, TeamAction.JOIN)
    check_there(member, pointer="/member_id")
    if member.id in team.member_ids:
        raise Conflict("team.joined_already", pointer="/member_id", member_id=member.id)
    if len(team.member_ids) >= TEAM_MAX:
        raise Conflict("team.full", most=TEAM_MAX)
    event = TeamMemberJoined(team_id=team.id, member_id=member.id)
    return replace(moved, member_ids=(*team.member_ids, member.id)), [event]


def leave(team: Team, *, member_id: str) -> Outcome:
    """Let a member go; whoever led it leads it no more. ``Conflict`` if they are not in it."""
    moved = _move(team, TeamAction.LEAVE)
    if member_id not in team.member_ids:
        raise Conflict("team.not_joined", member_id=member_id)
    rest = tuple(each for each in team.member_ids if each != member_id)
    lead_id = None if team.lead_id == member_id else team.lead_id
    event = TeamMemberLeft(team_id=team.id, member_id=member_id)
    return replace(moved, member_ids=rest, lead_id=lead_id), [event]


def let_go(team: Team, *, member_id: str) -> Outcome | None:
    """The same for who has left the register; None if they are not in it, or it is closed."""
    there = member_id in team.member_ids and team.state is TeamState.OPEN
    return leave(team, member_id=member_id) if there else None


def close(team: Team) -> Outcome:
    """Do away with the team; who was in it stays on record."""
    return _move(team, TeamAction.CLOSE), [TeamClosed(team_id=team.id)]


def _move(team: Team, action: TeamAction) -> Team:
    return replace(team, state=step(TRANSITIONS, team.state, action, noun="team"))
