"""The words of the API's description: of every field, parameter, operation and scope, from the
catalogue of texts, in the reader's language.

A field is told by ``field.<name>``; where a name means something else in one form, by
``field.<form>.<name>``; a parameter by ``field.<path or query or header>.<name>`` if that is there.
What a docstring says of an operation or a form is told by ``about.<operation>`` and
``form.<form>``; of a form whose name means something else elsewhere, by
``form.<service>.<module>.<form>``, or ``form.<service>.<form>`` if the service has one such form.
"""

from collections.abc import Iterator
from typing import Any

from shared.texts import Lang, catalogue, has, text

Named = tuple[str, str, dict[str, Any]]
"""Where something is, what it is called, and what is told of it so far."""


def fields(document: dict[str, Any]) -> Iterator[Named]:
    """Every property of every form, those of forms without a name as well, with the form."""
    for form, schema in document["components"]["schemas"].items():
        for name, shape in _properties(schema):
            yield short(form), name, shape
    for _, _, operation in operations(document):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            for name, shape in _properties(content.get("schema", {})):
                yield "form", name, shape


def parameters(document: dict[str, Any]) -> Iterator[Named]:
    """Every parameter of every operation, with where it is sent."""
    for _, _, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            yield parameter["in"], parameter["name"], parameter


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation: method in capitals, path, and what is told of it."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def short(form: str) -> str:
    """What a form is called without the part that makes it one of its kind in the document."""
    return "PageView" if form.startswith("PageView_") else form.rpartition("__")[2]


def field_code(place: str, name: str) -> str:
    """The code of a field's or a parameter's words: its own in this place, if it has such."""
    own = f"field.{place}.{name}"
    return own if has(own) else f"field.{name}"


def operation_code(method: str, path: str) -> str:
    """The code of an operation's words: ``operation.POST requests/requests``."""
    return f"operation.{method} {path.removeprefix('/api/').lstrip('/').replace('/v1/', '/')}"


def about_code(method: str, path: str) -> str:
    """The code of what more there is to say of an operation: ``about.POST requests/requests``."""
    return f"about.{operation_code(method, path).partition('.')[2]}"


def own_form_code(service: str, form: str) -> str:
    """The code of the words that are this form's alone: ``form.requests.survey_forms.PlanBody``
    where the document tells it from another by its module, else ``form.requests.PlanBody``."""
    module = "" if form.startswith("PageView_") else form.rpartition("__")[0].rpartition("__")[2]
    return ".".join(part for part in ("form", service, module, short(form)) if part)


def form_code(service: str, form: str) -> str:
    """The code of a form's words, ``form.RequestView``: its own, if it has such."""
    own = own_form_code(service, form)
    return own if has(own) else f"form.{short(form)}"


def service_of(document: dict[str, Any]) -> str:
    """The service that a document describes: the last word of its title."""
    return str(document["info"]["title"]).rpartition(" ")[2]


def scope_code(scope: str) -> str:
    """The code of a scope's words."""
    return f"scope.{scope}"


def tell(document: dict[str, Any], lang: Lang) -> None:
    """Fill the words in; what has none stays as it is."""
    document["info"]["description"] = text("page.openapi_lang", lang)
    for place, name, shape in [*fields(document), *parameters(document)]:
        _say(shape, "description", field_code(place, name), lang)
    service = service_of(document)
    for form, shape in document["components"]["schemas"].items():
        _say(shape, "description", form_code(service, form), lang)
    scopes: dict[str, str] = {}
    for method, path, operation in operations(document):
        _say(operation, "summary", operation_code(method, path), lang)
        _say(operation, "description", about_code(method, path), lang)
        scope = operation.get("x-scope")
        if scope is not None:
            _say(operation, "x-scope-description", scope_code(scope), lang)
            scopes[scope] = operation.get("x-scope-description", scope)
            about = f"{text('page.scope', lang)} `{scope}`: {scopes[scope]}"
            told = [operation.get("description"), about]
            operation["description"] = "\n\n".join(part for part in told if part)
    document["x-scopes"] = dict(sorted(scopes.items()))


def _say(shape: dict[str, Any], member: str, code: str, lang: Lang) -> None:
    if has(code):
        shape[member] = catalogue()[code][lang]  # as it is: a path's ``{id}`` is no fact to fill in


def _properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, shape in schema.get("properties", {}).items():
        yield name, shape
        yield from _properties(shape)
    if "items" in schema:
        yield from _properties(schema["items"])
