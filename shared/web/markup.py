"""Small pages for people who have nothing but a browser: no script, nothing loaded from anywhere.

A page is put together by ``tag``, which escapes whatever is no ``Html`` itself; so what somebody
wrote cannot become markup.
"""

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode

from fastapi import Response

from shared.texts import LANGS, Lang, text
from shared.web.exchange import Exchange
from shared.web.problems import Problem

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_STYLE = """
body{font:1.25rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:36rem;padding:1rem;
color:#1a1a1a;background:#fff;overflow-wrap:break-word}
h1{font-size:1.6rem;margin:.5rem 0}
h2,legend{font-size:1.25rem;font-weight:600;margin:1.6rem 0 .4rem}
a{color:#0b3d91}label{display:block;margin:1.2rem 0 .3rem;font-weight:600}
small,.hint,dt{color:#444;font-size:1rem;font-weight:400;margin:0}
input,select,textarea,button{font:inherit;width:100%;box-sizing:border-box;min-height:3rem;
padding:.5rem .7rem;border:1px solid #595959;border-radius:.4rem;background:#fff;color:inherit}
textarea{min-height:7rem}fieldset{border:0;margin:1.6rem 0 0;padding:0;min-width:0}
legend{padding:0}summary::after{content:"▾";margin-left:auto}
button{margin:1.2rem 0;background:#a30000;border-color:#a30000;color:#fff;font-weight:600}
button.second{background:#fff;color:#a30000}
.choice{display:flex;align-items:center;gap:.7rem;min-height:3rem;margin:.5rem 0;
padding:.4rem .7rem;box-sizing:border-box;border:1px solid #595959;border-radius:.4rem;
font-weight:400}
.choice input{width:1.5rem;min-height:1.5rem;flex:none;margin:0}
.links{list-style:none;margin:0;padding:0;display:grid;gap:.5rem;
grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr))}
.links a,summary{display:flex;align-items:center;box-sizing:border-box;min-height:3rem;height:100%;
padding:.3rem .7rem;border:1px solid #767676;border-radius:.4rem;text-decoration:none}
.links li:only-child{grid-column:1/-1}.other{text-align:right;margin:0}
.other a{display:inline-block;padding:.6rem .4rem}
.code{font:1.25rem/1.7 monospace;background:#f3f3f3;padding:.6rem;user-select:all}
.code span{display:inline-block;margin-right:.6ch}
.fault,.done{background:#fdecec;border-left:.3rem solid #a30000;padding:.6rem .8rem;margin:1rem 0}
.done{background:#e9f5ec;border-color:#1b6e33}.fault ul{list-style:none;margin:0;padding:0}
.wrong{color:#a30000;font-weight:600;margin:.2rem 0}[aria-invalid]{border:2px solid #a30000}
dd{margin:0 0 .7rem}.state dd:first-of-type{font-size:1.5rem;font-weight:600}
:focus-visible{outline:3px solid #0b57d0;outline-offset:2px}
"""
"""Large for old eyes, and no target below 48 px (WCAG 2.2, 2.5.5 asks for 44); every contrast is
above 7:1 for text and 3:1 for edges (1.4.6, 1.4.11)."""
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


def links(shown: Iterable[Html]) -> Html:
    """Links to choose from, each as large as a finger."""
    return tag("ul", *(tag("li", each) for each in shown), class_="links")


def other_langs(lang: Lang, **query: str) -> Html:
    """Links to the same page in the other languages; ``query`` is what else its address says."""
    others = (
        tag(
            "a",
            text("page.language", other),
            href=f"?{urlencode({**query, 'lang': other})}",
            lang=other,
        )
        for other in LANGS
        if other != lang
    )
    return tag("p", *others, class_="other")


def problem_page(problem: Problem, exchange: Exchange) -> Response:
    """A problem as a page of its own: a ``ProblemForm``."""
    lang = exchange.lang
    said = (tag("p", each["detail"]) for each in problem.faults(lang))
    body = tag("div", *said, class_="fault", role="alert")
    answer = page(text("page.no_success", lang), body, lang, problem.status)
    answer.headers.update(problem.headers)
    return answer


def _attribute(key: str, value: str | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(value)}"'
