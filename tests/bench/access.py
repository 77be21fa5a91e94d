"""The access log at a thousand rows and at a million: what gates send, and what the desk asks.

Rows are kept through the store as the service keeps them, each plate sealed by itself: half of
them on the estate that asks, of 2,000 plates over 25 days, the others on nine estates around it.
``ours`` is the median at its size, ``bare`` the one at 1,000 rows, and the ratio how much of that
speed is left: 1 is flat.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Any

import aiohttp

from services.property.domain.access import Access, Direction, Right
from services.property.service.digests import Digests
from services.property.store.access import AccessRecords, access_log
from shared.clock import SystemClock, derived_id
from shared.sealing import DEVELOPMENT_KEYS, Sealer
from tests.bench.rig import COMMUNITY, ESTATE, Rig, estate_registered, free_ports
from tests.bench.row import Row

SIZES = {"1k": 1_000, "1m": 1_000_000}
QUESTIONS = ("access-post", "access-batch", "access-page", "access-plate", "access-gate")
NAMES = tuple(f"{question}-{label}" for label in SIZES for question in QUESTIONS)
PLATES, NEIGHBOURS = 2_000, 9
OVER = timedelta(days=25)
LOT, LOTS_AT_ONCE = 1_000, 4
CALLS, WARM_CALLS = 100, 10
PREFIX = "/api/property/v1"
Ask = Callable[[], Awaitable[None]]


async def access_rows(rig: Rig) -> list[Row]:
    """Every question at every size; the sizes one after the other, in the same collection."""
    [port] = free_ports(1)
    await rig.service("property", port)
    await estate_registered(rig, port)
    database = rig.database("property")
    log = access_log(database, Sealer(DEVELOPMENT_KEYS))
    rows, first, filler = [], dict[str, float](), Filler(SystemClock().now())
    headers = {"authorization": f"Bearer {rig.token('contractor')}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as session:
        gate = Gate(session)
        for label, size in SIZES.items():
            await filler.fill(log, size)
            for question, ask in gate.questions().items():
                taken = await timed(ask)
                middle = statistics.median(taken)
                before = first.setdefault(question, middle)
                p99 = sorted(taken)[int(len(taken) * 0.99)]
                name = f"{question}-{label}"
                rows.append(Row(name, middle, before, before / middle, middle, p99, "ms"))
    await database.close()
    return rows


async def timed(ask: Ask) -> list[float]:
    """How long each answer took, in milliseconds."""
    taken = []
    for turn in range(WARM_CALLS + CALLS):
        begun = time.perf_counter()
        await ask()
        if turn >= WARM_CALLS:
            taken.append(1000 * (time.perf_counter() - begun))
    return taken


def plate(number: int) -> str:
    """One of the plates that come and go."""
    return f"\u4eacA{number % PLATES:05}"


class Gate:
    """A gate's system and the desk, over HTTP."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._refs = count()

    def questions(self) -> dict[str, Ask]:
        """What is measured, by its name."""
        asked = (self._post, self._batch, self._page, self._plate, self._check)
        return dict(zip(QUESTIONS, asked, strict=True))

    async def _post(self) -> None:
        await self._sent("POST", "/accesses", {**self._seen(), "estate_id": ESTATE, "gate": "n"})

    async def _batch(self) -> None:
        items = [self._seen() for _ in range(100)]
        body = {"estate_id": ESTATE, "gate": "n", "items": items}
        await self._sent("POST", "/accesses:batch", body)

    async def _page(self) -> None:
        await self._sent("GET", f"/accesses?estate_id={ESTATE}&limit=50")

    async def _plate(self) -> None:
        body = {"estate_id": ESTATE, "plate": plate(next(self._refs)), "purpose": "damage"}
        await self._sent("POST", "/access-searches?limit=50", body)

    async def _check(self) -> None:
        body = {"estate_id": ESTATE, "plate": plate(next(self._refs))}
        await self._sent("POST", "/access-checks", body)

    def _seen(self) -> dict[str, Any]:
        number = next(self._refs)
        at = SystemClock().now().isoformat()
        return {"ref": f"r{number}", "direction": "in", "plate": plate(number), "at": at}

    async def _sent(self, method: str, path: str, body: Any = None) -> None:
        async with self._session.request(method, f"{PREFIX}{path}", json=body) as response:
            answered = await response.read()
        if response.status not in (200, 201):
            raise RuntimeError(f"{path}: {answered.decode()}")


class Filler:
    """Fills the log up to a size."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._random = random.Random(311)
        self._digests = Digests(next(iter(DEVELOPMENT_KEYS.values())))
        self._made = 0

    async def fill(self, log: AccessRecords, size: int) -> None:
        """Until so many rows were made."""
        missing = self._rows(size - self._made)
        self._made = size
        lots = iter(lambda: list(islice(missing, LOT)), [])
        while some := list(islice(lots, LOTS_AT_ONCE)):
            await asyncio.gather(*(log.keep(lot) for lot in some))

    def _rows(self, missing: int) -> Iterator[Access]:
        for number in range(self._made, self._made + missing):
            own = number % 2 == 0
            neighbour = number % NEIGHBOURS
            estate = ESTATE if own else f"{ESTATE}-{neighbour}"
            told = plate(self._random.randrange(PLATES))
            at = self._now - self._random.random() * OVER
            yield Access(
                id=derived_id("acc", estate, "old", str(number)),
                community=COMMUNITY if own else f"{COMMUNITY}-{neighbour}",
                estate_id=estate,
                gate="old",
                ref=str(number),
                direction=Direction.IN,
                plate=told,
                plate_digest=self._digests.plate(estate, told),
                right=Right.NONE,
                at=at,
                received_at=at,
            )
