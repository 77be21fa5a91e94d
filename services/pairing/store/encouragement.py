"""Pledges, exemplars and thanks in MongoDB; words of thanks are sealed."""

from dataclasses import dataclass

from services.pairing.domain.exemplar import Exemplar
from services.pairing.domain.pledge import Pledge, PledgeState
from services.pairing.domain.thanks import Thanks
from shared.mongo import Database, Documents, Index
from shared.mongo.sealed import Sealed
from shared.mongo.sealed_fields import SealedText
from shared.sealing import Sealer

SOURCE = "/linli/pairing"
_OPEN = {"state": PledgeState.OPEN.value}

PLEDGE_INDEXES = (
    Index((("member_id", 1), ("state", 1), ("_id", -1)), name="member"),
    Index((("person_id", 1), ("state", 1), ("_id", -1)), name="person"),
    Index((("branch_id", 1), ("state", 1), ("_id", -1)), name="branch"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("state", 1), ("next_at", 1), ("_id", 1)), partial=_OPEN, name="due"),
)
EXEMPLAR_INDEXES = (
    Index((("community", 1), ("state", 1), ("named_at", -1), ("_id", -1)), name="named"),
    Index((("branch_id", 1), ("state", 1), ("_id", 1)), name="branch"),
    Index((("member_id", 1), ("state", 1), ("_id", -1)), name="member"),
)
THANKS_INDEXES = (
    Index((("person_id", 1), ("_id", -1)), name="person"),
    Index((("branch_id", 1), ("_id", -1)), name="branch"),
)


@dataclass(frozen=True, slots=True)
class SealedThanks(Thanks):
    """Thanks as they are written: without ``words``, which stand in ``sealed_words``."""

    sealed_words: str | None = None


AllThanks = Sealed[Thanks, SealedThanks]


def pledges(database: Database) -> Documents[Pledge]:
    """The collection of pledges."""
    return database.documents("pledges", Pledge, source=SOURCE, indexes=PLEDGE_INDEXES)


def exemplars(database: Database) -> Documents[Exemplar]:
    """The collection of exemplars."""
    return database.documents("exemplars", Exemplar, source=SOURCE, indexes=EXEMPLAR_INDEXES)


def all_thanks(database: Database, sealer: Sealer) -> AllThanks:
    """The collection of thanks."""
    documents = database.documents("thanks", SealedThanks, source=SOURCE, indexes=THANKS_INDEXES)
    seals = SealedText(sealer, Thanks, SealedThanks, "words")
    return AllThanks(documents, seal=seals.seal, opened=seals.opened)
