"""Open311's two formats: one tree of facts, written as JSON or as XML; and its form of errors.

JSON is the XML without its outermost element, and with plain lists for plural elements (the Spark
convention, Open311 wiki). An empty element is null. XML has no namespace; what XML 1.0 cannot hold
is left out of both.
"""

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import Response

from shared.errors import NotFound
from shared.web.exchange import Exchange
from shared.web.problems import Problem

Tree: TypeAlias = "str | bool | int | float | Mapping[str, Tree] | Sequence[Tree] | None"

SINGULAR: Mapping[str, str] = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
}
"""What stands within an element of several."""
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Production 2 (Char) of XML 1.0."""
_XML_START = b'<?xml version="1.0" encoding="utf-8"?>\n'
_JSON_END = re.compile(r"\.json/?$")
_KEPT_STATUSES = frozenset({403, 404, 429, 500, 503})
"""Open311 knows 404, 403 and, for all else, 400; that a server is in trouble or asks for patience
is HTTP's own word, and no client's fault."""


class Format(StrEnum):
    """How an answer is written."""

    XML = "xml"
    JSON = "json"


MEDIA_TYPES: Mapping[Format, str] = {
    Format.XML: "text/xml; charset=utf-8",
    Format.JSON: "application/json; charset=utf-8",
}


def format_of(text: str) -> Format:
    """The format that an address ends in; ``NotFound`` for any other."""
    try:
        return Format(text)
    except ValueError:
        raise NotFound("open311.format") from None


def written(root: str, tree: Tree, form: Format) -> bytes:
    """The tree in this format; ``root`` is XML's outermost element."""
    if form is Format.JSON:
        return json.dumps(_clean(tree), ensure_ascii=False, separators=(",", ":")).encode()
    element = Element(root)
    _fill(element, tree)
    # Not ElementTree's own: it writes single quotes, and some clients look for the line.
    return _XML_START + bytes(tostring(element, encoding="utf-8", xml_declaration=False))


def shown(root: str, tree: Tree, form: Format, status: int = 200) -> Response:
    """The answer that shows a tree."""
    body = written(root, tree, form)
    headers = {"Content-Type": MEDIA_TYPES[form], "Vary": "Accept-Language"}
    return Response(body, status, headers)


def problem_shown(problem: Problem, exchange: Exchange) -> Response:
    """A problem as Open311 has it: a list of codes and descriptions, in the format asked for."""
    form = Format.JSON if _JSON_END.search(exchange.path) else Format.XML
    status = _status(problem.status)
    lang = exchange.lang
    errors = [
        {"code": str(status), "description": _described(fault)} for fault in problem.faults(lang)
    ]
    response = shown("errors", errors, form, status)
    response.headers["Content-Language"] = lang
    for name in ("Retry-After", "Allow"):
        if name in problem.headers:
            response.headers[name] = problem.headers[name]
    return response


def _status(status: int) -> int:
    if status == 401:
        return 403
    return status if status in _KEPT_STATUSES else 400


def _described(fault: Mapping[str, str]) -> str:
    """The sentence, led by the field that it is about."""
    pointer = fault["pointer"].removeprefix("#/")
    name = pointer.rpartition(":")[2] if ":" in pointer else pointer
    if name.startswith("attributes/"):
        name = f"attribute[{name.removeprefix('attributes/')}]"
    return f"{name}: {fault['detail']}" if name else fault["detail"]


def _fill(element: Element, tree: Tree) -> None:
    if isinstance(tree, Mapping):
        for name, value in tree.items():
            _fill(SubElement(element, name), value)
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        for item in tree:
            _fill(SubElement(element, SINGULAR[element.tag]), item)
    elif tree is not None:
        element.text = _text(tree)


def _text(value: str | bool | int | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _NO_XML.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n")


def _clean(tree: Tree) -> Tree:
    if isinstance(tree, str):
        return _text(tree) or None
    if isinstance(tree, Mapping):
        return {name: _clean(value) for name, value in tree.items()}
    if isinstance(tree, Sequence):
        return [_clean(item) for item in tree]
    return tree
