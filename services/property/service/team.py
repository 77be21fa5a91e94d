"""Volunteer teams as pairing tells of them: who is in one, and who of them is away."""

from typing import Protocol

from shared.envelope import Envelope
from shared.events.pairing import MemberRegistered
from shared.events.pairing_members import (
    MemberAway,
    MemberReturned,
    TeamClosed,
    TeamMemberJoined,
    TeamMemberLeft,
)


class Teams(Protocol):
    """A small copy of pairing's teams. Each: ``Unavailable``."""

    async def seat(self, team_id: str, member_id: str, *, taken: bool, sequence: int) -> None:
        """A member is in the team, or no more, as of this version of it; older news is dropped."""

    async def member(self, member_id: str, person_id: str) -> None:
        """Which person the member is, for good."""

    async def absence(self, member_id: str, *, away: bool, sequence: int) -> None:
        """Whether the member is away, as of this version of them; older news is dropped."""

    async def close(self, team_id: str) -> None:
        """There is no such team any more: nobody is in it."""

    async def people(self, team_id: str, *, present: bool = False) -> list[str]:
        """The people in the team; ``present``: those of them who are not away."""

    async def teams_of(self, person_id: str) -> tuple[str, ...]:
        """The teams that this person is in."""


class TeamHearing:
    """Keeps the copy; twice, late or out of order it comes to the same."""

    def __init__(self, teams: Teams) -> None:
        self._teams = teams

    async def on_registered(self, event: MemberRegistered, _: Envelope) -> None:
        """Whose member id this is."""
        await self._teams.member(event.member_id, event.person_id)

    async def on_joined(self, event: TeamMemberJoined, envelope: Envelope) -> None:
        """Somebody is in a team."""
        await self._seat(event, envelope, taken=True)

    async def on_left(self, event: TeamMemberLeft, envelope: Envelope) -> None:
        """Somebody is in a team no more."""
        await self._seat(event, envelope, taken=False)

    async def on_closed(self, event: TeamClosed, _: Envelope) -> None:
        """There is no such team any more."""
        await self._teams.close(event.team_id)

    async def on_away(self, event: MemberAway, envelope: Envelope) -> None:
        """Somebody cannot help for a while."""
        await self._teams.absence(event.member_id, away=True, sequence=envelope.sequence)

    async def on_returned(self, event: MemberReturned, envelope: Envelope) -> None:
        """Somebody can help again."""
        await self._teams.absence(event.member_id, away=False, sequence=envelope.sequence)

    async def _seat(
        self, event: TeamMemberJoined | TeamMemberLeft, envelope: Envelope, *, taken: bool
    ) -> None:
        await self._teams.seat(
            event.team_id, event.member_id, taken=taken, sequence=envelope.sequence
        )
