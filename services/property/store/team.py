"""Who is in which volunteer team: a small copy of what pairing tells, right in any order."""

from shared.mongo import Database, Index, Records

TEAM_MAX = 200
TEAMS_OF_ONE_MAX = 20


class TeamRecords:
    """Keeps the promises of ``Teams``."""

    def __init__(
        self, seats: Records, members: Records, absences: Records, closed: Records
    ) -> None:
        self._seats = seats
        self._members = members
        self._absences = absences
        self._closed = closed

    async def seat(self, team_id: str, member_id: str, *, taken: bool, sequence: int) -> None:
        """See ``Teams.seat``."""
        facts = {"team_id": team_id, "member_id": member_id, "taken": taken}
        await self._seats.put_newer(f"{team_id}/{member_id}", facts, sequence=sequence)

    async def member(self, member_id: str, person_id: str) -> None:
        """See ``Teams.member``."""
        await self._members.put(member_id, {"person_id": person_id})

    async def absence(self, member_id: str, *, away: bool, sequence: int) -> None:
        """See ``Teams.absence``."""
        await self._absences.put_newer(member_id, {"away": away}, sequence=sequence)

    async def close(self, team_id: str) -> None:
        """See ``Teams.close``."""
        await self._closed.put(team_id, {})

    async def people(self, team_id: str, *, present: bool = False) -> list[str]:
        """See ``Teams.people``."""
        if await self._closed.get(team_id) is not None:
            return []
        where = {"team_id": team_id, "taken": True}
        seats = await self._seats.find(where, limit=TEAM_MAX)
        ids = [seat["member_id"] for seat in seats]
        if present and ids:
            away = {"_id": {"$in": ids}, "away": True}
            gone = {row["_id"] for row in await self._absences.find(away, limit=TEAM_MAX)}
            ids = [each for each in ids if each not in gone]
        known = await self._members.find({"_id": {"$in": ids}}, limit=TEAM_MAX) if ids else []
        return [row["person_id"] for row in known]

    async def teams_of(self, person_id: str) -> tuple[str, ...]:
        """See ``Teams.teams_of``."""
        rows = await self._members.find({"person_id": person_id}, limit=TEAMS_OF_ONE_MAX)
        where = {"member_id": {"$in": [row["_id"] for row in rows]}, "taken": True}
        seats = await self._seats.find(where, limit=TEAMS_OF_ONE_MAX) if rows else []
        ids = [seat["team_id"] for seat in seats]
        found = await self._closed.find({"_id": {"$in": ids}}, limit=len(ids)) if ids else []
        closed = {row["_id"] for row in found}
        return tuple(each for each in ids if each not in closed)


def teams(database: Database) -> TeamRecords:
    """The collections of the copy."""
    return TeamRecords(
        database.records(
            "team_seats",
            indexes=[
                Index((("team_id", 1), ("taken", 1), ("_id", 1)), name="team"),
                Index((("member_id", 1), ("taken", 1)), name="member"),
            ],
        ),
        database.records("team_people", indexes=[Index((("person_id", 1),), name="person")]),
        database.records("team_absences"),
        database.records("teams_closed"),
    )
