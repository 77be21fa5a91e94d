"""Every list as a table: ``Accept: text/csv`` on a route that pages gives CSV instead of JSON.

The same route runs page by page, so a reader gets exactly the rows that it may see, in the same
order. Without ``limit`` it is all of them from ``cursor`` on, at most 10,000; if there are more,
``Link: <...>; rel="next"`` says where they go on.
"""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from types import UnionType
from typing import Any, Union, get_args, get_origin
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from shared.errors import Unavailable
from shared.web.csv_cells import cell_of
from shared.web.exchange import SCOPE_KEY, Exchange
from shared.web.forms import PAGE_ITEMS_MAX, Listing, PageView, url
from shared.web.serving import Runner

MEDIA_TYPE = "text/csv"
ROWS_MAX = 10_000
AT_ONCE_MAX = 4
"""Tables of one list in the making at once, in one process: each is held until it is whole."""
DEPTH_MAX = 3
BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the machine's own encoding, and Chinese is lost."""

_PLACE = frozenset({"cursor", "limit"})
_AS_IN_JSON = frozenset({"content-language", "vary"})
"""What is said of the list in whatever form it is given."""
Path = tuple[str, ...]


def exported(route: APIRoute, run: Runner) -> Runner:
    """The same route, which gives a table to who asks for one; only lists are made so."""
    shown = _shown(route)
    if shown is None:
        return run
    table = _Table(shown, route.path)
    route.responses[200] = {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}

    async def run_or_export(request: Request, body: bytes) -> Response:
        exchange: Exchange = request.scope[SCOPE_KEY]
        accept = exchange.header(b"accept")
        if accept is None or not prefers_csv(accept):
            return await run(request, body)
        with table.room():
            return await table.filled(run, request, body)

    return run_or_export


def prefers_csv(accept: str) -> bool:
    """Whether an ``Accept`` header (RFC 9110, 12.5.1) names CSV, and JSON no higher."""
    weights: dict[str, float] = {}
    for item in accept[:500].lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        weights[name] = _weight(parameters)
    wanted = weights.get(MEDIA_TYPE, 0.0)
    return wanted > 0 and wanted >= weights.get("application/json", 0.0)


def columns(model: type[BaseModel], above: Path = ()) -> list[Path]:
    """A column for each field of a view, those of views within it by a dotted name."""
    found: list[Path] = []
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        path = (*above, name)
        if inner is not None and len(path) < DEPTH_MAX:
            found += columns(inner, path)
        else:
            found.append(path)
    return found


class _Table:
    """The table of one route."""

    def __init__(self, shown: type[BaseModel], path: str) -> None:
        self._columns = columns(shown)
        self._name = path.rstrip("/").rpartition("/")[2]
        self._in_hand = 0

    @contextmanager
    def room(self) -> Iterator[None]:
        """Room in memory for one table, until it is handed over."""
        if self._in_hand >= AT_ONCE_MAX:
            raise Unavailable("http.busy", retry_after_seconds=1)
        self._in_hand += 1
        try:
            yield
        finally:
            self._in_hand -= 1

    async def filled(self, run: Runner, request: Request, body: bytes) -> Response:
        """All rows, page by page; what is no list is given as it is."""
        asked = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        place = [(name, value) for name, value in asked if name in _PLACE]
        wanted = [(name, value) for name, value in asked if name not in _PLACE]
        one_page = any(name == "limit" for name, _ in place)
        size = [] if one_page else [("limit", str(PAGE_ITEMS_MAX))]
        out = io.StringIO()
        write = csv.writer(out).writerow
        write([".".join(path) for path in self._columns])
        rows = 0
        while True:
            page = await run(_asking(request, [*wanted, *place, *size]), body)
            if not isinstance(page, Listing):
                return page
            for item in page.items:
                write([cell_of(_at(item, path)) for path in self._columns])
            rows += len(page.items)
            if page.next_cursor is None:
                return self._answer(out, page, None)
            place = [*(pair for pair in place if pair[0] != "cursor"), ("cursor", page.next_cursor)]
            if one_page or rows + PAGE_ITEMS_MAX > ROWS_MAX:
                return self._answer(out, page, f"{request.url.path}?{urlencode([*wanted, *place])}")

    def _answer(self, out: io.StringIO, last: Listing, next_path: str | None) -> Response:
        headers = {name: value for name, value in last.headers.items() if name in _AS_IN_JSON}
        headers["Content-Disposition"] = f'attachment; filename="{self._name}.csv"'
        if next_path is not None:
            headers["Link"] = f'<{url(next_path)}>; rel="next"'
        table = (BOM + out.getvalue()).encode("utf-8", "replace")
        return Response(table, 200, headers, f"{MEDIA_TYPE}; charset=utf-8")


def _asking(request: Request, query: list[tuple[str, str]]) -> Request:
    return Request({**request.scope, "query_string": urlencode(query).encode()})


def _shown(route: APIRoute) -> type[BaseModel] | None:
    """The view of the items, if the route is a list."""
    page = route.response_model
    if "GET" not in (route.methods or ()) or not isinstance(page, type):
        return None
    if not issubclass(page, PageView):
        return None
    (item,) = get_args(page.model_fields["items"].annotation)
    return item if isinstance(item, type) and issubclass(item, BaseModel) else None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The view that a field holds, or may hold."""
    choices = (
        get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    )
    models = [kind for kind in choices if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return models[0] if len(models) == 1 else None


def _at(item: BaseModel, path: Path) -> object:
    value: object = item
    for name in path:
        value = getattr(value, name, None)
    return value


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0
