"""What requests answers as its collection grows: pages, what presses, rates, duplicates.

The collection is filled by copies of one request that the real service made, spread over months
and communities as years of use would: half of it, at most 100,000, in the community that asks,
500 a month. A row's ``ours`` is the median at its size, ``bare`` the one at 1,000 requests, and the
ratio how much of that speed is left: 1 is flat.
"""

import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection

from shared.clock import SystemClock, new_id
from tests.bench.rig import COMMUNITY, DWELLING, ESTATE, Rig, estate_known, free_ports
from tests.bench.row import Row

SIZES = {"1k": 1_000, "100k": 100_000, "1m": 1_000_000}
OWN_MAX = 100_000
OWN_A_MONTH = 500
NEIGHBOURS = 9
BATCH = 5_000
CALLS = 60
WARM_CALLS = 10
MONTH = timedelta(days=30)
OPEN_SHARE = 0.02
TYPES = ("noise", "repair.water", "repair.lift", "parking", "sanitation", "care.shopping")
WORDS = (
    "水管",
    "漏水",
    "电梯",
    "停了",
    "楼道",
    "灯",
    "不亮",
    "垃圾",
    "噪音",
    "太大",
    "停车",
    "占道",
)
PREFIX = "/api/requests/v1"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and how much of its speed must be left."""

    name: str
    path: str
    query: dict[str, str]
    body: dict[str, str] | None = None


def questions(now: datetime) -> list[Question]:
    """The questions of the rows."""
    month = {"first_on": str((now - MONTH).date()), "last_on": str(now.date())}
    year = {"first_on": str((now - 12 * MONTH).date()), "last_on": str(now.date())}
    same = {"service_code": "repair.water", "estate_id": ESTATE, "dwelling_id": DWELLING}
    same["description"] = "厨房水管漏水"
    return [
        Question("requests-page", "/requests", {"limit": "50"}),
        Question("requests-risk", "/requests", {"limit": "50", "sort": "risk"}),
        Question("rates-month", "/rates", {**month, "by": "category"}),
        Question("rates-year", "/rates", {**year, "by": "month"}),
        Question("duplicates", "/duplicate-searches", {}, same),
    ]


async def growth_rows(rig: Rig, wanted: set[str]) -> list[Row]:
    """Every question at every size; the sizes one after the other, in the same collection."""
    [port] = free_ports(1)
    await rig.service("requests", port)
    headers = {"authorization": f"Bearer {rig.token('staff')}"}
    made = await estate_known(rig, port, headers)
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(rig.parts.mongo_url, tz_aware=True)
    requests = client["requests"]["requests"]
    template = await requests.find_one({"_id": made})
    if template is None:
        raise RuntimeError("the request that was made is not there")
    now = SystemClock().now()
    filler, rows, before = Filler(template, now), [], dict[str, float]()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as session:
        for label, size in SIZES.items():
            await filler.fill(requests, size)
            for question in questions(now):
                name = f"{question.name}-{label}"
                if name not in wanted:
                    continue
                taken = await asked(session, question)
                middle = statistics.median(taken)
                first = before.setdefault(question.name, middle)
                p99 = sorted(taken)[int(len(taken) * 0.99)]
                rows.append(Row(name, middle, first, first / middle, middle, p99, "ms"))
    await client.close()
    return rows


async def asked(session: aiohttp.ClientSession, question: Question) -> list[float]:
    """How long each answer took, in milliseconds."""
    taken = []
    for turn in range(WARM_CALLS + CALLS):
        begun = time.perf_counter()
        url = f"{PREFIX}{question.path}?{urlencode(question.query)}"
        method = "GET" if question.body is None else "POST"
        async with session.request(method, url, json=question.body) as response:
            body = await response.read()
        if response.status != 200:
            raise RuntimeError(f"{question.name}: {body.decode()}")
        if turn >= WARM_CALLS:
            taken.append(1000 * (time.perf_counter() - begun))
    return taken


class Filler:
    """Fills the collection up to a size, each time with the next months."""

    def __init__(self, template: dict[str, Any], now: datetime) -> None:
        self._template = template
        self._now = now
        self._random = random.Random(311)
        self._own = 1
        self._others = 0

    async def fill(self, requests: AsyncCollection[dict[str, Any]], size: int) -> None:
        """Until there are so many."""
        missing = self._missing(size)
        while batch := [row for _, row in zip(range(BATCH), missing, strict=False)]:
            await requests.insert_many(batch, ordered=False)
        count = await requests.estimated_document_count()
        if not size <= count <= size + 100:
            raise RuntimeError(f"{count} requests instead of {size}")

    def _missing(self, size: int) -> Iterator[dict[str, Any]]:
        while self._own < min(size // 2, OWN_MAX):
            yield self._row(COMMUNITY, ESTATE, MONTH * (self._own / OWN_A_MONTH))
            self._own += 1
        while self._own + self._others < size:
            neighbour = self._others % NEIGHBOURS
            age = MONTH * (self._others / NEIGHBOURS / OWN_A_MONTH)
            yield self._row(f"{COMMUNITY}-{neighbour}", f"{ESTATE}-{neighbour}", age)
            self._others += 1

    def _row(self, community: str, estate_id: str, age: timedelta) -> dict[str, Any]:
        chosen = self._random
        at = max(self._now - age, datetime(1990, 1, 1, tzinfo=UTC))
        running = chosen.random() < OPEN_SHARE or age < MONTH / 4
        changes: dict[str, Any] = {
            "_id": new_id("req"),
            "number": new_id("HM"),
            "community": community,
            "estate_id": estate_id,
            "building_id": f"bld_{chosen.randrange(40)}",
            "requester_id": f"per_{chosen.randrange(5_000)}",
            "service_code": chosen.choice(TYPES),
            "description": "".join(chosen.choices(WORDS, k=8)),
            "submitted_at": at,
            "created_at": at,
            "due_at": at + timedelta(days=7),
            "stage": chosen.randrange(5) if running else 0,
            "state": "in_progress" if running else "closed",
            "alarm_at": None,
        }
        if not running:
            answered = chosen.choice(("yes", "yes", "yes", "partly", "no"))
            said = {"resolved": answered, "satisfaction": chosen.randrange(1, 6)}
            changes["first_contact_at"] = at + timedelta(days=chosen.randrange(10))
            changes["follow_up"] = {
                **said,
                "method": "link",
                "contacted": True,
                "text": None,
                "by": changes["requester_id"],
                "at": min(at + timedelta(days=8), self._now),
            }
        return {**self._template, **changes}


NAMES = tuple(
    f"{question.name}-{label}"
    for label in SIZES
    for question in questions(datetime(2026, 1, 1, tzinfo=UTC))
)
