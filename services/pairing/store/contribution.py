"""Contributions in MongoDB: what people wrote about them is sealed, it may say who was helped."""

import json
from dataclasses import dataclass, fields, replace
from typing import Any

from services.pairing.domain.contribution import Contribution
from services.pairing.store.tally import FIGURES_INDEX, MEMBER_INDEX
from shared.mongo import Database, Index
from shared.mongo.sealed import Sealed
from shared.sealing import Sealer

INDEXES = (
    Index((("person_id", 1), ("state", 1), ("_id", -1)), name="person"),
    Index((("branch_id", 1), ("state", 1), ("_id", -1)), name="branch"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    FIGURES_INDEX,
    MEMBER_INDEX,
)


@dataclass(frozen=True, slots=True)
class SealedContribution(Contribution):
    """A contribution as it is written: its words stand in ``sealed_words``, together."""

    sealed_words: str | None = None


Contributions = Sealed[Contribution, SealedContribution]
_FIELDS = [field.name for field in fields(Contribution)]


class Seals:
    """Seals the words of a contribution and opens them again."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def seal(self, contribution: Contribution) -> SealedContribution:
        """The contribution as it is written."""
        asked = contribution.question
        words = {
            "about": contribution.about,
            "return_note": contribution.return_note,
            "question_note": None if asked is None else asked.note,
        }
        told = {name: said for name, said in words.items() if said is not None}
        sealed = None
        if told:
            sealed = self._sealer.seal(json.dumps(told).encode(), place=_place(contribution))
        return SealedContribution(**_all_of(_with(contribution, {})), sealed_words=sealed)

    def opened(self, sealed: SealedContribution) -> Contribution:
        """The contribution again."""
        plain = Contribution(**_all_of(sealed))
        if sealed.sealed_words is None:
            return plain
        told = self._sealer.open(sealed.sealed_words, place=_place(sealed))
        return _with(plain, json.loads(told))


def contributions(database: Database, sealer: Sealer) -> Contributions:
    """The collection."""
    documents = database.documents(
        "contributions", SealedContribution, source="/linli/pairing", indexes=INDEXES
    )
    seals = Seals(sealer)
    return Contributions(documents, seal=seals.seal, opened=seals.opened)


def _place(contribution: Contribution) -> str:
    return f"{contribution.id}/words"


def _all_of(contribution: Contribution) -> dict[str, Any]:
    return {name: getattr(contribution, name) for name in _FIELDS}


def _with(contribution: Contribution, words: dict[str, str]) -> Contribution:
    """The contribution with these words in place of whatever it had."""
    asked = contribution.question
    return replace(
        contribution,
        about=words.get("about"),
        return_note=words.get("return_note"),
        question=None if asked is None else replace(asked, note=words.get("question_note")),
    )
