"""The page that shows an API to people: its routes, scopes and forms, from the OpenAPI
description."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, NamedTuple

from shared.texts import LANGS, Lang, text

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem;color:#1a1a1a}
h1{font-size:1.5rem}h2{font-size:1.15rem;border-bottom:1px solid #ccc;padding-top:1rem}
details{border:1px solid #ddd;border-radius:6px;margin:.5rem 0;padding:.4rem .8rem}
summary{cursor:pointer}code{background:#f3f3f3;padding:0 .25rem;border-radius:3px}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
td,th{border:1px solid #ddd;padding:.25rem .5rem;text-align:left;vertical-align:top}
.m{display:inline-block;min-width:4rem;font-weight:700}.r{color:#a30000}
"""


class Row(NamedTuple):
    """A field or a parameter; ``kind`` is HTML."""

    name: str
    kind: str
    needed: bool
    meaning: str


def page(document: Mapping[str, Any], lang: Lang) -> str:
    """The whole page in one language; no script, nothing loaded from anywhere."""
    title = escape(document["info"]["title"])
    others = " ".join(
        f'<a href="?lang={other}" lang="{other}">{escape(text("page.language", other))}</a>'
        for other in LANGS
        if other != lang
    )
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{title}</h1><p>{escape(text('page.intro', lang))} "
        f'<a href="/openapi.json?lang={lang}">openapi.json</a> {others}</p>'
        f"<h2>{escape(text('page.routes', lang))}</h2>"
        f"{''.join(_operations(document, lang))}"
        f"<h2>{escape(text('page.forms', lang))}</h2>"
        f"{''.join(_schemas(document, lang))}"
        f"<h2>{escape(text('page.errors', lang))}</h2>"
        f"{_errors(document, lang)}</body></html>"
    )


def _operations(document: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            summary = escape(operation.get("summary", ""))
            about = escape(operation.get("description", "")).replace("\n\n", "</p><p>")
            scope = escape(operation.get("x-scope", text("page.open", lang)))
            yield (
                f'<details><summary><span class="m">{escape(method.upper())}</span>'
                f"<code>{escape(path)}</code> {summary}</summary><p>{about}</p>"
                f"<p>{escape(text('page.scope', lang))} <code>{scope}</code></p>"
                f"{_parameters(operation, lang)}{_bodies(operation, lang)}</details>"
            )


def _parameters(operation: Mapping[str, Any], lang: Lang) -> str:
    rows = [
        Row(
            f"{item['in']}: {item['name']}",
            _kind(item["schema"]),
            item.get("required", False),
            item.get("description", ""),
        )
        for item in operation.get("parameters", ())
    ]
    return _table(rows, lang) if rows else ""


def _bodies(operation: Mapping[str, Any], lang: Lang) -> str:
    parts = []
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        kind = _kind(content.get("schema", {}))
        parts.append(f"<p>{escape(text('page.body', lang))} {escape(media)}: {kind}</p>")
    for status, response in operation["responses"].items():
        kinds = [_kind(shown.get("schema", {})) for shown in response.get("content", {}).values()]
        about = escape(response["description"])
        parts.append(f"<p><code>{escape(status)}</code> {about} {' '.join(kinds)}</p>")
    return "".join(parts)


def _schemas(document: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    for name, schema in document["components"]["schemas"].items():
        needed = schema.get("required", ())
        rows = [
            Row(field, _kind(shape), field in needed, shape.get("description", ""))
            for field, shape in schema.get("properties", {}).items()
        ]
        values = ", ".join(str(value) for value in schema.get("enum", ()))
        yield (
            f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>'
            f"<p>{escape(schema.get('description', ''))} {escape(values)}</p>"
            f"{_table(rows, lang) if rows else ''}</details>"
        )


def _errors(document: Mapping[str, Any], lang: Lang) -> str:
    rows = (
        f"<tr><td><code>{escape(code)}</code></td><td>{escape(sentence)}</td></tr>"
        for code, sentence in document["x-errors"].items()
    )
    heads = "".join(f"<th>{escape(text(c, lang))}</th>" for c in ("page.name", "page.meaning"))
    return f"<table><tr>{heads}</tr>{''.join(rows)}</table>"


def _table(rows: list[Row], lang: Lang) -> str:
    lines = "".join(
        f"<tr><td><code>{escape(name)}</code>{'<b class=r>*</b>' if needed else ''}</td>"
        f"<td>{kind}</td><td>{escape(meaning)}</td></tr>"
        for name, kind, needed, meaning in rows
    )
    heads = "".join(
        f"<th>{escape(text(code, lang))}</th>"
        for code in ("page.name", "page.kind", "page.meaning")
    )
    return f"<table><tr>{heads}</tr>{lines}</table>"


def _kind(schema: Mapping[str, Any]) -> str:
    """A schema in a few words, as HTML, with a link to a form that has a name."""
    if "$ref" in schema:
        name = escape(str(schema["$ref"]).rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return " | ".join(_kind(part) for part in schema[choice])
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]{_limits(schema)}"
    kind = str(schema.get("format") or schema.get("type") or "")
    if "enum" in schema:
        kind = " | ".join(str(value) for value in schema["enum"])
    return escape(kind) + _limits(schema)


def _limits(schema: Mapping[str, Any]) -> str:
    names = ("minLength", "maxLength", "minimum", "maximum", "maxItems", "pattern", "default")
    told = [f"{name} {schema[name]}" for name in names if schema.get(name) is not None]
    return f" <small>({escape(', '.join(told))})</small>" if told else ""
