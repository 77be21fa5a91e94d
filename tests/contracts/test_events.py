"""The published language: what is committed is what the code says, and it keeps its promises."""

import json
import re

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from deploy import docs
from shared.events import Event

KINDS = docs.event_classes()

PERSONAL = re.compile(
    r"name|phone|mobile|address|birth|email|contact|categor|risk|need|disab|hardship|diagnos"
    r"|text|note|description"
)
"""Words in field names that smell of personal data, or of text in which it may stand."""


def test_the_committed_documents_are_what_the_code_says() -> None:
    assert docs.differing(docs.ROOT) == [], "run `make docs`"


def test_no_committed_schema_is_broken_by_the_code() -> None:
    assert docs.broken_promises(docs.ROOT) == []


def test_every_service_tells_something() -> None:
    assert {name.split(".")[0] for name in KINDS} == set(docs.SERVICES)


@pytest.mark.parametrize("name", KINDS)
def test_an_event_is_named_after_its_teller_and_leads_with_its_subject(name: str) -> None:
    kind = KINDS[name]
    service, noun, participle, version = name.split(".")
    file = kind.__module__.removeprefix("shared.events.")
    assert file == service or file.startswith(f"{service}_")
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", f"{noun}.{participle}")
    assert re.fullmatch(r"v[1-9][0-9]*", version)
    assert next(iter(kind.model_fields)) == f"{noun}_id"
    assert kind.__doc__
    assert kind.__doc__ != Event.__doc__


@pytest.mark.parametrize("name", KINDS)
def test_an_event_is_frozen_and_its_readers_ignore_what_they_do_not_know(name: str) -> None:
    assert KINDS[name].model_config.get("frozen") is True
    assert KINDS[name].model_config.get("extra") == "ignore"


@pytest.mark.parametrize("name", docs.schemas())
def test_no_field_of_an_event_can_hold_personal_data(name: str) -> None:
    if name == docs.ENVELOPE:
        return
    schema = json.loads((docs.ROOT / f"docs/schemas/{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    models = [schema, *schema.get("$defs", {}).values()]
    fields = [field for model in models for field in model.get("properties", {})]
    assert [field for field in fields if PERSONAL.search(field)] == []


def test_the_documented_example_is_valid_by_the_committed_schemas() -> None:
    example = json.loads(docs.example().to_bytes())
    for name, instance in ((docs.ENVELOPE, example), (example["type"], example["data"])):
        path = docs.ROOT / f"docs/schemas/{name}.json"
        schema = json.loads(path.read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(instance)
