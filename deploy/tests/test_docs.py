"""The writer of the generated documents refuses to break what was published."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deploy import docs

OLD: dict[str, Any] = {
    "title": "Told",
    "description": "It was told.",
    "type": "object",
    "properties": {"title": {"type": "string"}, "by": {"$ref": "#/$defs/By"}},
    "required": ["title"],
    "$defs": {"By": {"type": "object", "properties": {"id": {"type": "string"}}}},
}


def changed(**changes: Any) -> dict[str, Any]:
    return {**OLD, **changes}


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        changed(description="Other words.", title="Said"),
        changed(properties={**OLD["properties"], "more": {"type": "integer", "default": 0}}),
        changed(
            properties={
                "title": {"type": "string", "description": "x"},
                "by": OLD["properties"]["by"],
            }
        ),
        changed(**{"$defs": {**OLD["$defs"], "New": {"type": "object"}}}),
    ],
)
def test_other_words_and_added_optional_fields_break_nothing(new: dict[str, Any]) -> None:
    assert list(docs.breaks(OLD, new)) == []


def test_the_first_definition_of_a_schema_breaks_nothing() -> None:
    plain = {name: part for name, part in OLD.items() if name != "$defs"}
    assert list(docs.breaks(plain, OLD)) == []
    assert list(docs.breaks(OLD, plain)) == ["/$defs: is gone"]


@pytest.mark.parametrize(
    ("new", "pointer"),
    [
        (changed(properties={"title": {"type": "string"}}), "/properties/by"),
        (changed(properties={"by": OLD["properties"]["by"]}), "/properties/title"),
        (
            changed(properties={**OLD["properties"], "title": {"type": "integer"}}),
            "/properties/title/type",
        ),
        (
            changed(properties={**OLD["properties"], "title": {"type": "string", "maxLength": 3}}),
            "/properties/title/maxLength",
        ),
        (changed(required=["title", "by"]), "/required"),
        (changed(required=[]), "/required"),
        (changed(additionalProperties=False), "/additionalProperties"),
        (changed(**{"$defs": {}}), "/$defs/By"),
        (
            changed(**{"$defs": {"By": {"type": "object", "properties": {}}}}),
            "/$defs/By/properties/id",
        ),
    ],
)
def test_every_other_change_is_named_by_its_place(new: dict[str, Any], pointer: str) -> None:
    (fault,) = docs.breaks(OLD, new)
    assert fault.startswith(f"{pointer}: ")


def run(root: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(docs.main, ["--root", str(root), *options])
    return result.exit_code, result.output


def test_what_is_written_compares_equal_and_is_not_written_again(tmp_path: Path) -> None:
    assert run(tmp_path, "--check")[0] == 1
    code, said = run(tmp_path)
    assert (code, "wrote docs/events.md" in said) == (0, True)
    assert run(tmp_path) == (0, "")
    assert run(tmp_path, "--check") == (0, "")


def test_a_broken_schema_is_not_replaced_but_named(tmp_path: Path) -> None:
    run(tmp_path)
    kept = tmp_path / "docs/schemas/property.incident.closed.v1.json"
    schema = json.loads(kept.read_text())
    schema["properties"]["closed_by"] = {"type": "string"}
    kept.write_text(json.dumps(schema))
    code, said = run(tmp_path)
    assert code == 1
    assert "property.incident.closed.v1: /properties/closed_by: is gone" in said
    assert "closed_by" in kept.read_text()


def test_an_event_that_disappeared_is_named(tmp_path: Path) -> None:
    run(tmp_path)
    (tmp_path / "docs/schemas/property.incident.lost.v1.json").write_text("{}")
    code, said = run(tmp_path)
    assert (code, "property.incident.lost.v1: the event is gone" in said) == (1, True)


def test_every_reference_in_the_asyncapi_document_leads_somewhere() -> None:
    written = docs.pages()
    document = json.loads(written["docs/asyncapi.json"])

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            found = [value["$ref"]] if "$ref" in value else []
            return found + [ref for item in value.values() for ref in references(item)]
        if isinstance(value, list):
            return [ref for item in value for ref in references(item)]
        return []

    for reference in set(references(document)):
        file, _, pointer = reference.partition("#")
        if file:
            assert f"docs/{file}" in written
            continue
        target = document
        for part in pointer.strip("/").split("/"):
            target = target[part]
