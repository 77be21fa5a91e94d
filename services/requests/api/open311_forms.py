"""What Open311's clients send: queries, and forms in all the ways that they are sent.

An empty value is one that was not sent; what is not known here is passed over, as clients send
fields of their own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, TypeVar

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError
from pydantic import Field, StringConstraints, ValidationError

from services.requests.domain.attribute import TEXT_CHARACTERS_MAX
from services.requests.domain.contact import (
    EMAIL_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    PHONE_CHARACTERS_MAX,
    Contact,
    contact,
)
from services.requests.domain.place import position
from services.requests.domain.progress import UPDATE_CHARACTERS_MAX
from services.requests.domain.publication import ROWS_MAX, SPAN, Sought, Status, Window
from services.requests.domain.report import Report
from services.requests.domain.submission import DESCRIPTION_CHARACTERS_MAX
from services.requests.domain.whereabouts import Whereabouts
from shared.days import BEIJING
from shared.errors import Invalid
from shared.web import Body
from shared.web.form_data import FormData

IDS_MAX, CODES_MAX, MEDIA_MAX, ANSWERS_MAX = 200, 200, 5, 50
LIST_CHARACTERS_MAX = 8_000
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,64})\](?:\[\d{0,4}\])?")
_CJK = re.compile("[\u3400-\u9fff]")
_URL = re.compile(r"https?://[^\s<>\"]{1,490}")

Listed = Annotated[
    list[Annotated[str, StringConstraints(max_length=LIST_CHARACTERS_MAX)]], Query(max_length=20)
]
"""Values with commas between, in one parameter or in several of one name."""
Jurisdiction = Annotated[str | None, Query(max_length=100)]
Flag = Annotated[str | None, Query(max_length=10)]
Numeral = Annotated[str | None, Query(max_length=10)]
Moment = Annotated[str | None, Query(max_length=40)]
NOTHING: list[str] = []
F = TypeVar("F", bound=Body)


async def part(page: Numeral = None, page_size: Numeral = None) -> tuple[int, int]:
    """Which page, and of how many rows: a dependency; ``Invalid``."""
    return (
        _number(page, "page", default=1, most=10**9),
        _number(page_size, "page_size", default=ROWS_MAX, most=ROWS_MAX),
    )


Part = Annotated[tuple[int, int], Depends(part)]


async def times(
    start_date: Moment = None,
    end_date: Moment = None,
    updated_after: Moment = None,
    updated_before: Moment = None,
) -> Mapping[str, datetime | None]:
    """When they were asked for, and when they changed: a dependency; ``Invalid``."""
    return {
        "start": moment(start_date, "start_date"),
        "end": moment(end_date, "end_date"),
        "updated_after": moment(updated_after, "updated_after"),
        "updated_before": moment(updated_before, "updated_before"),
    }


Times = Annotated[Mapping[str, datetime | None], Depends(times)]


async def sought(
    page: Part,
    when: Times,
    service_request_id: Listed = NOTHING,
    service_code: Listed = NOTHING,
    status: Listed = NOTHING,
) -> Sought:
    """Which requests are looked for: a dependency; ``Invalid``."""
    named = listed(status, "status", limit=len(Status) * 2)
    return Sought(
        ids=listed(service_request_id, "service_request_id", limit=IDS_MAX),
        service_codes=listed(service_code, "service_code", limit=CODES_MAX),
        statuses=frozenset(_status(each) for each in named) or frozenset(Status),
        page=page[0],
        page_size=page[1],
        **when,
    )


async def period(start_date: Moment = None, end_date: Moment = None) -> Window | None:
    """The time that is asked about, if it was told whole: a dependency; ``Invalid``."""
    start, end = moment(start_date, "start_date"), moment(end_date, "end_date")
    if start is None and end is None:
        return None
    if start is None or end is None or end < start or end - start > SPAN:
        raise Invalid("open311.period", pointer="query:start_date", days=SPAN.days)
    return Window(start, end)


def listed(told: Sequence[str], name: str, *, limit: int) -> tuple[str, ...]:
    """The values of a list, each once; ``Invalid`` for too many."""
    values = (value.strip() for each in told for value in each.split(","))
    found = tuple(dict.fromkeys(value for value in values if value))
    if len(found) > limit:
        raise Invalid("open311.too_many", pointer=f"query:{name}", limit=limit)
    return found


def moment(text: str | None, name: str) -> datetime | None:
    """A moment as W3C's note on dates has it; a day alone begins at midnight in Beijing.

    ``Invalid`` for a time without its zone. A plus sign that was not escaped in an address came as
    a blank, and is read as what it was.
    """
    text = (text or "").strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
        if len(text) == len("2026-11-24"):
            found = found.replace(tzinfo=BEIJING)
        if found.tzinfo is not None:
            # As it is kept: what is beyond the calendar in UTC cannot be told.
            return found.astimezone(UTC).replace(microsecond=found.microsecond // 1000 * 1000)
    except (ValueError, OverflowError):
        pass
    raise Invalid("open311.date", pointer=f"query:{name}")


class ReportForm(Body):
    """A report as it was sent; coordinates in degrees, WGS84."""

    service_code: Annotated[str, Field(max_length=64)]
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    long: Annotated[float, Field(ge=-180, le=180)] | None = None
    address_string: Annotated[str, Field(max_length=1000)] | None = None
    address_id: Annotated[str, Field(max_length=64)] | None = None
    description: Annotated[str, Field(max_length=DESCRIPTION_CHARACTERS_MAX)] | None = None
    email: Annotated[str, Field(max_length=EMAIL_CHARACTERS_MAX)] | None = None
    phone: Annotated[str, Field(max_length=PHONE_CHARACTERS_MAX)] | None = None
    first_name: Annotated[str, Field(max_length=NAME_CHARACTERS_MAX)] | None = None
    last_name: Annotated[str, Field(max_length=NAME_CHARACTERS_MAX)] | None = None
    account_id: Annotated[str, Field(max_length=200)] | None = None
    device_id: Annotated[str, Field(max_length=200)] | None = None
    media_url: Annotated[
        tuple[Annotated[str, Field(max_length=500)], ...], Field(max_length=MEDIA_MAX)
    ] = ()
    attribute: Annotated[
        dict[str, tuple[Annotated[str, Field(max_length=TEXT_CHARACTERS_MAX)], ...]],
        Field(max_length=ANSWERS_MAX),
    ] = Field(default_factory=dict)

    @classmethod
    def of(cls, form: FormData) -> "ReportForm":
        """The form as it was sent; every field at fault is told at once."""
        return _validated(cls, {**_first_values(form, cls), **_several(form)})

    def report(self, pictures: Sequence[bytes] = ()) -> Report:
        """The same in the service's words, with the pictures that came along; ``Invalid``."""
        return Report(
            service_code=self.service_code,
            where=self._where(),
            description=self.description,
            attributes=self.attribute,
            contact=self._contact(),
            media_urls=self._media(),
            sender=(self.account_id, self.device_id),
            pictures=tuple(sha256(each).hexdigest() for each in pictures),
        )

    def _where(self) -> Whereabouts:
        if (self.lat is None) is not (self.long is None):
            raise Invalid("open311.half_a_point", pointer="/long" if self.long is None else "/lat")
        point = None
        if self.lat is not None and self.long is not None:
            point = position(self.lat, self.long)
        return Whereabouts(self.address_id, point, self.address_string)

    def _contact(self) -> Contact | None:
        name = person_name(self.first_name, self.last_name)
        if self.phone is None and self.email is None:
            return None if name is None else Contact(name)
        return contact(name, self.phone, self.email)

    def _media(self) -> tuple[str, ...]:
        for each in self.media_url:
            if not _URL.fullmatch(each):
                raise Invalid("open311.media_url", pointer="/media_url")
        return self.media_url


