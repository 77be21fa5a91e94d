"""Fields of a form on a page: each with its label, what was filled in before and, beside it, what
is wrong with it. Whoever cannot see the page hears all of that with the field (WCAG 2.2, 3.3.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.texts import Lang, text
from shared.web.form_data import FormData
from shared.web.markup import Html, tag, together
from shared.web.problems import Problem

Option = tuple[str, str]
"""A value and what its reader calls it."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a field is called on the wire and by its reader, and how it is filled in."""

    name: str
    label: str
    hint: str = ""
    required: bool = False
    length_max: int | None = None
    kind: str = "text"
    """The type of its input, as HTML has it."""
    autocomplete: str | None = None
    """What a browser may fill in by itself (HTML, autofill)."""


class Fields:
    """The fields of one form, made in the order in which they are shown.

    ``sent`` is what was filled in before, ``problem`` what was wrong with that. ``places`` says
    which field a place in the body is, by its pointer without ``#/``, where that is not the last
    part of it. ``prefix`` tells the ids of several forms on a page apart.
    """

    def __init__(
        self,
        lang: Lang,
        sent: FormData | None = None,
        problem: Problem | None = None,
        *,
        places: Mapping[str, str] | None = None,
        prefix: str = "",
    ) -> None:
        self._lang = lang
        self._sent = sent or FormData()
        self._prefix = prefix
        self._labels: dict[str, str] = {}
        self._wrong = [
            (_name(fault["pointer"], places or {}), fault["detail"])
            for fault in (problem.faults(lang) if problem else ())
        ]

    def line(self, field: Field) -> Html:
        """One line of text, a number, a time or whatever else ``kind`` says."""
        control = tag(
            "input",
            type=field.kind,
            value=self._sent.first(field.name) or "",
            step="any" if field.kind == "number" else None,
            **self._said(field),
        )
        return self._shown(field, control)

    def lines(self, field: Field) -> Html:
        """Text of several lines."""
        given = self._sent.first(field.name) or ""
        return self._shown(field, tag("textarea", given, **self._said(field)))

    def file(self, field: Field, accept: str) -> Html:
        """A file of these media types."""
        return self._shown(field, tag("input", type="file", accept=accept, **self._said(field)))

    def select(self, field: Field, options: Iterable[Option], default: str = "") -> Html:
        """One of these, out of a list that opens."""
        given = self._sent.first(field.name) or default
        shown = (tag("option", said, value=key, selected=key == given) for key, said in options)
        return self._shown(field, tag("select", *shown, **self._said(field)))

    def choices(
        self, field: Field, options: Iterable[Option], default: str = "", *, several: bool = False
    ) -> Html:
        """One of these, or several, all of them seen at once and each as large as a finger."""
        self._labels[field.name] = field.label
        given = self._sent.every(field.name) or [default]
        shown = (
            tag(
                "label",
                tag(
                    "input",
                    type="checkbox" if several else "radio",
                    id=self._id(field.name) if number == 0 else None,
                    name=field.name,
                    value=key,
                    required=field.required and not several,
                    checked=key in given,
                ),
                tag("span", said),
                class_="choice",
            )
            for number, (key, said) in enumerate(options)
        )
        return tag(
            "fieldset",
            tag("legend", field.label, self._optional(field)),
            *self._beside(field),
            *shown,
            aria_describedby=self._described(field),
        )

    def summary(self) -> Html:
        """All that is wrong, each with a way to its field; nothing if all is well. Made when the
        fields are, and shown above them."""
        if not self._wrong:
            return Html()
        listed = (tag("li", self._way_to(name), detail) for name, detail in self._wrong)
        return tag("div", tag("ul", *listed), class_="fault", role="alert")

    def _way_to(self, name: str) -> Html:
        label = self._labels.get(name)
        if label is None:
            return Html()
        return together(tag("a", label, href=f"#{self._id(name)}"), ": ")

    def _shown(self, field: Field, control: Html) -> Html:
        self._labels[field.name] = field.label
        words = tag("label", field.label, self._optional(field), for_=self._id(field.name))
        return together(words, *self._beside(field), control)

    def _beside(self, field: Field) -> Iterable[Html]:
        if field.hint:
            yield tag("p", field.hint, class_="hint", id=f"{self._id(field.name)}-hint")
        if wrong := self._wrong_with(field):
            yield tag("p", *wrong, class_="wrong", id=f"{self._id(field.name)}-wrong")

    def _said(self, field: Field) -> dict[str, str | bool | None]:
        """What every control says of itself."""
        return {
            "id": self._id(field.name),
            "name": field.name,
            "required": field.required,
            "maxlength": str(field.length_max) if field.length_max else None,
            "autocomplete": field.autocomplete,
            "aria_invalid": "true" if self._wrong_with(field) else None,
            "aria_describedby": self._described(field),
        }

    def _described(self, field: Field) -> str | None:
        parts = [("hint", field.hint), ("wrong", self._wrong_with(field))]
        return " ".join(f"{self._id(field.name)}-{part}" for part, told in parts if told) or None

    def _wrong_with(self, field: Field) -> list[str]:
        return [detail for name, detail in self._wrong if name == field.name]

    def _optional(self, field: Field) -> Html:
        if field.required:
            return Html()
        return tag("small", " ", text("page.optional", self._lang))

    def _id(self, name: str) -> str:
        return f"{self._prefix}{name}"


def _name(pointer: str, places: Mapping[str, str]) -> str:
    place = pointer.removeprefix("#/")
    return places.get(place, place.rpartition("/")[2])
