"""Open311's two formats: one tree, the same in both, and readable whatever is in it."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.api import open311_views as views
from services.requests.api.open311_format import (
    SINGULAR,
    Format,
    format_of,
    problem_shown,
    written,
)
from services.requests.domain.place import Position
from services.requests.domain.request import RequestState
from services.requests.domain.service_type_seed import SERVICE_TYPES
from services.requests.service.open311 import Published
from services.requests.tests.samples import in_state
from shared.errors import NotFound
from shared.web.exchange import Exchange
from shared.web.problems import Problem

GOLDEN = Path(__file__).parent / "golden"
NAMES = st.sampled_from(["code", "name", "description", "lat"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.dictionaries(NAMES, inner, min_size=1)
        | st.fixed_dictionaries({"attributes": st.lists(inner, min_size=1)})
    ),
    max_leaves=12,
)


def as_json(element: ElementTree.Element) -> Any:
    """The Spark convention: plural elements are lists, an empty one is null."""
    if element.tag in SINGULAR:
        return [as_json(child) for child in element]
    if len(element):
        return {child.tag: as_json(child) for child in element}
    return element.text


def texts(tree: Any) -> Any:
    """A JSON value with every leaf as XML writes it."""
    if isinstance(tree, dict):
        return {name: texts(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [texts(value) for value in tree]
    if isinstance(tree, bool):
        return str(tree).lower()
    return tree if tree is None else str(tree)


@given(TREES)
def test_json_is_the_xml_without_its_outermost_element(tree: Any) -> None:
    root = ElementTree.fromstring(written("whole", tree, Format.XML))
    found = json.loads(written("whole", tree, Format.JSON))

    assert as_json(root) == texts(found)


@given(st.text())
def test_whatever_people_write_both_formats_can_be_read(text: str) -> None:
    tree = {"description": text}
    xml = ElementTree.fromstring(written("request", tree, Format.XML))
    found = json.loads(written("request", tree, Format.JSON).decode("utf-8"))

    assert xml.findtext("description") == (found["description"] or "")


@pytest.mark.parametrize(
    "text", ["<b>&amp;</b>", "]]>", "'\"", "a\x00\x08\ufffe\ud800b", "一\r\n二"]
)
def test_markup_stays_words_and_what_xml_cannot_hold_goes(text: str) -> None:
    root = ElementTree.fromstring(written("request", {"description": text}, Format.XML))
    kept = text.replace("\r\n", "\n")
    for sign in "\x00\x08\ufffe\ud800":
        kept = kept.replace(sign, "")

    assert root.findtext("description") == kept


def test_xml_begins_with_a_declaration_that_names_utf_8_and_has_no_namespace() -> None:
    found = written("services", [], Format.XML)

    assert found.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<services')
    assert b"xmlns" not in found


def test_a_format_is_one_of_two() -> None:
    assert [format_of("xml"), format_of("json")] == [Format.XML, Format.JSON]
    for text in ("html", "XML", "", "xml/"):
        with pytest.raises(NotFound):
            format_of(text)


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (401, 403),
        *((status, status) for status in (400, 403, 404, 429, 500, 503)),
        *((status, 400) for status in (405, 408, 409, 412, 413, 415, 422)),
    ],
)
@pytest.mark.parametrize("form", Format)
def test_a_problem_has_open311_s_statuses_and_form(status: int, shown: int, form: Format) -> None:
    scope = {"method": "GET", "path": f"/open311/v2/requests.{form}", "headers": []}
    problem = Problem(status, "open311.date", {"pointer": "query:start_date"})

    answer = problem_shown(problem, Exchange(scope))

    assert answer.status_code == shown
    body = bytes(answer.body)
    if form is Format.JSON:
        (error,) = json.loads(body)
    else:
        root = ElementTree.fromstring(body)
        assert root.tag == "errors"
        (element,) = root
        assert element.tag == "error"
        error = {child.tag: child.text for child in element}
    assert error["code"] == str(shown)
    assert error["description"].startswith("start_date: ")
    media_type = "application/json" if form is Format.JSON else "text/xml"
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"


def published() -> Published:
    """A request that was closed, of a type with questions."""
    request = in_state(RequestState.CLOSED)
    kind = SERVICE_TYPES["repair.public"]
    return Published(request, kind, "红庙东院", "5", Position(39.917, 116.483))


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize(
    ("name", "root"),
    [
        ("services", "services"),
        ("service_definition", "service_definition"),
        ("service_requests", "service_requests"),
        ("service_requests_extended", "service_requests"),
    ],
)
def test_an_answer_looks_as_it_always_did(name: str, root: str, form: Format) -> None:
    base = "https://linli.example/open311/v2"
    trees: dict[str, Any] = {
        "services": [views.service(SERVICE_TYPES["repair.lift"], "zh")],
        "service_definition": views.definition(SERVICE_TYPES["lift.unsteady"], "en"),
        "service_requests": [views.request(published(), "zh", base)],
        "service_requests_extended": [views.request(published(), "en", base, extended=True)],
    }
    golden = GOLDEN / f"{name}.{form}"

    assert written(root, trees[name], form) + b"\n" == golden.read_bytes()
