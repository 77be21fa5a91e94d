"""The CloudEvents 1.0 envelope: what the story keeps, RabbitMQ carries and a web hook posts.

Structured mode, ``application/cloudevents+json``, with the extensions ``community actor
correlationid causationid sequence traceparent``. A reader takes what it knows and ignores the rest.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from shared.errors import Malformed
from shared.events import Event

CONTENT_TYPE = "application/cloudevents+json"
GUEST = "anyone:"
"""The actor of who came by an open door without an account begins so, and goes on with the door."""
SCHEMA_BASE = "https://linli.example/events/"


class Envelope(BaseModel):
    """One event as it travels: who told what about which aggregate, when, caused by what."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(min_length=1, max_length=64)
    source: str = Field(min_length=1, max_length=200)
    type: str = Field(min_length=1, max_length=200)
    subject: str = Field(min_length=1, max_length=100)
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str | None = None
    community: str = Field(min_length=1, max_length=64)
    actor: str = Field(min_length=1, max_length=100)
    correlationid: str = Field(min_length=1, max_length=64)
    causationid: str | None = None
    sequence: int = Field(ge=1)
    traceparent: str | None = None
    data: dict[str, Any]

    def to_bytes(self) -> bytes:
        """The envelope as UTF-8 JSON, absent extensions left out."""
        return self.model_dump_json(exclude_none=True).encode()


@dataclass(frozen=True, slots=True)
class Call:
    """On whose behalf the code runs: set by the web for a request and by the bus for an event."""

    actor: str = "system"
    traceparent: str | None = None
    answer: "Answer | None" = field(default=None)


@dataclass(slots=True)
class Answer:
    """The answer that an ``Idempotency-Key`` must give again: made by the web, kept by the door.

    ``key`` is a digest of client, method, route and key; ``fingerprint`` one of the body.
    ``render`` gives ``{"status", "headers", "body", "community"}`` for the aggregate as saved. The
    first write of the call stores it in the aggregate's own document and turns ``stored`` true.
    """

    key: str
    fingerprint: str
    render: Callable[[Any], dict[str, Any]]
    stored: bool = False


CALL: ContextVar[Call] = ContextVar("linli_call", default=Call())  # noqa: B039  frozen


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event stands: its aggregate, community and story, and what caused it."""

    source: str
    subject: str
    community: str
    correlation_id: str | None = None
    causation_id: str | None = None


def sealed(
    event: Event, origin: Origin, *, event_id: str, time: datetime, sequence: int
) -> dict[str, Any]:
    """An event in its envelope, as the story keeps it; ``wire`` gives it as bytes.

    Without a correlation id it begins a story of its own. Made by hand: every write makes one.
    """
    call = CALL.get()
    envelope: dict[str, Any] = {
        "specversion": "1.0",
        "id": event_id,
        "source": origin.source,
        "type": event.type,
        "subject": origin.subject,
        "time": time,
        "datacontenttype": "application/json",
        "dataschema": f"{SCHEMA_BASE}{event.type}.json",
        "community": origin.community,
        "actor": call.actor,
        "correlationid": origin.correlation_id or event_id,
        "causationid": origin.causation_id,
        "sequence": sequence,
        "traceparent": call.traceparent,
        "data": event.model_dump(mode="json"),
    }
    return {name: value for name, value in envelope.items() if value is not None}


def seal(event: Event, origin: Origin, *, event_id: str, time: datetime, sequence: int) -> Envelope:
    """The same as an ``Envelope``."""
    facts = sealed(event, origin, event_id=event_id, time=time, sequence=sequence)
    return Envelope.model_construct(**facts)


def wire(envelope: dict[str, Any]) -> bytes:
    """What ``sealed`` made, as UTF-8 JSON."""
    return to_json(envelope)


def open_envelope(body: bytes) -> Envelope:
    """Read an envelope off the wire; ``Malformed`` names the faulty field, never what it held."""
    try:
        return Envelope.model_validate_json(body)
    except ValidationError as error:
        raise malformed(error) from None


def malformed(error: ValidationError, *under: str) -> Malformed:
    """What is wrong first, by its place (``under`` these fields) and never by what it held."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = "/".join(str(part) for part in (*under, *first["loc"])) or "body"
    return Malformed("envelope.malformed", pointer=where, why=first["msg"])
