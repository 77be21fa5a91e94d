"""The pages on which somebody without an account asks for something: what is shown on them, and
what is read from them."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from services.requests.api.intake_forms import AskedBody
from services.requests.api.request import PREFIX
from services.requests.domain.attribute import Attribute, Datatype
from services.requests.domain.request import ServiceRequest
from services.requests.domain.service_type import Group, ServiceType, Visibility, visible
from services.requests.domain.submission import DESCRIPTION_CHARACTERS_MAX
from services.requests.domain.tracking import TrackingCode
from shared.texts import Lang, label, text
from shared.web import Body
from shared.web.form_data import FormData
from shared.web.markup import Html, other_langs, tag, together

ANSWER = "answer."
"""What the names of fields begin with that answer a service type's own questions."""
PAGES = f"{PREFIX}/open/pages"
TRACKING_PATH = f"{PAGES}/tracking"
B = TypeVar("B", bound=Body)
_GROUPS = tuple(Group)
_INPUTS = {Datatype.NUMBER: "number", Datatype.DATETIME: "datetime-local"}


def categories(kinds: Iterable[ServiceType], lang: Lang) -> Html:
    """All that one may ask for, by group, each a link to its form."""
    listed = sorted(kinds, key=lambda kind: _GROUPS.index(kind.group))
    groups = (
        together(
            tag("h2", label(f"group.{group}", lang)),
            tag("ul", *(tag("li", _link(kind, lang)) for kind in members)),
        )
        for group, members in groupby(listed, key=lambda kind: kind.group)
    )
    return together(
        other_langs(lang),
        tag("p", text("page.choose_category", lang)),
        *groups,
        tag("p", tag("a", text("page.have_code", lang), href=f"{TRACKING_PATH}?lang={lang}")),
    )


def form(
    kind: ServiceType, code: TrackingCode, lang: Lang, sent: FormData, fault: Html | None = None
) -> Html:
    """The form for one category; ``sent`` is what was filled in before, ``fault`` what was wrong
    with it."""
    fields = together(
        _hidden("service_code", kind.code),
        _hidden("tracking_code", code.text),
        _hidden("lang", lang),
        tag("label", text("page.description", lang), for_="description"),
        tag(
            "textarea",
            sent.first("description") or "",
            id="description",
            name="description",
            required=True,
            maxlength=str(DESCRIPTION_CHARACTERS_MAX),
        ),
        *(_question(each, lang, sent) for each in kind.attributes),
        _text("address_note", text("page.address_note", lang), sent, 200),
        _text("name", text("page.your_name", lang), sent, 100),
        _text("phone", text("page.your_phone", lang), sent, 40, kind="tel"),
        _text("email", text("page.your_email", lang), sent, 254, kind="email"),
        _visibility(kind, lang, sent),
        tag("label", text("page.photo", lang), for_="photo"),
        tag(
            "input",
            id="photo",
            name="photo",
            type="file",
            accept="image/jpeg,image/png,image/webp",
        ),
        tag("button", text("page.submit", lang)),
    )
    return together(
        other_langs(lang, service_code=kind.code),
        tag("p", _told(kind.description_zh, kind.description_en, lang)),
        fault or Html(),
        tag("form", fields, method="post", enctype="multipart/form-data"),
    )


def asked(sent: FormData, kind: ServiceType, estate_id: str) -> AskedBody:
    """What was filled in; ``RequestValidationError`` names the fields at fault."""
    contact = {name: sent.first(name) or None for name in ("name", "phone", "email")}
    return validated(
        AskedBody,
        {
            "service_code": kind.code,
            "estate_id": estate_id,
            "description": sent.first("description"),
            "address_note": sent.first("address_note") or None,
            "visibility": sent.first("visibility") or None,
            "contact": contact if contact["phone"] or contact["email"] else None,
            "attributes": {
                each.code: [_with_zone(each, value) for value in sent.every(ANSWER + each.code)]
                for each in kind.attributes
                if each.variable
            },
        },
    )


