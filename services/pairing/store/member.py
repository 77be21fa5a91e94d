"""Members in MongoDB: their names are sealed, and found by nobody."""

from dataclasses import dataclass, fields
from typing import Any

from services.pairing.domain.member import Member
from shared.alarms import LONG_AGO
from shared.mongo import Database, Index
from shared.mongo.sealed import Sealed
from shared.sealing import Sealer

INDEXES = (
    Index((("community", 1), ("person_id", 1)), unique=True, name="person"),
    Index((("community", 1), ("branch_id", 1), ("_id", -1)), name="branch"),
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
)


@dataclass(frozen=True, slots=True)
class SealedMember(Member):
    """A member as it is written: without ``name``, which stands in ``sealed_name``.

    A name written before names were sealed is read as it is, and sealed by the next write.
    """

    sealed_name: str | None = None


Members = Sealed[Member, SealedMember]
_PLAIN = [field.name for field in fields(Member) if field.name != "name"]


class Seals:
    """Seals a member's name and opens it again."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def seal(self, member: Member) -> SealedMember:
        """The member as it is written."""
        name, place = member.name, _place(member)
        sealed = None if name is None else self._sealer.seal(name.encode(), place=place)
        return SealedMember(name=None, sealed_name=sealed, **_plain(member))

    def opened(self, sealed: SealedMember) -> Member:
        """The member again."""
        name, place = sealed.name, _place(sealed)
        if sealed.sealed_name is not None:
            name = self._sealer.open(sealed.sealed_name, place=place).decode()
        return Member(name=name, **_plain(sealed))


def members(database: Database, sealer: Sealer) -> Members:
    """The collection; a person is a member once in a community."""
    documents = database.documents(
        "members", SealedMember, source="/linli/pairing", indexes=INDEXES
    )
    seals = Seals(sealer)
    return Members(documents, seal=seals.seal, opened=seals.opened)


def _place(member: Member) -> str:
    return f"{member.id}/name"


def _plain(member: Member) -> dict[str, Any]:
    """All of it but the name."""
    return {field: getattr(member, field) for field in _PLAIN}
