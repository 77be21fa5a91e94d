"""Writes what the code says of its events: schemas, ``docs/events.md``, ``docs/asyncapi.json``.

``python -m deploy.docs`` writes, ``--check`` only compares. A committed schema is a promise to
readers elsewhere, so the writer refuses to replace one by another that breaks it: changes only add
optional fields, and no event disappears (``docs/decisions``, ``shared/events``).
"""

import ast
import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel

import shared.events
from shared.envelope import CONTENT_TYPE, SCHEMA_BASE, Envelope
from shared.events import EVENT_TYPES, Event

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("requests", "pairing", "property", "notifications")
ENVELOPE = "envelope"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
WORDS = frozenset({"title", "description", "examples"})
"""What a schema may change at will: words for people, which no reader's program looks at."""


def event_classes() -> dict[str, type[Event]]:
    """Every event class of the published language by its type, in the order of its file."""
    for module in pkgutil.iter_modules(shared.events.__path__):
        importlib.import_module(f"shared.events.{module.name}")
    # Test files define events of their own; what is published stands in shared/events.
    ours = {
        name: kind
        for name, kind in EVENT_TYPES.items()
        if kind.__module__.startswith("shared.events.")
    }
    return dict(sorted(ours.items(), key=_place))


def _place(item: tuple[str, type[Event]]) -> tuple[int, str]:
    """By service and file, whichever was imported first; within a file the order is its own."""
    name, kind = item
    return SERVICES.index(name.split(".")[0]), kind.__module__


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every event's ``data`` by type, and of the envelope as ``envelope``."""
    models: dict[str, type[BaseModel]] = {ENVELOPE: Envelope, **event_classes()}
    return {
        name: {
            "$schema": DIALECT,
            "$id": f"{SCHEMA_BASE}{name}.json",
            **model.model_json_schema(mode="validation"),
        }
        for name, model in models.items()
    }


