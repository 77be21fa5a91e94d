"""Pledges, exemplars and thanks in MongoDB; words of thanks are sealed."""

from dataclasses import dataclass, fields
from typing import Any

from services.pairing.domain.exemplar import Exemplar
from services.pairing.domain.pledge import Pledge, PledgeState
from services.pairing.domain.thanks import Thanks
from shared.mongo import Database, Documents, Index
from shared.mongo.sealed import Sealed
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
_PLAIN = [field.name for field in fields(Thanks) if field.name != "words"]


class Seals:
    """Seals the words of thanks and opens them again."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def seal(self, thanks: Thanks) -> SealedThanks:
        """The thanks as they are written."""
        words, place = thanks.words, _place(thanks)
        sealed = None if words is None else self._sealer.seal(words.encode(), place=place)
        return SealedThanks(words=None, sealed_words=sealed, **_plain(thanks))

    def opened(self, sealed: SealedThanks) -> Thanks:
        """The thanks again."""
        if sealed.sealed_words is None:
            return Thanks(words=None, **_plain(sealed))
        words = self._sealer.open(sealed.sealed_words, place=_place(sealed)).decode()
        return Thanks(words=words, **_plain(sealed))


def pledges(database: Database) -> Documents[Pledge]:
    """The collection of pledges."""
    return database.documents("pledges", Pledge, source=SOURCE, indexes=PLEDGE_INDEXES)


def exemplars(database: Database) -> Documents[Exemplar]:
    """The collection of exemplars."""
    return database.documents("exemplars", Exemplar, source=SOURCE, indexes=EXEMPLAR_INDEXES)


def all_thanks(database: Database, sealer: Sealer) -> AllThanks:
    """The collection of thanks."""
    documents = database.documents("thanks", SealedThanks, source=SOURCE, indexes=THANKS_INDEXES)
    seals = Seals(sealer)
    return AllThanks(documents, seal=seals.seal, opened=seals.opened)


def _place(thanks: Thanks) -> str:
    return f"{thanks.id}/words"


def _plain(thanks: Thanks) -> dict[str, Any]:
    """All of it but the words."""
    return {field: getattr(thanks, field) for field in _PLAIN}
