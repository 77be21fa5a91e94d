"""Many members at once, from a table (``shared.bulk``): a person who is there already is changed,
another one registered.

So a table can be sent again, whole, after whatever went wrong, and one that was read from here can
be changed and sent back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.pairing.domain.member import Member, Profile
from services.pairing.service.member import MemberService
from services.pairing.service.onlooker import Onlooker
from shared.bulk import Bulk, Outcome
from shared.errors import Conflict, Invalid, NotFound

REF = "person_id"
"""What a row is known by."""


@dataclass(frozen=True, slots=True)
class Told:
    """A row that can be read; ``number`` is where it stands in its table.

    ``changes``: the fields of a profile that it has. ``seen``: the version that it was read at.
    """

    number: int
    external_ref: str
    """The person's id."""
    community: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """The member that a row is about; ``before``: the version that there was, 0 for none."""

    member: Member
    before: int


class MemberTableService:
    """The use case."""

    def __init__(self, members: MemberService) -> None:
        self._members = members

    async def enter(self, rows: Sequence[Told], onlooker: Onlooker) -> list[Outcome[Entered]]:
        """What becomes of each row, as ``Bulk.load``; who is there already is always looked at."""
        there: dict[tuple[str, str], Member] = {}
        for community in {row.community for row in rows}:
            persons = [row.external_ref for row in rows if row.community == community]
            found = await self._members.of_persons(community, persons)
            there |= {(community, person_id): member for person_id, member in found.items()}

        async def none(_: Sequence[Told]) -> dict[int, Entered]:
            return {}

        async def enter(row: Told) -> Entered:
            member = there.get((row.community, row.external_ref))
            if member is None:
                try:
                    return Entered(await self._register(row, onlooker), before=0)
                except Conflict as conflict:
                    member = await self._meanwhile(row, conflict)
            return Entered(await self._change(row, member, onlooker), before=member.version)

        return await Bulk(none, enter, ref=REF).load(rows)

    async def _register(self, row: Told, onlooker: Onlooker) -> Member:
        told = dict(row.changes)
        branch_id = told.pop("branch_id", None) or onlooker.branch_id
        if branch_id is None:
            raise Invalid("member.branch_needed", pointer="/branch_id")
        return await self._members.register(
            onlooker,
            community=row.community,
            person_id=row.external_ref,
            profile=Profile(branch_id=branch_id, **told),
        )

    async def _meanwhile(self, row: Told, conflict: Conflict) -> Member:
        """Whoever somebody else registered at this moment; the conflict if it is another one."""
        if conflict.code == "member.exists":
            found = await self._members.of_persons(row.community, [row.external_ref])
            if row.external_ref in found:
                return found[row.external_ref]
        raise conflict

    async def _change(self, row: Told, there: Member, onlooker: Onlooker) -> Member:
        try:
            onlooker.check(there.id, person_id=there.person_id, branch_id=there.branch_id)
        except NotFound:
            raise Conflict("member.exists", pointer="/person_id") from None
        return await self._members.change_of(there, onlooker, row.changes, seen=row.seen)
