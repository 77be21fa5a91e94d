"""Scorecards, their sealed chains, and the rules, in MongoDB."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.property.domain.objection import Objection
from services.property.domain.rating import Rating
from services.property.domain.score_rules import ScoreRules
from services.property.domain.scorecard import Input, InputKind, Scorecard
from services.property.domain.seal import Link
from services.property.service.scorecard_parts import Kept
from services.property.store.scorecard_tally import RATING_FIGURES
from shared.alarms import LONG_AGO
from shared.mongo import Database, Documents, Index
from shared.mongo.records import Records

SOURCE = "/linli/property"
LINK_INDEXES = (
    Index((("inputs_id", 1), ("place", 1)), unique=True, name="place"),
    Index((("inputs_id", 1), ("marks", 1), ("place", 1)), name="mark"),
    Index((("inputs_id", 1), ("record_id", 1)), name="record"),
    Index((("scorecard_id", 1), ("inputs_id", 1)), name="scorecard"),
)
CARD_INDEXES = (
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
    Index(
        (("community", 1), ("contractor_id", 1), ("position", 1)),
        unique=True,
        partial={"position": {"$gt": 0}},
        name="position",
    ),
    Index(
        (("community", 1), ("contractor_id", 1), ("month", 1), ("edition", 1)),
        unique=True,
        name="edition",
    ),
    Index((("community", 1), ("month", -1), ("edition", -1), ("_id", -1)), name="month"),
)
"""Of two seals at one place of a chain, and of two editions of one number, one is refused."""


def scorecards(database: Database) -> Documents[Scorecard]:
    """The collection of scorecards."""
    return database.documents("scorecards", Scorecard, source=SOURCE, indexes=CARD_INDEXES)


def score_rules(database: Database) -> Documents[ScoreRules]:
    """The collection of what communities published."""
    return database.documents("score_rules", ScoreRules, source=SOURCE)


def ratings(database: Database) -> Documents[Rating]:
    """The collection of ratings; a person's of a month is found by its id."""
    return database.documents("ratings", Rating, source=SOURCE, indexes=[RATING_FIGURES])


def objections(database: Database) -> Documents[Objection]:
    """The collection of objections."""
    indexes = [Index((("scorecard_id", 1), ("state", 1), ("_id", -1)), name="scorecard")]
    return database.documents("objections", Objection, source=SOURCE, indexes=indexes)


class LinkRecords:
    """Keeps the promises of ``Links``: a document for each sealed record."""

    def __init__(self, database: Database) -> None:
        self._records: Records = database.records("scorecard_inputs", indexes=LINK_INDEXES)

    async def keep(self, scorecard_id: str, inputs_id: str, links: Sequence[Kept]) -> None:
        """See ``Links.keep``."""
        if links:
            await self._records.insert_many(
                [_document(scorecard_id, inputs_id, each) for each in links]
            )

    async def page(
        self, inputs_id: str, *, mark: str | None = None, after: int = -1, limit: int
    ) -> list[Link]:
        """See ``Links.page``."""
        where: dict[str, Any] = {"inputs_id": inputs_id, "place": {"$gt": after}}
        if mark is not None:
            where["marks"] = mark
        found = await self._records.find(where, sort=(("place", 1),), limit=limit)
        return [_link(each) for each in found]

    async def find(self, inputs_id: str, record_id: str, *, mark: str) -> Link | None:
        """See ``Links.find``."""
        where = {"inputs_id": inputs_id, "record_id": record_id, "marks": mark}
        found = await self._records.find(where, limit=1)
        return _link(found[0]) if found else None

    async def forget(self, scorecard_id: str, inputs_id: str, *, others: bool) -> None:
        """See ``Links.forget``."""
        which: Any = {"$ne": inputs_id} if others else inputs_id
        await self._records.delete({"scorecard_id": scorecard_id, "inputs_id": which})


def _document(scorecard_id: str, inputs_id: str, kept: Kept) -> dict[str, Any]:
    link = kept.link
    return {
        "_id": f"{inputs_id}/{link.place}",
        "scorecard_id": scorecard_id,
        "inputs_id": inputs_id,
        "place": link.place,
        "kind": link.record.kind.value,
        "record_id": link.record.id,
        "facts": dict(link.record.facts),
        "digest": link.digest,
        "link": link.link,
        "marks": list(kept.marks),
    }


def _link(kept: Mapping[str, Any]) -> Link:
    record = Input(InputKind(kept["kind"]), kept["record_id"], kept["facts"])
    return Link(kept["place"], record, kept["digest"], kept["link"])
