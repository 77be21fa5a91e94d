"""Small pages for people who have nothing but a browser: no script, nothing loaded from anywhere.

A page is put together by ``tag``, which escapes whatever is no ``Html`` itself; so what somebody
wrote cannot become markup.
"""

from html import escape
from urllib.parse import urlencode

from fastapi import Response

from shared.texts import LANGS, Lang, label, text
from shared.web.exchange import Exchange
from shared.web.problems import Problem

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_STYLE = """
body{font:18px/1.5 system-ui,sans-serif;margin:0 auto;max-width:34rem;padding:1rem;color:#1a1a1a}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}label{display:block;margin:.9rem 0 .2rem}
input,select,textarea,button{font:inherit;width:100%;box-sizing:border-box;padding:.5rem}
input[type=radio]{width:auto}button{margin:1.2rem 0;background:#a30000;color:#fff;border:0}
textarea{min-height:7rem}.code{font:1.2rem monospace;word-break:break-all;background:#f3f3f3;
padding:.6rem;user-select:all}.fault{background:#fdecec;border-left:4px solid #a30000;padding:.6rem}
dt{color:#555;font-size:.9rem}dd{margin:0 0 .6rem}small{color:#555}
"""
_VOID = frozenset({"input", "meta", "br"})


class Html(str):
    """Markup that is ready to be shown."""

    __slots__ = ()


def tag(element: str, /, *content: str, **attributes: str | bool | None) -> Html:
    """An element; text in it and values of attributes are escaped.

    A trailing ``_`` of an attribute's name is dropped; True is an attribute without a value, False
    and None are none.
    """
    told = "".join(_attribute(key, value) for key, value in attributes.items())
    if element in _VOID:
        return Html(f"<{element}{told}>")
    return Html(f"<{element}{told}>{together(*content)}</{element}>")


def together(*content: str) -> Html:
    """Several pieces, one after the other; what is no ``Html`` is escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in content))


def page(title: str, body: Html, lang: Lang, status: int = 200) -> Response:
    """The answer that shows a page."""
    head = together(
        Html('<meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width,initial-scale=1">'),
        tag("title", title),
        Html(f"<style>{_STYLE}</style>"),
    )
    shown = tag("html", tag("head", head), tag("body", tag("h1", title), body), lang=lang)
    headers = {
        "Content-Security-Policy": _POLICY,
        "Content-Language": lang,
        "Vary": "Accept-Language",
    }
    return Response(f"<!doctype html>{shown}", status, headers, "text/html; charset=utf-8")


def lang_of(asked: str | None, exchange: Exchange) -> Lang:
    """The language that a page's reader chose on it, else the browser's."""
    return next((lang for lang in LANGS if lang == asked), exchange.lang)


def other_langs(lang: Lang, **query: str) -> Html:
    """Links to the same page in the other languages; ``query`` is what else its address says."""
    links = (
        tag(
            "a",
            text("page.language", other),
            href=f"?{urlencode({**query, 'lang': other})}",
            lang=other,
        )
        for other in LANGS
        if other != lang
    )
    return tag("p", *links)


def fault(problem: Problem, lang: Lang) -> Html:
    """What went wrong, in sentences, with the fields at fault."""
    listed = (
        tag("li", _field(each["pointer"], lang), each["detail"]) for each in problem.faults(lang)
    )
    return tag("div", tag("ul", *listed), class_="fault", role="alert")


def problem_page(problem: Problem, exchange: Exchange) -> Response:
    """A problem as a page of its own: a ``ProblemForm``."""
    lang = exchange.lang
    answer = page(text(f"title.{problem.status}", lang), fault(problem, lang), lang, problem.status)
    answer.headers.update(problem.headers)
    return answer


def _attribute(key: str, value: str | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(value)}"'


def _field(pointer: str, lang: Lang) -> Html:
    """The name of a field that a form shows."""
    name = pointer.removeprefix("#/").split("/")[-1]
    word = label(f"field.{name}", lang)
    return Html() if word == f"field.{name}" else tag("b", f"{word}: ")
