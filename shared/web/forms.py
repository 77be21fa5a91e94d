"""The forms of requests and answers: bodies, views, versions, pages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, Self, TypeVar
from urllib.parse import quote

from fastapi import Depends, Path, Query, Request, Response
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from shared.errors import Malformed
from shared.web.exchange import SCOPE_KEY, Exchange

PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX, CURSOR_LENGTH_MAX = 50, 200, 500
ID_LENGTH_MAX, NOTE_LENGTH_MAX = 64, 1000
_SAFE = "/:?#[]@!$&'()*+,;=%"
_VERSION = re.compile(r'"([1-9][0-9]{0,9})"')
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
T = TypeVar("T")


class Body(BaseModel):
    """What a caller sends: unknown fields are refused, texts come stripped, numbers are finite."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False
    )


class ChangeBody(Body):
    """What is to be different of something; what is left out stays as it is."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("change_empty", "nothing is to be different")
        return self


def left_out() -> Any:
    """The default of a field of a change: it may be left out, and is not null if it is sent."""
    return Field(default=None)


def filter_of(**asked: Any) -> dict[str, Any]:
    """The filter of a list: what the query names; what it leaves out bounds nothing."""
    return {name: value for name, value in asked.items() if value is not None}


class View(BaseModel):
    """What a caller gets to see of something."""

    model_config = ConfigDict(frozen=True)

    def bearing(self, **computed: Any) -> Self:
        """The view, just made, with fields that its source does not have; a copy costs as much
        as all the rest of it."""
        self.__dict__.update(computed)
        return self


class PageView(View, Generic[T]):
    """One page of a list; ``next_cursor`` asks for the next one, null at the end."""

    items: list[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class PageQuery:
    """Which page of a list is asked for."""

    cursor: str | None
    limit: int


async def paging(
    cursor: Annotated[str | None, Query(max_length=CURSOR_LENGTH_MAX)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS_DEFAULT,
) -> PageQuery:
    """The dependency of list routes: ``?cursor=&limit=``, 1 to 200 items, 50 if not told."""
    return PageQuery(cursor, limit)


class Seen:
    """``If-Match`` (RFC 9110, 13.1.1): the version that the caller decided on.

    Gives the version; None for ``*`` and if the header is absent. ``Malformed`` for anything but
    one strong entity tag of ours: a weak one never matches, and several would be no decision.
    """

    async def __call__(self, request: Request) -> int | None:
        """The version seen."""
        exchange: Exchange = request.scope[SCOPE_KEY]
        header = exchange.header(b"if-match")
        if header is None or header.strip() == "*":
            return None
        match = _VERSION.fullmatch(header.strip())
        if match is None:
            raise Malformed("http.if_match_malformed", pointer="header:If-Match")
        return int(match[1])


seen = Seen()


def _in_utc(value: datetime) -> datetime:
    """A time of year 1 or 9999 may lie beyond them in UTC, in which all times are kept, in whole
    milliseconds: the same told again is the same."""
    try:
        return value.astimezone(UTC).replace(microsecond=value.microsecond // 1000 * 1000)
    except OverflowError:
        raise PydanticCustomError("datetime_parsing", "no time that can be told in UTC") from None


def _written_out(value: object) -> object:
    """A bare number would pass for a time and has no zone; ``webhooks.md`` 11 asks for one."""
    if isinstance(value, str) and value[4:5] == "-":
        return value
    raise PydanticCustomError("timezone_aware", "a time is written out, with its zone")


def _written_out_day(value: object) -> object:
    """A bare number would pass for a day, as seconds since 1970."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise PydanticCustomError("date_parsing", "a day is written out, as 2026-11-24")


Version = Annotated[int | None, Depends(seen)]
"""The version that the caller decided on."""
Paging = Annotated[PageQuery, Depends(paging)]
"""Which page of a list the caller asks for."""
PathId = Annotated[str, Path(max_length=ID_LENGTH_MAX)]
"""Of what a route is about; whatever it looks like, one that nobody has is not found."""
QueryId = Annotated[str | None, Query(max_length=ID_LENGTH_MAX)]
"""Of what a list is to be about; whatever it looks like, one that nobody has finds nothing."""
Ref = Annotated[str, StringConstraints(pattern=rf"^[A-Za-z0-9_.:-]{{1,{ID_LENGTH_MAX}}}$")]
"""An id in a body, ours or another system's."""
Note = Annotated[str, StringConstraints(min_length=1, max_length=NOTE_LENGTH_MAX)]
"""A few sentences of a person's."""
Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]
"""RFC 3339, with its zone; kept in UTC, in whole milliseconds."""
Day = Annotated[
    date,
    BeforeValidator(_written_out_day),
    WithJsonSchema({"type": "string", "format": "date", "maxLength": 10}),
]
"""A day (RFC 3339, full-date)."""


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


class JsonAnswer(Response):
    """JSON ready made, with headers ready made: the general way costs as much as a small write."""

    def __init__(
        self, body: bytes, status: int = 200, headers: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        self.status_code = status
        self.body = body
        self.background = None
        self.raw_headers = [
            (b"content-length", str(len(body)).encode()),
            (b"content-type", b"application/json"),
            *headers,
        ]


def url(location: str) -> str:
    """A path as a header may bear it: what is not plain ASCII, percent-encoded."""
    return quote(location, safe=_SAFE)


def answer(
    view: BaseModel, version: int | None = None, status: int = 200, location: str | None = None
) -> Response:
    """The answer that shows a view, with its version as ``ETag`` and, if given, its
    ``Location``; a page of a list as ``listing`` does."""
    headers: list[tuple[bytes, bytes]] = []
    if version is not None:
        headers.append((b"etag", etag(version).encode()))
    if location is not None:
        headers.append((b"location", url(location).encode()))
    if isinstance(view, PageView):
        return Listing(view, status, headers)
    return JsonAnswer(view.model_dump_json().encode(), status, headers)


class Listing(JsonAnswer):
    """One page of a list as JSON, and what it shows."""

    def __init__(
        self, page: PageView[Any], status: int = 200, headers: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        self.items = page.items
        self.next_cursor = page.next_cursor
        super().__init__(page.model_dump_json().encode(), status, headers)


def listing(items: Sequence[BaseModel], next_cursor: str | None) -> Response:
    """The answer that shows one page: ``{"items": [...], "next_cursor": ...}``."""
    return Listing(PageView[Any].model_construct(items=list(items), next_cursor=next_cursor))


def no_content() -> Response:
    """Done, and nothing to show."""
    return Response(status_code=204)