def validated(form: type[B], sent: dict[str, Any]) -> B:
    """A body from the fields of a page; ``RequestValidationError`` as for a body of JSON."""
    try:
        return form.model_validate(sent)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        faults = [{**each, "loc": ("body", *each["loc"])} for each in found]
        raise RequestValidationError(faults) from None


def receipt(request: ServiceRequest, code: TrackingCode, lang: Lang) -> Html:
    """What somebody takes away: the number, and the code that is told this once."""
    return together(
        tag("dl", tag("dt", text("page.number", lang)), tag("dd", request.number)),
        tag("p", text("page.keep_code", lang)),
        tag("p", code.text, class_="code"),
        tag("p", label(f"visible.{request.visibility}", lang)),
        tag("p", tag("a", text("page.track", lang), href=f"{TRACKING_PATH}?lang={lang}")),
    )


def name_of(kind: ServiceType, lang: Lang) -> str:
    """A category's name."""
    return _told(kind.name_zh, kind.name_en, lang)


def _with_zone(asked: Attribute, value: str) -> str:
    """A browser tells the time on the wall; the estate's is meant."""
    if asked.datatype is Datatype.DATETIME and len(value) == len("2026-05-04T08:30"):
        return f"{value}:00+08:00"
    return value


def _link(kind: ServiceType, lang: Lang) -> Html:
    query = urlencode({"service_code": kind.code, "lang": lang})
    return tag("a", name_of(kind, lang), href=f"?{query}")


def _told(zh: str, en: str, lang: Lang) -> str:
    return zh if lang == "zh" else en


def _hidden(name: str, value: str) -> Html:
    return tag("input", type="hidden", name=name, value=value)


def _text(name: str, words: str, sent: FormData, limit: int, kind: str = "text") -> Html:
    return together(
        tag("label", words, for_=name),
        tag(
            "input",
            id=name,
            name=name,
            type=kind,
            maxlength=str(limit),
            value=sent.first(name) or "",
        ),
    )


def _visibility(kind: ServiceType, lang: Lang, sent: FormData) -> Html:
    chosen = sent.first("visibility") or kind.visibility.value
    options = (
        tag("option", label(f"visible.{each}", lang), value=each, selected=each == chosen)
        for each in Visibility
        if visible(kind.handler, each)
    )
    return together(
        tag("label", text("page.visibility", lang), for_="visibility"),
        tag("select", *options, id="visibility", name="visibility"),
    )


def _question(asked: Attribute, lang: Lang, sent: FormData) -> Html:
    words = _told(asked.description_zh, asked.description_en, lang)
    if not asked.variable:
        return tag("p", words)
    name = ANSWER + asked.code
    hint = _told(asked.hint_zh, asked.hint_en, lang)
    return together(
        tag("label", words, tag("small", f" {hint}"), for_=name), _answer(asked, name, lang, sent)
    )


def _answer(asked: Attribute, name: str, lang: Lang, sent: FormData) -> Html:
    if asked.values:
        given = sent.every(name)
        several = asked.datatype is Datatype.MULTI
        options = [
            tag(
                "option",
                _told(value.name_zh, value.name_en, lang),
                value=value.key,
                selected=value.key in given,
            )
            for value in asked.values
        ]
        blank = [] if several or asked.required else [tag("option", value="")]
        return tag("select", *blank, *options, id=name, name=name, multiple=several)
    given_text = sent.first(name) or ""
    if asked.datatype is Datatype.TEXT:
        return tag("textarea", given_text, id=name, name=name, required=asked.required)
    return tag(
        "input",
        id=name,
        name=name,
        type=_INPUTS.get(asked.datatype, "text"),
        step="any" if asked.datatype is Datatype.NUMBER else None,
        required=asked.required,
        value=given_text,
    )
