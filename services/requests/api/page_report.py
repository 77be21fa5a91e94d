"""The pages on which somebody without an account asks for something: what is shown on them, and
what is read from them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from services.requests.api.intake_forms import AskedBody
from services.requests.api.request import PREFIX
from services.requests.domain.attribute import Attribute, Datatype
from services.requests.domain.contact import (
    EMAIL_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    PHONE_CHARACTERS_MAX,
)
from services.requests.domain.place import ADDRESS_NOTE_CHARACTERS_MAX
from services.requests.domain.request import ServiceRequest
from services.requests.domain.service_type import Group, ServiceType, Visibility, visible
from services.requests.domain.submission import DESCRIPTION_CHARACTERS_MAX
from services.requests.domain.tracking import TrackingCode
from shared.days import on_the_wall
from shared.texts import Lang, label, text
from shared.web import Body
from shared.web.fields import Field, Fields
from shared.web.form_data import FormData
from shared.web.markup import Html, links, other_langs, tag, together
from shared.web.problems import Problem

ANSWER = "answer."
"""What the names of fields begin with that answer a service type's own questions."""
PAGES = f"{PREFIX}/open/pages"
TRACKING_PATH = f"{PAGES}/tracking"
PICTURES = "image/jpeg,image/png,image/webp"
B = TypeVar("B", bound=Body)
_GROUPS = tuple(Group)
_INPUTS = {Datatype.NUMBER: "number", Datatype.DATETIME: "datetime-local"}


def categories(kinds: Iterable[ServiceType], lang: Lang) -> Html:
    """All that one may ask for, by group, each a link to its form."""
    listed = sorted(kinds, key=lambda kind: _GROUPS.index(kind.group))
    groups = (
        together(tag("h2", label(f"group.{group}", lang)), links(_link(each, lang) for each in kin))
        for group, kin in groupby(listed, key=lambda kind: kind.group)
    )
    track = tag("a", text("page.have_code", lang), href=f"{TRACKING_PATH}?lang={lang}")
    return together(
        other_langs(lang), links([track]), tag("p", text("page.choose_category", lang)), *groups
    )


def form(
    kind: ServiceType, code: TrackingCode, lang: Lang, sent: FormData, wrong: Problem | None = None
) -> Html:
    """The form for one category; ``sent`` is what was filled in before, ``wrong`` what was wrong
    with it."""
    fields = Fields(lang, sent, wrong, places=_places(kind))

    asked = Field(
        "description", text("page.description", lang), "", True, DESCRIPTION_CHARACTERS_MAX
    )
    photo = Field("photo", text("page.photo", lang), text("page.photo_hint", lang))
    shown = together(
        hidden("service_code", kind.code),
        hidden("tracking_code", code.text),
        hidden("lang", lang),
        fields.lines(asked),
        *(_question(each, lang, fields) for each in kind.attributes),
        *(fields.line(each) for each in _where_and_who(lang)),
        _visibility(kind, lang, fields),
        fields.file(photo, PICTURES),
        tag("button", text("page.submit", lang)),
    )
    return together(
        other_langs(lang, service_code=kind.code),
        tag("p", _told(kind.description_zh, kind.description_en, lang)),
        fields.summary(),
        tag("form", shown, method="post", enctype="multipart/form-data"),
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
            "contact": contact if any(contact.values()) else None,
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
    told = {
        "page.number": request.number,
        "page.due_at": moment(request.due_at),
        "page.visibility": label(f"visible.{request.visibility}", lang),
    }
    follow = tag(
        "form",
        hidden("code", code.text),
        hidden("lang", lang),
        tag("button", text("page.track", lang)),
        method="post",
        action=TRACKING_PATH,
    )
    return together(
        facts(told, lang),
        tag("p", text("page.keep_code", lang)),
        tag("p", *(tag("span", part) for part in _in_fours(code.text)), class_="code"),
        tag("p", text("page.copy_code", lang), class_="hint"),
        follow,
    )


def facts(told: Mapping[str, str | None], lang: Lang, class_: str | None = None) -> Html:
    """What is known, by the code of what it is called; what is None is not shown."""
    return tag(
        "dl",
        *(
            together(tag("dt", text(code, lang)), tag("dd", value))
            for code, value in told.items()
            if value is not None
        ),
        class_=class_,
    )


def moment(at: datetime | None) -> str | None:
    """As a clock on the wall shows it in China."""
    return None if at is None else on_the_wall(at)


def hidden(name: str, value: str) -> Html:
    """What a form remembers."""
    return tag("input", type="hidden", name=name, value=value)


def _in_fours(code: str) -> list[str]:
    """In pieces that an eye can hold; copied, they are one again."""
    return re.findall("[^_]{1,4}_?", code)


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


def _where_and_who(lang: Lang) -> tuple[Field, ...]:
    place, hint = text("page.place", lang), text("page.place_hint", lang)
    name, email = text("page.your_name", lang), text("page.your_email", lang)
    phone, why = text("page.your_phone", lang), text("page.phone_hint", lang)
    return (
        Field("address_note", place, hint, length_max=ADDRESS_NOTE_CHARACTERS_MAX),
        Field("name", name, "", False, NAME_CHARACTERS_MAX, autocomplete="name"),
        Field("phone", phone, why, False, PHONE_CHARACTERS_MAX, "tel", "tel"),
        Field("email", email, "", False, EMAIL_CHARACTERS_MAX, "email", "email"),
    )


def _places(kind: ServiceType) -> dict[str, str]:
    answers = {f"attributes/{each.code}": ANSWER + each.code for each in kind.attributes}
    return {"contact": "phone", **answers}


def _visibility(kind: ServiceType, lang: Lang, fields: Fields) -> Html:
    options = (
        (each.value, label(f"visible.{each}", lang))
        for each in Visibility
        if visible(kind.handler, each)
    )
    field = Field("visibility", text("page.visibility", lang), required=True)
    return fields.choices(field, options, kind.visibility.value)


def _question(asked: Attribute, lang: Lang, fields: Fields) -> Html:
    words = _told(asked.description_zh, asked.description_en, lang)
    if not asked.variable:
        return tag("p", words)
    hint = _told(asked.hint_zh, asked.hint_en, lang)
    field = Field(ANSWER + asked.code, words, hint, asked.required)
    if asked.values:
        options = [(each.key, _told(each.name_zh, each.name_en, lang)) for each in asked.values]
        if asked.datatype is Datatype.MULTI:
            return fields.choices(field, options, several=True)
        if asked.required:
            return fields.choices(field, options)
        return fields.select(field, [("", ""), *options])
    if asked.datatype is Datatype.TEXT:
        return fields.lines(field)
    return fields.line(replace(field, kind=_INPUTS.get(asked.datatype, "text")))
