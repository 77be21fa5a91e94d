"""Which answers an operation can give, worked out from what its route is made of, in words."""

from collections.abc import Collection, Iterator
from copy import deepcopy
from typing import Any

from fastapi.routing import APIRoute

from shared.texts import Lang, text
from shared.web.forms import Seen
from shared.web.once import KEY_LENGTH_MAX, Once
from shared.web.problems import MEDIA_TYPE
from shared.web.routes import scope_of, takes_of, uses

HTML = "text/html"
_PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
        "request_id": {"type": "string"},
        "trace_id": {"type": "string"},
    },
}
_OPEN311_ERRORS: dict[str, Any] = {
    "title": "Open311Errors",
    "description": "GeoReport v2",
    "type": "array",
    "items": {
        "type": "object",
        "required": ["code", "description"],
        "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
    },
}
_OPEN311_ANSWER = {"schema": {"$ref": "#/components/schemas/Open311Errors"}}
_WRITTEN = {"application/json": _OPEN311_ANSWER, "text/xml": _OPEN311_ANSWER}
_OPEN311 = (
    "answer.400_open311",
    "answer.403_open311",
    "answer.404",
    "answer.429_open",
    "answer.503",
)
"""Whatever is wrong with a call, Open311 tells it by one of these."""
_HEADERS: tuple[tuple[type, str, dict[str, Any]], ...] = (
    (Once, "Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX}),
    (Seen, "If-Match", {"type": "string", "pattern": r'^(\*|"[1-9][0-9]{0,9}")$'}),
)


def error_schemas(own_forms: Collection[str]) -> dict[str, Any]:
    """The forms in which errors are told."""
    own = {"Open311Errors": _OPEN311_ERRORS} if own_forms else {}
    return deepcopy({"Problem": _PROBLEM, **own})


def complete(
    operation: dict[str, Any], route: APIRoute, own_forms: Collection[str], lang: Lang
) -> None:
    """Add the headers that a route reads and the answers that it can give.

    ``own_forms``: the prefixes of the paths whose errors are told in another form.
    """
    for kind, name, schema in _HEADERS:
        if uses(route, kind):
            header = {"name": name, "in": "header", "required": False, "schema": schema}
            operation.setdefault("parameters", []).append(header)
    answers = operation["responses"]
    answers.pop("422", None)
    content = _content(route, answers, any(route.path.startswith(each) for each in own_forms))
    for status, told in answers.items():
        told["description"] = text(f"answer.{status}", lang)
    codes = _errors(operation, route)
    for code in _OPEN311 if content.keys() == _WRITTEN.keys() else codes:
        status = code.partition(".")[2].partition("_")[0]
        answers[status] = {"description": text(code, lang), "content": content}
    answers["default"] = {"description": text("answer.default", lang), "content": content}


def _errors(operation: dict[str, Any], route: APIRoute) -> Iterator[str]:
    """The codes of the words of the errors, in the order of their status."""
    body, path_id = "requestBody" in operation, bool(route.param_convertors)
    told = operation.get("parameters", ())
    guest = scope_of(route) is None
    retold = uses(route, Once)
    changed = path_id and not (route.methods or set()) <= {"GET"}
    possible = {
        "answer.400": body or any(each["in"] == "header" for each in told) or _paged(told),
        "answer.401": not guest,
        "answer.403": not guest,
        "answer.404": path_id,
        "answer.408": takes_of(route) is not None,
        "answer.409_once": retold and not changed,
        "answer.409_state": changed and not retold,
        "answer.409_state_once": changed and retold,
        "answer.412": uses(route, Seen),
        "answer.413": body,
        "answer.415": body,
        "answer.422": body or bool(told),
        "answer.429_open" if guest else "answer.429": True,
        "answer.503": True,
    }
    return (code for code, is_so in possible.items() if is_so)


def _paged(told: Collection[dict[str, Any]]) -> bool:
    return any(each["name"] == "cursor" for each in told)


def _content(route: APIRoute, answers: dict[str, Any], own_form: bool) -> dict[str, Any]:
    if not own_form:
        return {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    if any(HTML in told.get("content", {}) for told in answers.values()):
        return {HTML: {"schema": {"type": "string"}}}
    return _WRITTEN
