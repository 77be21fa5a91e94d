"""Volunteer teams: what they do, and who is in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.pairing.domain import team as domain
from services.pairing.domain.branch import Branch
from services.pairing.domain.member import Member, MemberState
from services.pairing.domain.team import Team, TeamState
from services.pairing.service.branch import check_known
from services.pairing.service.giving import given, let_go, let_go_now
from services.pairing.service.onlooker import Onlooker
from shared.clock import new_id
from shared.envelope import Envelope
from shared.errors import Conflict, NotAllowed
from shared.events.pairing_members import MemberLeft
from shared.store import Page, Store, check_seen


@dataclass(frozen=True, slots=True)
class TeamTold:
    """What is told of a team."""

    name: str
    remit: str = ""
    lead_id: str | None = None


class TeamService:
    """What one can do with teams; who answers for a branch, with its own."""

    def __init__(
        self,
        store: Store[Team],
        members: Store[Member],
        branches: Store[Branch],
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._members = members
        self._branches = branches
        self._new_id = new_id

    async def register(
        self, onlooker: Onlooker, *, community: str, branch_id: str, told: TeamTold
    ) -> Team:
        """Make a team of a branch. ``NotAllowed`` for another branch's; ``Invalid`` for none."""
        if onlooker.branch_id not in (None, branch_id):
            raise NotAllowed("member.other_branch", pointer="/branch_id")
        await check_known(self._branches, branch_id, community=community)
        team, events = domain.register(
            id=self._new_id("tea"),
            community=community,
            branch_id=branch_id,
            name=told.name,
            remit=told.remit,
        )
        return await self._store.save(team, events)

    async def change(
        self, team_id: str, onlooker: Onlooker, told: TeamTold, *, seen: int | None
    ) -> Team:
        """Say the whole of it anew."""
        team = await self._own(team_id, onlooker, seen)
        after, events = domain.change(team, name=told.name, remit=told.remit, lead_id=told.lead_id)
        return await self._store.save(after, events) if events else team

    async def join(
        self, team_id: str, onlooker: Onlooker, member_id: str, *, seen: int | None
    ) -> Team:
        """Take a member in; ``Invalid`` ``member.unknown`` for who is not to be had."""
        team = await self._own(team_id, onlooker, seen)
        member = await given(self._members, member_id, team.community, onlooker)
        saved = await self._store.save(*domain.join(team, member=member))
        if (await self._members.get(member_id)).state is not MemberState.LEFT:
            return saved
        # They left while this was being written, and that may have been heard of before it was.
        await let_go_now(self._store, saved.id, lambda t: domain.let_go(t, member_id=member_id))
        raise Conflict("member.has_left", pointer="/member_id", member_id=member_id)

    async def leave(
        self, team_id: str, onlooker: Onlooker, member_id: str, *, seen: int | None
    ) -> Team:
        """Let a member go; ``Conflict`` if they are not in it."""
        team = await self._own(team_id, onlooker, seen)
        return await self._store.save(*domain.leave(team, member_id=member_id))

    async def close(self, team_id: str, onlooker: Onlooker, *, seen: int | None) -> Team:
        """Do away with the team."""
        team = await self._own(team_id, onlooker, seen)
        return await self._store.save(*domain.close(team))

    async def get(self, team_id: str, *, communities: Sequence[str]) -> Team:
        """One team; ``NotFound``."""
        return await self._store.get(team_id, communities=communities)

    async def page(
        self,
        *,
        communities: Sequence[str],
        state: TeamState | None,
        cursor: str | None,
        limit: int,
    ) -> Page[Team]:
        """The teams of these communities, newest first."""
        where = {} if state is None else {"state": state.value}
        return await self._store.page(where, communities=communities, cursor=cursor, limit=limit)

    async def story(self, team_id: str, *, communities: Sequence[str]) -> list[Envelope]:
        """All that happened to the team, oldest first; ``NotFound``."""
        return await self._store.story(team_id, communities=communities)

    async def on_member_left(self, event: MemberLeft, envelope: Envelope) -> None:
        """Let who has left go from all teams, unless they are back; a repeat finds no more."""
        member = await self._members.get(event.member_id)
        if member.state is not MemberState.LEFT:
            return
        where = {"member_ids": member.id, "state": TeamState.OPEN.value}
        await let_go(
            self._store, where, lambda t: domain.let_go(t, member_id=member.id), handling=envelope
        )

    async def _own(self, team_id: str, onlooker: Onlooker, seen: int | None) -> Team:
        team = await self._store.get(team_id, communities=onlooker.communities)
        onlooker.check(team.id, branch_id=team.branch_id)
        check_seen(team, seen)
        return team
