"""The rates once more, slowly and by the words of their definition: what the store is checked by.

It shares no code with what it checks, but for the words of questions and answers.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.requests.domain.rates import Counts, Dimension, Key, Question, Row
from services.requests.domain.request import ServiceRequest


def reference(requests: Iterable[ServiceRequest], question: Question) -> dict[Key, Counts]:
    """The counts of every key that there is."""
    found: dict[Key, dict[str, int]] = {}
    for request in requests:
        if not _asked_for(request, question):
            continue
        key = tuple(_value(request, dimension) for dimension in question.by)
        counts = found.setdefault(key, dict.fromkeys(Counts.__dataclass_fields__, 0))
        for name, true in _true(request).items():
            if true:
                counts[name] += 1
    return {key: Counts(**counts) for key, counts in found.items()}


class ReferenceTallies:
    """Keeps what ``Tallies`` promises, over requests in memory."""

    def __init__(self, requests: Iterable[ServiceRequest]) -> None:
        self.requests = list(requests)

    async def rows(self, question: Question, *, limit: int) -> list[Row]:
        counted = reference(self.requests, question)
        return [Row(key, counts) for key, counts in counted.items()][:limit]


def _asked_for(request: ServiceRequest, question: Question) -> bool:
    last = request.follow_up
    if last is None or request.community not in question.communities:
        return False
    if last.at < question.period.since or last.at >= question.period.until:
        return False
    wanted = {
        request.service_code: question.service_code,
        str(_unit(request)): question.unit,
        f"building {request.building_id}": question.building_id
        and f"building {question.building_id}",
        request.estate_id: question.estate_id,
    }
    return all(value in (None, there) for there, value in wanted.items())


def _true(request: ServiceRequest) -> Mapping[str, bool]:
    last, spoken_at, due_at = request.follow_up, request.first_contact_at, request.due_at
    assert last is not None
    in_time = spoken_at is not None and due_at is not None and spoken_at <= due_at
    return {
        "followed_up": True,
        "responded": in_time,
        "answered": last.resolved is not None,
        "resolved": last.resolved == "yes",
        "rated": last.satisfaction is not None,
        "satisfied": last.satisfaction in (4, 5),
    }


def _value(request: ServiceRequest, dimension: Dimension) -> str | None:
    assert request.follow_up is not None
    day = _in_beijing(request.follow_up.at)
    year, week, _ = day.isocalendar()
    values: dict[str, Any] = {
        "day": f"{day:%Y-%m-%d}",
        "week": f"{year:04}-W{week:02}",
        "month": f"{day:%Y-%m}",
        "quarter": f"{day:%Y}-Q{[1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4][day.month - 1]}",
        "year": f"{day:%Y}",
        "category": request.service_code,
        "unit": _unit(request),
        "building": request.building_id,
        "estate": request.estate_id,
        "community": request.community,
    }
    value: str | None = values[dimension.value]
    return value


def _in_beijing(at: datetime) -> datetime:
    return at.replace(tzinfo=None) + timedelta(hours=8)


def _unit(request: ServiceRequest) -> str | None:
    return request.assignment.unit.value if request.assignment else None
