"""One write of an aggregate on its way into the store."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import bson

from shared.envelope import Answer, Envelope, wire
from shared.mongo.days import OPTIONS

HEARD_KEPT = 1000
"""More than any aggregate hears in 14 days, the time for which a repeat must be known."""

ANSWERS_KEPT = 20


@dataclass(frozen=True, slots=True)
class Draft:
    """The aggregate as it will be, its new envelopes, and what it answers and handles by them."""

    fields: dict[str, Any]
    sealed: list[dict[str, Any]]
    handling: Envelope | None
    answer: dict[str, Any] | None
    at: datetime
    by: str

    def fresh(self, id: str, fields: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
        """The whole document, for an aggregate that is new; ``fields``: its own that are kept,
        which go before the store's: it may know better when it began."""
        document = {
            "_id": id,
            "correlation": self.sealed[0]["correlationid"],
            "story": self.sealed,
            "untold": self.untold(),
            "created_at": self.at,
            "created_by": self.by,
            "updated_at": self.at,
            "updated_by": self.by,
            **fields,
        }
        if self.handling:
            document["heard"] = self._heard(self.handling)
        if self.answer:
            document["answers"] = [self.answer]
        return document

    def changed(self) -> dict[str, Any]:
        """The update of a document that is there."""
        push: dict[str, Any] = {
            "story": {"$each": self.sealed},
            "untold": {"$each": self.untold()},
        }
        if self.handling:
            push["heard"] = {"$each": self._heard(self.handling), "$slice": -HEARD_KEPT}
        if self.answer:
            push["answers"] = {"$each": [self.answer], "$slice": -ANSWERS_KEPT}
        return {
            "$set": {**self.fields, "updated_at": self.at, "updated_by": self.by},
            "$push": push,
        }

    def unless_done(self) -> dict[str, Any]:
        """Conditions that hold unless the document has done already what the draft is to do."""
        conditions: dict[str, Any] = {}
        if self.handling:
            conditions["heard.id"] = {"$ne": self.handling.id}
        if self.answer:
            conditions["answers.key"] = {"$ne": self.answer["key"]}
        return conditions

    def untold(self) -> list[dict[str, Any]]:
        """The outbox: which events of the story are not on the bus yet."""
        return [{"id": event["id"]} for event in self.sealed]

    def story_bytes(self) -> int:
        """How much the story will grow by it."""
        return len(bson.encode({"story": self.sealed}, codec_options=OPTIONS))

    def ready(self) -> list[dict[str, Any]]:
        """The same events, ready to be sent."""
        return [ready(event) for event in self.sealed]

    def _heard(self, handling: Envelope) -> list[dict[str, Any]]:
        return [{"id": handling.id, "at": self.at}]


def rendered(answer: Answer | None, saved: Any, at: datetime) -> dict[str, Any] | None:
    """What the call's idempotency key will give again; the first write of a call takes it along."""
    if answer is None or answer.stored:
        return None
    return {"key": answer.key, "fingerprint": answer.fingerprint, "at": at, **answer.render(saved)}


def ready(envelope: dict[str, Any]) -> dict[str, Any]:
    """An event of a story as the relay sends it."""
    kept = {name: envelope[name] for name in ("id", "type", "time")}
    return {**kept, "body": wire(envelope)}
