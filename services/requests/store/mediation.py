"""Mediations in MongoDB: who quarrels and all that was said is sealed, each text by itself."""

from collections.abc import Callable
from dataclasses import replace

from services.requests.domain.mediation import Mediation
from services.requests.store.request import SOURCE
from shared.alarms import LONG_AGO
from shared.mongo import Database, Index
from shared.mongo.sealed import ErasableSealed
from shared.sealing import Sealer

COLLECTION = "mediations"

INDEXES = (
    Index((("request_id", 1), ("_id", 1)), name="request"),
    Index((("mediator_ids", 1), ("_id", -1)), name="mediator"),
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
)
"""By the request behind them, one for each way to list, and for alarms."""

Mediations = ErasableSealed[Mediation, Mediation]
Change = Callable[[str, str], str]
"""A text, at its place, sealed or opened."""


class Seals:
    """Seals what is confided in a case and opens it again."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def seal(self, mediation: Mediation) -> Mediation:
        """The case as it is written."""
        return _each(mediation, lambda text, at: self._sealer.seal(text.encode(), place=at))

    def opened(self, mediation: Mediation) -> Mediation:
        """The case again."""
        return _each(mediation, lambda text, at: self._sealer.open(text, place=at).decode())


def _each(case: Mediation, change: Change) -> Mediation:
    """The case with each of its confided texts changed."""

    def maybe(text: str | None, place: str) -> str | None:
        return None if text is None else change(text, f"{case.id}/{place}")

    return replace(
        case,
        subject=change(case.subject, f"{case.id}/subject"),
        parties=tuple(
            replace(
                party,
                name=change(party.name, f"{case.id}/{party.id}/name"),
                person_id=maybe(party.person_id, f"{party.id}/person_id"),
                phone=maybe(party.phone, f"{party.id}/phone"),
            )
            for party in case.parties
        ),
        sessions=tuple(
            replace(session, note=change(session.note, f"{case.id}/{session.id}/note"))
            for session in case.sessions
        ),
        agreement=case.agreement
        and replace(case.agreement, text=change(case.agreement.text, f"{case.id}/agreement/text")),
        note=maybe(case.note, "note"),
    )


def mediations(database: Database, sealer: Sealer) -> Mediations:
    """The collection of mediations."""
    documents = database.erasable(COLLECTION, Mediation, source=SOURCE, indexes=INDEXES)
    seals = Seals(sealer)
    return Mediations(documents, seal=seals.seal, opened=seals.opened)