class UpdateForm(Body):
    """Something to be put down on a request; of whom it is, is not kept."""

    service_request_id: Annotated[str, Field(max_length=64)]
    description: Annotated[str, Field(max_length=UPDATE_CHARACTERS_MAX)]

    @classmethod
    def of(cls, form: FormData) -> "UpdateForm":
        """The form as it was sent; every field at fault is told at once."""
        return _validated(cls, _first_values(form, cls))


def first_told(filled: FormData, name: str) -> str | None:
    """The first value of a field that is not empty."""
    return next((value.strip() for value in filled.every(name) if value.strip()), None)


def person_name(first: str | None, last: str | None) -> str | None:
    """The name as its people write it: in Chinese the family's comes first, without a blank."""
    parts = [part for part in (first, last) if part]
    if any(_CJK.search(part) for part in parts):
        return "".join(reversed(parts))[:NAME_CHARACTERS_MAX]
    return " ".join(parts)[:NAME_CHARACTERS_MAX] or None


def _validated(kind: type[F], values: Mapping[str, object]) -> F:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise RequestValidationError(
            [
                {**each, "loc": ("body", *each["loc"])}
                for each in error.errors(include_url=False, include_input=False)
            ]
        ) from None


def _first_values(form: FormData, kind: type[Body]) -> dict[str, object]:
    """Of each known field the first value that is not empty."""
    values: dict[str, object] = {}
    for name, text in form.fields:
        if name in kind.model_fields and text.strip():
            values.setdefault(name, text)
    return values


def _several(form: FormData) -> dict[str, object]:
    """What may come several times: answers by their questions, and addresses of pictures."""
    answers: dict[str, tuple[str, ...]] = {}
    for code, text in _answers(form):
        answers[code] = (*answers.get(code, ()), text)
    media = tuple(text for text in form.every("media_url") if text.strip())
    return {"attribute": answers, "media_url": media}


def _answers(form: FormData) -> Iterator[tuple[str, str]]:
    for name, text in form.fields:
        match = _ATTRIBUTE.fullmatch(name)
        if match is not None and text.strip():
            yield match[1], text


def _status(text: str) -> Status:
    try:
        return Status(text.lower())
    except ValueError:
        raise Invalid("open311.status", pointer="query:status") from None


def _number(text: str | None, name: str, *, default: int, most: int) -> int:
    text = (text or "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise Invalid("open311.number", pointer=f"query:{name}", limit=most)
    return int(text)
