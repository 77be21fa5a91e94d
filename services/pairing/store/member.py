"""Members in MongoDB: their names are sealed, and found by nobody."""

from dataclasses import dataclass

from services.pairing.domain.member import Member
from shared.alarms import LONG_AGO
from shared.mongo import Database, Index
from shared.mongo.sealed import Sealed
from shared.mongo.sealed_fields import SealedText
from shared.sealing import Sealer

INDEXES = (
    Index((("community", 1), ("person_id", 1)), unique=True, name="person"),
    Index((("community", 1), ("branch_id", 1), ("_id", -1)), name="branch"),
    Index((("leads", 1), ("branch_id", 1)), partial={"leads": {"$gt": ""}}, name="leads"),
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
)


@dataclass(frozen=True, slots=True)
class SealedMember(Member):
    """A member as it is written: without ``name``, which stands in ``sealed_name``.

    A name written before names were sealed is read as it is, and sealed by the next write.
    """

    sealed_name: str | None = None


Members = Sealed[Member, SealedMember]


def members(database: Database, sealer: Sealer) -> Members:
    """The collection; a person is a member once in a community."""
    documents = database.documents(
        "members", SealedMember, source="/linli/pairing", indexes=INDEXES
    )
    seals = SealedText(sealer, Member, SealedMember, "name")
    return Members(documents, seal=seals.seal, opened=seals.opened)
