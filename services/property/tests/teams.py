"""Volunteer teams for tests: the copy of them in memory, and what pairing tells of them."""

from services.property.tests.samples import COMMUNITY
from shared.envelope import Envelope
from shared.events import Event
from shared.events.pairing import MemberRegistered
from shared.events.pairing_members import TeamMemberJoined
from shared.testing import heard

TEAM = "tea_1"


class FakeTeams:
    """Keeps the promises of ``Teams`` in memory."""

    def __init__(self) -> None:
        self.seats: dict[tuple[str, str], tuple[int, bool]] = {}
        self.persons: dict[str, str] = {}
        self.absences: dict[str, tuple[int, bool]] = {}
        self.closed: set[str] = set()

    async def seat(self, team_id: str, member_id: str, *, taken: bool, sequence: int) -> None:
        before = self.seats.get((team_id, member_id), (0, False))
        self.seats[team_id, member_id] = max(before, (sequence, taken), key=lambda each: each[0])

    async def member(self, member_id: str, person_id: str) -> None:
        self.persons[member_id] = person_id

    async def absence(self, member_id: str, *, away: bool, sequence: int) -> None:
        before = self.absences.get(member_id, (0, False))
        self.absences[member_id] = max(before, (sequence, away), key=lambda each: each[0])

    async def close(self, team_id: str) -> None:
        self.closed.add(team_id)

    async def people(self, team_id: str, *, present: bool = False) -> list[str]:
        return [
            self.persons[member_id]
            for (team, member_id), (_, taken) in sorted(self.seats.items())
            if (team, taken) == (team_id, True)
            and team not in self.closed
            and member_id in self.persons
            and not (present and self.absences.get(member_id, (0, False))[1])
        ]

    async def teams_of(self, person_id: str) -> tuple[str, ...]:
        return tuple(
            team
            for (team, member_id), (_, taken) in self.seats.items()
            if taken and team not in self.closed and self.persons.get(member_id) == person_id
        )


def joined_team(*people: str, team_id: str = TEAM) -> list[Envelope]:
    """What pairing tells as these people join a team."""
    told: list[Envelope] = []
    for n, person_id in enumerate(people):
        member_id = f"mem_{person_id}"
        registered = MemberRegistered(member_id=member_id, branch_id="bra_1", person_id=person_id)
        told.append(news(registered, member_id, 1))
        told.append(news(TeamMemberJoined(team_id=team_id, member_id=member_id), team_id, n + 2))
    return told


def news(event: Event, subject: str, sequence: int) -> Envelope:
    """An event of pairing's, as it is heard here."""
    return heard(event, subject, sequence=sequence, community=COMMUNITY)
