"""What went wrong, as ``application/problem+json`` (RFC 9457), in the caller's language.

Members beside the standard ones: ``code`` (what ``type`` ends in), ``errors`` (a list of
``pointer``, ``code``, ``detail``), ``request_id`` and ``trace_id``. What the caller sent is never
repeated.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from fastapi import Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from shared import errors
from shared.errors import LinliError
from shared.texts import Lang, has, text
from shared.web.exchange import Exchange

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "https://linli.example/problems/"
ERRORS_MAX = 50
POINTER_LENGTH_MAX = 200
RETRY_AFTER_SECONDS = 1


class UnsupportedType(LinliError):
    """The body is of a media type that the route does not read."""


class TooSlow(LinliError):
    """The body did not come in its time."""


STATUS: Mapping[type[LinliError], int] = {
    errors.Malformed: 400,
    errors.TooLarge: 413,
    errors.Invalid: 422,
    errors.NotAuthenticated: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Stale: 412,
    errors.TooMany: 429,
    errors.Unavailable: 503,
    UnsupportedType: 415,
    TooSlow: 408,
    LinliError: 500,
}
"""By the nearest class in the error's ancestry."""

_HTTP_CODES = {
    400: "http.body_malformed",
    404: "http.not_found",
    405: "http.method_not_allowed",
    413: "http.too_large",
    415: "http.unsupported_type",
}
_MALFORMED_KINDS = {"json_invalid"}
_FACTS_OF_THE_INPUT = {"tag", "error", "class_name"}


class Problem:
    """A problem on its way to being shown."""

    def __init__(
        self,
        status: int,
        code: str,
        facts: Mapping[str, object] | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.facts = facts or {}
        self.errors = errors
        self.headers = dict(headers or {})

    def shown(self, exchange: Exchange) -> dict[str, Any]:
        """What is told of it to who made this request."""
        lang = exchange.lang
        detail = text(self.code, lang, **self.facts)
        body: dict[str, Any] = {
            "type": TYPE_BASE + self.code,
            "title": text(f"title.{self.status}", lang),
            "status": self.status,
            "detail": detail,
            "instance": f"urn:linli:request:{exchange.request_id}",
            "code": self.code,
            "errors": self._errors(lang, detail),
            "request_id": exchange.request_id,
            "trace_id": exchange.trace_id,
        }
        if not body["errors"]:
            del body["errors"]
        return body

    def response(self, exchange: Exchange) -> Response:
        """As an answer to this request."""
        return Response(
            json.dumps(self.shown(exchange), ensure_ascii=False).encode("utf-8", "replace"),
            status_code=self.status,
            media_type=MEDIA_TYPE,
            headers={"Content-Language": exchange.lang, "Vary": "Accept-Language", **self.headers},
        )

    def faults(self, lang: Lang) -> list[dict[str, str]]:
        """What is wrong and where, in words; with an empty pointer if no field is at fault."""
        detail = text(self.code, lang, **self.facts)
        whole = {"pointer": "", "code": self.code, "detail": detail}
        return self._errors(lang, detail) or [whole]

    def _errors(self, lang: Lang, detail: str) -> list[dict[str, str]]:
        listed = [_described(error, lang) for error in self.errors]
        pointer = self.facts.get("pointer")
        if isinstance(pointer, str):
            listed.append({"pointer": _pointer(pointer), "code": self.code, "detail": detail})
        return listed


ProblemForm = Callable[[Problem, Exchange], Response]
"""Makes of a problem the answer that its reader understands, where that is not problem+json."""


def problem_of(error: Exception) -> Problem:
    """The problem that an error is; whatever is no error of ours says nothing about itself."""
    if isinstance(error, LinliError):
        return _of_ours(error)
    if isinstance(error, RequestValidationError):
        return _of_validation(error.errors())
    if isinstance(error, HTTPException):
        # What broke off the reading of a body comes wrapped by FastAPI.
        cause = error.__cause__
        return _of_ours(cause) if isinstance(cause, LinliError) else _of_http(error)
    return Problem(500, "http.bug")


def _of_ours(error: LinliError) -> Problem:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    code = error.code if status != 500 else "http.bug"
    headers: dict[str, str] = {}
    wait = error.facts.get("retry_after_seconds")
    if isinstance(wait, int | float) or status in (429, 503):
        seconds = wait if isinstance(wait, int | float) else RETRY_AFTER_SECONDS
        headers["Retry-After"] = str(max(1, round(seconds)))
    if status == 401:
        sent = "" if code == "auth.missing" else ', error="invalid_token"'
        headers["WWW-Authenticate"] = f'Bearer realm="linli"{sent}'
    if code == "auth.scope_missing":
        scope = error.facts.get("scope")
        headers["WWW-Authenticate"] = (
            f'Bearer realm="linli", error="insufficient_scope", scope="{scope}"'
        )
    return Problem(status, code, error.facts, headers=headers)


def _of_validation(found: Sequence[Mapping[str, Any]]) -> Problem:
    if any(error["type"] in _MALFORMED_KINDS for error in found):
        return Problem(400, "http.body_malformed")
    return Problem(422, "http.invalid", {"count": len(found)}, found[:ERRORS_MAX])


def _of_http(error: HTTPException) -> Problem:
    code = _HTTP_CODES.get(error.status_code)
    if code is None:
        return Problem(500, "http.bug")
    return Problem(error.status_code, code, headers=error.headers)


def _described(error: Mapping[str, Any], lang: Lang) -> dict[str, str]:
    """One error of pydantic's by its kind; the facts are those of the rule, never of the input."""
    kind = str(error["type"])
    facts = {
        name: value
        for name, value in (error.get("ctx") or {}).items()
        if name not in _FACTS_OF_THE_INPUT
    }
    code = str(error.get("code") or f"validation.{kind}")
    if code == "validation.string_too_short" and facts.get("min_length") == 1:
        code = "validation.missing"
    sentence = text(code if has(code) else "validation.value_error", lang, **facts)
    return {"pointer": _place(error["loc"]), "code": kind, "detail": sentence}


def _place(where: Sequence[int | str]) -> str:
    """``#/a/0`` (RFC 6901, as a fragment) in the body; ``query:limit``, ``path:id`` elsewhere."""
    source, parts = str(where[0]) if where else "body", where[1:]
    if source == "body":
        return ("#" + "".join(f"/{_escaped(part)}" for part in parts))[:POINTER_LENGTH_MAX]
    return f"{source}:{_joined(parts)}"[:POINTER_LENGTH_MAX]


def _pointer(told: str) -> str:
    """What the domain calls a field, as the same kind of place."""
    return told if told.startswith("#") or ":" in told else f"#/{told.strip('/').replace('.', '/')}"


def _joined(parts: Iterable[int | str]) -> str:
    return ".".join(str(part) for part in parts)


def _escaped(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