def breaks(old: Any, new: Any, pointer: str = "") -> Iterator[str]:
    """The places, as JSON pointers, where ``new`` breaks ``old``; none: it only adds."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        if old != new:
            yield f"{pointer or '/'}: {old!r} became {new!r}"
        return
    adding = pointer.rpartition("/")[2] in ("properties", "$defs")
    for name in sorted(old.keys() | new.keys()):
        if name in WORDS and not adding:
            continue
        if name not in new:
            yield f"{pointer}/{name}: is gone"
        elif name in old:
            yield from breaks(old[name], new[name], f"{pointer}/{name}")
        elif not adding and name != "$defs":  # the first definitions add, as further ones do
            yield f"{pointer}/{name}: is new"


def hearers() -> dict[str, list[str]]:
    """Which services hear which type: read from the hearings in their ``consumers.py``."""
    heard: dict[str, list[str]] = {}
    for service in SERVICES:
        consumers = importlib.import_module(f"services.{service}.consumers")
        for node in ast.walk(ast.parse(inspect.getsource(consumers))):
            match node:
                case ast.Call(func=ast.Name(id="Hearing"), args=[ast.Name(id=name), *_]):
                    heard.setdefault(getattr(consumers, name).type, []).append(service)
    return heard


def asyncapi(heard: Mapping[str, list[str]]) -> dict[str, Any]:
    """The AsyncAPI 3.0 document: every event as a channel, who sends it, who receives it."""
    kinds = event_classes()
    operations = {}
    for name in kinds:
        operations[f"{name.split('.')[0]}.sends.{name}"] = _operation("send", name)
        for service in heard.get(name, []):
            operation = _operation("receive", name)
            operations[f"{service}.receives.{name}"] = operation | {
                "summary": f"from the quorum queue {service}.{name}"
            }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Linli events",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 in structured mode. Notifications hears every event.",
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"broker": {"host": "rabbitmq:5672", "protocol": "amqp"}},
        "channels": {name: _channel(name) for name in kinds},
        "operations": operations,
        "components": {"messages": {name: _message(name, kind) for name, kind in kinds.items()}},
    }


def _channel(name: str) -> dict[str, Any]:
    exchange = {"name": "linli.events", "type": "topic", "durable": True, "autoDelete": False}
    return {
        "address": name,
        "messages": {"event": {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": "0.3.0"}},
    }


def _operation(action: str, name: str) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/event"}],
    }


def _message(name: str, kind: type[Event]) -> dict[str, Any]:
    data = {"type": {"const": name}, "data": {"$ref": f"schemas/{name}.json"}}
    return {
        "name": name,
        "title": kind.__name__,
        "summary": _first_line(kind),
        "contentType": CONTENT_TYPE,
        "payload": {
            "type": "object",
            "allOf": [{"$ref": f"schemas/{ENVELOPE}.json"}, {"properties": data}],
        },
    }


def _first_line(kind: type[Event]) -> str:
    paragraph = (inspect.getdoc(kind) or "").split("\n\n")[0]
    return " ".join(paragraph.split()).replace("``", "`")


def example() -> Envelope:
    """One event as it travels, with made-up ids."""
    return Envelope.model_validate(
        {
            "id": "evt_01JDE3N4T6R8E2W0Q9Y7V5C3X1",
            "source": "/linli/property",
            "type": "property.work_order.started.v1",
            "subject": "wor_01JDE3M7PXB4E2Q0T1V9S6K8AZ",
            "time": "2026-11-24T02:30:00Z",
            "dataschema": f"{SCHEMA_BASE}property.work_order.started.v1.json",
            "community": "hongmiao",
            "actor": "key_01JDE2W5D9A8Z7X6C5V4B3N2M1",
            "correlationid": "evt_01JDE3KZ0C2B4D6F8H0K2M4P6R",
            "sequence": 4,
            "data": {
                "work_order_id": "wor_01JDE3M7PXB4E2Q0T1V9S6K8AZ",
                "incident_id": "inc_01JDE3KZ0C7N5W2R4Y8G1H3F6B",
                "request_id": None,
                "assignee_id": "per_01JDE2W5D9A8Z7X6C5V4B3N2M1",
            },
        }
    )


def events_page(heard: Mapping[str, list[str]]) -> str:
    """``docs/events.md``: the envelope once, then every event with its fields and hearers."""
    lines = [
        "# Events",
        "",
        "Written by `make docs` from `shared/events`; do not edit. Every event is one message on",
        "the topic exchange `linli.events`, routed by its type, in the envelope of CloudEvents 1.0",
        f"(`{CONTENT_TYPE}`). `sequence` is the version that the event gave its subject: it grows",
        "by one from event to event. Notifications hears every event. Schemas: `docs/schemas/`.",
        "",
        "```json",
        example().model_dump_json(indent=2, exclude_none=True),
        "```",
    ]
    service = ""
    for name, kind in event_classes().items():
        if name.split(".")[0] != service:
            service = name.split(".")[0]
            lines += ["", f"## {service}", "", "| event | when | data | heard by |"]
            lines += ["|---|---|---|---|"]
        fields = ", ".join(f"`{field}`" for field in kind.model_fields)
        hearing = ", ".join(heard.get(name, [])) or "-"
        lines.append(f"| `{name}` | {_first_line(kind)} | {fields} | {hearing} |")
    return "\n".join(lines) + "\n"


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def pages() -> dict[str, str]:
    """Every generated file by its path under the root of the repository."""
    heard = hearers()
    written = {f"docs/schemas/{name}.json": _json(schema) for name, schema in schemas().items()}
    written["docs/events.md"] = events_page(heard)
    written["docs/asyncapi.json"] = _json(asyncapi(heard))
    return written


def broken_promises(root: Path) -> list[str]:
    """Where the code breaks a schema kept under ``root``: gone, or changed, not added to."""
    ours = schemas()
    faults = []
    for path in sorted((root / "docs/schemas").glob("*.json")):
        kept = json.loads(path.read_text(encoding="utf-8"))
        if path.stem not in ours:
            faults.append(f"{path.stem}: the event is gone")
            continue
        faults += [f"{path.stem}: {fault}" for fault in breaks(kept, ours[path.stem])]
    return faults


def differing(root: Path) -> list[str]:
    """The generated files under ``root`` that are not what the code says now."""
    return [
        name
        for name, text in pages().items()
        if not (root / name).exists() or (root / name).read_text(encoding="utf-8") != text
    ]


@click.command(help=__doc__)
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 if a file is not as it should be."
)
@click.option("--root", type=Path, default=ROOT, help="Where to write; the repository by default.")
def main(check: bool, root: Path) -> None:
    """Write or compare; exit 1 and one line per fault."""
    if faults := broken_promises(root):
        raise click.ClickException(
            "changes only add; a breaking one is a .v2:\n" + "\n".join(faults)
        )
    stale = differing(root)
    if check and stale:
        raise click.ClickException("run `make docs`: " + ", ".join(stale))
    written = pages()
    for name in stale:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(written[name], encoding="utf-8")
        click.echo(f"wrote {name}")


if __name__ == "__main__":
    main()
